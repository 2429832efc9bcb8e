"""Functions that cross as text, so that student code calls them without a message for each call.

A check that counts or notes the calls of its function passes an ordinary function, which stays on the trusted side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .packing import as_array, as_scalar
from .types import NUMBER, Mismatch


@dataclass(frozen=True)
class Formula:
    """A function that is written down: ``Formula("np.sin(x) + 0.5 * x")``.

    Each side makes the function from the text. A formula goes in only, from a check to student code. Student code could
    do without the function that it is given in any case, so it gains nothing by having this one in its own process.

    Attributes:
        text: an expression of its parameters and of `np`.
        of: its parameters. A function of `x` takes an array and returns one; any other takes and returns floats.
    """

    text: str
    of: str = "x"

    @property
    def __name__(self) -> str:
        """How the function is shown to a learner."""
        return f"lambda {self.of}: {self.text}"

    def __call__(self, *args: Any) -> Any:
        """Returns its value.

        Raises:
            TypeError: an argument is not an array of numbers, or a number.
        """
        return function_of(self.text, self.of)(*args)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Formula":
        """Returns itself, since nothing can change it."""
        return self


@lru_cache(64)
def function_of(text: str, of: str = "x") -> Callable[..., Any]:
    """Returns the function that a formula writes down. It leaves its argument alone and returns a new array."""
    written = eval(f"lambda {of}: {text}", {"np": np})

    def f(*args: Any) -> Any:
        try:
            if of != "x":
                return float(written(*(as_scalar(arg, NUMBER) for arg in args)))
            values = [as_array(arg) for arg in args]
        except Mismatch as mismatch:
            raise TypeError(f"the function you were given cannot take {mismatch}") from None
        if any(array.dtype.kind not in "biuf" for array in values):
            raise TypeError("the function you were given takes numbers")
        with np.errstate(all="ignore"):  # a warning would be counted as the learner's
            return np.array(written(*values))

    return f
