"""Notebook 03, experiments: the same networks trained for several values of one setting."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from .. import plots, progress_bar
from ..training import Run

__all__ = ["compare_settings"]


def compare_settings(
    ax: Axes,
    values: Sequence[float],
    methods: dict[str, Callable[[float], list[Run]]],
    *,
    xlabel: str,
    ylabel: str = "test accuracy",
    measure: Callable[[Run], float] = lambda run: run.accuracy,
) -> dict[str, list[float]]:
    """Trains networks for several values of a setting, and draws the result: means, standard errors, every run.

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
    trials = [(name, value) for name in methods for value in values]
    runs = [methods[name](value) for name, value in progress_bar.each(trials, xlabel)]
    results = np.array([[measure(run) for run in some] for some in runs])
    scores = dict(zip(methods, np.split(results, len(methods)), strict=True))
    averages = plots.means(ax, values, scores, xlabel=xlabel, ylabel=ylabel, dots=True)
    ax.set_ylim(bottom=0)
    ax.legend()
    return averages
