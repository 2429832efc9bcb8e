"""Scenes: short calls of a learner's functions, with small integers that are drawn anew for each question.

A template is written as a learner could type it, with places for numbers: ``<-3..3>`` is an integer from -3 to 3,
``<0.5|2>`` one of these texts, and ``<a=1..4>`` has a name, so that ``<a>`` is the same number again.
"""

import random
import re

import numpy as np

from ..exercises import Case, Exercise

MOST_NUMBERS = 8  # in an argument of a call that is taken from a visible check
_PLACE = re.compile(r"<(?:([a-z]\w*)=)?([^<>=]+)>")


def templates(exercise: Exercise, function: str) -> list[str]:
    """The templates for one function: those that its author wrote, else its visible calls with other numbers."""
    named = re.compile(rf"\b{function}\(")
    written = [template for template in exercise.scenes if named.search(template)]
    return written or list(dict.fromkeys(_from_cases(exercise, function)))


def drawn(template: str, rng: random.Random) -> str:
    """Draws the numbers of a template."""
    named: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        name, choice = match[1], match[2]
        if name is None and choice in named:
            return named[choice]
        if bounds := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", choice):
            text = str(rng.randint(int(bounds[1]), int(bounds[2])))
        else:
            text = rng.choice(choice.split("|"))
        if name is not None:
            named[name] = text
        return text

    return _PLACE.sub(fill, template).replace("--", "")


def _from_cases(exercise: Exercise, function: str) -> list[str]:
    cases = [case for case in exercise.cases if isinstance(case, Case) and case.function == function]
    texts = (_call(case) for case in cases if all(_is_small(arg) for arg in case.args))
    return [text for text in texts if text is not None]


def _is_small(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.size <= MOST_NUMBERS and bool(np.isfinite(value.astype(float)).all())
    if isinstance(value, list | tuple):
        return len(value) <= MOST_NUMBERS and all(map(_is_small, value))
    return isinstance(value, bool | int | float | str | np.ufunc | None)


def _call(case: Case) -> str | None:
    """Returns a visible call with places where its whole numbers stand; None if it cannot be typed."""
    parts = [_typed(arg) for arg in case.args]
    return f"{case.function}({', '.join(map(str, parts))})" if None not in parts else None


def _typed(value: object) -> str | None:
    if isinstance(value, np.ufunc):
        return f"np.{value.__name__}"
    if isinstance(value, np.ndarray):
        return f"np.array({_typed(value.tolist())})"
    if isinstance(value, list | tuple):
        inner = [_typed(item) for item in value]
        ends = "[]" if isinstance(value, list) else "()"
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return None if None in inner else f"{ends[0]}{', '.join(map(str, inner))}{comma}{ends[1]}"
    if isinstance(value, bool | str | None):
        return repr(value)
    if isinstance(value, float) and (not value.is_integer() or not value):
        return f"{value:g}"
    assert isinstance(value, int | float)
    size = int(min(abs(value), 4))
    sign = "-" if value < 0 else ""
    number = f"{sign}<{max(size - 1, 1)}..{size + 1}>" if size else "0"
    return f"{number}.0" if isinstance(value, float) else number
