"""Writes attempts that count into the course: the submitted folder, the gradebook and the autograded notebooks.

It is a run of `autograder grade` whose results are known, in a process of its own, for nbgrader blocks while it works.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.batch.attempts import Attempts
from autograder.batch.discover import Batch, find_batches
from autograder.batch.history import choose
from autograder.batch.run import Options, Run
from autograder.core.course import Course, Topic
from autograder.core.lock import alone
from autograder.core.results import submission_from_json
from autograder.gradebook.config import course_directory, open_gradebook
from autograder.gradebook.intake import TIMESTAMP

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory

BEHIND = 10  # how far behind the workers this process stands: results come first


@dataclass(frozen=True)
class Counted:
    """An attempt that counts: whose, its number, the file, when it was received, and its result as JSON types."""

    student: str
    number: int
    data: bytes
    received: float
    result: Mapping[str, Any]


@dataclass(frozen=True)
class Order:
    """What is to be written for one assignment: by which seed it was graded, and the extensions in seconds."""

    root: Path
    seed: str
    assignment: str
    counted: tuple[Counted, ...]
    extensions: Mapping[str, float]


def write(order: Order) -> list[str]:
    """Writes attempts into the course, and waits for whoever works on it. Returns what there is to say about it.

    Raises:
        GraderFault: the course or its gradebook cannot be used.
        OSError: the disk cannot be written.
    """
    os.setpriority(os.PRIO_PROCESS, 0, BEHIND)
    course, said = Course(order.root), list[str]()
    topic = course.topic(order.assignment)
    with alone(course.build, f"autograder serve: {topic.slug}", said.append):
        coursedir, attempts = course_directory(course.root), Attempts(course, topic)
        for entry in order.counted:
            _hand_in(coursedir, topic, entry)
            attempts.note(entry.student, entry.data, entry.number)
        attempts.save()
        _extend(coursedir, topic, order)
        (batch,) = find_batches(course, (topic.slug,), None)
        choose(batch, {}, tuple(entry.student for entry in order.counted), failed_only=False)
        _run(course, batch, order, said)
        said += [left.sentence for left in batch.left_out]
    return said


def _run(course: Course, batch: Batch, order: Order, said: list[str]) -> None:
    given = {entry.student: submission_from_json(dict(entry.result)) for entry in order.counted}
    run = Run(course, batch, Options(order.seed, workers=1), said.append, given)
    try:
        for _ in run.results():
            pass
        run.publish()
    finally:
        run.close()


def _hand_in(coursedir: "CourseDirectory", topic: Topic, entry: Counted) -> None:
    """Writes a notebook where nbgrader's `collect` would, whole or not at all."""
    place = Path(coursedir.format_path(coursedir.submitted_directory, entry.student, topic.slug))
    draft = place.with_name(f".{topic.slug}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    (draft / f"{topic.slug}.ipynb").write_bytes(entry.data)
    when = datetime.fromtimestamp(entry.received, UTC)
    (draft / TIMESTAMP).write_text(f"{when:%Y-%m-%d %H:%M:%S.%f} UTC", "utf-8")
    if place.exists():
        shutil.rmtree(place)
    draft.rename(place)


def _extend(coursedir: "CourseDirectory", topic: Topic, order: Order) -> None:
    """Writes extensions into the gradebook, of those who have submitted, before it reckons how late they are."""
    submitted = {entry.student for entry in order.counted}
    mine = {student: seconds for student, seconds in order.extensions.items() if student in submitted}
    if not mine:
        return
    with open_gradebook(coursedir) as gradebook:
        for student, seconds in mine.items():
            gradebook.update_or_create_student(student)
            submission = gradebook.update_or_create_submission(topic.slug, student)
            submission.extension = timedelta(seconds=seconds) if seconds else None
            gradebook.db.commit()


@dataclass(frozen=True)
class Due:
    """A due date of an assignment, in seconds since 1970; None if it has none."""

    root: Path
    assignment: str
    due: float | None


def set_due(order: Due) -> None:
    """Writes a due date into the gradebook."""
    course = Course(order.root)
    when = None if order.due is None else datetime.fromtimestamp(order.due, UTC).replace(tzinfo=None)
    with open_gradebook(course_directory(course.root)) as gradebook:
        gradebook.update_or_create_assignment(order.assignment, duedate=when)


def due_dates(root: Path) -> dict[str, float | None]:
    """Reads the due dates of all assignments that the gradebook knows."""
    with open_gradebook(course_directory(root)) as gradebook:
        return {
            assignment.name: assignment.duedate.replace(tzinfo=UTC).timestamp() if assignment.duedate else None
            for assignment in gradebook.assignments
        }
