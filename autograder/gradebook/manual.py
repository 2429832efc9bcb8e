"""What the gradebook holds besides the scores of checks: what people gave, wrote and deducted."""

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from autograder.core.course import Topic
from autograder.notebooks.release import read_release

from .state import naming_drivers


@dataclass
class ByHand:
    """What the gradebook adds to the checks: by the name of a cell a person's score and comment, and lateness.

    Attributes:
        unanswered: cells that nbgrader found as they were released.
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    penalty: float = 0.0


def by_hand_of(coursedir: CourseDirectory, topic: Topic) -> dict[str, ByHand]:
    """What the gradebook holds besides the checks' scores, by student, in three questions for the whole class."""
    found: dict[str, ByHand] = {}
    by_checks = read_release(topic.release).points
    with naming_drivers():
        opened = Gradebook(coursedir.db_url, coursedir.course_id)
    with opened as gradebook:
        wanted = SubmittedAssignment.assignment_id == gradebook.find_assignment(topic.slug).id
        mine = select(SubmittedAssignment.student_id).where(wanted)

        def of(table: Any, *columns: Any) -> Any:
            return gradebook.db.execute(
                mine.add_columns(BaseCell.name, *columns)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(table, table.notebook_id == SubmittedNotebook.id)
                .join(BaseCell, table.cell_id == BaseCell.id)
            )

        for student, cell, automatic, manual, extra in of(
            Grade, Grade.auto_score, Grade.manual_score, Grade.extra_credit
        ):
            score = manual if manual is not None else automatic
            if manual is not None or extra or cell not in by_checks:
                total = None if score is None and not extra else (score or 0.0) + (extra or 0.0)
                found.setdefault(student, ByHand()).scores[cell] = total
        for student, cell, automatic, manual in of(Comment, Comment.auto_comment, Comment.manual_comment):
            if manual:
                found.setdefault(student, ByHand()).comments[cell] = manual
            elif automatic:  # "No response."
                found.setdefault(student, ByHand()).unanswered.add(cell)
        for student, penalty in gradebook.db.execute(
            mine.add_columns(SubmittedNotebook.late_submission_penalty).join(
                SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
            )
        ):
            found.setdefault(student, ByHand()).penalty += penalty or 0.0
    return found
