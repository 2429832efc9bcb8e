"""One counterexample for a failing exercise, and the learner's curves beside the right ones.

Failing checks run on the submission once more, with inputs drawn anew. Inputs that decided the grade are never shown.
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

MOST_NUMBERS = 24  # in the arguments of a call that is shown
MOST_RUN_AGAIN = 3  # at most so many failing checks are run again to find a counterexample
SMALL = 10  # integers up to this size may be shown even if they do not depend on the course secret
MOST_WORDS = 400  # characters of a value that is shown
GRID = Curve.grid(81)


Calls = list[Observation]


@dataclass(frozen=True)
class Shown:
    """Calls of checks, and curves, that a learner may see of a failing exercise.

    Attributes:
        calls: the calls of each check, by the check's name.
        curves: the learner's curves that differ from the right ones.
    """

    calls: dict[str, Calls]
    curves: tuple[Drawn, ...]


class Counterexamples:
    """Finds one wrong call for each failing exercise of a submission, and its curves.

    Args:
        catalogue: provides the solution.
        checks: the checks of each exercise.
        sandbox: the sandbox in which the solution runs.
        seed: the course secret. Calls that are shown get other inputs than those that are graded.
    """

    def __init__(self, catalogue: Catalogue, checks: dict[str, list[Check]], sandbox: Sandbox, seed: str) -> None:
        self._catalogue, self._checks, self._sandbox, self._seed = catalogue, checks, sandbox, seed
        self._of_solution: dict[str, dict[str, tuple[Calls, Calls]]] = {}

    def shown(self, results: list[ExerciseResult], submission: Submission) -> dict[str, Shown]:
        """Runs the first failing checks of each failing exercise again with new inputs, and returns their calls.

        All exercises must have been graded. Together these runs get the time of one more exercise.
        """
        shown: dict[str, Shown] = {}
        submission.enter("what is shown")
        for result in results:
            wrong = {check.name for check in result.checks if check.outcome is Outcome.FAILED}
            checks = [check for check in self._checks[result.exercise] if check.name in wrong][:MOST_RUN_AGAIN]
            if checks:
                calls = {check.name: self._calls(check, submission) for check in checks}
                submission.observations = []
                shown[result.exercise] = Shown(calls, curves(result.exercise, submission))
        return shown

    def example(self, exercise: str, shown: Shown) -> Example | None:
        """Returns the first short call of a failing exercise that gives a wrong value; None if no call does."""
        right = self._right_calls(exercise)
        return first_wrong_call((calls, *right[check]) for check, calls in shown.calls.items())

    def _calls(self, check: Check, submission: Submission, seed: str = "shown") -> list[Observation]:
        """Runs a check with inputs that no grade depends on, and returns its calls."""
        submission.observations, submission.keeps_args = [], True
        try:
            check.outcome(submission, f"{self._seed} {seed}")
        except GraderFault:
            return []  # the check works for some inputs only
        finally:
            submission.keeps_args = False
        return submission.observations

    def _right_calls(self, exercise: str) -> dict[str, tuple[list[Observation], list[Observation]]]:
        """Returns the calls of an exercise's checks into the solution, with the inputs shown and with others."""
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
    """Returns the first short call that returns a wrong value; None if there is no such call.

    Args:
        checks: for each check the calls that it made into the submission, into the solution, and into the solution
            with other random inputs. An array that does not change with the inputs is the check's secret.
    """
    for mine, right, other in (calls for check in checks for calls in zip(*check, strict=False)):
        if mine.reply is None or right.reply is None or not _is_short(mine.args) or not _is_short(right.args):
            continue
        if show_call("", mine.args or ()) != show_call("", right.args or ()):
            break  # from here the calls do not correspond
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
    """Tells whether all arrays and lists in a call come from random numbers; small integers may be the same.

    A number outside an array or list may be fixed: it says which case the check tries, as its title does.
    """
    if other is None or len(args) != len(other):
        return False
    several = [(a, b) for a, b in zip(args, other, strict=True) if isinstance(a, list | tuple | np.ndarray)]
    return all(_entries_are_drawn(a, b) for a, b in several)


def _entries_are_drawn(value: Any, other: Any) -> bool:
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(_entries_are_drawn, value, other))
    if np.shape(value) != np.shape(other):
        return False
    try:
        a, b = np.asarray(value, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return False
    return bool(((a != b) | ((a == np.rint(a)) & (np.abs(a) <= SMALL))).all())


def _numbers(value: Any) -> int | None:
    """Counts the numbers that a person would have to read in a value; None if the value is not plain data."""
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
    """Returns the curves of an exercise on which a learner differs from the right ones; empty if it has no curves."""
    try:
        wanted = by_id(exercise).curves
    except KeyError:  # an exercise of another course
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
    """Rounds to 4 digits, enough for a picture; None if the number is not finite."""
    return float(f"{number:.4g}") if np.isfinite(number) else None
