"""Stand-ins for a random generator, whose numbers are in the call. The grader sends this file into the sandbox."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MOST_DRAWN = 3000  # numbers at once


class Draws:
    """Stands in for a random generator: gives these numbers in turn, whatever is asked for."""

    def __init__(self, numbers: Sequence[float]) -> None:
        self._numbers, self._next = list(numbers), 0

    def _take(self, size: Any = None, change: Callable[[float], Any] = lambda u: u) -> Any:
        if size is None:
            self._next += 1
            return change(self._numbers[(self._next - 1) % len(self._numbers)])
        count = math.prod(size) if isinstance(size, tuple | list) else int(size)
        if count > MOST_DRAWN:
            raise ValueError("too many numbers")
        return np.array([self._take(None, change) for _ in range(count)]).reshape(size)

    def random(self, size: Any = None) -> Any:
        """Gives numbers as they are listed."""
        return self._take(size)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Gives numbers, stretched from 0 and 1 to the bounds."""
        return low + (high - low) * self._take(_size(size, low, high))

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Gives numbers, times the scale, around the center."""
        return loc + scale * self._take(_size(size, loc, scale))

    def standard_normal(self, size: Any = None) -> Any:
        """Gives numbers as they are listed."""
        return self._take(size)

    def binomial(self, n: int, p: float, size: Any = None) -> Any:
        """Gives 1 for a number of at least 1 - p, else 0."""
        return (self._take(size) >= 1 - p) * 1

    def beta(self, a: Any, b: Any, size: Any = None) -> Any:
        """Gives numbers as they are listed."""
        return self._take(size)

    def integers(self, low: Any, high: Any = None, size: Any = None) -> Any:
        """Gives integers, stretched from 0 and 1 to the bounds."""
        low, high = (0, low) if high is None else (low, high)
        return self._take(size, lambda u: int(low + u * (high - low)))

    def choice(self, a: Any, size: Any = None, replace: bool = True, **_: Any) -> Any:
        """Chooses by `integers`, or without replacement by `permutation`."""
        items = np.arange(a) if np.ndim(a) == 0 else np.asarray(a)
        return items[self.integers(len(items), size=size)] if replace else self.permutation(items)[:size]

    def permutation(self, x: Any) -> Any:
        """Puts items in the order in which their numbers grow."""
        items = np.arange(x) if np.ndim(x) == 0 else np.asarray(x)
        return items[np.argsort(self._take(len(items)), kind="stable")]

    def permuted(self, x: Any, axis: Any = None) -> Any:
        """Does what `permutation` does."""
        return self.permutation(x)

    def shuffle(self, x: Any) -> None:
        """Shuffles in place, as `permutation` orders."""
        x[:] = self.permutation(x)


class Order(Draws):
    """Stands in for a random generator that shuffles into this order."""

    def __init__(self, order: Sequence[int]) -> None:
        super().__init__([place / len(order) for place in np.argsort(order)])
        self._order = list(order)

    def permutation(self, x: Any) -> Any:
        """Puts items in the order that was given."""
        items = np.arange(x) if np.ndim(x) == 0 else np.asarray(x)
        return items[[place for place in self._order if place < len(items)]]


def _size(size: Any, *shaped: Any) -> Any:
    shape = np.broadcast(*shaped).shape
    return shape if size is None and shape else size
