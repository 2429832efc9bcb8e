"""Grades one submission: every check of a topic, on the trusted side, against code in the sandbox."""

import logging
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

from autograder.core import text
from autograder.core.cell import Cell
from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault, Outcome
from autograder.core.results import CheckResult, Drawn, ExerciseResult, SubmissionResult
from autograder.notebooks import reader
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.submission import Observation, Submission
from autograder.sandbox.supervisor import Sandbox

from . import single_flight
from .behaviour import Observed
from .check import BrokenCheck, Check, judge
from .counterexamples import curves, first_wrong_call
from .diagnosis import Diagnoser
from .misconceptions import Misconception, load_misconceptions

UNREADABLE = "What came back has a shape or a type that this check can do nothing with."

_log = logging.getLogger(__name__)


MOST_ASKED_AGAIN = 3  # failing checks of an exercise that are looked through for an example


_Seen = tuple[tuple[CheckResult, ...], Observed]  # what the checks of an exercise found, and what they saw


@dataclass(frozen=True)
class _Shown:
    """What a learner may be shown of a failing exercise: the calls of checks, and curves."""

    calls: dict[str, list[Observation]]
    curves: tuple[Drawn, ...]


class Grader:
    """The checks of one topic, ready to be put to one submission after another.

    Args:
        topic: where the release, the misconceptions and the solution are.
        checks: all hidden checks of the topic.
        box: the sandbox.
        seed: the course secret.
        release: the notebook that learners got; by default the topic's.

    Raises:
        GraderFault: checks and grade cells do not match.
    """

    def __init__(
        self, topic: Topic, checks: list[Check], box: Sandbox, seed: str, release: Release | None = None
    ) -> None:
        self.topic = topic
        self.release = release or read_release(topic.release)
        self._box = box
        self._seed = seed
        self._checks = _by_exercise(checks, self.release, topic.slug)
        self._shown_of_solution: dict[str, dict[str, tuple[list[Observation], list[Observation]]]] = {}
        self._behaviours: dict[tuple[str, str | None], _Seen] = {}

    def grade(self, student: str, repaired: Notebook, known: tuple[ExerciseResult, ...] = ()) -> SubmissionResult:
        """Puts every check to a notebook that has been repaired, but for exercises whose results are known.

        Raises:
            GraderFault: a check or the sandbox is broken; nothing may be graded.
        """
        results = {result.exercise: result for result in known}
        wanted = [exercise for exercise in self.release.points if exercise not in results]
        graded = self.grade_cells(student, learner_cells(repaired, self.release), wanted)
        results |= {result.exercise: result for result in graded.exercises}
        exercises = tuple(results[exercise] for exercise in self.release.points)
        return replace(graded, exercises=exercises, repairs=tuple(repaired.repairs))

    def grade_cells(self, student: str, cells: list[Cell], wanted: Collection[str] | None = None) -> SubmissionResult:
        """Puts every check, or those of some exercises, to a learner's cells.

        Raises:
            GraderFault: a check or the sandbox is broken; nothing may be graded.
        """
        started = time.perf_counter()
        submission, graded, shown = self._put_all(cells, wanted)
        if submission.killed:  # nobody loses points because the machine was short of memory for a moment
            submission, graded, shown = self._put_all(cells, wanted)
        return SubmissionResult(
            student,
            self.topic.slug,
            tuple(self._explained(result, observed, shown.get(result.exercise)) for result, observed in graded),
            time.perf_counter() - started,
            submission.memory,
            cell_problems=tuple((p.name, p.message) for p in submission.cell_problems if p.worth_telling),
        )

    def _put_all(
        self, cells: list[Cell], wanted: Collection[str] | None
    ) -> tuple[Submission, list[tuple[ExerciseResult, Observed]], dict[str, "_Shown"]]:
        submission = Submission(self._box, cells)
        graded: list[tuple[ExerciseResult, Observed]] = []
        try:
            submission.load()
            for exercise, points in self.release.points.items():
                if wanted is None or exercise in wanted:
                    results, observed = self._run(exercise, submission, learners=True)
                    graded.append((ExerciseResult(exercise, points, tuple(results)), observed))
            shown = self._illustrations([result for result, _ in graded], submission)
        finally:
            submission.close()
        return submission, graded, shown

    @property
    def checks(self) -> dict[str, list[Check]]:
        """The checks of each exercise."""
        return self._checks

    def outcomes(self, exercise: str, cells: list[Cell], order: list[Check]) -> Iterator[tuple[Check, Outcome]]:
        """Puts some checks of an exercise to a learner's cells, one by one, for as long as somebody wants to know.

        Raises:
            GraderFault: a check or the sandbox is broken.
        """
        submission = Submission(self._box, cells)
        try:
            submission.load()
            submission.enter(exercise)
            for check in order:
                submission.observations = []
                yield check, judge(check, submission, self._seed)[0]
        finally:
            submission.close()

    def with_misconception(self, entry: Misconception) -> list[Cell]:
        """A submission that is right everywhere but for one misconception."""
        return [*self.solution, Cell(entry.id, f"import math\nimport numpy as np\n{entry.source}")]

    def grade_misconception(self, entry: Misconception) -> ExerciseResult:
        """What a learner with this misconception gets for its exercise."""
        ((checks, observed),) = self._behaviours_of(entry.exercise, [entry])
        return self._explained(ExerciseResult(entry.exercise, self.release.points[entry.exercise], checks), observed)

    def _behaviours_of(self, exercise: str, entries: Iterable[Misconception | None]) -> list[_Seen]:
        """What the checks of an exercise find and see in the solution (None), and in wrong answers; they ask once."""
        keys = {(exercise, entry.id if entry else None): entry for entry in entries}
        unknown = {key: entry for key, entry in keys.items() if key not in self._behaviours}
        compute = {
            f"{self.topic.slug} {self.topic.stamp} {self._seed} {key}": partial(self._behaviour, exercise, entry)
            for key, entry in unknown.items()
        }
        self._behaviours.update(zip(unknown, single_flight.values(compute), strict=True))
        return [self._behaviours[key] for key in keys]

    def _behaviour(self, exercise: str, entry: Misconception | None) -> _Seen:
        submission = Submission(self._box, self.with_misconception(entry) if entry else self.solution)
        try:
            submission.load()
            checks, observed = self._run(exercise, submission)
        finally:
            submission.close()
        if submission.killed:
            raise GraderFault(
                "A process of the grader's own was ended from outside, most likely because the machine had no "
                "memory left. What was graded is kept; run again for the rest."
            )
        return tuple(checks), observed

    @cached_property
    def _diagnoser(self) -> Diagnoser:
        return Diagnoser(
            load_misconceptions(self.topic),
            lambda exercise, entries: [observed for _, observed in self._behaviours_of(exercise, entries)],
        )

    @cached_property
    def solution(self) -> list[Cell]:
        """The instructor's own answers, as a submission."""
        instructors = reader.read(need(self.topic.source, "Run `autograder build` first.").read_bytes())
        return learner_cells(instructors, self.release)

    def _explained(self, result: ExerciseResult, observed: Observed, shown: "_Shown | None" = None) -> ExerciseResult:
        """The result with its diagnoses. For them the checks of what was lost are put to the solution, and must hold.

        Raises:
            GraderFault: they do not.
        """
        if result.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
            return result
        explained = replace(result, diagnoses=self._diagnoser.explain(result.exercise, observed))
        if shown is None or not shown.calls:
            return explained
        right = self._right_calls(result.exercise)
        example = first_wrong_call((calls, *right[check]) for check, calls in shown.calls.items())
        return replace(explained, example=example, curves=shown.curves)

    # --- examples ---

    def _illustrations(self, results: list[ExerciseResult], submission: Submission) -> dict[str, "_Shown"]:
        """For each exercise with a wrong value the first checks that saw one, asked again with new inputs.

        All exercises have been graded by now, and all together have the time of one more.
        """
        shown: dict[str, _Shown] = {}
        submission.enter("what is shown")
        for result in results:
            wrong = {check.name for check in result.checks if check.outcome is Outcome.FAILED}
            checks = [check for check in self._checks[result.exercise] if check.name in wrong][:MOST_ASKED_AGAIN]
            if checks:
                calls = {check.name: self._calls(check, submission) for check in checks}
                submission.observations = []
                shown[result.exercise] = _Shown(calls, curves(result.exercise, submission))
        return shown

    def _calls(self, check: Check, submission: Submission, seed: str = "shown") -> list[Observation]:
        """The calls of a check, with inputs that nobody's marks depend on."""
        submission.observations, submission.keeps_args = [], True
        try:
            judge(check, submission, f"{self._seed} {seed}")
        except GraderFault:
            return []  # a check that only some inputs suit
        finally:
            submission.keeps_args = False
        return submission.observations

    def _right_calls(self, exercise: str) -> dict[str, tuple[list[Observation], list[Observation]]]:
        """The same calls into the solution, for all checks of an exercise, and the calls with other inputs again."""
        if exercise not in self._shown_of_solution:
            submission = Submission(self._box, self.solution)
            try:
                submission.load()
                submission.enter(exercise)
                self._shown_of_solution[exercise] = {
                    check.name: (self._calls(check, submission), self._calls(check, submission, "shown again"))
                    for check in self._checks[exercise]
                }
            finally:
                submission.close()
        return self._shown_of_solution[exercise]

    def _run(
        self, exercise: str, submission: Submission, *, learners: bool = False
    ) -> tuple[list[CheckResult], Observed]:
        """Puts the checks of an exercise to a submission.

        A check that breaks on what a learner sends back is lost, and does not stop the class: whether it is the check
        that is broken shows when it is put to the solution, as all that is lost is.
        """
        results: list[CheckResult] = []
        observed: Observed = {}
        submission.enter(exercise)
        for check in self._checks[exercise]:
            submission.observations = observed[check.name] = []
            try:
                outcome, message = judge(check, submission, self._seed)
            except BrokenCheck as fault:
                if not learners:
                    raise
                outcome, message = Outcome.FAILED, UNREADABLE
                _log.warning("%s", text.clean(f"{fault} It may be what a submission sent back.", 500))
            results.append(CheckResult(check.name, check.title, check.weight, outcome, message, check.kind))
        return results, observed


def _by_exercise(checks: list[Check], release: Release, slug: str) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in checks:
        found.setdefault(check.exercise, []).append(check)
    cells = set(release.points)
    if without_checks := sorted(cells - set(found)):
        raise GraderFault(f"{slug}: no check belongs to the grade cell {', '.join(without_checks)}.")
    if without_cell := sorted(set(found) - cells):
        raise GraderFault(f"{slug}: no grade cell belongs to the checks of {', '.join(without_cell)}.")
    if not cells:
        raise GraderFault(f"{slug}: the release has no grade cell at all.")
    return found
