"""`gradwise.reference` with a memory, for hidden checks: a class gets the same inputs, so each answer is computed once.

from autograder.grading.reference import reference
"""

import copy
import functools
from collections.abc import Callable, Hashable
from types import FunctionType
from typing import Any

import gradwise.reference
import numpy as np

MOST_ANSWERS = 4096  # the oldest goes first

_answers: dict[Hashable, Any] = {}


class _Remembering:
    """Has every function of `gradwise.reference`, under its name. Classes, which have a state, are passed on."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(gradwise.reference, name)
        return found if isinstance(found, type) else functools.partial(_answer, name, found)


def _answer(name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        asked = name, _key(args), _key(options)
    except TypeError:  # a function made on the spot, a generator: they may answer otherwise next time
        return function(*args, **options)
    if asked not in _answers:
        if len(_answers) >= MOST_ANSWERS:
            del _answers[next(iter(_answers))]
        _answers[asked] = function(*_fresh(args), **_fresh(options))
    return _fresh(_answers[asked])


def _key(value: Any) -> Hashable:
    """All there is to know of a plain value, as something that can be looked up.

    Raises:
        TypeError: it is not plain.
    """
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return kind, value.dtype.str, value.shape, value.tobytes()
    if kind in (list, tuple):
        return kind, *map(_key, value)
    if kind is dict:
        return kind, *((key, _key(item)) for key, item in value.items())
    if kind is float:
        return kind, value.hex()  # nan equals nan here, and 0.0 is not -0.0
    if isinstance(value, functools.partial) and value.func is _answer:  # one of the reference's own functions
        return kind, *value.args
    if kind in _PLAIN or (kind in _FUNCTIONS and "<" not in value.__qualname__):  # not <lambda>, not <locals>
        return kind, value
    raise TypeError(f"{kind.__name__} is not plain")


def _fresh(value: Any) -> Any:
    """A copy: what a check does to it must not reach the next learner."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(_fresh, value))
    return copy.deepcopy(value)


_PLAIN = {bool, int, str, bytes, type(None)}
_FUNCTIONS = {FunctionType, np.ufunc}

reference = _Remembering()
