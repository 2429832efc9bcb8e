"""How the solution of a topic, and each named wrong answer, behave under its checks.

Both are the same for a whole class: they are found out once, by one process of a run (see `single_flight`).
"""

from collections.abc import Iterable
from functools import cached_property, partial

from autograder.core.cell import Cell
from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault
from autograder.core.results import CheckResult
from autograder.notebooks import reader
from autograder.notebooks.release import Release
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from . import single_flight
from .behaviour import Observed
from .check import Check, run_checks
from .misconceptions import Misconception

Seen = tuple[tuple[CheckResult, ...], Observed]  # what the checks of an exercise found, and what they saw


class Catalogue:
    """Knows how the solution and the misconceptions of a topic behave, as far as it has been asked.

    Args:
        topic: where the solution is.
        release: the notebook that learners got.
        checks: the checks of each exercise.
        sandbox: where the solution and the wrong answers run.
        seed: the course secret.
    """

    def __init__(
        self, topic: Topic, release: Release, checks: dict[str, list[Check]], sandbox: Sandbox, seed: str
    ) -> None:
        self._topic, self._release, self._checks = topic, release, checks
        self._sandbox, self._seed = sandbox, seed
        self._seen: dict[tuple[str, str | None], Seen] = {}

    @cached_property
    def solution(self) -> list[Cell]:
        """The instructor's own answers, as a submission."""
        instructors = reader.read(need(self._topic.source, "Run `autograder build` first.").read_bytes())
        return learner_cells(instructors, self._release)

    def with_misconception(self, entry: Misconception) -> list[Cell]:
        """A submission that is right everywhere but for one misconception."""
        return [*self.solution, Cell(entry.id, f"import math\nimport numpy as np\n{entry.source}")]

    def seen(self, exercise: str, entries: Iterable[Misconception | None]) -> list[Seen]:
        """What the checks of an exercise find and see in the solution (None), and in wrong answers."""
        keys = {(exercise, entry.id if entry else None): entry for entry in entries}
        unknown = {key: entry for key, entry in keys.items() if key not in self._seen}
        compute = {
            f"{self._topic.slug} {self._topic.stamp} {self._seed} {key}": partial(self.look, exercise, entry)
            for key, entry in unknown.items()
        }
        self._seen.update(zip(unknown, single_flight.values(compute), strict=True))
        return [self._seen[key] for key in keys]

    def look(self, exercise: str, entry: Misconception | None) -> Seen:
        """Puts the checks of an exercise to the solution (None), or to it with a wrong answer in it.

        Raises:
            GraderFault: a check is broken, or the process was ended from outside.
        """
        submission = Submission(self._sandbox, self.with_misconception(entry) if entry else self.solution)
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
