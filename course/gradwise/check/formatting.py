"""Calls and values as text: as a learner could type them, with as many digits as a person wants to read."""

import itertools
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

Place = tuple[int, ...]  # the indices that lead to a part of a value

MARKS = ("\ue000", "\ue001")  # before and behind a number that differs; Unicode leaves these two to us
MOST_NUMBERS = 40  # an array with more than that is not printed, and of a list so many items are


def show_call(function: str, args: tuple[Any, ...]) -> str:
    """The call as a learner could type it."""
    return f"{function}({', '.join(show(arg, code=True) for arg in args)})"


def show(value: Any, *, code: bool = False, digits: int = 6, marks: Mapping[Place, Any] | None = None) -> str:
    """A value as text.

    Args:
        value: what is shown.
        code: whether the text can be typed in, ``np.`` and all.
        digits: of each number.
        marks: what to put into `MARKS`, by the place in tuples and lists: True, or for each number True or False.
    """
    marks = marks or {}
    mask = marks.get((), False)
    if mask is True:
        return f"{MARKS[0]}{show(value, code=code, digits=digits)}{MARKS[1]}"
    if isinstance(value, list | tuple) and not _is_plain(value):
        parts = _joined(value, lambda i, part: show(part, code=code, digits=digits, marks=_within(marks, i)))
        return f"({parts})" if isinstance(value, tuple) else f"[{parts}]"
    if isinstance(value, dict):
        items = _joined(value.items(), lambda _, item: f"{item[0]!r}: {show(item[1], code=code, digits=digits)}")
        return f"{{{items}}}"
    if isinstance(value, np.ndarray) and value.size <= MOST_NUMBERS and max(value.shape, default=0) <= MOST_NUMBERS:
        text = _numbers(value.tolist(), digits, mask)
        return "np.array(" + re.sub("inf|nan", lambda name: f"np.{name[0]}", text) + ")" if code else text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    text = _numbers(value, digits, mask)
    return text if len(text) <= 200 else text[:200] + "…"


def plain(text: str) -> str:
    """A text without its marks."""
    return text.translate(dict.fromkeys(map(ord, MARKS)))


def as_line(row: tuple[str, str]) -> str:
    """A row as plain text: the word, and beside it the text, of one line or several."""
    word, text = row
    return f"  {word:7} " + plain(text).replace("\n", "\n" + " " * 10)


def _within(marks: Mapping[Place, Any], index: int) -> dict[Place, Any]:
    return {place[1:]: mark for place, mark in marks.items() if place[:1] == (index,)}


def _joined(items: Collection[Any], text: Callable[[int, Any], str]) -> str:
    """Returns the texts of the first items, each by its index and itself, and … for the rest."""
    rest = ["…"] if len(items) > MOST_NUMBERS else []
    return ", ".join([*itertools.starmap(text, enumerate(itertools.islice(items, MOST_NUMBERS))), *rest])


def _is_plain(value: Any) -> bool:
    """Tells whether what is shown of a value is a list, of lists perhaps, of Python's own numbers and strings."""
    if isinstance(value, list):
        return all(map(_is_plain, value[:MOST_NUMBERS]))
    return isinstance(value, int | float | str | None)


def _numbers(value: Any, digits: int, mask: Any = False) -> str:
    """Numbers as Python would read them, with as many digits as a person wants to; marked where the mask is true."""
    if isinstance(value, list):
        return f"[{_joined(value, lambda i, item: _numbers(item, digits, mask[i] if mask else False))}]"
    if mask is True:
        return f"{MARKS[0]}{_numbers(value, digits)}{MARKS[1]}"
    if not isinstance(value, float):
        return repr(value)
    text = f"{value + 0.0:.{digits}g}"  # and 0 without a sign, which says nothing here
    return text if any(char in text for char in ".einf") else f"{text}."
