"""Means, standard errors and paired differences over seeds."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["comparison", "mean_and_error", "paired"]

Array = npt.NDArray[np.float64]


def paired(method: Array, baseline: Array) -> str:
    """The mean difference of two methods over the same seeds, its t value, and how often the first one won."""
    difference = np.asarray(method) - np.asarray(baseline)
    error = float(np.std(difference, ddof=1) / np.sqrt(len(difference)))
    t = f"{difference.mean() / error:+.1f}" if error > 0 else "-"
    return f"{difference.mean():+.3f} (t = {t}, {int((difference > 0).sum())} of {len(difference)} seeds)"


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
        lines.append(f"{name:31} {mean_and_error(np.asarray(scores))}    {won:>15}      {used}".rstrip())
    return "\n".join(lines)


def mean_and_error(values: Array) -> str:
    """The mean of several runs and its standard error, "0.972 ± 0.002"."""
    return f"{values.mean():.3f} ± {values.std(ddof=1) / len(values) ** 0.5:.3f}"
