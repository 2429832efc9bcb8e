"""Compares the processor time of two things in one run. A busy machine slows both down; seconds would depend on it."""

import time
from collections.abc import Callable

import numpy as np

Work = Callable[[], object]


def times_as_long(work: Work, yardstick: Work, *, most: float, attempts: int = 12) -> float:
    """Returns how many times as much processor time some work takes as a yardstick does.

    The quickest of several attempts counts, of both in turn: other programs can only make an attempt slower.

    Args:
        work: what is measured.
        yardstick: what it is compared with.
        most: the ratio that is allowed; once it is reached, nothing more is tried.
        attempts: the largest number of attempts.
    """
    works, yardsticks = [], []
    for _ in range(attempts):
        yardsticks.append(_seconds(yardstick))
        works.append(_seconds(work))
        if min(works) <= most * min(yardsticks):
            break
    return min(works) / min(yardsticks)


def small_network() -> None:
    """A yardstick of about a millisecond: a layer of 64 units forwards and backwards, twenty times."""
    X, W = np.ones((64, 64)), np.full((64, 64), 0.01)
    for _ in range(20):
        np.maximum(X @ W, 0).T @ X


def _seconds(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
