"""Calls and values as text: as a learner could type them, with as many digits as a person wants to read."""

import itertools
import re
from collections.abc import Callable, Collection
from typing import Any

import numpy as np

MOST_NUMBERS = 40  # an array with more than that is not printed, and of a list so many items are


def show_call(function: str, args: tuple[Any, ...]) -> str:
    """The call as a learner could type it."""
    return f"{function}({', '.join(show(arg, code=True) for arg in args)})"


def show(value: Any, *, code: bool = False, digits: int = 6) -> str:
    """A value as text; with `code` as something that can be typed in, ``np.`` and all."""
    if isinstance(value, list | tuple) and not _is_plain(value):
        parts = _joined(value, lambda part: show(part, code=code, digits=digits))
        return f"({parts})" if isinstance(value, tuple) else f"[{parts}]"
    if isinstance(value, dict):
        return f"{{{_joined(value.items(), lambda item: f'{item[0]!r}: {show(item[1], code=code, digits=digits)}')}}}"
    if isinstance(value, np.ndarray) and value.size <= MOST_NUMBERS and max(value.shape, default=0) <= MOST_NUMBERS:
        text = _numbers(value.tolist(), digits)
        return "np.array(" + re.sub("inf|nan", lambda name: f"np.{name[0]}", text) + ")" if code else text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    text = _numbers(value, digits)
    return text if len(text) <= 200 else text[:200] + "…"


def _joined(items: Collection[Any], text: Callable[[Any], str]) -> str:
    """Returns the texts of the first items, and … for the rest."""
    rest = ["…"] if len(items) > MOST_NUMBERS else []
    return ", ".join([*map(text, itertools.islice(items, MOST_NUMBERS)), *rest])


def _is_plain(value: Any) -> bool:
    """Tells whether what is shown of a value is a list, of lists perhaps, of Python's own numbers and strings."""
    if isinstance(value, list):
        return all(map(_is_plain, value[:MOST_NUMBERS]))
    return isinstance(value, int | float | str | None)


def _numbers(value: Any, digits: int) -> str:
    """Numbers as Python would read them, with as many digits as a person wants to."""
    if isinstance(value, list):
        return f"[{_joined(value, lambda item: _numbers(item, digits))}]"
    if not isinstance(value, float):
        return repr(value)
    text = f"{value + 0.0:.{digits}g}"  # and 0 without a sign, which says nothing here
    return text if any(char in text for char in ".einf") else f"{text}."
