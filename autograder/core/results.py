"""Results of grading as plain data. They cross processes and become JSON, reports and rows of the gradebook."""

from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from .outcomes import Outcome

QUESTIONS = 3  # about a learner's own code in an exercise: fewer that come out of it give less than all points
# The outcome of an exercise that is not passed is the gravest outcome among its checks.
_GRAVEST_FIRST = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.FAILED, Outcome.NOT_ATTEMPTED)


@dataclass(frozen=True)
class CheckResult:
    """Result of one hidden check for one submission.

    Attributes:
        name: the check's name in pytest.
        title: the property that it checks, in a learner's words.
        weight: its share of the exercise's points, relative to the other checks.
        outcome: its outcome.
        message: the reason why it was not passed, in a learner's words; empty if it was passed.
        kind: the kind of property, one of `gradwise.exercises.KINDS`.
    """

    name: str
    title: str
    weight: float
    outcome: Outcome
    message: str = ""
    kind: str = "values"


@dataclass(frozen=True)
class Diagnosis:
    """A misconception that behaves like the submission, by its id, and the sentence that the learner reads."""

    misconception: str
    sentence: str


@dataclass(frozen=True)
class Example:
    """A call that returns a wrong value, as text: the call, the value it returned, and the right value."""

    called: str
    got: str
    wanted: str


@dataclass(frozen=True)
class Drawn:
    """A learner's curve and the right one, on an even grid from -4 to 4; None where the value is not finite."""

    label: str
    wanted: tuple[float | None, ...]
    got: tuple[float | None, ...]


@dataclass(frozen=True)
class Understanding:
    """The answers to questions about the learner's own code.

    Attributes:
        asked: how many questions there were; 0 if none could be marked.
        right: how many were answered right.
        note: a sentence for the learner, where they could not be marked.
    """

    asked: int
    right: int
    note: str = ""


@dataclass(frozen=True)
class ExerciseResult:
    """Result of one exercise for one submission.

    Attributes:
        exercise: the exercise's id.
        max_points: the points for passing every check.
        checks: the results of its checks.
        diagnoses: the misconceptions that explain the wrong answer.
        example: one call that returns a wrong value.
        curves: the learner's curves that differ from the right ones.
        note: a sentence in place of the example, where no call was found that returns a wrong value.
        understanding: the answers about the learner's own code; None if nothing was answered.
        understanding_points: the part of the maximal points that these answers give.
    """

    exercise: str
    max_points: float
    checks: tuple[CheckResult, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    example: Example | None = None
    curves: tuple[Drawn, ...] = ()
    note: str = ""
    understanding: Understanding | None = None
    understanding_points: float = 0.0

    @cached_property
    def points(self) -> float:
        """The maximal points, times the share of the weight whose checks passed; exactly the maximum if all passed.

        Answers about code that is right in part only count in that part, too.
        """
        total = sum(check.weight for check in self.checks)
        passed = sum(check.weight for check in self.checks if check.outcome is Outcome.PASSED)
        best = self.max_points
        if self.understanding_points:
            best -= self.understanding_points * (1 - self.share_understood)
        return best if passed == total else best * passed / total

    @property
    def share_understood(self) -> float:
        """The share of the questions about the learner's own code that were answered right: from 0 to 1."""
        known = self.understanding
        return min(known.right / max(known.asked, QUESTIONS), 1.0) if known is not None and known.asked else 0.0

    @cached_property
    def outcome(self) -> Outcome:
        """Passed if every check passed, not attempted if none was attempted, else the gravest outcome of a check."""
        outcomes = {check.outcome for check in self.checks}
        if outcomes == {Outcome.PASSED, Outcome.NOT_ATTEMPTED}:
            return Outcome.FAILED  # the answer is begun and not finished
        return next((outcome for outcome in _GRAVEST_FIRST if outcome in outcomes), Outcome.PASSED)

    def to_json(self) -> dict[str, Any]:
        """Returns the exercise as JSON types, for ``--json``."""
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
            "note": self.note,
            "understanding": asdict(self.understanding) if self.understanding else None,
            "understanding_points": self.understanding_points,
        }


def exercise_from_json(name: str, tree: dict[str, Any]) -> ExerciseResult:
    """Returns the exercise that `ExerciseResult.to_json` wrote."""
    checks = (_check(**check) for check in tree["checks"])
    diagnoses = (Diagnosis(entry["id"], entry["sentence"]) for entry in tree["diagnoses"])
    example = Example(**tree["example"]) if tree["example"] else None
    curves = (Drawn(curve["label"], tuple(curve["wanted"]), tuple(curve["got"])) for curve in tree["curves"])
    note = tree.get("note", "")  # an earlier version wrote none
    answers = tree.get("understanding")
    understanding = Understanding(**answers) if answers else None
    extra = tree.get("understanding_points", 0.0)
    points = tree["max_points"]
    return ExerciseResult(
        name, points, tuple(checks), tuple(diagnoses), example, tuple(curves), note, understanding, extra
    )


@lru_cache(4096)  # most learners of a class get the same results
def _check(outcome: str, **rest: Any) -> CheckResult:
    return CheckResult(outcome=Outcome(outcome), **rest)


@dataclass(frozen=True)
class SubmissionResult:
    """Result of one submission.

    Attributes:
        student: the learner's name in the gradebook.
        assignment: the topic.
        exercises: the results of its exercises.
        seconds: the wall time that grading took.
        memory: the peak memory of the learner's process, in bytes.
        repairs: one sentence for each kind of damage that was mended in the notebook.
        cell_problems: the name of each cell that did not run to its end, and a sentence for it.
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
        """The sum of the points given by checks, without those given by hand."""
        return sum(exercise.points for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """The sum of the points that checks can give."""
        return sum(exercise.max_points for exercise in self.exercises)

    def to_json(self) -> dict[str, Any]:
        """Returns the submission as JSON types, for ``--json``."""
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
    """Returns the submission that `SubmissionResult.to_json` wrote."""
    return SubmissionResult(
        tree["student"],
        tree["assignment"],
        tuple(exercise_from_json(name, exercise) for name, exercise in tree["exercises"].items()),
        tree["seconds"],
        tree["memory"],
        tuple(tree["repairs"]),
        tuple((cell, message) for cell, message in tree["cell_problems"]),
    )
