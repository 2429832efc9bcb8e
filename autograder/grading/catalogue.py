"""A cache of what a topic's checks observe of its solution and of each misconception.

It is the same for a whole class, so one process of a run computes it (see `single_flight`).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property, partial

from autograder.core.cell import Cell
from autograder.core.course import Topic, need
from autograder.core.limits import uncounted
from autograder.core.outcomes import GraderFault, Outcome
from autograder.core.results import CheckResult
from autograder.notebooks import reader
from autograder.notebooks.release import Release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.ahead import Script
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from . import single_flight
from .behaviour import Observed, sharing
from .check import Check, run_checks
from .misconceptions import Misconception

Seen = tuple[tuple[CheckResult, ...], Observed]  # the results of an exercise's checks, and the calls that they observed


class Catalogue:
    """Runs checks on the solution and on the misconceptions of a topic, and keeps what they observed.

    Args:
        topic: the topic.
        release: the notebook that learners got.
        checks: the checks of each exercise.
        sandbox: the sandbox in which the solution and the wrong answers run.
        seed: the course secret.
    """

    def __init__(
        self, topic: Topic, release: Release, checks: dict[str, list[Check]], sandbox: Sandbox, seed: str
    ) -> None:
        self._topic, self._release, self._checks = topic, release, checks
        self._sandbox, self._seed = sandbox, seed
        self._seen: dict[tuple[str, str | None], Seen] = {}
        self._scripts: dict[str, Script | None] = {}

    @cached_property
    def solution(self) -> list[Cell]:
        """The instructor's own answers, as a submission."""
        instructors = reader.read(need(self._topic.source, "Run `autograder build` first.").read_bytes())
        return learner_cells(instructors, self._release)

    def with_misconception(self, entry: Misconception) -> list[Cell]:
        """Returns the solution with one function or class replaced by a misconception."""
        return [*self.solution, Cell(entry.id, f"import math\nimport numpy as np\n{entry.source}")]

    def seen(self, exercise: str, entries: Iterable[Misconception | None]) -> list[Seen]:
        """Returns the results and calls of an exercise's checks for each entry; None stands for the solution.

        Raises:
            GraderFault: a check is broken, or the process was ended from outside.
        """
        keys = {(exercise, entry.id if entry else None): entry for entry in entries}
        unknown = {key: entry for key, entry in keys.items() if key not in self._seen}
        compute = {
            f"{self._topic.slug} {self._topic.stamp} {self._seed} {key}": partial(self.look, exercise, entry)
            for key, entry in unknown.items()
        }
        with uncounted():  # the class needs it, whoever comes first
            for key, seen in zip(unknown, single_flight.values(compute), strict=True):
                self._seen[key] = self._sharing(exercise, seen)
        return [self._seen[key] for key in keys]

    def _sharing(self, exercise: str, seen: Seen) -> Seen:
        """Returns what was seen, with the solution's own objects for equal values, if the solution is known."""
        checks, observed = seen
        if (exercise, None) in self._seen:
            return checks, sharing(observed, self._seen[exercise, None][1])
        return seen

    def look(self, exercise: str, entry: Misconception | None) -> Seen:
        """Runs the checks of an exercise on the solution, with a wrong answer in it if there is an entry.

        Raises:
            GraderFault: a check is broken, or the process was ended from outside.
        """
        submission = Submission(self._sandbox, self.with_misconception(entry) if entry else self.solution)
        if entry:
            submission.follow(self.scripts([exercise]))
        try:
            submission.load()
            checks, observed = run_checks(self._checks[exercise], exercise, submission, self._seed)
        finally:
            submission.close()
        if submission.killed:
            raise GraderFault(
                "A process of the grader's own was ended from outside, most likely because the machine had no "
                "memory left. What was graded is kept; run again for the rest."
            )
        return tuple(checks), observed

    def scripts(self, exercises: Iterable[str]) -> dict[str, Script]:
        """Returns what the checks of some exercises ask of the solution, so that it can be asked of others ahead.

        It saves time, and nothing else: of an exercise whose checks are broken nothing is known.
        """
        exercises = list(exercises)
        with uncounted():  # the class needs it, whoever comes first
            self._scripts |= self._recorded([name for name in exercises if name not in self._scripts])
        return {name: script for name in exercises if (script := self._scripts[name]) is not None}

    def recall(self, scripts: Mapping[str, Script]) -> None:
        """Remembers what the checks ask of the solution, from an earlier run."""
        self._scripts |= scripts

    def _recorded(self, exercises: list[str]) -> dict[str, Script | None]:
        recorded: dict[str, Script | None] = dict.fromkeys(exercises)
        submission = Submission(self._sandbox, self.solution)
        try:
            for name in exercises:
                with suppress(GraderFault):
                    recorded[name] = self._record(name, submission)
        finally:
            submission.close()
        return recorded

    def _record(self, exercise: str, solution: Submission) -> Script | None:
        """Returns what the checks ask of the solution; None if it does not pass them, as when it was ended."""
        results: list[CheckResult] = []
        script = solution.record(
            lambda: results.extend(run_checks(self._checks[exercise], exercise, solution, self._seed)[0])
        )
        return script if all(result.outcome is Outcome.PASSED for result in results) else None
