"""Values as text, as a person would write them. The grader sends this file into the sandbox."""

import math
from typing import Any

import numpy as np

MOST_SHOWN = 12  # numbers in a value that is told


def told(value: Any) -> str | None:
    """Returns a value as a person would write it; None if it is too large or of another kind."""
    count = [0]
    text = _told(value, count)
    return text if text is not None and count[0] <= MOST_SHOWN and len(text) <= 100 else None


def _told(value: Any, count: list[int]) -> str | None:
    if isinstance(value, np.ndarray) and value.size <= MOST_SHOWN and value.dtype.kind in "biuf":
        return _told(value.tolist(), count)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple) and len(value) <= MOST_SHOWN:
        parts = [_told(item, count) for item in value]
        ends = "[]" if isinstance(value, list) else "()"
        return None if None in parts else ends[0] + ", ".join(map(str, parts)) + ends[1]
    if isinstance(value, dict) and len(value) <= MOST_SHOWN:
        keys = [repr(key) if isinstance(key, str | int) else None for key in value]
        held = [_told(item, count) for item in value.values()]
        if None in keys or None in held:
            return None
        return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, held, strict=True)) + "}"
    count[0] += 1
    if value is None or type(value) in (bool, str):
        return repr(value)
    if type(value) is int:
        return str(value) if abs(value) < 10**6 else None
    if type(value) is float:
        return _number(value)
    return None


def _number(value: Any) -> str:
    if not math.isfinite(value):
        return str(value)
    text = f"{value:.4g}"
    return "0" if float(text) == 0 and abs(value) < 1e-9 else text


def exactly(value: Any) -> str:
    """Returns a text that two values share only if they are equal up to rounding errors."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(exactly, value[:200])) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{exactly(item)}" for key, item in list(value.items())[:50]) + "}"
    if type(value) in (bool, int, float):
        return f"{value + 0.0:.7g}" if abs(value) > 1e-10 or value != value else "0"
    return repr(value)[:100] if type(value) in (str, type(None)) else type(value).__name__


def numbers_in(value: Any) -> list[Any]:
    """Returns all numbers of a value, in one flat list; at most some hundred."""
    if isinstance(value, np.ndarray):
        return value.ravel()[:200].tolist() if value.dtype.kind in "biuf" else []
    if isinstance(value, np.generic):
        return [value.item()]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [number for item in value[:50] for number in numbers_in(item)]
    return [value] if isinstance(value, bool | int | float) else []


def is_easy(value: Any) -> bool:
    """Tells whether all numbers in a value are ones that people compute with in their heads."""
    return all(
        math.isfinite(number)
        and abs(number) <= 100
        and any(abs(number * step - round(number * step)) <= 2e-4 * max(1, abs(number)) for step in (8, 20))
        for number in map(float, numbers_in(value))
    )


def noted_value(value: Any) -> list[Any]:
    """Returns what is noted of a value: its text, whether it is easy, and the shape of an array."""
    shape = str(value.shape) if isinstance(value, np.ndarray) else ""
    return [told(value), is_easy(value), shape]
