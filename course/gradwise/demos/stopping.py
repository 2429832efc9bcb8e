"""Notebook 07, live: one validation curve, and what early stopping in five libraries makes of it."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import plots, reference
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

NUM_EPOCHS = 60


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule to a curve.

    Attributes:
        stop: the epoch after which it stops, or None.
        best: the epoch that it holds for the best, or None.
        restores: whether that one's weights are handed out, without being asked for.
    """

    stop: int | None
    best: int | None
    restores: bool = False


PRESETS: dict[str, dict[str, Any]] = {
    "A noisy curve that rises slowly": {},
    "Little patience": {"patience": 1},
    "Gains smaller than min_delta: who counts them?": {
        "overfitting": 0.2,
        "noise": 0.01,
        "patience": 5,
        "min_delta": 0.05,
    },
    "One nan at epoch 9": {"nan_at": 9},
    "It never overfits": {"overfitting": 0.0, "noise": 0.0},
    "More noise than signal": {"noise": 0.15, "overfitting": 0.2, "patience": 8},
}


def stopping_simulator(stopper: Callable[..., Any] = reference.EarlyStopping) -> Demo:
    """A validation loss that can be bent, and where six rules stop on it.

    Args:
        stopper: a learner's class, called as ``stopper(patience, min_delta)``.
    """
    slider = ipywidgets.FloatSlider
    controls = {
        "overfitting": slider(value=0.4, min=0.0, max=2.0, step=0.1, description="overfitting"),
        "noise": slider(value=0.03, min=0.0, max=0.15, step=0.01, description="noise", readout_format=".2f"),
        "seed": ipywidgets.IntSlider(value=0, min=0, max=20, description="which noise"),
        "nan_at": ipywidgets.IntSlider(value=0, min=0, max=30, description="nan at (0: no)"),
        "patience": ipywidgets.IntSlider(value=5, min=1, max=15, description="patience"),
        "min_delta": slider(value=0.0, min=0.0, max=0.1, step=0.01, description="min_delta", readout_format=".2f"),
    }
    draw = partial(simulate, stopper)
    return Demo("Early stopping in five libraries, and yours", draw, controls, PRESETS)


def simulate(
    stopper: Callable[..., Any],
    overfitting: float,
    noise: float,
    seed: int,
    nan_at: int,
    patience: int,
    min_delta: float,
) -> View:
    """Draws a validation curve and a row for each rule.

    Args:
        stopper: the class of the first row.
        overfitting: how fast the loss rises again.
        noise: standard deviation of the loss.
        seed: of the noise.
        nan_at: an epoch whose loss is nan; 0 for none.
        patience: what all rules get, like min_delta.
        min_delta: how large a gain has to be.
    """
    losses = curve(overfitting, noise, seed, nan_at)
    answers = verdicts(stopper, losses, patience, min_delta)
    fig, (top, bottom) = stage(1, 4.8, rows=2, left=0.13)
    top.plot(losses, ".-", color=plots.GREY, linewidth=1, markersize=4)
    top.set(ylabel="validation loss", xlim=(-1, NUM_EPOCHS))
    for row, verdict in enumerate(answers.values()):
        end = NUM_EPOCHS - 1 if verdict.stop is None else verdict.stop
        bottom.plot([0, end], [row, row], color=plots.BLUE, linewidth=5, alpha=0.3, solid_capstyle="butt")
        bottom.plot(end, row, "|" if verdict.stop is not None else ">", color=plots.BLUE, markersize=12)
        if verdict.best is not None:
            bottom.plot(verdict.best, row, "o", color=plots.RED, fillstyle="full" if verdict.restores else "none")
    bottom.set_yticks(range(len(answers)), list(answers))
    bottom.set(xlabel="epoch (bar: trained; dot: its best, filled if restored unasked)", xlim=(-1, NUM_EPOCHS))
    bottom.invert_yaxis()
    return View(fig, finding(answers))


def curve(overfitting: float, noise: float, seed: int, nan_at: int) -> Array:
    """A validation loss: it falls, rises again as fast as `overfitting` says, and is noisy."""
    epochs = np.arange(NUM_EPOCHS)
    late = np.where(epochs > 12, epochs - 12.0, 0.0)
    jitter = noise * np.random.default_rng(seed).normal(size=NUM_EPOCHS)
    losses: Array = 0.4 + 0.6 * 0.85**epochs + overfitting * late / 100 + jitter
    if nan_at:
        losses[nan_at] = math.nan
    return losses


