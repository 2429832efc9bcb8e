"""Notebook 06, experiments: surfaces with two weights, and the paths of update rules on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import plots

__all__ = [
    "OBLIQUE",
    "RAVINE",
    "ROSENBROCK",
    "SADDLE",
    "Surface",
    "apart",
    "compare",
    "contours",
    "descend",
    "draw_limits",
    "draw_six",
    "largest_rate",
    "step_sizes",
    "steps_until",
]

Array = npt.NDArray[np.float64]
Update = Callable[[Array, Array, Any], tuple[Array, Any]]


@dataclass(frozen=True)
class Surface:
    """A loss with two weights.

    Attributes:
        name: what it is called in a figure.
        value: the loss at points (..., 2).
        gradient: the gradient at one point (2,).
        start: where a path begins.
        window: the part of the plane to look at: left, right, bottom, top.
        lowest: the loss at the minimum.
    """

    name: str
    value: Callable[[Array], Array]
    gradient: Callable[[Array], Array]
    start: tuple[float, float]
    window: tuple[float, float, float, float]
    lowest: float = 0.0


def _rosenbrock_gradient(w: Array) -> Array:
    x, y = w
    return np.array([-2 * (1 - x) - 40 * x * (y - x**2), 20 * (y - x**2)])


RAVINE = Surface(
    "quadratic, κ = 100",
    lambda w: 0.5 * (w[..., 0] ** 2 + 100 * w[..., 1] ** 2),
    lambda w: np.array([1.0, 100.0]) * w,
    (1.0, 0.7),
    (-1.3, 1.3, -1.3, 1.3),
)
OBLIQUE = Surface(
    "the same, turned by 45°",
    lambda w: 0.25 * ((w[..., 0] + w[..., 1]) ** 2 + 100 * (w[..., 0] - w[..., 1]) ** 2),
    lambda w: np.array([[50.5, -49.5], [-49.5, 50.5]]) @ w,
    (0.3 / 2**0.5, 1.7 / 2**0.5),
    (-1.3, 1.3, -1.3, 1.3),
)
ROSENBROCK = Surface(
    "Rosenbrock's valley",
    lambda w: (1 - w[..., 0]) ** 2 + 10 * (w[..., 1] - w[..., 0] ** 2) ** 2,
    _rosenbrock_gradient,
    (-1.2, 1.0),
    (-1.8, 1.8, -0.8, 2.2),
)
SADDLE = Surface(
    "saddle",
    lambda w: w[..., 0] ** 2 / 2 - w[..., 1] ** 2 / 2 + w[..., 1] ** 4 / 4 + 0.25,
    lambda w: np.array([w[0], w[1] ** 3 - w[1]]),
    (0.8, 1e-3),
    (-1.3, 1.3, -1.3, 1.3),
)


def descend(update: Update, surface: Surface, num_steps: int) -> Array:
    """The path of an update rule, shape (num_steps + 1, 2), from the surface's start.

    Args:
        update: ``update(w, g, state) -> (w, state)``; the state starts as ``{}``.
        surface: where it goes.
        num_steps: how many steps it takes; fewer if it leaves all bounds: the rest is nan.
    """
    w: Array = np.array(surface.start)
    state: Any = {}
    path = np.full((num_steps + 1, 2), np.nan)
    path[0] = w
    for step in range(1, num_steps + 1):
        w, state = update(w, surface.gradient(w), state)
        if not np.all(np.abs(w) < 1e6):
            break
        path[step] = w
    return path


def steps_until(path: Array, surface: Surface, below: float = 1e-6) -> int | None:
    """After how many steps the loss stays within `below` of the lowest, to the path's end; None if it does not."""
    outside = np.flatnonzero(~(surface.value(path) - surface.lowest < below))  # nan is outside
    settled = int(outside[-1]) + 1 if outside.size else 0
    return settled if settled < len(path) else None


def contours(ax: Any, surface: Surface) -> None:
    """Draws the lines of equal loss."""
    left, right, bottom, top = surface.window
    x, y = np.meshgrid(np.linspace(left, right, 60), np.linspace(bottom, top, 60))
    height = np.log10(surface.value(np.stack([x, y], axis=-1)) - surface.lowest + 1e-3)
    ax.contour(x, y, height, levels=8, colors=plots.GREY, linewidths=0.5, alpha=0.6)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(left, right), ylim=(bottom, top))


