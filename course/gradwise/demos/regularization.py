"""Notebook 05, live: what a penalty's strength does to a network, and what dropout does to a layer's output."""

from dataclasses import dataclass
from functools import cache

import ipywidgets
import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from .. import crowd, data, plots, reference
from .frame import View, live

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


def penalty_explorer() -> ipywidgets.Widget:
    """A penalty's strength on a slider: the boundary, the weights, and the loss in training and test."""
    return live(
        explore_penalty,
        penalty=ipywidgets.Dropdown(options=PENALTIES, value="L2", description="penalty"),
        strength=ipywidgets.IntSlider(value=3, min=0, max=14, description="λ, step"),
    )


def dropout_masks() -> ipywidgets.Widget:
    """Dropout's rate on a slider: which units of a layer survive, and what becomes of mean and variance."""
    return live(
        explore_dropout,
        p=ipywidgets.FloatSlider(value=0.5, min=0.0, max=0.9, step=0.1, description="p"),
        mean=ipywidgets.FloatSlider(value=2.0, min=0.0, max=3.0, step=0.5, description="input mean"),
        step=ipywidgets.IntSlider(value=1, min=1, max=20, description="training step"),
        training=ipywidgets.Checkbox(value=True, description="training", indent=False),
    )


@cache
def networks(penalty: str) -> Networks:
    """Trains them all side by side, once."""
    split, strengths = data.moons(seed=3), STRENGTHS[penalty]
    if penalty == "L2":
        method = crowd.Method(
            penalty=lambda W: [reference.l2_penalty([w], lam)[1][0] for w, lam in zip(W, strengths, strict=True)]
        )
    else:
        method = crowd.Method(
            shrink=lambda W, lr: [reference.soft_threshold(w, lr * lam) for w, lam in zip(W, strengths, strict=True)]
        )
    splits = [split] * len(strengths)
    trained = crowd.train(splits, method, sizes=(2, 24, 24, 2), same_start=True, num_epochs=300, lr=0.02, label=penalty)
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
    fig, (plane, histogram, curves) = plots.figure(3, 2.8)
    _fix(fig)
    extent = (-_REACH, _REACH, -_REACH, _REACH)
    plane.imshow(nets.maps[strength], extent=extent, origin="lower", cmap="RdBu_r", vmin=0, vmax=1, alpha=0.6)
    for kind, colour in ((0, plots.BLUE), (1, plots.RED)):
        plane.plot(*split.X_train[split.y_train == kind].T, ".", color=colour, markersize=4)
    plane.set(title="training points, answer", xlabel="$x_1$", ylabel="$x_2$")
    sizes = np.sort(np.abs(nets.weights[strength]))[::-1]
    histogram.plot(np.arange(1, len(sizes) + 1), np.maximum(sizes, 1e-6), color=plots.BLUE)
    histogram.set(yscale="log", ylim=(5e-7, 20), title="|weights|, sorted; 0 at the bottom", xlabel="rank")
    for values, colour, label in ((nets.training, plots.BLUE, "training"), (nets.test, plots.RED, "test")):
        curves.plot(nets.strengths, values, color=colour, label=label)
        curves.plot(nets.strengths[strength], values[strength], "o", color=colour)
    curves.set(xscale="log", ylim=(0, 1.1 * float(nets.test.max())), title="mean log loss", xlabel="λ")
    curves.legend(fontsize=8)
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
    fig, (units, histogram) = plots.figure(2, 2.8)
    _fix(fig)
    shown = np.where(mask[:12, :24] > 0, x[:12, :24], np.nan)
    units.imshow(shown, cmap="viridis", vmin=mean - 3, vmax=mean + 3)
    units.set(title="12 examples, 24 units: white is dropped", xlabel="unit", ylabel="example")
    low, high = min(-3.0, float(out.min())), max(6.0, float(out.max()))
    bins = np.linspace(low, high, 60).tolist()
    histogram.hist(x.ravel(), bins=bins, color=plots.GREY, alpha=0.5, label="input")
    histogram.hist(out[mask > 0], bins=bins, histtype="step", color=plots.BLUE, label="output that is not dropped")
    histogram.set(xlabel="value", title="count")
    histogram.legend(fontsize=8)
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


def _fix(fig: Figure) -> None:
    """A layout that need not be computed anew is drawn in half the time."""
    fig.set_layout_engine(None)
    fig.subplots_adjust(left=0.07, right=0.98, bottom=0.19, top=0.88, wspace=0.3)


def _dropped(p: float, mean: float, step: int, training: bool) -> tuple[Array, Array, Array]:
    x = np.random.default_rng(0).normal(mean, 1, (100, 100))
    out, mask = reference.dropout_forward(x, p, training, np.random.default_rng(step))
    return x, out, mask
