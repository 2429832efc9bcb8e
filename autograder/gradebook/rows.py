"""The rows that nbgrader's database gets for submissions: many are written at once, with a handful of statements.

Their values come from nbgrader's own functions, so that `autograder grade` and `nbgrader autograde` agree: a grade from
the outputs of a cell, "No response.", a late penalty. Manual scores stay.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from nbformat import from_dict
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from autograder.notebooks.reader import CellDict, nbgrader_of


class CellRow(NamedTuple):
    """The values that grading writes for one cell: its score, and nbgrader's comment on an answer that is missing."""

    auto_score: float | None
    response: str | None


@dataclass(frozen=True)
class Entry:
    """The rows to be written for one submission.

    Attributes:
        student: the student's name.
        marks: the values of each cell, by its name.
        timestamp: when the submission was handed in; None if that is not known.
        key: a digest of what the rows and the autograded notebook were made from.
    """

    student: str
    marks: dict[str, CellRow]
    timestamp: datetime | None
    key: str

    def to_line(self) -> str:
        """Returns the entry as a line of JSON."""
        when = self.timestamp and self.timestamp.isoformat()
        return json.dumps([self.student, self.marks, when, self.key]) + "\n"

    @classmethod
    def of_line(cls, line: str) -> "Entry":
        """Returns the entry of a line that `to_line` has made."""
        student, marks, when, key = json.loads(line)
        timestamp = datetime.fromisoformat(when) if when else None
        return cls(student, {cell: CellRow(*values) for cell, values in marks.items()}, timestamp, key)


class Rows:
    """The rows of some submissions of one assignment."""

    def __init__(self, gradebook: Gradebook, assignment: str, entries: Sequence[Entry]) -> None:
        self._gradebook = gradebook
        self._db: Session = gradebook.db
        self._assignment = gradebook.find_assignment(assignment)
        self._entries = {entry.student: entry for entry in entries}
        self._timestamps = {entry.student: parse_utc(entry.timestamp) for entry in entries if entry.timestamp}

    def write(self, late: AssignLatePenalties) -> None:
        """Writes the rows of all entries, in one transaction."""
        self.change(late)
        self._db.commit()

    def change(self, late: AssignLatePenalties) -> None:
        """Changes the rows of all entries, without a commit."""
        self._add_students()
        self._add_submissions()
        self._set_timestamps()
        self._set_cell_rows()
        self._db.flush()
        self._set_penalties(late)
        self._db.flush()

    def _add_students(self) -> None:
        known = set(self._db.scalars(select(Student.id)))
        self._insert(Student, [{"id": student} for student in self._entries if student not in known])

    def _add_submissions(self) -> None:
        known = set(
            self._db.scalars(
                select(SubmittedAssignment.student_id).where(SubmittedAssignment.assignment_id == self._assignment.id)
            )
        )
        rows: dict[type, list[dict[str, Any]]] = {
            table: [] for table in (SubmittedAssignment, SubmittedNotebook, Grade, Comment)
        }
        for student in self._entries.keys() - known:
            submission = new_uuid()
            rows[SubmittedAssignment].append(
                {"id": submission, "assignment_id": self._assignment.id, "student_id": student}
            )
            for notebook in self._assignment.notebooks:
                notebook_id = new_uuid()
                rows[SubmittedNotebook].append(
                    {"id": notebook_id, "notebook_id": notebook.id, "assignment_id": submission}
                )
                for table, cells in (
                    (Grade, [*notebook.grade_cells, *notebook.task_cells]),
                    (Comment, [*notebook.solution_cells, *notebook.task_cells]),
                ):
                    rows[table] += [
                        {"id": new_uuid(), "cell_id": cell.id, "notebook_id": notebook_id} for cell in cells
                    ]
        for table, values in rows.items():
            self._insert(table, values)

    def _set_timestamps(self) -> None:
        rows = [{"student": student, "when": when} for student, when in self._timestamps.items()]
        table = SubmittedAssignment.__table__
        statement = update(table).where(
            table.c.assignment_id == self._assignment.id, table.c.student_id == bindparam("student")
        )
        self._execute(statement.values(timestamp=bindparam("when")), rows)

    def _set_cell_rows(self) -> None:
        marks = {student: entry.marks for student, entry in self._entries.items()}
        grades = self._kept(Grade, Grade.manual_score)
        self._execute(
            update(Grade.__table__)
            .where(Grade.__table__.c.id == bindparam("row"))
            .values(auto_score=bindparam("score"), needs_manual_grade=bindparam("needs")),
            [
                {"row": row, "score": mark.auto_score, "needs": mark.auto_score is None or manual is not None}
                for row, student, cell, manual in grades
                if (mark := marks[student].get(cell))
            ],
        )
        comments = self._kept(Comment, Comment.auto_comment)
        self._execute(
            update(Comment.__table__)
            .where(Comment.__table__.c.id == bindparam("row"))
            .values(auto_comment=bindparam("text")),
            [
                {"row": row, "text": mark.response}
                for row, student, cell, old in comments
                if (mark := marks[student].get(cell)) and mark.response != old
            ],
        )

    def _kept(self, table: type[Grade] | type[Comment], *columns: Any) -> Iterable[Any]:
        """Returns the id, the student, the cell's name and `columns` of each grade or comment of these submissions."""
        return self._db.execute(
            select(table.id, SubmittedAssignment.student_id, BaseCell.name, *columns)
            .join(SubmittedNotebook, table.notebook_id == SubmittedNotebook.id)
            .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(BaseCell, table.cell_id == BaseCell.id)
            .where(SubmittedAssignment.assignment_id == self._assignment.id)
            .where(SubmittedAssignment.student_id.in_(self._entries))
        ).all()

    def _set_penalties(self, late: AssignLatePenalties) -> None:
        mine = (
            SubmittedAssignment.assignment_id == self._assignment.id,
            SubmittedAssignment.student_id.in_(self._entries),
        )
        ids = select(SubmittedAssignment.id).where(*mine)
        table = SubmittedNotebook.__table__
        self._db.execute(update(table).where(table.c.assignment_id.in_(ids)).values(late_submission_penalty=None))
        late.init_plugin()
        for submission in self._db.scalars(select(SubmittedAssignment).where(*mine)):
            if (seconds := submission.total_seconds_late) > 0:
                for notebook in submission.notebooks:
                    penalty = late.plugin_inst.late_submission_penalty(submission.student_id, notebook.score, seconds)
                    if penalty is not None:
                        notebook.late_submission_penalty = late._check_late_penalty(notebook, penalty)

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        self._execute(insert(table.__table__), rows)

    def _execute(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._db.connection().execute(statement, rows)


def cell_rows(cells: list[CellDict]) -> dict[str, CellRow]:
    """Returns nbgrader's values for each graded or written cell, by the cell's name."""
    marks = {}
    for plain in cells:
        if not nbgrader_of(plain):
            continue
        cell = from_dict(plain)
        score = determine_grade(cell)[0] if is_grade(cell) else None
        response = None
        if is_solution(cell) or is_task(cell):
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            response = "No response." if untouched and not is_task(cell) else None
        marks[cell.metadata.nbgrader.grade_id] = CellRow(score, response)
    return marks
