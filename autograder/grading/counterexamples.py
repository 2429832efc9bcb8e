"""One counterexample for a failing exercise, and the learner's curves beside the right ones.

A failing check is put to the submission once more, with inputs drawn anew: what gave the marks is never shown.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from gradwise.check.formatting import show, show_call
from gradwise.exercises import Curve, by_id

from autograder.core.outcomes import StudentProblem
from autograder.core.results import Drawn, Example
from autograder.core.text import clean
from autograder.sandbox.submission import Observation, Submission
from autograder.sandbox.wire.types import Handle

from .behaviour import same

MOST_NUMBERS = 24  # in a call that is shown
SMALL = 10  # a whole number up to that is nobody's secret
MOST_WORDS = 400  # characters of a value that is shown
GRID = np.linspace(-4.0, 4.0, 81)


Calls = list[Observation]


def first_wrong_call(checks: Iterable[tuple[Calls, Calls, Calls]]) -> Example | None:
    """The first short call that gives a wrong value; None if there is none.

    Args:
        checks: for each check the calls that it made into the submission, into the solution, and into the solution
            with other random inputs: an array that is the same for all of them is the check's secret.
    """
    for mine, right, other in (calls for check in checks for calls in zip(*check, strict=False)):
        if mine.reply is None or right.reply is None or not _is_short(mine.args) or not _is_short(right.args):
            continue
        if show_call("", mine.args or ()) != show_call("", right.args or ()):
            break  # they have gone different ways
        if not _is_drawn(right.args, other.args):
            continue
        got, wanted = mine.reply.value, right.reply.value
        if not same(got, wanted) and not _has_handle(wanted):
            words = (clean(show(value), MOST_WORDS) for value in (got, wanted))
            return Example(show_call(mine.function, mine.args or ()), *words)
    return None


def _is_short(args: tuple[Any, ...] | None) -> bool:
    if args is None:
        return False
    sizes = [_numbers(arg) for arg in args]
    return None not in sizes and sum(size or 0 for size in sizes) <= MOST_NUMBERS


def _is_drawn(args: Any, other: Any) -> bool:
    """Whether all arrays and lists in a call come from random numbers; small whole numbers may stay.

    A single number by itself says which case it is, as the check's title does.
    """
    if other is None or len(args) != len(other):
        return False
    several = [(a, b) for a, b in zip(args, other, strict=True) if isinstance(a, list | tuple | np.ndarray)]
    return all(_entries_are_drawn(a, b) for a, b in several)


def _entries_are_drawn(one: Any, other: Any) -> bool:
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_entries_are_drawn, one, other))
    if np.shape(one) != np.shape(other):
        return False
    try:
        a, b = np.asarray(one, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return False
    return bool(((a != b) | ((a == np.rint(a)) & (np.abs(a) <= SMALL))).all())


def _numbers(value: Any) -> int | None:
    """How many numbers a person would have to read; None for what is not plain."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, list | tuple):
        sizes = [_numbers(item) for item in value]
        return None if None in sizes else sum(size or 0 for size in sizes)
    if isinstance(value, dict):
        return 0 if not value else None
    return 1 if isinstance(value, int | float | str | None) else None


def _has_handle(value: Any) -> bool:
    return isinstance(value, Handle) or (isinstance(value, list | tuple) and any(map(_has_handle, value)))


# --- curves -----------------------------------------------------------------------------------------


def curves(exercise: str, submission: Submission) -> tuple[Drawn, ...]:
    """The curves of an exercise where a learner's differ from the right ones; none if its functions have no curve."""
    try:
        wanted = by_id(exercise).curves
    except KeyError:  # a course of somebody else's
        return ()
    drawn = (_drawn(curve, submission) for curve in wanted)
    return tuple(curve for curve in drawn if curve is not None)


def _drawn(curve: Curve, submission: Submission) -> Drawn | None:
    from .reference import reference

    right = getattr(reference, curve.function)(GRID, *curve.args)
    try:
        mine = submission.call(curve.function, GRID, *curve.args).value
    except StudentProblem:
        return None
    if np.shape(mine) != GRID.shape or np.allclose(mine, right, rtol=1e-3, atol=1e-3, equal_nan=True):
        return None
    label = f"{curve.function}({', '.join(['x', *map(str, curve.args)])})"
    return Drawn(label, tuple(map(_rounded, right)), tuple(map(_rounded, mine)))


def _rounded(number: float) -> float | None:
    """With as many digits as a picture has; None where there is no point."""
    return float(f"{number:.4g}") if np.isfinite(number) else None
