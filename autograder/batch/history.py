"""The results of each topic as they stand in the gradebook: what marks are compared with, and reports are made of.

A line of JSON for each student, so that a class of any size can be written and read line by line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.outcomes import UsageError
from autograder.core.results import SubmissionResult, submission_from_json

from .discover import Batch


@dataclass(frozen=True)
class Points:
    """What a student got: points by exercise, and the most that there were."""

    points: dict[str, float]
    max_score: float

    @property
    def score(self) -> float:
        """All points."""
        return sum(self.points.values())


def load(course: Course, topic: Topic) -> dict[str, SubmissionResult]:
    """The results by student; none if the topic has not been graded.

    Raises:
        UsageError: the file that holds them is damaged.
    """
    path = _path(course, topic)
    try:
        results = [submission_from_json(json.loads(line)) for line in _lines(path)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path, topic) from None
    return {result.student: result for result in sorted(results, key=lambda result: result.student)}


def load_points(course: Course, topic: Topic) -> dict[str, Points]:
    """What everyone got, by student, and nothing else of the results.

    Raises:
        UsageError: the file that holds them is damaged.
    """
    path, marks = _path(course, topic), {}
    try:
        for line in _lines(path):
            tree = json.loads(line)
            points = {name: float(exercise["points"]) for name, exercise in tree["exercises"].items()}
            marks[str(tree["student"])] = Points(points, float(tree["max_score"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path, topic) from None
    return marks


class Record:
    """The results of a run, written down as they come. They take their place when the gradebook is written.

    Args:
        course: whose.
        topic: of what.
    """

    def __init__(self, course: Course, topic: Topic) -> None:
        self._path = _path(course, topic)
        self._earlier = {_student(line) for line in _lines(self._path)}
        self._draft = self._path.with_suffix(".new")
        self._written: set[str] = set()
        self._draft.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._draft.open("w", encoding="utf-8")

    def add(self, result: SubmissionResult) -> None:
        """Writes a result down."""
        self._file.write(json.dumps(result.to_json(), ensure_ascii=False) + "\n")
        self._written.add(result.student)

    def keep(self, result: SubmissionResult) -> None:
        """Writes a result down that is as it was, if it is not there."""
        if result.student not in self._earlier:
            self.add(result)

    def publish(self, everyone: set[str]) -> None:
        """Puts the results in their place, with earlier ones of those who were not graded this time.

        Args:
            everyone: who is in the class now; others are forgotten.
        """
        if not self._written and self._earlier <= everyone:
            return
        for line in _lines(self._path):
            if _student(line) in everyone - self._written:
                self._file.write(line)
        self._file.close()
        self._draft.replace(self._path)

    def close(self) -> None:
        """Throws away what was not published."""
        self._file.close()
        self._draft.unlink(missing_ok=True)


def choose(batch: Batch, earlier: dict[str, Points], students: tuple[str, ...], failed_only: bool) -> None:
    """Leaves in a batch the jobs of these students (if any are named), or of those who lost points last time.

    Raises:
        UsageError: a student has submitted nothing, or nothing has been graded yet.
    """
    if missing := [student for student in students if student not in batch.everyone]:
        raise UsageError(f"There is no submission of {', '.join(missing)} for {batch.topic.slug}.")
    if students:
        batch.jobs = [job for job in batch.jobs if job.student in students]
    if failed_only:
        if not earlier:
            raise UsageError(f"--failed-only needs earlier results: grade {batch.topic.slug} once without it.")
        lost = {student for student, marks in earlier.items() if marks.score < marks.max_score}
        batch.jobs = [job for job in batch.jobs if job.student in lost]


def _path(course: Course, topic: Topic) -> Path:
    return course.build / "results" / f"{topic.slug}.jsonl"


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            yield from file


_STUDENT = '{"student": '  # how a line begins, and then comes the name
_decoder = json.JSONDecoder()


def _student(line: str) -> str:
    """Whose line it is, without a look at the rest of it."""
    name: str = _decoder.raw_decode(line, len(_STUDENT))[0]
    return name


def _damaged(path: Path, topic: Topic) -> UsageError:
    return UsageError(f"{path} is damaged. Delete it, and grade {topic.slug} again.")
