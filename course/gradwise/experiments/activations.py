"""Notebook 02, experiments: units that fall silent, networks with a learner's activations, and sizes of gradients."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import nn

from .. import data, plots, progress_bar, training
from . import seeds

__all__ = ["FOUR_KINDS", "digits_table", "draw_seven", "draw_silence"]

Array = npt.NDArray[np.float64]
Maker = Callable[[], nn.Module]

# The activations whose units begin silent.
FOUR_KINDS: dict[str, Maker] = {
    "ReLU": nn.ReLU,
    "leaky, slope 0.01": nn.LeakyReLU,
    "leaky, slope 0.1": functools.partial(nn.LeakyReLU, 0.1),
    "ELU": nn.ELU,
}


def draw_silence(
    train: Callable[..., list[training.Run]],
    rates: Mapping[str, tuple[Any, ...]],
    starts: Mapping[str, tuple[Any, ...]],
) -> None:
    """Draws the share of silent units, epoch by epoch: on the left for learning rates, on the right for starts.

    Args:
        train: gives runs that watched the share of silent units, for a name and what stands behind it.
        rates: for each name what `train` gets besides.
        starts: the same.
    """
    figure, axes = plots.figure(2, 4.0, share_y=True)
    jobs = [(ax, name, rest) for ax, some in zip(axes, (rates, starts), strict=True) for name, rest in some.items()]
    silent = []
    for ax, name, rest in progress_bar.each(jobs, "7 networks × 4 seeds"):
        runs = train(name, *rest)
        plots.spread(ax, [run.watched for run in runs], f"{name}: accuracy {seeds.summary(runs)}")
        silent.append(f"{np.mean([run.watched[-1] for run in runs]):.0%}")
    axes[0].set(xlabel="epoch", ylabel="share of silent units", title="A learning rate too large")
    axes[1].set(xlabel="epoch", title="An unlucky start")
    shares = f"left {', '.join(silent[: len(rates)])}; right {', '.join(silent[len(rates) :])}"
    plots.caption(figure, f"Silent at the end, mean of 4 seeds (bands show all of them): {shares}.")
    plots.show()


def digits_table(digits: data.Split, activations: Mapping[str, Maker], loss: Callable[..., Any]) -> str:
    """Trains a network on digits with each activation and a loss, and returns the test accuracies as a table."""
    lines = ["your activation  test accuracy ± standard error, 5 seeds, with your loss"]
    for name, activation in progress_bar.each(activations.items(), "6 activations × 5 seeds"):

        def make(seed: int, activation: Maker = activation) -> nn.Module:
            return training.mlp([64, 32, 32, 10], activation, seed=seed)

        runs = training.over_seeds(make, digits, seeds=5, num_epochs=10, lr=0.1, loss=loss, label=name)
        lines.append(f"{name:16} {seeds.summary(runs)}")
    return "\n".join(lines)


def draw_seven(results: Mapping[str, tuple[Array, Array, list[float]]]) -> None:
    """Draws the sizes of the first and the last layer's gradient for seven activations, and what they reach.

    Args:
        results: for each name the gradient of the first and of the last weight matrix, and test accuracies.
    """
    figure, axes = plots.figure(4, 4.6, rows=2)
    shrinks = {name: float(np.std(last) / np.std(first)) for name, (first, last, _) in results.items()}
    scores: dict[str, Sequence[float]] = {name: accuracies for name, (_, _, accuracies) in results.items()}
    for ax, (name, (first, last, _)) in zip(axes, results.items(), strict=False):
        plots.gradient_sizes(ax, {"first layer": first, "last": last}, title=f"{name}: {shrinks[name]:.1f} times less")
    axes[0].legend()
    plots.scores(axes[7], scores, xlabel="test accuracy, 3 seeds")
    rest = [name for name in results if name not in ("sigmoid", "GELU")]
    finding = (
        f"Sigmoid's gradient shrinks {shrinks['sigmoid']:.0f}-fold on the way down, the others' "
        f"{max(shrinks[name] for name in rest):.1f}-fold at most.\nAfter 30 epochs sigmoid's test accuracy is "
        f"{np.mean(scores['sigmoid']):.2f}, the others' is {np.mean([scores[name] for name in rest]):.2f}."
    )
    plots.caption(figure, finding)
    plots.show()
