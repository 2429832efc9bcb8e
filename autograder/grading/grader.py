"""Grades one submission: runs every check of a topic, on the trusted side, on code in the sandbox."""

import logging
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault, Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.core.text import clean
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, asked_names, read_release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from . import reference
from .behaviour import Observed
from .catalogue import Catalogue
from .check import MAIN, Check, run_checks
from .counterexamples import Counterexamples, Shown
from .diagnosis import Diagnoser
from .misconceptions import Misconception, load_misconceptions
from .understanding import marked

Graded = dict[str, tuple[ExerciseResult, Observed]]  # by exercise

_NOT_AGAIN = (Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Attempt:
    """The submission in its process, and what its exercises got there."""

    submission: Submission
    graded: Graded


class Grader:
    """Runs the checks of one topic on one submission after another.

    Args:
        topic: the topic, with its release, misconceptions and solution.
        checks: all hidden checks of the topic.
        sandbox: the sandbox in which submissions run, one at a time.
        seed: the course secret.
        release: the notebook that learners got; by default the topic's.
        everything: whether to run also what no exercise needs, as an attack may do.

    Raises:
        GraderFault: checks and grade cells do not match.
    """

    def __init__(
        self,
        topic: Topic,
        checks: list[Check],
        sandbox: Sandbox,
        seed: str,
        release: Release | None = None,
        *,
        everything: bool = False,
    ) -> None:
        self.topic = topic
        self.release = release or read_release(topic.release)
        self.sandbox = sandbox
        self.seed = seed
        self._wanted = {} if everything else asked_names(self.release)
        self._checks = _by_exercise(checks, self.release, topic.slug)
        self.catalogue = Catalogue(topic, self.release, self._checks, sandbox, seed)
        self.counterexamples = Counterexamples(self.catalogue, self._checks, sandbox, seed)

    def grade(
        self, student: str, repaired: Notebook, known: tuple[ExerciseResult, ...] = (), secret: str = ""
    ) -> SubmissionResult:
        """Runs the checks on a repaired notebook, except those of exercises whose results are known.

        Args:
            student: the learner.
            repaired: the notebook.
            known: the results that are known.
            secret: what the inputs of this submission come from; by default the course secret.

        Raises:
            GraderFault: a check or the sandbox is broken; nothing may be graded.
        """
        results = {result.exercise: result for result in known}
        wanted = [exercise for exercise in self.release.points if exercise not in results]
        graded = self.grade_cells(student, learner_cells(repaired, self.release), wanted, secret)
        answered = marked(repaired, self.release, wanted, self.sandbox)
        results |= {
            result.exercise: replace(result, understanding=answered.get(result.exercise)) for result in graded.exercises
        }
        exercises = tuple(results[exercise] for exercise in self.release.points)
        return replace(graded, exercises=exercises, repairs=tuple(repaired.repairs))

    def try_solution(self) -> None:
        """Runs the checks on the solution, with the inputs that are graded and those that learners are shown.

        Raises:
            GraderFault: a check or the sandbox is broken, or there is no solution.
        """
        self.grade_cells("", self.catalogue.solution)
        self.counterexamples.prepare()

    def lost(
        self, student: str, repaired: Notebook, sentence: str, known: tuple[ExerciseResult, ...] = ()
    ) -> SubmissionResult:
        """Returns the result of a notebook that cannot be graded: no points, and the sentence for each exercise."""
        results = {result.exercise: result for result in known}
        for exercise in self.release.points:
            checks = tuple(
                CheckResult(check.name, check.title, check.weight, Outcome.CRASHED, sentence, check.kind)
                for check in self._checks[exercise]
            )
            results.setdefault(exercise, self._result(exercise, checks))
        exercises = tuple(results[exercise] for exercise in self.release.points)
        return SubmissionResult(student, self.topic.slug, exercises, repairs=tuple(repaired.repairs))

    def grade_cells(
        self, student: str, cells: list[Cell], wanted: Collection[str] | None = None, secret: str = ""
    ) -> SubmissionResult:
        """Runs every check, or those of some exercises, on a learner's cells.

        Args:
            student: the learner.
            cells: the cells to run.
            wanted: the exercises; None for all.
            secret: what the inputs come from that points are given for; by default the course secret. What is wrong is
                explained with inputs from the course secret in any case: how each misconception behaves is known there.

        Raises:
            GraderFault: a check or the sandbox is broken; nothing may be graded.
        """
        started = time.perf_counter()
        secret = secret or self.seed
        with reference.for_once() if secret != self.seed else nullcontext():
            attempts = self._attempts(student, cells, wanted, secret)
            if any(attempt.submission.out_of_memory for attempt in attempts):  # nobody may lose points because the
                attempts = self._attempts(student, cells, wanted, secret)  # machine was short of memory
        last = {exercise: attempt for attempt in attempts for exercise in attempt.graded}
        best = {exercise: last[exercise] for exercise in self.release.points if exercise in last}
        lost = [name for name, attempt in best.items() if attempt.graded[name][0].outcome is not Outcome.PASSED]
        problems = dict(attempts[0].submission.problems_told(lost))
        shown: dict[str, Shown] = {}
        for attempt in attempts:
            mine = [name for name in lost if best[name] is attempt]
            if secret != self.seed:
                attempt.graded.update(self._observed_again(student, attempt, mine))
            shown |= self._shown(student, [attempt.graded[name][0] for name in mine], attempt.submission)
            problems |= dict(attempt.submission.problems_told(mine))
        return SubmissionResult(
            student,
            self.topic.slug,
            tuple(self._explained(student, *attempt.graded[name], shown.get(name)) for name, attempt in best.items()),
            time.perf_counter() - started,
            max(attempt.submission.memory for attempt in attempts),
            cell_problems=tuple(problems.items()),
        )

    def _observed_again(self, student: str, attempt: _Attempt, lost: list[str]) -> Graded:
        """Returns lost exercises with the calls that the checks make with inputs from the course secret.

        These inputs give no points, so what a learner reads of them says nothing about those of the next attempt. What
        has used up its time or memory is not run once more: it would do so again.
        """
        asked = [name for name in lost if attempt.graded[name][0].outcome not in _NOT_AGAIN]
        again = self._run_checks(student, attempt.submission.afresh(), asked, self.seed) if asked else {}
        return {name: (attempt.graded[name][0], again[name][1] if name in again else {}) for name in lost}

    def _attempts(self, student: str, cells: list[Cell], wanted: Collection[str] | None, secret: str) -> list[_Attempt]:
        """Runs the checks. Runs those of a lost exercise once more in each of three cases.

        1. It needs cells that were put off, or left out.
        2. Other cells could change its values under other names.
        3. Cells below its check change its values, as for another experiment: it counts as it was at its check.

        Each further attempt holds the exercises that gained by it.
        """
        asked = [exercise for exercise in self.release.points if wanted is None or exercise in wanted]
        submission = Submission(self.sandbox, cells, self._wanted, in_turns=True)
        attempts = [_Attempt(submission, self._run_checks(student, submission, asked, secret))]

        def run_again(more: Submission, exercises: list[str]) -> None:
            again = self._run_checks(student, more, exercises, secret)
            best = _best(attempts)
            gained = {n: both for n, both in again.items() if n not in best or both[0].points > best[n][0].points}
            attempts.append(_Attempt(more, gained))

        for follow in (submission.later, submission.widened):
            if (more := follow(_lost(attempts))) is not None:
                run_again(more[0], [exercise for exercise in asked if exercise in more[1]])
        for exercise in _lost(attempts):
            if (early := submission.at_its_check(exercise)) is not None:
                run_again(early, [exercise])
        return attempts

    def _run_checks(self, student: str, submission: Submission, exercises: list[str], secret: str) -> Graded:
        if secret == self.seed:
            submission.follow(self.catalogue.scripts(exercises))
        try:
            submission.load()
            return {
                exercise: self._run_checks_of(exercise, student, submission, secret)
                for exercise in exercises
                if exercise not in submission.put_off
            }
        finally:
            submission.close()

    def _run_checks_of(
        self, exercise: str, student: str, submission: Submission, secret: str
    ) -> tuple[ExerciseResult, Observed]:
        results, observed = run_checks(self._checks[exercise], exercise, submission, secret, learner=student)
        return self._result(exercise, tuple(results)), observed

    def _result(self, exercise: str, checks: tuple[CheckResult, ...]) -> ExerciseResult:
        extra = self.release.understanding.get(exercise, 0.0)
        return ExerciseResult(exercise, self.release.points[exercise], checks, understanding_points=extra)

    @property
    def checks(self) -> dict[str, list[Check]]:
        """The checks of each exercise."""
        return self._checks

    def outcomes(self, exercise: str, cells: list[Cell], order: list[Check]) -> Iterator[tuple[Check, Outcome]]:
        """Runs some checks of an exercise on a learner's cells, and yields each with its outcome.

        A caller that has seen enough may stop early: the remaining checks do not run.

        Raises:
            GraderFault: a check or the sandbox is broken.
        """
        submission = Submission(self.sandbox, cells, self._wanted)
        try:
            submission.load()
            submission.enter(exercise)
            for check in order:
                submission.begin(check.name)
                yield check, check.outcome(submission, self.seed)[0]
        finally:
            submission.close()

    def grade_misconception(self, entry: Misconception) -> ExerciseResult:
        """Returns the result that a learner with this misconception gets for its exercise."""
        ((checks, observed),) = self.catalogue.seen(entry.exercise, [entry])
        result = self._result(entry.exercise, checks)
        return self._with_reasons(result, observed)

    @cached_property
    def _diagnoser(self) -> Diagnoser:
        return Diagnoser(
            load_misconceptions(self.topic),
            [check.name for checks in self._checks.values() for check in checks if check.kind == MAIN],
            lambda exercise, entries: [
                (observed, lost_by(results)) for results, observed in self.catalogue.seen(exercise, entries)
            ],
        )

    def know(self, exercise: str) -> None:
        """Learns how the misconceptions of an exercise behave, before anybody has made one.

        Raises:
            GraderFault: a check or the sandbox is broken.
        """
        self._diagnoser.know(exercise)

    @property
    def solution(self) -> list[Cell]:
        """The instructor's own answers, as a submission."""
        return self.catalogue.solution

    def _explained(
        self, student: str, result: ExerciseResult, observed: Observed, shown: Shown | None
    ) -> ExerciseResult:
        """Returns a result with its diagnoses, an example and curves; without them if what came back allows none.

        Raises:
            GraderFault: a check is broken.
        """
        try:
            return self._with_reasons(result, observed, shown)
        except GraderFault:
            raise
        except Exception as error:
            _note(f"{student}: {result.exercise} is not explained", error)
            return result

    def _shown(self, student: str, results: list[ExerciseResult], submission: Submission) -> dict[str, Shown]:
        """Returns what the learner may see of each failing exercise; nothing if what came back allows none."""
        try:
            return self.counterexamples.shown(results, submission)
        except GraderFault:
            raise
        except Exception as error:
            _note(f"{student}: no example is shown", error)
            return {}

    def _with_reasons(self, result: ExerciseResult, observed: Observed, shown: Shown | None = None) -> ExerciseResult:
        """Returns a result with its diagnoses, if it is wrong. For these the checks run on the solution, too."""
        if result.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
            return result
        diagnoses = self._diagnoser.explain(result.exercise, observed, lost_by(result.checks)) if observed else ()
        explained = replace(result, diagnoses=diagnoses)
        if shown is None:
            return explained
        return replace(explained, example=shown.example, curves=shown.curves, note=shown.note)


def _best(attempts: list[_Attempt]) -> Graded:
    """Returns what each exercise got in the attempt that counts."""
    return {name: both for attempt in attempts for name, both in attempt.graded.items()}


def _lost(attempts: list[_Attempt]) -> list[str]:
    return [name for name, (result, _) in _best(attempts).items() if result.outcome is not Outcome.PASSED]


def lost_by(results: Iterable[CheckResult]) -> frozenset[str]:
    """Returns the names of the checks that were not passed."""
    return frozenset(result.name for result in results if result.outcome is not Outcome.PASSED)


def _note(what: str, error: Exception) -> None:
    """Logs what a learner does without because of an exception. The points stand without an explanation."""
    _log.warning("%s", clean(f"{what}, because of {type(error).__name__}: {error}", 500))


def _by_exercise(checks: list[Check], release: Release, slug: str) -> dict[str, list[Check]]:
    by_exercise: dict[str, list[Check]] = {}
    for check in checks:
        by_exercise.setdefault(check.exercise, []).append(check)
    cells = set(release.points)
    if without_checks := sorted(cells - set(by_exercise)):
        raise GraderFault(f"{slug}: no check belongs to the grade cell {', '.join(without_checks)}.")
    if without_cell := sorted(set(by_exercise) - cells):
        raise GraderFault(f"{slug}: no grade cell belongs to the checks of {', '.join(without_cell)}.")
    if not cells:
        raise GraderFault(f"{slug}: the release has no grade cell at all.")
    return by_exercise
