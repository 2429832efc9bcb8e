"""Proves the checks of a topic: the solution gets all points, the release none, and every wrong answer loses some.

Answers that cost no thought, such as zeros everywhere, earn next to nothing.

A wrong answer must also be diagnosed as itself, or as its twin: another wrong answer with the same outputs.
"""

from dataclasses import dataclass
from typing import Any

from autograder.core.course import Topic
from autograder.core.outcomes import Outcome
from autograder.core.results import SubmissionResult
from autograder.grading.grader import Grader
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.grading.session import open_grader
from autograder.notebooks import reader
from autograder.notebooks.repair import repair

from .cheap_answers import CheapTrial, try_cheap_answers


@dataclass(frozen=True)
class MisconceptionAudit:
    """The audit of one wrong answer.

    Attributes:
        misconception: the wrong answer.
        rejected_by: the names of the checks that it fails.
        diagnosed_as: the ids of the misconceptions that it was diagnosed as.
    """

    misconception: Misconception
    rejected_by: tuple[str, ...]
    diagnosed_as: tuple[str, ...]

    @property
    def twins(self) -> set[str]:
        """The ids that its diagnosis may have: those that it is told as, and its twin's."""
        return {*self.misconception.names, self.misconception.twin_of or self.misconception.names[0]}

    @property
    def problem(self) -> str:
        """A phrase that says what is wrong with the checks or the diagnosis; empty if nothing is."""
        if not self.rejected_by:
            return "passes every check"
        if not self.diagnosed_as:
            return "is not diagnosed"
        if not set(self.diagnosed_as) <= self.twins:
            return f"is taken for {', '.join(sorted(set(self.diagnosed_as) - self.twins))}"
        return ""

    def to_json(self) -> dict[str, Any]:
        """The entry for ``--json``."""
        return {
            "id": self.misconception.id,
            "exercise": self.misconception.exercise,
            "function": self.misconception.function,
            "rejected_by": list(self.rejected_by),
            "diagnosed_as": self.diagnosed_as[0] if self.diagnosed_as else None,
            "twin_of": self.misconception.twin_of,
            "sentence": self.misconception.sentence,
        }


@dataclass(frozen=True)
class TopicAudit:
    """The audit of one topic.

    Attributes:
        topic: the topic's name.
        solution: the share of the points that the solution gets, 0 to 1; it should be 1.
        release: the share that the released notebook gets; it should be 0.
        misconceptions: the audit of every wrong answer.
        cheap: what every cheap answer earned.
        problems: a phrase for everything that is wrong.
    """

    topic: str
    solution: float
    release: float
    misconceptions: tuple[MisconceptionAudit, ...]
    cheap: tuple[CheapTrial, ...]
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The topic for ``--json``."""
        return {
            "topic": self.topic,
            "solution": self.solution,
            "release": self.release,
            "misconceptions": [entry.to_json() for entry in self.misconceptions],
            "problems": list(self.problems),
        }


def audit(topic: Topic, seed: str) -> TopicAudit:
    """Audits one topic.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    with open_grader(topic, seed) as grader:
        return audit_with(grader)


def audit_with(grader: Grader) -> TopicAudit:
    """Audits the topic of a grader."""
    solution = _graded(grader, grader.topic.source.read_bytes())
    release = _graded(grader, grader.topic.release.read_bytes())
    entries = tuple(_audit_one(grader, entry) for entry in load_misconceptions(grader.topic))
    problems = [f"the solution fails {name}" for name in _failed(solution)]
    problems += [f"the release passes {name}" for name in _passed(release)]
    problems += [f"{entry.misconception.id} {entry.problem}" for entry in entries if entry.problem]
    cheap = tuple(try_cheap_answers(grader))
    problems += [trial.problem for trial in cheap if trial.problem]
    problems += [f"no wrong answer for {name}" for name in grader.release.points if not _has_entry(name, entries)]
    return TopicAudit(grader.topic.slug, _share(solution), _share(release), entries, cheap, tuple(problems))


def _audit_one(grader: Grader, entry: Misconception) -> MisconceptionAudit:
    exercise = grader.grade_misconception(entry)
    return MisconceptionAudit(
        entry,
        tuple(check.name for check in exercise.checks if check.outcome is not Outcome.PASSED),
        tuple(diagnosis.misconception for diagnosis in exercise.diagnoses),
    )


def _graded(grader: Grader, data: bytes) -> SubmissionResult:
    return grader.grade("audit", repair(reader.read(data), grader.release))


def _share(result: SubmissionResult) -> float:
    best = result.max_score - sum(exercise.understanding_points for exercise in result.exercises)
    return result.score / best if best else 0.0


def _failed(result: SubmissionResult) -> list[str]:
    checks = [check for exercise in result.exercises for check in exercise.checks]
    return [check.name for check in checks if check.outcome is not Outcome.PASSED]


def _passed(result: SubmissionResult) -> list[str]:
    checks = [check for exercise in result.exercises for check in exercise.checks]
    return [check.name for check in checks if check.outcome is Outcome.PASSED]


def _has_entry(exercise: str, entries: tuple[MisconceptionAudit, ...]) -> bool:
    return any(entry.misconception.exercise == exercise for entry in entries)
