"""Notebook 03, live: a batch before and after batch normalization, and what its memory makes of forty batches."""

from functools import cache
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import plots, reference
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

MEAN, STD = np.array([-3.0, 1.0, 4.0]), np.array([0.6, 2.0, 1.0])  # of three features
MARKED = MEAN + STD  # an example that is in every batch
BATCHES, WATCHED = 40, 1  # the number of batches, and the feature that is followed
_ONE, _ZERO = np.ones(3), np.zeros(3)


PRESETS: dict[str, dict[str, Any]] = {
    "A batch of 8": {},
    "A batch of 2: everybody is ±1": {"batch_size": 2},
    "A batch of 64: companions matter less": {"batch_size": 64},
    "Evaluation: one value for good": {"evaluation": True},
    "momentum = 0.1 by the slides: a restless memory": {"slide_form": True, "batch_size": 4},
    "momentum = 0.99 by PyTorch: the same": {"momentum": 0.99, "batch_size": 4},
    "momentum = 0.01: 40 batches are not enough": {"momentum": 0.01, "evaluation": True},
}


def batch_norm_explorer() -> Demo:
    """A batch before and after, with batch size, momentum, its convention and the mode to choose."""
    controls = {
        "batch_size": ipywidgets.SelectionSlider(options=[2, 4, 8, 16, 32, 64], value=8, description="batch size"),
        "momentum": ipywidgets.FloatSlider(value=0.1, min=0.01, max=0.99, step=0.01, description="momentum"),
        "slide_form": ipywidgets.Checkbox(value=False, description="momentum weighs the old value", indent=False),
        "evaluation": ipywidgets.Checkbox(value=False, description="evaluation: model.eval()", indent=False),
    }
    return Demo("Batch normalization and its memory", explore, controls, PRESETS)


def explore(batch_size: int, momentum: float, slide_form: bool = False, evaluation: bool = False) -> View:
    """Draws a batch before and after, and the running mean, and says what is to be seen.

    Args:
        batch_size: examples in each batch.
        momentum: the number that is given to the layer.
        slide_form: whether it weighs the old value, as on the slides, or the new one, as in PyTorch.
        evaluation: whether the layer normalizes by its memory.
    """
    fig, (left, right) = stage(2)
    normalized = outputs(batch_size, momentum, slide_form, evaluation)[-1]
    for values, at, colour in ((marked_batches(batch_size)[-1], 1, plots.GREY), (normalized, 5, plots.BLUE)):
        places = at + np.arange(3) + np.linspace(-0.2, 0.2, batch_size)[:, None]
        left.plot(places, values, ".", color=colour, alpha=0.5)
        left.plot(places[0], values[0], "*", color=plots.RED, markersize=9)
    left.axhline(0, color=plots.GREY, linewidth=0.5)
    left.set_xticks([1, 2, 3, 5, 6, 7], ["1", "2", "3"] * 2)
    left.set(xlabel="feature before, and after", ylabel="value (★: the marked example)", title="One batch")
    for form, name in ((False, "PyTorch: it weighs the new value"), (True, "slides: it weighs the old value")):
        used, line = form == slide_form, running(batch_size, momentum, form)[0][:, WATCHED]
        right.plot(line, color=plots.BLUE if used else plots.GREY, linewidth=2 if used else 1, label=name)
    right.axhline(MEAN[WATCHED], color=plots.RED, linewidth=0.8, linestyle="--", label="true mean")
    right.set(xlabel="batch", ylabel="running mean of feature 2", ylim=(-4, 4), title=f"Momentum {momentum:.2f}")
    right.legend(loc="lower right")
    return View(fig, finding(batch_size, momentum, slide_form, evaluation))


@cache
def batches(batch_size: int) -> Array:
    """Forty batches, shape (40, batch_size, 3)."""
    drawn: Array = MEAN + STD * np.random.default_rng(3).normal(0, 1, (BATCHES, batch_size, 3))
    return drawn


def marked_batches(batch_size: int) -> Array:
    """The same batches with the marked example in the first place of each."""
    marked = batches(batch_size).copy()
    marked[:, 0] = MARKED
    return marked


@cache
def running(batch_size: int, momentum: float, slide_form: bool) -> tuple[Array, Array]:
    """The running mean and variance, before the first batch and after each, shape (41, 3)."""
    mean, var = [_ZERO], [_ONE]
    for X in batches(batch_size):
        new_mean, new_var = reference.update_running(mean[-1], var[-1], X, 1 - momentum if slide_form else momentum)
        mean.append(new_mean)
        var.append(new_var)
    return np.array(mean), np.array(var)


@cache
def outputs(batch_size: int, momentum: float, slide_form: bool, evaluation: bool) -> Array:
    """The layer's output for each batch, shape (40, batch_size, 3); in evaluation with the final memory."""
    X = marked_batches(batch_size)
    if not evaluation:
        return np.array([reference.bn_forward_train(batch, _ONE, _ZERO)[0] for batch in X])
    mean, var = (values[-1] for values in running(batch_size, momentum, slide_form))
    return reference.bn_eval(X.reshape(-1, 3), _ONE, _ZERO, mean, var).reshape(X.shape)


def finding(batch_size: int, momentum: float, slide_form: bool = False, evaluation: bool = False) -> str:
    """One sentence on what the picture shows, with its numbers."""
    marked = outputs(batch_size, momentum, slide_form, evaluation)[:, 0, WATCHED]
    if not evaluation:
        return (
            f"In training each feature of this batch of {batch_size} gets mean 0 and standard deviation 1. Feature 2 "
            f"of the marked example depends on its companions: in {BATCHES} batches it becomes "
            f"{marked.min():.2f} to {marked.max():.2f} (standard deviation {marked.std():.2f})."
        )
    mean, var = (values[-1, WATCHED] for values in running(batch_size, momentum, slide_form))
    return (
        f"In evaluation feature 2 of the marked example becomes {marked[-1]:.2f} in every batch. A new batch weighs "
        f"{1 - momentum if slide_form else momentum:.2f}; after {BATCHES} batches the running mean is {mean:.2f} "
        f"(true: {MEAN[WATCHED]:.2f}) and the running standard deviation {np.sqrt(var):.2f} (true: {STD[WATCHED]:.2f})."
    )
