"""One counterexample for a failing exercise, and the learner's curves beside the right ones.

A failing check is put to the submission once more, with inputs drawn anew: what gave the marks is never shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from gradwise.check.formatting import show, show_call
from gradwise.exercises import Curve, by_id

from autograder.core.outcomes import GraderFault, Outcome, StudentProblem
from autograder.core.results import Drawn, Example, ExerciseResult
from autograder.core.text import clean
from autograder.sandbox.submission import Observation, Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import Handle

from .behaviour import same
from .catalogue import Catalogue
from .check import Check

MOST_NUMBERS = 24  # in a call that is shown
MOST_ASKED_AGAIN = 3  # at most so many failing checks are run again to find a counterexample
SMALL = 10  # integers up to this size may be shown even if they do not depend on the course secret
MOST_WORDS = 400  # characters of a value that is shown
GRID = Curve.grid(81)


Calls = list[Observation]


@dataclass(frozen=True)
class Shown:
    """What a learner may be shown of a failing exercise: the calls of checks, and curves."""

    calls: dict[str, Calls]
    curves: tuple[Drawn, ...]


class Counterexamples:
    """Finds one wrong call for each failing exercise of a submission, and its curves.

    Args:
        catalogue: has the solution.
        checks: the checks of each exercise.
        sandbox: where the solution runs.
        seed: the course secret; what is shown has inputs of its own.
    """

    def __init__(self, catalogue: Catalogue, checks: dict[str, list[Check]], sandbox: Sandbox, seed: str) -> None:
        self._catalogue, self._checks, self._sandbox, self._seed = catalogue, checks, sandbox, seed
        self._of_solution: dict[str, dict[str, tuple[Calls, Calls]]] = {}

    def shown(self, results: list[ExerciseResult], submission: Submission) -> dict[str, Shown]:
        """For each exercise with a wrong value the first checks that saw one, asked again with new inputs.

        All exercises have been graded by now, and all together have the time of one more.
        """
        shown: dict[str, Shown] = {}
        submission.enter("what is shown")
        for result in results:
            wrong = {check.name for check in result.checks if check.outcome is Outcome.FAILED}
            checks = [check for check in self._checks[result.exercise] if check.name in wrong][:MOST_ASKED_AGAIN]
            if checks:
                calls = {check.name: self._calls(check, submission) for check in checks}
                submission.observations = []
                shown[result.exercise] = Shown(calls, curves(result.exercise, submission))
        return shown

    def example(self, exercise: str, shown: Shown) -> Example | None:
        """The first short call of a failing exercise that gives a wrong value."""
        right = self._right_calls(exercise)
        return first_wrong_call((calls, *right[check]) for check, calls in shown.calls.items())

    def _calls(self, check: Check, submission: Submission, seed: str = "shown") -> list[Observation]:
        """The calls of a check, with inputs that nobody's marks depend on."""
        submission.observations, submission.keeps_args = [], True
        try:
            check.outcome(submission, f"{self._seed} {seed}")
        except GraderFault:
            return []  # a check that only some inputs suit
        finally:
            submission.keeps_args = False
        return submission.observations

    def _right_calls(self, exercise: str) -> dict[str, tuple[list[Observation], list[Observation]]]:
        """The same calls into the solution, for all checks of an exercise, and the calls with other inputs again."""
        if exercise not in self._of_solution:
            submission = Submission(self._sandbox, self._catalogue.solution)
            try:
                submission.load()
                submission.enter(exercise)
                self._of_solution[exercise] = {
                    check.name: (self._calls(check, submission), self._calls(check, submission, "shown again"))
                    for check in self._checks[exercise]
                }
            finally:
                submission.close()
        return self._of_solution[exercise]


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
    return Drawn(curve.label, tuple(map(_rounded, right)), tuple(map(_rounded, mine)))


def _rounded(number: float) -> float | None:
    """With as many digits as a picture has; None where there is no point."""
    return float(f"{number:.4g}") if np.isfinite(number) else None
