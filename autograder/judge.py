"""`gradwise.reference` with a memory, for hidden checks: a class gets the same inputs, so each answer is computed once.

from autograder.judge import reference
"""

import copy
import functools
import pickle
from collections.abc import Callable
from typing import Any

import gradwise.reference
import numpy as np

MOST_ANSWERS = 4096


class _Remembering:
    """Has every function of `gradwise.reference`, under its name. Classes, which have a state, are passed on."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(gradwise.reference, name)
        return found if isinstance(found, type) else functools.partial(_answer, name, found)


def _answer(name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        asked = pickle.dumps((args, options))
    except (pickle.PicklingError, AttributeError, TypeError):  # a function made on the spot
        return function(*args, **options)
    return _fresh(_remembered(name, asked))


def _fresh(value: Any) -> Any:
    """A copy: what a check does to it must not reach the next learner."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(_fresh, value))
    return copy.deepcopy(value)


@functools.lru_cache(MOST_ANSWERS)
def _remembered(name: str, asked: bytes) -> Any:
    args, options = pickle.loads(asked)
    return getattr(gradwise.reference, name)(*args, **options)


reference = _Remembering()
