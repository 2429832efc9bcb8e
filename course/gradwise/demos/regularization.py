"""Notebook 05, live: what a penalty's strength does to a network, and what dropout does to a layer's output."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import data, plots, reference
from ..experiments import parallel_training
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

PENALTIES = ("L2", "L1")
STRENGTHS = {"L2": np.logspace(-4.5, -1, 15), "L1": np.logspace(-2.5, 1, 15)}  # proximal steps behind Adam need more
_REACH, _GRID = 1.9, 40


@dataclass(frozen=True)
class Networks:
    """One network for each strength of a penalty, trained on the same points.

    Attributes:
        strengths: λ, shape (L,).
        maps: probability of class 1 on a grid, shape (L, grid, grid).
        weights: the hidden layers' weights, for each strength.
        training, test: mean log loss, shape (L,).
        accuracy: on the test points, shape (L,).
    """

    strengths: Array
    maps: Array
    weights: tuple[Array, ...]
    training: Array
    test: Array
    accuracy: Array


PENALIZED: dict[str, dict[str, Any]] = {
    "A weak L2 penalty: every noisy point is believed": {},
    "L2, about right": {"strength": 9},
    "L2, too strong: nothing is learned": {"strength": 14},
    "L1, about right: most weights are exactly 0": {"penalty": "L1", "strength": 9},
    "L1, too strong: all weights are 0": {"penalty": "L1", "strength": 14},
}
DROPPED: dict[str, dict[str, Any]] = {
    "Half is dropped: the mean stays, the variance does not": {},
    "The next step draws another mask": {"step": 2},
    "Inputs of mean 0: the variance doubles": {"mean": 0.0},
    "Nine in ten are dropped": {"p": 0.9},
    "Evaluation: nothing happens": {"training": False},
}


def penalty_explorer() -> Demo:
    """A penalty's strength on a slider: the boundary, the weights, and the loss in training and test."""
    controls = {
        "penalty": ipywidgets.Dropdown(options=PENALTIES, value="L2", description="penalty"),
        "strength": ipywidgets.IntSlider(value=3, min=0, max=14, description="λ, step"),
    }
    return Demo("What a penalty does to a network", explore_penalty, controls, PENALIZED)


def dropout_masks() -> Demo:
    """Dropout's rate on a slider: which units of a layer survive, and what becomes of mean and variance."""
    controls = {
        "p": ipywidgets.FloatSlider(value=0.5, min=0.0, max=0.9, step=0.1, description="p"),
        "mean": ipywidgets.FloatSlider(value=2.0, min=0.0, max=3.0, step=0.5, description="input mean"),
        "step": ipywidgets.IntSlider(value=1, min=1, max=20, description="training step"),
        "training": ipywidgets.Checkbox(value=True, description="training", indent=False),
    }
    return Demo("Dropout's masks", explore_dropout, controls, DROPPED)


@cache
def networks(penalty: str) -> Networks:
    """Trains them all side by side, once."""
    split, strengths = data.moons(seed=3), STRENGTHS[penalty]
    if penalty == "L2":
        method = parallel_training.Method(
            penalty=lambda W: [reference.l2_penalty([w], lam)[1][0] for w, lam in zip(W, strengths, strict=True)]
        )
    else:
        method = parallel_training.Method(
            shrink=lambda W, lr: [reference.soft_threshold(w, lr * lam) for w, lam in zip(W, strengths, strict=True)]
        )
    splits = [split] * len(strengths)
    trained = parallel_training.train(
        splits, method, sizes=(2, 24, 24, 2), same_start=True, num_epochs=300, lr=0.02, label=penalty
    )
    ticks = np.linspace(-_REACH, _REACH, _GRID)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    maps = trained.probabilities(grid)[:, :, 1].reshape(-1, _GRID, _GRID)
    matrices = [W.detach().numpy() for W in trained.weights]
    weights = tuple(np.concatenate([W[i].ravel() for W in matrices]) for i in range(len(strengths)))
    seen, unseen = trained.on_training(splits), trained.on_test(splits)
    return Networks(strengths, maps, weights, seen.loss, unseen.loss, unseen.accuracy)


