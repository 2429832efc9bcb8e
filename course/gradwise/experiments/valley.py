"""Notebook 05, experiments: a loss of two weights with a penalty, and the weights of a lasso."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from .. import plots
from .regularization import lasso

__all__ = ["draw_lasso", "draw_path", "draw_weights", "first_zero"]

Array = npt.NDArray[np.float64]
Step = Callable[[Array, Array, float, float], Any]  # (w, g, lr, lam) -> w

# A quadratic loss of two weights, (w - CENTRE)ᵀ HILL (w - CENTRE) / 2.
_CENTRE = np.array([1.6, 0.6])
_HILL = np.array([[1.0, 0.35], [0.35, 0.6]])
_STRENGTHS = np.linspace(0, 2, 41)


def _minimum(step: Step, lam: float) -> Array:
    w = np.zeros(2) + 0.5
    for _ in range(200):
        w = np.asarray(step(w, _HILL @ (w - _CENTRE), 0.3, lam))
    return w


def first_zero(step: Step) -> float:
    """The smallest of the path's λ at which a weight is exactly 0, or nan."""
    strengths = [lam for lam in _STRENGTHS if np.any(_minimum(step, lam) == 0)]
    return float(strengths[0]) if strengths else float("nan")


def draw_path(ax: Axes, name: str, step: Step) -> None:
    """Contours of a loss of two weights, and where the minimum of loss and penalty goes as λ grows from 0 to 2.

    Args:
        ax: where to draw.
        name: "L1" or "L2": the penalty's own contour is drawn as well.
        step: one step of gradient descent with that penalty.
    """
    path = np.array([_minimum(step, lam) for lam in _STRENGTHS])
    grid = np.stack(np.meshgrid(np.linspace(-0.7, 2.6, 80), np.linspace(-0.9, 1.9, 80)), axis=-1)
    away = grid - _CENTRE
    loss = np.einsum("abi,ij,abj->ab", away, _HILL, away) / 2
    ax.contour(grid[..., 0], grid[..., 1], loss, levels=[0.02, 0.1, 0.3, 0.6, 1.0, 1.6], colors=plots.SKY, linewidths=1)
    size = np.abs(grid).sum(axis=-1) if name == "L1" else np.sqrt(np.square(grid).sum(axis=-1))
    middle = np.abs(path[10]).sum() if name == "L1" else np.sqrt(np.square(path[10]).sum())
    ax.contour(grid[..., 0], grid[..., 1], size, levels=[float(middle)], colors=plots.ORANGE)
    ax.axhline(0, color=plots.GREY, linewidth=0.5)
    ax.axvline(0, color=plots.GREY, linewidth=0.5)
    ax.plot(*path.T, ".-", color=plots.RED, markersize=4)
    ax.set(title=f"{name}: minima for λ from 0 to 2", xlabel="$w_1$", ylabel="$w_2$", aspect="equal")


def draw_weights(ax: Axes, weights: Mapping[str, Array]) -> None:
    """The sizes of weights, sorted, in powers of ten; exact zeros stand at the bottom."""
    floor = 1e-9
    for (name, w), marker in zip(weights.items(), "ovs", strict=False):
        sizes = np.sort(np.maximum(np.abs(w), floor))[::-1]
        ax.plot(np.arange(1, len(w) + 1), sizes, marker, markersize=4, label=name, alpha=0.7)
    ax.axhline(floor, color=plots.GREY, linewidth=0.5)
    ax.set(yscale="log", xlabel="weights, sorted", ylabel="|w|", ylim=(floor / 10, 10))
    ax.set_yticks([floor, 1e-6, 1e-3, 1.0], ["0", "$10^{-6}$", "$10^{-3}$", "1"])
    plots.legend_below(ax)


def draw_lasso(axes: Sequence[Axes], l2: Step, l1: Step, others: Mapping[str, Step]) -> str:
    """Draws the paths of L2 and L1, and the weights of a lasso by several steps. Says where zeros are.

    Args:
        axes: three of them.
        l2: a step with the gradient of the L2 penalty.
        l1: a learner's proximal step.
        others: steps that lectures give for L1.
    """
    draw_path(axes[0], "L2", l2)
    draw_path(axes[1], "L1", l1)
    weights = {name: lasso(step, num_steps=3000) for name, step in {**others, "your proximal step": l1}.items()}
    draw_weights(axes[2], weights)
    zeros = "; ".join(f"{name}: {(w == 0).sum()}" for name, w in weights.items())
    return (
        f"Left, middle: dots are minima for growing λ; L1 makes a weight 0 at λ = {first_zero(l1):.2f}.\n"
        f"Right: exact zeros among 20 weights. {zeros}."
    )