def verdicts(
    stopper: Callable[..., Any], losses: Iterable[float], patience: int, min_delta: float
) -> dict[str, Verdict]:
    """The answer of each rule to a curve, by its name."""
    values = [float(loss) for loss in losses]
    return {
        "yours": _object(stopper(patience, min_delta), values),
        "Keras": _keras(values, patience, min_delta),
        "Lightning": _lightning(values, patience, min_delta),
        "Ignite": _ignite(values, patience, min_delta),
        "scikit-learn": _sklearn(values, patience, min_delta),
        "Transformers": _transformers(values, patience, min_delta),
    }


def finding(answers: dict[str, Verdict]) -> str:
    """One sentence on who stops when."""
    by_stop: dict[int | None, list[str]] = {}
    for name, verdict in answers.items():
        by_stop.setdefault(verdict.stop, []).append(name)
    parts = [
        f"{_and(by_stop[stop])} stop{'s' if len(by_stop[stop]) == 1 else ''} after epoch {stop}"
        for stop in sorted(stop for stop in by_stop if stop is not None)
    ]
    if never := by_stop.get(None):
        parts.append(f"{_and(never)} never stop{'s' if len(never) == 1 else ''}")
    return f"{'; '.join(parts)}."


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- the rules --------------------------------------------------------------------------------------


def _object(stopper: Any, losses: list[float]) -> Verdict:
    """A class like the one of the notebook."""
    stop = next((epoch for epoch, loss in enumerate(losses) if stopper.step(loss)), None)
    return Verdict(stop, stopper.best_epoch)


def _keras(losses: list[float], patience: int, min_delta: float) -> Verdict:
    """Strict, against the last improvement; nan waits like any bad epoch; weights are restored on request only."""
    best, best_epoch, wait = math.inf, None, 0
    for epoch, loss in enumerate(losses):
        wait += 1
        if loss + min_delta < best:
            best, best_epoch, wait = loss, epoch, 0
        elif wait >= patience and epoch > 0:
            return Verdict(epoch, best_epoch)
    return Verdict(None, best_epoch)


def _lightning(losses: list[float], patience: int, min_delta: float) -> Verdict:
    """As Keras, but a value that is not finite stops at once (check_finite=True)."""
    for epoch, loss in enumerate(losses):
        if not math.isfinite(loss):
            return Verdict(epoch, _keras(losses[:epoch], patience, min_delta).best)
        if _keras(losses[: epoch + 1], patience, min_delta).stop is not None:
            break
    return _keras(losses, patience, min_delta)


def _ignite(losses: list[float], patience: int, min_delta: float) -> Verdict:
    """Every gain moves the best, also one that counts as bad; nan is not "not better", nor is anything behind it."""
    best, best_epoch, counter = losses[0], 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        if -loss <= -best + min_delta:
            if loss < best:
                best, best_epoch = loss, epoch
            counter += 1
        else:
            best, best_epoch, counter = loss, epoch, 0
        if counter >= patience:
            return Verdict(epoch, best_epoch)
    return Verdict(None, best_epoch)


def _sklearn(losses: list[float], patience: int, min_delta: float) -> Verdict:
    """MLPClassifier: every gain moves the best, a gain of just tol is enough, and bad has to exceed patience."""
    best, best_epoch, counter = math.inf, None, 0
    for epoch, loss in enumerate(losses):
        counter = counter + 1 if -loss < -best + min_delta else 0
        if loss < best:
            best, best_epoch = loss, epoch
        if counter > patience:
            return Verdict(epoch, best_epoch, restores=True)
    return Verdict(None, best_epoch, restores=True)


def _transformers(losses: list[float], patience: int, min_delta: float) -> Verdict:
    """Every gain moves the best, because the Trainer and not the callback keeps it; the best is loaded at the end."""
    best, best_epoch, counter = losses[0], 0, 0
    for epoch, loss in enumerate(losses[1:], start=1):
        counter = 0 if best - loss > min_delta else counter + 1
        if loss < best:
            best, best_epoch = loss, epoch
        if counter >= patience:
            return Verdict(epoch, best_epoch, restores=True)
    return Verdict(None, best_epoch, restores=True)
