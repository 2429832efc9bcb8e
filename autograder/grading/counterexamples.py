"""One counterexample for a failing exercise, and the learner's curves beside the right ones.

What a learner's code draws and answers here is shown to the learner, so it comes from a fresh process, which meets the
even grid of the curves and inputs drawn for this alone. The process whose answers are graded has met the inputs that
are graded: whatever it returned could spell them out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from gradwise.check.formatting import show, show_call
from gradwise.exercises import Curve, by_id

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.results import Drawn, Example, ExerciseResult
from autograder.core.text import clean
from autograder.sandbox.replies import Observation, copied
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from .behaviour import same
from .catalogue import Catalogue
from .check import Check, rng_for
from .questions import Questions, calls_of, questions
from .reference import reference

MOST_CHECKS = 3  # of a failing exercise, whose calls are tried to find a counterexample
DRAWS = (
    "shown",
    "shown again",
    "shown once more",
)  # of inputs; the later ones if no call of the first is answered wrongly
MOST_WORDS = 400  # characters of a value that is shown
GRID = Curve.grid(81)
RIGHT_HERE = (
    "With other inputs, drawn anew for this page, the values were right. So something is wrong for some inputs only."
)


@dataclass(frozen=True)
class Shown:
    """What a learner sees of a failing exercise.

    Attributes:
        curves: the learner's curves that differ from the right ones.
        example: one call that gives a wrong value.
        note: a sentence in place of the example, where none was found though the values were looked at.
    """

    curves: tuple[Drawn, ...] = ()
    example: Example | None = None
    note: str = ""


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
        self._known: dict[tuple[str, str], dict[str, Questions]] = {}

    def shown(self, results: list[ExerciseResult], graded: Submission) -> dict[str, Shown]:
        """Returns what the learner sees of each failing exercise, from a fresh process of the submission.

        All exercises must have been graded. The calls get the time of one more exercise, and what is left of the
        submission's. If no call is answered wrongly, there is another process with further inputs.
        """
        lost = {result.exercise: kinds for result in results if (kinds := _lost(result))}
        shown: dict[str, Shown] = {}
        for draw in DRAWS:
            asked = {exercise: self._asked(exercise, draw, kinds) for exercise, kinds in lost.items()}
            if any(asked.values()) or (not shown and any(map(_curves_of, lost))):
                shown |= _look(asked, graded.afresh(), shown)
            lost = {exercise: kinds for exercise, kinds in lost.items() if shown.get(exercise, Shown()).note}
        return shown

    def prepare(self) -> None:
        """Asks the solution and the reference what a learner with a wrong answer in any exercise is shown first."""
        for exercise in self._checks:
            self._questions(exercise, DRAWS[0])
            for curve in _curves_of(exercise):
                _right(curve)

    def _asked(self, exercise: str, draw: str, lost: dict[str, str]) -> list[tuple[str, Questions]]:
        """Returns the questions of the first lost checks that have some, with the kind of each check."""
        known = self._questions(exercise, draw)
        return [(kind, known[name]) for name, kind in lost.items() if name in known][:MOST_CHECKS]

    def _questions(self, exercise: str, draw: str) -> dict[str, Questions]:
        """Returns the calls of an exercise's checks that may be shown, by check. The solution answers them once."""
        if (exercise, draw) not in self._known:
            solution = Submission(self._sandbox, self._catalogue.solution)
            try:
                solution.load()
                solution.enter(exercise)
                found = {
                    check.name: questions(
                        calls_of(check, solution, f"{self._seed} {draw}"),
                        calls_of(check, solution, self._seed),
                        solution,
                        rng_for(f"{self._seed} {draw}", check.name),
                    )
                    for check in self._checks[exercise]
                }
            finally:
                solution.close()
            self._known[exercise, draw] = {name: asked for name, asked in found.items() if asked.calls}
        return self._known[exercise, draw]


def _look(
    asked: dict[str, list[tuple[str, Questions]]], fresh: Submission, before: dict[str, Shown]
) -> dict[str, Shown]:
    """Asks a fresh process everything, exercise by exercise; curves are drawn the first time."""
    try:
        fresh.load()
        fresh.enter("what is shown")
        return {
            exercise: _shown(before[exercise].curves if exercise in before else curves(exercise, fresh), checks, fresh)
            for exercise, checks in asked.items()
        }
    finally:
        fresh.close()


def _shown(drawn: tuple[Drawn, ...], asked: list[tuple[str, Questions]], fresh: Submission) -> Shown:
    looked_at = False
    for kind, check in asked:
        wrong, answered = first_wrong_call(check.calls, fresh)
        if wrong is not None:
            return Shown(drawn, wrong)
        looked_at |= answered and check.all_of_it and kind == "values"
    return Shown(drawn, None, RIGHT_HERE if looked_at and not drawn else "")


def _lost(result: ExerciseResult) -> dict[str, str]:
    """Returns the kind of each check that gave a wrong value, by its name."""
    return {check.name: check.kind for check in result.checks if check.outcome is Outcome.FAILED}


def first_wrong_call(calls: Iterable[Observation], fresh: Submission) -> tuple[Example | None, bool]:
    """Asks a learner's code what the solution was asked.

    Args:
        calls: the calls, as the solution answered them.
        fresh: the learner's code, in a process that has met no hidden input.

    Returns:
        The first call that returns a wrong value; None if there is no such call. And whether all were answered.
    """
    answered = True
    for call in calls:
        assert call.args is not None
        assert call.reply is not None
        try:
            got = fresh.call(call.function, *copied(call.args), returns=call.returns).value
        except StudentProblem:
            answered = False
            continue
        if not same(got, call.reply.value):
            words = (clean(show(value), MOST_WORDS) for value in (got, call.reply.value))
            return Example(show_call(call.function, call.args), *words), answered
    return None, answered


# --- curves -----------------------------------------------------------------------------------------


def curves(exercise: str, submission: Submission) -> tuple[Drawn, ...]:
    """Returns the curves of an exercise on which a learner differs from the right ones; empty if it has no curves."""
    drawn = (_drawn(curve, submission) for curve in _curves_of(exercise))
    return tuple(curve for curve in drawn if curve is not None)


def _curves_of(exercise: str) -> tuple[Curve, ...]:
    try:
        return by_id(exercise).curves
    except KeyError:  # an exercise of another course
        return ()


def _right(curve: Curve) -> np.ndarray:
    right: np.ndarray = getattr(reference, curve.function)(GRID, *curve.args)
    return right


def _drawn(curve: Curve, submission: Submission) -> Drawn | None:
    right = _right(curve)
    try:
        mine = submission.call(curve.function, GRID.copy(), *curve.args).value
    except StudentProblem:
        return None
    if np.shape(mine) != GRID.shape or np.allclose(mine, right, rtol=1e-3, atol=1e-3, equal_nan=True):
        return None
    return Drawn(curve.label, tuple(map(_rounded, right)), tuple(map(_rounded, mine)))


def _rounded(number: float) -> float | None:
    """Rounds to 4 digits, enough for a picture; None if the number is not finite."""
    return float(f"{number:.4g}") if np.isfinite(number) else None