def explore_penalty(penalty: str, strength: int) -> View:
    """Draws the network for one strength of a penalty, and says how it does.

    Args:
        penalty: one of `PENALTIES`.
        strength: which of the strengths, from 0.
    """
    nets, split = networks(penalty), data.moons(seed=3)
    fig, (plane, histogram, curves) = stage(3)
    extent = (-_REACH, _REACH, -_REACH, _REACH)
    plane.imshow(nets.maps[strength], extent=extent, origin="lower", cmap="RdBu_r", vmin=0, vmax=1, alpha=0.6)
    for kind, colour in ((0, plots.BLUE), (1, plots.RED)):
        plane.plot(*split.X_train[split.y_train == kind].T, ".", color=colour, markersize=4)
    plane.set(title="training points, answer", xlabel="$x_1$", ylabel="$x_2$")
    sizes = np.sort(np.abs(nets.weights[strength]))[::-1]
    histogram.plot(np.arange(1, len(sizes) + 1), np.log10(np.maximum(sizes, 1e-6)), color=plots.BLUE)
    histogram.set(ylim=(-6.3, 1.3), title="log10 |w|, sorted (-6: 0)", xlabel="rank")
    powers = np.log10(nets.strengths)
    for values, colour, label in ((nets.training, plots.BLUE, "training"), (nets.test, plots.RED, "test")):
        curves.plot(powers, values, color=colour, label=label)
        curves.plot(powers[strength], values[strength], "o", color=colour)
    curves.set(ylim=(0, 1.1 * float(nets.test.max())), title="mean log loss", xlabel="log10 λ")
    curves.legend()
    return View(fig, penalty_finding(penalty, strength))


def penalty_finding(penalty: str, strength: int) -> str:
    """One sentence on the network for one strength, with its numbers."""
    nets = networks(penalty)
    weights = nets.weights[strength]
    best = int(nets.test.argmin())
    place = "the best of the 15" if strength == best else f"the best of the 15 is {nets.strengths[best]:.2g}"
    return (
        f"{penalty} with λ = {nets.strengths[strength]:.2g} ({place}): loss {nets.training[strength]:.2f} in training "
        f"and {nets.test[strength]:.2f} in test, test accuracy {nets.accuracy[strength]:.2f}; "
        f"{int((weights == 0).sum())} of {weights.size} weights are exactly 0, and the largest is "
        f"{np.abs(weights).max():.2g}."
    )


def explore_dropout(p: float, mean: float, step: int, training: bool) -> View:
    """Draws what dropout leaves of a layer's output, and says what becomes of mean and variance.

    Args:
        p: the probability to be dropped.
        mean: of the inputs; their variance is 1.
        step: which training step: each draws a mask of its own.
        training: whether it is on.
    """
    x, out, mask = _dropped(p, mean, step, training)
    fig, (units, histogram) = stage(2)
    shown = np.where(mask[:12, :24] > 0, x[:12, :24], np.nan)
    units.imshow(shown, cmap="viridis", vmin=mean - 3, vmax=mean + 3)
    units.set(title="12 examples, 24 units: blank is dropped", xlabel="unit", ylabel="example")
    units.set(xticks=range(0, 24, 6), yticks=range(0, 12, 3))
    low, high = min(-3.0, float(out.min())), max(6.0, float(out.max()))
    bins = np.linspace(low, high, 60).tolist()
    histogram.hist(x.ravel(), bins=bins, histtype="stepfilled", color=plots.GREY, alpha=0.5, label="input")
    histogram.hist(out[mask > 0], bins=bins, histtype="step", color=plots.BLUE, label="output that is not dropped")
    histogram.set(xlabel="value", title="count")
    histogram.set_ylim(top=1.45 * histogram.get_ylim()[1])  # room for the legend above the data
    histogram.legend()
    unused = frozenset() if training else frozenset({"p", "step"})
    return View(fig, dropout_finding(p, mean, step, training), unused)


def dropout_finding(p: float, mean: float, step: int, training: bool) -> str:
    """One sentence on what dropout does to mean and variance, with their numbers."""
    x, out, mask = _dropped(p, mean, step, training)
    if not training:
        return f"In evaluation nothing happens: mean {out.mean():.2f} and variance {out.var():.2f}, as before."
    return (
        f"{int((mask == 0).sum())} of {mask.size} entries are dropped and the others multiplied by {mask.max():.2f}: "
        f"the mean goes from {x.mean():.2f} to {out.mean():.2f}, the variance from {x.var():.2f} to {out.var():.2f}."
    )


def _dropped(p: float, mean: float, step: int, training: bool) -> tuple[Array, Array, Array]:
    x = np.random.default_rng(0).normal(mean, 1, (100, 100))
    out, mask = reference.dropout_forward(x, p, training, np.random.default_rng(step))
    return x, out, mask
