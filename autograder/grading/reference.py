"""`gradwise.reference` with a cache, for hidden checks: a class gets the same inputs, so each answer is computed once.

from autograder.grading.reference import reference
"""

import copy
import functools
from collections.abc import Callable, Hashable, Iterable
from types import FunctionType
from typing import Any

import gradwise.reference
import numpy as np

MOST_ANSWERS = 4096  # the oldest is removed first

_answers: dict[Hashable, Any] = {}


class _CachedReference:
    """Every function of `gradwise.reference` with a cache. Its classes, whose objects have a state, are not cached."""

    def __getattr__(self, name: str) -> Any:
        definition = getattr(gradwise.reference, name)
        return definition if isinstance(definition, type) else functools.partial(_answer, name, definition)


def _answer(name: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        key = name, *map(_argument_key, args), _key(tuple(options)), *map(_argument_key, options.values())
    except TypeError:  # an argument such as a lambda: the answer may differ the next time
        return function(*args, **options)
    if key not in _answers:
        if len(_answers) >= MOST_ANSWERS:
            del _answers[next(iter(_answers))]
        given, given_options = _fresh(args), _fresh(options)
        answer = function(*given, **given_options)
        _answers[key] = answer, _states([*given, *given_options.values()])
    answer, states = _answers[key]
    for generator, state in zip(_generators([*args, *options.values()]), states, strict=True):
        generator.bit_generator.state = state
    return _fresh(answer)


def _generators(values: Iterable[Any]) -> list[np.random.Generator]:
    return [value for value in values if isinstance(value, np.random.Generator)]


def _states(values: Iterable[Any]) -> list[Any]:
    """Returns the states of all generators among some values: a function that draws leaves its generator in another."""
    return [generator.bit_generator.state for generator in _generators(values)]


def _argument_key(value: Any) -> Hashable:
    """Returns the key of a whole argument, which may be a generator too: its state decides what comes of it."""
    return repr(value.bit_generator.state) if isinstance(value, np.random.Generator) else _key(value)


def _key(value: Any) -> Hashable:
    """Returns a hashable key that is equal for equal plain values only.

    Raises:
        TypeError: the value is not plain data.
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
    if kind in _PLAIN or kind is np.ufunc or (kind is FunctionType and "<" not in value.__qualname__):
        return kind, value  # of functions neither <lambda> nor <locals>, which may depend on more than their arguments
    raise TypeError(f"{kind.__name__} is not plain")


def _fresh(value: Any) -> Any:
    """Returns a copy, so that a check which changes an answer does not change it for the next learner."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(map(_fresh, value))
    return copy.deepcopy(value)


_PLAIN = {bool, int, str, bytes, type(None)}

reference = _CachedReference()
