"""All notebooks, experiments: means, standard errors and paired differences over seeds."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..plots import standard_error
from ..training import Run
from ..wording import counted

__all__ = ["comparison", "mean_and_error", "paired", "summary", "wins"]

Array = npt.NDArray[np.float64]


def mean_and_error(values: Sequence[float] | Array) -> str:
    """The mean over seeds and its standard error, "0.972 ± 0.002"."""
    return f"{np.mean(values):.3f} ± {standard_error(values):.3f}"


def summary(runs: Sequence[Run]) -> str:
    """The mean test accuracy of several runs and its standard error, "0.972 ± 0.002"."""
    return mean_and_error([run.accuracy for run in runs])


def wins(method: npt.ArrayLike, baseline: npt.ArrayLike) -> str:
    """Counts the seeds on which the first of two methods is better, "5 of 8 seeds"."""
    better = np.asarray(method) > np.asarray(baseline)
    return f"{int(better.sum())} of {counted(better.size, 'seed')}"


def paired(method: npt.ArrayLike, baseline: npt.ArrayLike) -> str:
    """The mean difference of two methods over the same seeds, its t value, and how often the first one won."""
    difference = np.asarray(method) - np.asarray(baseline)
    error = float(standard_error(difference))
    t = f"{difference.mean() / error:+.1f}" if error > 0 else "-"
    return f"{difference.mean():+.3f} (t = {t}, {wins(method, baseline)})"


def comparison(table: Mapping[str, tuple[Sequence[float], Sequence[int]]], baseline: str) -> str:
    """A text table of methods: accuracy over seeds, the paired difference from one of them, and the epochs used.

    Args:
        table: the accuracies, and the epochs whose weights they belong to (if they are known), of each method.
        baseline: the method that the others are compared with.
    """
    lines = [f"{'mean ± standard error':31} test accuracy    {'minus ' + baseline:18}   weights of epoch"]
    for name, (scores, epochs) in table.items():
        won = "" if name == baseline else mean_and_error(np.subtract(scores, table[baseline][0]))
        used = f"{min(epochs)} to {max(epochs)}" if len(epochs) else ""
        lines.append(f"{name:31} {mean_and_error(scores)}    {won:>15}      {used}".rstrip())
    return "\n".join(lines)
