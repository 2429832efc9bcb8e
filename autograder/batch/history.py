"""Keeps the results that stand in the gradebook, for comparing new marks with old ones and for reports.

The file of a topic has a line of JSON for each student, so that a class of any size can be read line by line.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import Draft
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError
from autograder.core.results import SubmissionResult, submission_from_json
from autograder.gradebook import state
from autograder.gradebook.config import across_students, course_directory
from autograder.notebooks import reader
from autograder.notebooks.cell_report import result_in

from .discover import Batch


@dataclass(frozen=True)
class Points:
    """A student's points by exercise, and the highest possible sum of points."""

    points: dict[str, float]
    max_score: float

    @property
    def score(self) -> float:
        """The sum of the points."""
        return sum(self.points.values())


def load(course: Course, topic: Topic) -> dict[str, SubmissionResult]:
    """Reads the results by student, in the order of their names; empty if the topic has not been graded.

    Raises:
        UsageError: the file that holds them is damaged.
    """
    path = _path(course, topic)
    try:
        results = [submission_from_json(json.loads(line)) for line in _lines(path)]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(path, topic) from None
    return {result.student: result for result in sorted(results, key=lambda result: result.student)}


def current(course: Course, topic: Topic) -> dict[str, SubmissionResult]:
    """Reads the results by student as the autograded notebooks have them: also of those that nbgrader graded since.

    A notebook that the last run of ours has written is not read again.

    Raises:
        UsageError: the file that holds the results of our runs is damaged.
    """
    results, written = load(course, topic), state.load(course, topic)
    coursedir = course_directory(course.root)
    parent, below = across_students(coursedir.format_path(coursedir.autograded_directory, "*", topic.slug))
    for folder in parent.glob(below):
        path, student = folder / f"{topic.slug}.ipynb", folder.relative_to(parent).parts[0]
        stamp = written.pages.get(student) or []
        if student in results and stamp != [] and stamp == state.file_stamp(path, stamp[0]):
            continue
        if path.is_file() and (result := result_in(reader.read(path.read_bytes()))) is not None:
            results[student] = replace(result, student=student)
    return dict(sorted(results.items()))


def load_points(course: Course, topic: Topic) -> dict[str, Points]:
    """Reads the points by student, and nothing else of the results.

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
    """The results of a run, written to a draft one by one. The draft is published when the gradebook is written.

    Args:
        course: the course that keeps the results.
        topic: the topic that was graded.
    """

    def __init__(self, course: Course, topic: Topic) -> None:
        self._path = _path(course, topic)
        self._earlier = {_student(line) for line in _lines(self._path)}
        self._draft = Draft(self._path)
        self._written: set[str] = set()

    def add(self, result: SubmissionResult) -> None:
        """Writes a result."""
        self._draft.write(json.dumps(result.to_json(), ensure_ascii=False) + "\n")
        self._written.add(result.student)

    def keep(self, result: SubmissionResult) -> None:
        """Writes a result that has not changed, if the published file does not have it."""
        if result.student not in self._earlier:
            self.add(result)

    def publish(self, everyone: set[str]) -> None:
        """Replaces the published file by the draft and the earlier results of students who were not graded in this run.

        Args:
            everyone: the students who are in the class now; results of others are dropped.
        """
        if not self._written and self._earlier <= everyone:
            return
        for line in _lines(self._path):
            if _student(line) in everyone - self._written:
                self._draft.write(line)
        self._draft.publish()

    def close(self) -> None:
        """Deletes the draft, unless it was published."""
        self._draft.discard()


def choose(batch: Batch, earlier: dict[str, Points], students: tuple[str, ...], failed_only: bool) -> None:
    """Removes from a batch the jobs that `--student` and `--failed-only` leave out.

    Args:
        batch: the submissions; its jobs are changed in place.
        earlier: the points by student of the last run.
        students: the only students to grade; empty for all.
        failed_only: whether to grade only students who lost points in the last run.

    Raises:
        UsageError: a named student has not submitted, or there are no earlier results for `failed_only`.
    """
    if missing := [student for student in students if student not in batch.everyone]:
        raise UsageError(f"There is no submission of {', '.join(map(for_sentence, missing))} for {batch.topic.slug}.")
    if students:
        batch.jobs = [job for job in batch.jobs if job.student in students]
        batch.left_out = [left for left in batch.left_out if left.student in students]
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


_STUDENT = '{"student": '  # the beginning of every line; the name follows
_decoder = json.JSONDecoder()


def _student(line: str) -> str:
    """Returns the student's name of a line, without parsing the rest of it."""
    name: str = _decoder.raw_decode(line, len(_STUDENT))[0]
    return name


def _damaged(path: Path, topic: Topic) -> UsageError:
    return UsageError(f"{path} is damaged. Delete it, and grade {topic.slug} again.")
