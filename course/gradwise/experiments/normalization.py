"""Sweeps: the same networks trained for several values of one setting, and how the result depends on it."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from .. import plots
from ..training import Run

__all__ = ["sweep"]


def sweep(
    ax: Axes,
    values: Sequence[float],
    methods: dict[str, Callable[[float], list[Run]]],
    *,
    xlabel: str,
    ylabel: str = "test accuracy",
    measure: Callable[[Run], float] = lambda run: run.accuracy,
) -> dict[str, list[float]]:
    """Draws a result against a setting: the mean with its standard error, and every single run behind it.

    Args:
        ax: where to draw; its x axis becomes logarithmic.
        values: of the setting.
        methods: what gives the runs, one for each seed, for a value of the setting; by name.
        xlabel: what the setting is.
        ylabel: what is measured.
        measure: takes it from a run; by default the accuracy on the test examples.

    Returns:
        The mean results of each method, in the order of the values.
    """
    means = {}
    for (name, runs_for), colour in zip(methods.items(), plots.CYCLE, strict=False):
        scores = np.array([[measure(run) for run in runs_for(value)] for value in values])
        means[name] = scores.mean(axis=1).tolist()
        errors = scores.std(axis=1, ddof=1) / np.sqrt(scores.shape[1])
        ax.plot(values, scores, ".", color=colour, alpha=0.3)
        ax.errorbar(values, means[name], yerr=errors, color=colour, marker="o", markersize=4, label=name)
    ax.set(xscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=0)
    ax.set_xticks(values, [f"{value:g}" for value in values])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.legend(fontsize=8)
    return means
