"""Reads from the gradebook the scores and comments that people gave by hand, and the penalties for lateness."""

from dataclasses import dataclass, field
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from autograder.core.course import Topic
from autograder.core.outcomes import UsageError
from autograder.notebooks.release import read_release

from .config import open_gradebook


@dataclass
class ByHand:
    """A submission's scores and comments by hand, and its penalty for lateness.

    Attributes:
        scores: points by the name of a cell; None for a cell that still waits for its score.
        comments: a teacher's comments by the name of a cell.
        unanswered: names of the cells that are as they were released.
        penalty: points that are taken off because the submission came late.
    """

    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    penalty: float = 0.0


def by_hand_of(coursedir: CourseDirectory, topic: Topic) -> dict[str, ByHand]:
    """Returns the scores and comments by hand of each student, and the penalty for lateness.

    Three queries read them for the whole class.

    Raises:
        UsageError: the gradebook does not know the assignment.
    """
    manual: dict[str, ByHand] = {}
    by_checks = read_release(topic.release).points
    with open_gradebook(coursedir) as gradebook:
        try:
            assignment = gradebook.find_assignment(topic.slug)
        except MissingEntry:
            raise UsageError(
                f"The gradebook does not know {topic.slug}: it was removed there, or another gradebook is set. Run "
                f"`autograder build {topic.slug}` and `autograder grade {topic.slug}`."
            ) from None
        wanted = SubmittedAssignment.assignment_id == assignment.id
        mine = select(SubmittedAssignment.student_id).where(wanted)

        def of(table: Any, *columns: Any) -> Any:
            return gradebook.db.execute(
                mine.add_columns(BaseCell.name, *columns)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(table, table.notebook_id == SubmittedNotebook.id)
                .join(BaseCell, table.cell_id == BaseCell.id)
            )

        for student, cell, automatic, given, extra in of(
            Grade, Grade.auto_score, Grade.manual_score, Grade.extra_credit
        ):
            score = given if given is not None else automatic
            if given is not None or extra or cell not in by_checks:
                total = None if score is None and not extra else (score or 0.0) + (extra or 0.0)
                manual.setdefault(student, ByHand()).scores[cell] = total
        for student, cell, automatic, written in of(Comment, Comment.auto_comment, Comment.manual_comment):
            if written:
                manual.setdefault(student, ByHand()).comments[cell] = written
            elif automatic:  # "No response."
                manual.setdefault(student, ByHand()).unanswered.add(cell)
        for student, penalty in gradebook.db.execute(
            mine.add_columns(SubmittedNotebook.late_submission_penalty).join(
                SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
            )
        ):
            manual.setdefault(student, ByHand()).penalty += penalty or 0.0
    return manual