def compare(ax: Any, rules: dict[str, Update], surface: Surface, *, num_steps: int = 600, shown: int = 200) -> None:
    """Draws the largest loss from each step on under several rules, and after how many steps it is below a millionth.

    The loss itself swings up and down on its way, and six such curves hide each other.
    """
    for name, update in rules.items():
        path = descend(update, surface, num_steps)
        steps = steps_until(path, surface)
        says = f"{name}: {steps}" if steps is not None else f"{name}: more than {num_steps}"
        losses = surface.value(path) - surface.lowest
        ahead = np.fmax.accumulate(losses[::-1])[
            ::-1
        ]  # where a rule left all bounds there is nan, which is passed over
        ax.plot(np.log10(ahead[:shown] + 1e-12), linewidth=1.5, label=says)
    ax.axhline(-6, color=plots.GREY, linewidth=0.8, linestyle=":")
    ax.set(xlabel="step", ylabel="log10 of the largest loss from here on", ylim=(-8, 2))
    ax.set_title(surface.name)
    plots.legend_below(ax, 2, 0.18)
    ax.get_legend().set_title("below 1e-6 for good after so many steps")


def largest_rate(ax: Any, rule: Callable[[float], Update], limit: float, label: str) -> float:
    """Draws the loss in the ravine after 400 steps over the learning rate, and the limit that theory gives.

    Returns:
        The largest of the rates that ended below a loss of 1.
    """
    rates = limit * np.linspace(0.9, 1.05, 31)
    ends = np.array([RAVINE.value(descend(rule(lr), RAVINE, 400)[-1]) for lr in rates])
    (line,) = ax.plot(rates, np.log10(ends), ".", label=label)
    ax.axvline(limit, color=line.get_color(), linewidth=0.8)
    ax.set(xlabel="learning rate", ylabel="log10 loss after 400 steps")
    ax.set_title("How large may the rate be?")
    plots.legend_below(ax, 2, 0.3)
    return float(rates[ends < 1].max())


def apart(rule: Update, other: Update, *, num_steps: int = 50) -> float:
    """Measures the largest distance of two rules' paths in the ravine, over all steps and both weights."""
    return float(np.nanmax(np.abs(descend(rule, RAVINE, num_steps) - descend(other, RAVINE, num_steps))))


def step_sizes(update: Update, num_steps: int) -> Array:
    """Measures how far each step goes on a slope whose gradient is 1 everywhere, shape (num_steps,)."""
    slope = Surface("slope", lambda w: w.sum(axis=-1), np.ones_like, (0.0, 0.0), (-1, 1, -1, 1))
    return -np.diff(descend(update, slope, num_steps)[:, 0])


def draw_six(rules: dict[str, Update], average: Update) -> None:
    """Draws six rules in the ravine, and in the same ravine turned by 45 degrees.

    Args:
        rules: by name; one is "momentum 0.01".
        average: momentum as an average, at ten times that rate.
    """
    figure, (aligned, turned) = plots.figure(2, 4.6, share_y=True)
    compare(aligned, rules, RAVINE)
    compare(turned, rules, OBLIQUE)
    turned.set_ylabel("")
    same = apart(average, rules["momentum 0.01"])
    plots.caption(figure, f"Momentum as an average, at 10 times the rate: the same path up to {same:.0e}.")
    plots.show()


def draw_limits(rule: Callable[[float, float], Update]) -> None:
    """Draws up to which rate gradient descent and the heavy ball arrive in the ravine.

    Args:
        rule: gives the step for a learning rate and a momentum.
    """
    figure, (ax,) = plots.figure(1, 3.0)
    largest = []
    for beta in (0.0, 0.9):

        def at(lr: float, beta: float = beta) -> Update:
            return rule(lr, beta)

        largest.append(largest_rate(ax, at, 2 * (1 + beta) / 100, f"β = {beta}"))
    finding = (
        f"The largest rates that worked: {largest[0]:.4f} without momentum, {largest[1]:.4f} with it. "
        "Lines: 2(1 + β)/100."
    )
    plots.caption(figure, finding)
    plots.show()
