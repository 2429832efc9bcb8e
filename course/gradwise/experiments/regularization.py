"""Notebook 05, experiments: a curve fitted many times, a valley, a lasso, a network on few digits."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from torch import nn

from .. import plots, progress_bar, training
from ..bridge import InTraining
from ..data import Split
from .seeds import summary

__all__ = ["Curve", "digits_table", "draw_path", "draw_weights", "first_zero", "lasso"]

Array = npt.NDArray[np.float64]
Step = Callable[[Array, Array, float, float], Any]  # (w, g, lr, lam) -> w


class Curve:
    """A curve seen at the same places many times, with new noise each time, and fitted by 15 cosines.

    Args:
        places: how many points each fit sees.
        repeats: how many fits there are.
        seed: of places and noise.

    Attributes:
        features: the cosines at the places, shape (places, 15).
        noise: variance of the noise.
    """

    def __init__(self, places: int, repeats: int, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        x = (np.arange(places) + self._rng.random(places)) / places
        self.noise = 0.25
        self.features = self._cosines(x)
        self._seen = self._noisy(x, repeats)
        self._x = np.linspace(0, 1, 201)
        self._new = self._noisy(self._x, repeats)

    def gradient(self, W: Array) -> Array:
        """The gradient of the mean squared error of each fit, for weights (15, repeats)."""
        slope: Array = 2 * self.features.T @ (self.features @ W - self._seen) / len(self._seen)
        return slope

    def decompose(self, W: Array) -> tuple[float, float, float]:
        """Squared bias, variance, and the mean squared error on new noisy points, averaged over the curve."""
        fits = self._cosines(self._x) @ W
        bias = float(np.mean((fits.mean(axis=1) - self._truth(self._x)) ** 2))
        return bias, float(fits.var(axis=1).mean()), float(np.mean((fits - self._new) ** 2))

    @staticmethod
    def _truth(x: Array) -> Array:
        y: Array = np.sin(2 * np.pi * x) + 0.5 * np.sin(5 * np.pi * x)
        return y

    def _noisy(self, x: Array, repeats: int) -> Array:
        y: Array = self._truth(x)[:, None] + np.sqrt(self.noise) * self._rng.normal(size=(len(x), repeats))
        return y

    @staticmethod
    def _cosines(x: Array) -> Array:
        waves: Array = np.cos(np.pi * x[:, None] * np.arange(15)) * np.where(np.arange(15) > 0, np.sqrt(2), 1)
        return waves


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


def lasso(step: Step, *, num_steps: int, lr: float = 0.05, lam: float = 0.1, seed: int = 0) -> Array:
    """Twenty weights after many steps on a linear regression in which only the first four matter.

    Args:
        step: ``(w, g, lr, lam) -> w``, with the gradient g of half the mean squared error.
        num_steps: how many.
        lr: learning rate.
        lam: strength of the penalty.
        seed: of the data.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(100, 20))
    y = X[:, :4] @ np.array([2.0, -1.5, 1.0, -0.7]) + 0.5 * rng.normal(size=100)
    w = rng.normal(0, 0.5, 20)
    for _ in range(num_steps):
        w = np.asarray(step(w, X.T @ (X @ w - y) / 100, lr, lam))
    return w


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


def digits_table(split: Split, methods: Mapping[str, dict[str, Any]], *, elsewhere: Array) -> str:
    """Trains on digits by each method, and gives the test accuracy: as it is, and on other pictures of the same digits.

    Args:
        split: the digits.
        methods: what `digits_runs` gets for each method.
        elsewhere: the test digits in another place, shape (n, 64).
    """
    lines = [f"{'':22} test accuracy ± standard error, 5 seeds   the same digits, shifted"]
    for name, options in progress_bar.each(methods.items(), f"{len(methods)} methods × 5 seeds"):
        runs = digits_runs(split, name, **options)
        moved = np.mean([training.accuracy(run.model, elsewhere, split.y_test) for run in runs])
        lines.append(f"{name:22} {summary(runs)}                             {moved:.3f}")
    return "\n".join(lines)


def digits_runs(
    split: Split,
    label: str,
    *,
    front: Callable[..., Any] | None = None,
    activation: Callable[[], nn.Module] = nn.ReLU,
    seeds: int = 5,
    num_epochs: int = 60,
    **options: Any,
) -> list[training.Run]:
    """Trains a network with two hidden layers of 64 units on pictures of digits, for several seeds.

    Args:
        split: the digits.
        label: what the progress bar says.
        front: ``(X, rng) -> X``, done to each batch in training.
        activation: makes what stands behind each hidden layer.
        seeds: how many runs.
        num_epochs: how often each example is seen.
        options: what `training.fit` gets besides.
    """

    def make(seed: int) -> nn.Module:
        network = training.mlp([64, 64, 64, 10], activation, seed=seed)
        return nn.Sequential(InTraining(front, seed), *network) if front else network

    return training.over_seeds(make, split, seeds=seeds, num_epochs=num_epochs, lr=0.2, label=label, **options)
