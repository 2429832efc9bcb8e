"""Runs the hidden checks of each exercise on the mutants of its solution."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gradwise.mutants.planting import Mutant, mutants_of

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.outcomes import GraderFault, Outcome, UsageError
from autograder.grading.grader import Grader
from autograder.grading.pool import Attempts, spread
from autograder.grading.session import ready
from autograder.notebooks.release import Release, is_answer, is_check

from .equivalent import EquivalentMutants, load_equivalent

TARGET = 0.98  # the share of mutants that the checks must find


@dataclass(frozen=True)
class Trial:
    """The result of one mutant.

    Attributes:
        mutant: the mutant.
        killed_by: the names of the checks that it fails; only the first one, unless all checks were run.
        reason: why it is not a mistake, if it has a mark; else empty.
    """

    mutant: Mutant
    killed_by: tuple[str, ...]
    reason: str = ""

    @property
    def survives(self) -> bool:
        """True for a mistake that no check finds."""
        return not self.killed_by and not self.reason

    def to_json(self) -> dict[str, Any]:
        """The entry for ``--json``."""
        mutant = self.mutant
        return {
            "exercise": mutant.exercise,
            "function": mutant.function,
            "operator": mutant.operator.name,
            "was": mutant.was,
            "becomes": mutant.becomes,
            "place": mutant.place,
            "killed_by": list(self.killed_by),
            "equivalent": self.reason or None,
        }


@dataclass(frozen=True)
class MutantAudit:
    """The mutants of one topic.

    Attributes:
        topic: the topic's name.
        trials: the result of every mutant.
        checks: the names of the checks that were run on them, by exercise.
        all_checks: whether every check was run on every mutant; else only until it fails one.
        problems: a sentence for each mark that is wrong.
    """

    topic: str
    trials: tuple[Trial, ...]
    checks: dict[str, tuple[str, ...]]
    all_checks: bool
    problems: tuple[str, ...]

    @property
    def survivors(self) -> list[Trial]:
        """The mutants that pass every check."""
        return [trial for trial in self.trials if trial.survives]

    @property
    def equivalent(self) -> int:
        """The number of mutants that are not mistakes."""
        return sum(bool(trial.reason) and not trial.killed_by for trial in self.trials)

    @property
    def found(self) -> int:
        """The number of mutants that fail a check."""
        return sum(bool(trial.killed_by) for trial in self.trials)

    @property
    def score(self) -> float:
        """The share of the mistakes that fail a check, 0 to 1."""
        mistakes = len(self.trials) - self.equivalent
        return self.found / mistakes if mistakes else 1.0

    @property
    def holds(self) -> bool:
        """True if the checks find enough of the mistakes, and no mark is wrong."""
        return self.score >= TARGET and not self.problems

    def of_exercise(self, exercise: str) -> "MutantAudit":
        """Returns the part that belongs to one exercise, without the problems."""
        trials = tuple(trial for trial in self.trials if trial.mutant.exercise == exercise)
        return replace(self, trials=trials, problems=())

    def kills(self, check: str) -> tuple[int, int]:
        """Returns how many mutants fail a check, and how many of them fail no other check."""
        killed = [trial for trial in self.trials if check in trial.killed_by]
        return len(killed), sum(len(trial.killed_by) == 1 for trial in killed)

    def to_json(self) -> dict[str, Any]:
        """The topic for ``--json``."""
        return {
            "topic": self.topic,
            "score": self.score,
            "found": self.found,
            "equivalent": self.equivalent,
            "survivors": len(self.survivors),
            "exercises": {name: self.of_exercise(name).score for name in self.checks},
            "kills": {check: self.kills(check)[0] for checks in self.checks.values() for check in checks}
            if self.all_checks
            else None,
            "mutants": [trial.to_json() for trial in self.trials],
            "problems": list(self.problems),
        }


def try_mutants(
    topic: Topic,
    seed: str,
    *,
    only: Collection[str] = (),
    all_checks: bool = False,
    workers: int = 1,
    progress: Callable[[int], object] = lambda number: None,
) -> MutantAudit:
    """Tries the mutants of a topic's solution.

    Args:
        topic: the topic, with its instructor's notebook built.
        seed: the course secret.
        only: the exercises to try; empty for all.
        all_checks: whether to run every check on every mutant, to count its kills; else the checks stop at the first
            that a mutant fails.
        workers: the number of processes.
        progress: is called with the number of mutants that have been tried since the last call.

    Raises:
        GraderFault: a check is broken, perhaps only on a mutant, or a mark is malformed.
        UsageError: the topic has no such exercise.
    """
    grader, marks = ready(topic, seed), load_equivalent(topic.equivalent)
    if unknown := sorted(set(only) - grader.checks.keys()):
        raise UsageError(f"{topic.slug} has no exercise {', '.join(unknown)}. There are: {', '.join(grader.checks)}.")
    mutants = [
        (cell.name, mutant)
        for exercise, cell in solution_cells(grader)
        if not only or exercise in only
        for mutant in mutants_of(cell.source, exercise)
    ]
    trials: list[Trial] = []
    for trial in _tried(topic, seed, mutants, all_checks, workers):
        trials.append(replace(trial, reason=marks.reason(trial.mutant)))
        progress(1)
    order = list(dict.fromkeys(mutant.exercise for _, mutant in mutants))
    trials.sort(key=lambda trial: order.index(trial.mutant.exercise))  # processes finish in any order
    checks = {
        exercise: tuple(check.name for check in of_exercise)
        for exercise, of_exercise in grader.checks.items()
        if not only or exercise in only
    }
    return MutantAudit(topic.slug, tuple(trials), checks, all_checks, tuple(_wrong_marks(marks, trials)))


def solution_cells(grader: Grader) -> list[tuple[str, Cell]]:
    """Returns (exercise, cell) for each cell of the solution that learners write."""
    exercises = exercise_of_cells(grader.release)
    last = {cell.name: cell for cell in grader.solution}  # the written cell comes after the unwritten one
    return [(exercises[name], cell) for name, cell in last.items() if name in exercises]


def exercise_of_cells(release: Release) -> dict[str, str]:
    """Returns the exercise of each cell that learners write: the next check cell's."""
    exercises: dict[str, str] = {}
    waiting: list[str] = []
    for name, cell in release.structure.items():
        if is_check(cell):
            exercises |= dict.fromkeys(waiting, name)
            waiting = []
        elif is_answer(cell) and cell["cell_type"] == "code":
            waiting.append(name)
    return exercises


