"""What grading gives: plain data that crosses processes, becomes JSON, a report and rows of the gradebook."""

from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from .outcomes import Outcome

# An exercise that is not passed is named after the gravest thing that happened in it.
_GRAVEST_FIRST = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.FAILED, Outcome.NOT_ATTEMPTED)


@dataclass(frozen=True)
class CheckResult:
    """One hidden check of one submission.

    Attributes:
        name: the check's name in pytest.
        title: the property that it checks, in a learner's words.
        message: why it was not passed, in a learner's words; empty if it was.
        kind: what it looks at, one of `gradwise.exercises.KINDS`.
    """

    name: str
    title: str
    weight: float
    outcome: Outcome
    message: str = ""
    kind: str = "values"


@dataclass(frozen=True)
class Diagnosis:
    """The misconception that behaves exactly like the submission, and what to tell the learner."""

    misconception: str
    sentence: str


@dataclass(frozen=True)
class Example:
    """A call that gives a wrong value: what was called, what came, and what is right, as text."""

    called: str
    got: str
    wanted: str


@dataclass(frozen=True)
class Drawn:
    """A learner's curve and the right one, on an even grid from -4 to 4; None where there is no point."""

    label: str
    wanted: tuple[float | None, ...]
    got: tuple[float | None, ...]


@dataclass(frozen=True)
class ExerciseResult:
    """One exercise of one submission.

    Attributes:
        diagnoses: what was misunderstood, as far as it has a name.
        example: one call that gives a wrong value.
        curves: where a picture says more.
    """

    exercise: str
    max_points: float
    checks: tuple[CheckResult, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    example: Example | None = None
    curves: tuple[Drawn, ...] = ()

    @cached_property
    def points(self) -> float:
        """The share of the weight that passed, of the points; never more than the points."""
        total = sum(check.weight for check in self.checks)
        passed = sum(check.weight for check in self.checks if check.outcome is Outcome.PASSED)
        return self.max_points if passed == total else self.max_points * passed / total

    @cached_property
    def outcome(self) -> Outcome:
        """Passed if every check is, not attempted if nothing was, else the gravest thing that happened."""
        outcomes = {check.outcome for check in self.checks}
        if outcomes == {Outcome.PASSED, Outcome.NOT_ATTEMPTED}:
            return Outcome.FAILED  # begun, and not finished
        return next((outcome for outcome in _GRAVEST_FIRST if outcome in outcomes), Outcome.PASSED)

    def to_json(self) -> dict[str, Any]:
        """The exercise for ``--json``."""
        diagnoses = [{"id": entry.misconception, "sentence": entry.sentence} for entry in self.diagnoses]
        return {
            "points": self.points,
            "max_points": self.max_points,
            "outcome": str(self.outcome),
            "checks": [
                {
                    "name": check.name,
                    "title": check.title,
                    "weight": check.weight,
                    "outcome": str(check.outcome),
                    "message": check.message,
                    "kind": check.kind,
                }
                for check in self.checks
            ],
            "diagnosis": diagnoses[0] if diagnoses else None,
            "diagnoses": diagnoses,
            "example": asdict(self.example) if self.example else None,
            "curves": [asdict(curve) for curve in self.curves],
        }


def exercise_from_json(name: str, tree: dict[str, Any]) -> ExerciseResult:
    """The exercise that `ExerciseResult.to_json` wrote."""
    checks = (_check(**check) for check in tree["checks"])
    diagnoses = (Diagnosis(entry["id"], entry["sentence"]) for entry in tree["diagnoses"])
    example = Example(**tree["example"]) if tree["example"] else None
    curves = (Drawn(curve["label"], tuple(curve["wanted"]), tuple(curve["got"])) for curve in tree["curves"])
    return ExerciseResult(name, tree["max_points"], tuple(checks), tuple(diagnoses), example, tuple(curves))


@lru_cache(4096)  # most learners hear the same, and classes are large
def _check(outcome: str, **rest: Any) -> CheckResult:
    return CheckResult(outcome=Outcome(outcome), **rest)


@dataclass(frozen=True)
class SubmissionResult:
    """One graded submission.

    Attributes:
        seconds: how long it took.
        memory: the most bytes that its process held.
        repairs: what was mended in the notebook, one sentence each.
        cell_problems: cells that did not run to their end: a name and a sentence for each.
    """

    student: str
    assignment: str
    exercises: tuple[ExerciseResult, ...]
    seconds: float = 0.0
    memory: int = 0
    repairs: tuple[str, ...] = ()
    cell_problems: tuple[tuple[str, str], ...] = ()

    @property
    def score(self) -> float:
        """The points given by checks; what is graded by hand is not in it."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """The points that checks can give."""
        return sum(exercise.max_points for exercise in self.exercises)

    def to_json(self) -> dict[str, Any]:
        """The submission for ``--json``."""
        return {
            "student": self.student,
            "assignment": self.assignment,
            "score": self.score,
            "max_score": self.max_score,
            "seconds": round(self.seconds, 4),
            "memory": self.memory,
            "repairs": list(self.repairs),
            "cell_problems": [list(problem) for problem in self.cell_problems],
            "exercises": {exercise.exercise: exercise.to_json() for exercise in self.exercises},
        }


def submission_from_json(tree: dict[str, Any]) -> SubmissionResult:
    """The submission that `SubmissionResult.to_json` wrote."""
    return SubmissionResult(
        tree["student"],
        tree["assignment"],
        tuple(exercise_from_json(name, exercise) for name, exercise in tree["exercises"].items()),
        tree["seconds"],
        tree["memory"],
        tuple(tree["repairs"]),
        tuple((cell, message) for cell, message in tree["cell_problems"]),
    )
