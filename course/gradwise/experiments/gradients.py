"""Notebook 01, experiments: a faulty backward pass, recurrent training, ends of descents, and pictures by layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from torch import nn

from .. import plots, reference
from .networks import ACTIVATIONS, Function, by_layer

__all__ = [
    "draw_ladder",
    "end_of_descent",
    "moved",
    "name_axes",
    "stuck",
    "suspect_backward",
    "train_recurrent",
    "two_clouds",
]

Array = npt.NDArray[np.float64]


def moved(before: nn.Module, after: nn.Module) -> list[float]:
    """Measures how far each weight matrix has gone in training, as a share of its length at the start."""
    pairs = zip(before.parameters(), after.parameters(), strict=True)
    return [((new - old).norm() / old.norm()).item() for old, new in pairs if old.dim() == 2]


def suspect_backward(
    dout: Array, zs: list[Array], hs: list[Array], Ws: list[Array], df: Function
) -> tuple[list[Array], list[Array], list[Array]]:
    """A backward pass with two planted bugs, for a gradient check to find."""
    dWs, dbs, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
    dWs[1] *= 2
    dbs[0] /= len(dout)
    return dWs, dbs, deltas


def train_recurrent(
    forward: Function,
    backward: Function,
    clip: Function,
    X: Array,
    y: npt.NDArray[np.int64],
    max_norm: float,
    seed: int,
) -> list[float]:
    """The loss at 150 steps of gradient descent, for a ReLU network that uses one weight matrix ten times.

    A recurrent network unrolled over ten steps is just that; the gradients of its copies add up.

    Args:
        forward: a learner's `mlp_forward`.
        backward: a learner's `mlp_backward`.
        clip: a learner's `clip_grad_norm`.
        X: features, shape (n, 64).
        y: classes 0 to 9, shape (n,).
        max_norm: the largest norm of the gradient; infinity for none.
        seed: of the initial weights.
    """
    rng, (f, df) = np.random.default_rng(seed), ACTIVATIONS["ReLU"]
    sizes = ((64, 32, 1.0), (32, 32, 2.0), (32, 10, 1.0))
    parameters = [rng.normal(0, scale / np.sqrt(fan_in), (fan_in, fan_out)) for fan_in, fan_out, scale in sizes]
    losses = []
    with np.errstate(all="ignore"):  # without clipping it may end in nan: that is the point
        for _ in range(150):
            Ws = [parameters[0], *[parameters[1]] * 10, parameters[2]]
            out, zs, hs = forward(X, Ws, [np.zeros(W.shape[1]) for W in Ws], f)
            loss, dout = reference.softmax_cross_entropy(out, y)
            dWs, _, _ = backward(dout, zs, hs, Ws, df)
            grads, _ = clip([dWs[0], sum(dWs[1:-1]), dWs[-1]], max_norm)
            parameters = [p - 0.1 * grad for p, grad in zip(parameters, grads, strict=True)]
            losses.append(loss)
    return losses


def stuck(losses: Sequence[float]) -> str:
    """Says in a sentence how many runs died (their loss is log 10, for ten classes) and how many diverged to nan.

    Args:
        losses: the last losses of ReLU networks without biases.
    """
    guessing = np.log(10)
    dead, lost = int(np.isclose(losses, guessing, rtol=1e-9).sum()), int(np.isnan(losses).sum())
    sentence = f"Guessing costs {guessing:.2f}"
    if dead:
        sentence += (
            f"; {dead} of the {len(losses)} runs end there: one giant step has switched the ReLUs off, and no gradient "
        )
        sentence += "comes back"
    return f"{sentence}; {lost} end in nan, where the line breaks off." if lost else f"{sentence}."


def two_clouds(seed: int, n: int = 80) -> tuple[Array, npt.NDArray[np.int64]]:
    """Points (n, 2) of two classes in turn, around (-1, -1) and (1, 1)."""
    y = np.arange(n) % 2
    return np.random.default_rng(seed).normal(2 * y[:, None] - 1, 1, (n, 2)), y


def end_of_descent(gradient: Function, start: Array, lr: float, steps: int) -> Array:
    """The place where gradient descent ends."""
    at = start
    for _ in range(steps):
        at = at - lr * gradient(at)
    return at


def name_axes(slopes: Axes, ends: Axes, finding: str) -> None:
    """Finishes the figure of a neuron under two losses: its slopes on the left, where it ends on the right."""
    slopes.axhline(0, color=plots.GREY, linewidth=0.5)
    slopes.set(xlabel="p", ylabel="dL/dz for an example with y = 0", title="Where is the slope 0?")
    slopes.legend()
    ends.set(xlabel="p after training, examples with y = 0", ylabel="count", title="Where they end")
    plots.caption(slopes.figure.figure, finding)
    plots.show()


def draw_ladder(report: Function, nets: dict[str, list[Any]]) -> None:
    """Draws the size of activations and deltas in deep networks, layer by layer, with what a learner's report says.

    Args:
        report: a learner's `gradient_report`.
        nets: what is written in the legend, and (loss, activations, gradients of weights, deltas) for each seed.
    """
    figure, (left, right) = plots.figure(2, 4.2)
    ratios = []
    for name, runs in nets.items():
        reports = [report(deltas) for _, _, _, deltas in runs]
        labels = "/".join(dict.fromkeys(label for _, _, label in reports))
        loss = np.median([loss for loss, *_ in runs])
        by_layer(left, [report(hs[1:-1])[0] for _, hs, _, _ in runs], f"{name}: first loss {loss:.3g}")
        by_layer(right, [rms for rms, _, _ in reports], f"{name}: {labels}")
        ratios.append(f"{np.median([ratio for _, ratio, _ in reports]):.0e} ({name})")
    left.set(ylabel="root mean square", title="Activations, going up", ylim=(1e-2, 1e6))
    right.set(title="Deltas, going down")
    for ax in (left, right):
        plots.legend_below(ax)
    plots.caption(
        figure, f"Delta of the first layer over that of the last, median of {len(runs)} seeds: {'; '.join(ratios)}."
    )
    plots.show()