def _wrong_marks(marks: EquivalentMutants, trials: list[Trial]) -> Iterator[str]:
    """Yields a sentence for each mark whose mutant fails a check, or does not exist any more."""
    for trial in trials:
        if trial.reason and trial.killed_by:
            mark = next(mark for mark in marks.marks if mark.fits(trial.mutant))
            yield f"{mark.words} is marked as no mistake, but {trial.killed_by[0]} tells it apart: delete the mark."
    for mark in marks.stale(trial.mutant.function for trial in trials):
        yield f"{mark.words}: there is no such mutant any more. Delete the mark, or write it anew."


# --- trying them ------------------------------------------------------------------------------------

_Named = tuple[str, Mutant]  # the cell's name, and the mutant


def _tried(topic: Topic, seed: str, mutants: list[_Named], all_checks: bool, workers: int) -> Iterator[Trial]:
    batches: dict[str, list[_Named]] = {}
    for name, mutant in mutants:
        batches.setdefault(mutant.exercise, []).append((name, mutant))
    if workers == 1:
        for batch in batches.values():
            yield from _try_batch(topic, seed, all_checks, batch)
        return
    for trials in spread(workers, Attempts(partial(_list_batch, topic, seed, all_checks)), batches.values()):
        yield from trials


def _list_batch(topic: Topic, seed: str, all_checks: bool, batch: list[_Named]) -> list[Trial]:
    return list(_try_batch(topic, seed, all_checks, batch))


def _try_batch(topic: Topic, seed: str, all_checks: bool, batch: list[_Named]) -> Iterator[Trial]:
    """Tries mutants of one exercise. The check that has found most mutants so far runs first."""
    grader, kills = ready(topic, seed), Counter[str]()
    for name, mutant in batch:
        order = grader.checks[mutant.exercise]
        if not all_checks:
            order = sorted(order, key=lambda check: -kills[check.name])
        failed = tuple(_failed(grader, name, mutant, order, all_checks))
        kills.update(failed)
        yield Trial(mutant, failed)


def _failed(grader: Grader, name: str, mutant: Mutant, order: Any, all_checks: bool) -> Iterator[str]:
    """Yields the names of the checks that a mutant fails; only the first, unless all checks are wanted."""
    last = max(index for index, cell in enumerate(grader.solution) if cell.name == name)
    cells = [replace(cell, source=mutant.source) if i == last else cell for i, cell in enumerate(grader.solution)]
    try:
        for check, outcome in grader.outcomes(mutant.exercise, cells, order):
            if outcome is not Outcome.PASSED:
                yield check.name
                if not all_checks or outcome in (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY):
                    return
    except GraderFault as fault:
        raise GraderFault(f"{fault}\nIt broke on a mutant of {mutant.function}:\n{mutant.diff}") from None
