"""The marks of an assignment as the gradebook gives them out, and what they would be after another grading."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from nbgrader.api import BaseCell, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select

from autograder.core.course import Course, Topic

from .config import course_directory, nbgrader_config, open_gradebook
from .intake import time_of
from .rows import CellRow, Entry, Rows
from .state import file_of

_FILE = "sqlite:///"
TOGETHER = 200  # submissions whose rows are changed at a time


@dataclass(frozen=True)
class Mark:
    """A student's mark: the points of each cell, by checks or by hand and with extra credit, less the penalty.

    Attributes:
        cells: points by the name of a cell.
        penalty: points that are taken off because the submission came late.
    """

    cells: dict[str, float] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def score(self) -> float:
        """The mark that is exported: never less than zero."""
        return max(0.0, sum(self.cells.values()) - self.penalty)


@dataclass(frozen=True)
class NewPoints:
    """The points that checks gave to one submission, by exercise, and the folder that was submitted."""

    student: str
    points: dict[str, float]
    folder: Path


def marks(course: Course, topic: Topic) -> dict[str, Mark]:
    """Returns the mark of each student; none if there is no gradebook yet, or if it does not know the assignment."""
    with _gradebook(course) as gradebook:
        return _read(gradebook, topic.slug) if gradebook else {}


def projected(course: Course, topic: Topic, graded: Iterable[NewPoints]) -> dict[str, Mark]:
    """Returns the mark that each student would have if these points were written. Nothing is written.

    The rows are changed as a run changes them, with penalties for lateness, and then rolled back.
    """
    entries = [
        Entry(
            one.student, {name: CellRow(points, None) for name, points in one.points.items()}, time_of(one.folder), ""
        )
        for one in graded
    ]
    late = AssignLatePenalties(config=nbgrader_config(course.root))
    after: dict[str, Mark] = {}
    with _gradebook(course) as gradebook:
        if gradebook is None or topic.slug not in [known.name for known in gradebook.assignments]:
            return {}
        for at in range(0, len(entries), TOGETHER):
            part = entries[at : at + TOGETHER]
            try:
                Rows(gradebook, topic.slug, part).change(late)
                after |= _read(gradebook, topic.slug, [entry.student for entry in part])
            finally:
                gradebook.db.rollback()
    return after


def students(course: Course) -> set[str]:
    """Returns the names of all learners whom the gradebook knows."""
    with _gradebook(course) as gradebook:
        return set(gradebook.db.scalars(select(Student.id))) if gradebook else set()


def due_date(course: Course, topic: Topic) -> datetime | None:
    """Returns when an assignment is due (UTC); None if the gradebook does not say."""
    with _gradebook(course) as gradebook:
        assignments = gradebook.assignments if gradebook else ()
        return next((known.duedate for known in assignments if known.name == topic.slug), None)


def _read(gradebook: Gradebook, slug: str, only: Sequence[str] | None = None) -> dict[str, Mark]:
    known = {assignment.name: assignment.id for assignment in gradebook.assignments}
    if slug not in known:
        return {}
    found: dict[str, Mark] = {}
    wanted = SubmittedAssignment.assignment_id == known[slug]
    if only is not None:
        wanted &= SubmittedAssignment.student_id.in_(only)
    penalties = (
        select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(wanted)
    )
    for student, penalty in gradebook.db.execute(penalties):
        found[student] = Mark({}, (found[student].penalty if student in found else 0.0) + (penalty or 0.0))
    grades = (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.score)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, Grade.cell_id == BaseCell.id)
        .where(wanted)
    )
    for student, cell, score in gradebook.db.execute(grades):
        found[student].cells[cell] = float(score or 0.0)
    return found


@contextmanager
def _gradebook(course: Course) -> Iterator[Gradebook | None]:
    """Opens the gradebook; None if there is none yet, which nbgrader would then make."""
    coursedir = course_directory(course.root)
    if coursedir.db_url.startswith(_FILE) and not file_of(coursedir.db_url).is_file():
        yield None
        return
    with open_gradebook(coursedir) as gradebook:
        yield gradebook
