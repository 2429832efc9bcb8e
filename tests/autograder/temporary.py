"""A copy of the course's rooms that nbgrader can work in."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy

from ..conftest import SEED, SLUG
from . import warm

_OF_A_STUDENT = """
    join submitted_notebook sn on {0}.notebook_id = sn.id join submitted_assignment sa on sn.assignment_id = sa.id
    join base_cell cell on {0}.cell_id = cell.id"""

# Every table that grading writes, with names in the place of ids, which are random.
TABLES = {
    "student": "select id, first_name, last_name, email, lms_user_id from student",
    "submitted_assignment": """
        select sa.student_id, a.name, sa.timestamp, sa.extension
        from submitted_assignment sa join assignment a on sa.assignment_id = a.id""",
    "submitted_notebook": """
        select sa.student_id, n.name, sn.late_submission_penalty from submitted_notebook sn
        join submitted_assignment sa on sn.assignment_id = sa.id join notebook n on sn.notebook_id = n.id""",
    "grade": """
        select sa.student_id, cell.name, grade.auto_score, grade.manual_score, grade.extra_credit,
        grade.needs_manual_grade from grade"""
    + _OF_A_STUDENT.format("grade"),
    "comment": "select sa.student_id, cell.name, comment.auto_comment, comment.manual_comment from comment"
    + _OF_A_STUDENT.format("comment"),
}


class TemporaryCourse:
    """A copy of the course's rooms that nbgrader can work in."""

    def __init__(self, root: Path, project: Path) -> None:
        self.root = root
        self.environment = {
            **os.environ,
            "GRADWISE_SEED": SEED,
            "GRADWISE_EXCHANGE": str(root / "build" / "exchange"),
            "PYTHONPATH": str(project),
            "JUPYTER_PLATFORM_DIRS": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def run(self, *words: str, cwd: Path | None = None, fails: bool = False) -> str:
        if words[:2] == ("autograder", "grade") and not {"--workers", "--scheduler"} & set(words):
            words = (*words, "--workers", "1")  # for a few learners, starting more takes longer than grading them
        code, output = warm.run(words, cwd or self.root, self.environment)
        assert (code != 0) == fails, output
        return output

    def hand_in(self, student: str, data: bytes) -> Path:
        path = self.root / "build" / "submitted" / student / SLUG / f"{SLUG}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def rows(self) -> list[tuple[Any, ...]]:
        """Returns the rows of the gradebook: scores and comments of every cell of every student."""
        query = """
            select sa.student_id, cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade,
                   sn.late_submission_penalty
            from grade join base_cell cell on grade.cell_id = cell.id
            join submitted_notebook sn on grade.notebook_id = sn.id
            join submitted_assignment sa on sn.assignment_id = sa.id
            union all
            select sa.student_id, cell.name, comment.auto_comment, comment.manual_comment, 0, null
            from comment join base_cell cell on comment.cell_id = cell.id
            join submitted_notebook sn on comment.notebook_id = sn.id
            join submitted_assignment sa on sn.assignment_id = sa.id
            order by 1, 2, 3, 4"""
        with sqlite3.connect(self.root / "build" / "gradebook.db") as connection:
            rows = list(connection.execute(query))
        connection.close()
        return rows

    def tables(self, url: str = "") -> dict[str, list[tuple[str, ...]]]:
        """Returns the rows of each table of a gradebook as text; by default of the one in the build folder."""
        engine = sqlalchemy.create_engine(url or f"sqlite:///{self.root}/build/gradebook.db")
        with engine.connect() as connection:
            rows_by_table = {name: connection.execute(sqlalchemy.text(query)).all() for name, query in TABLES.items()}
        engine.dispose()
        return {name: sorted(tuple(map(_as_text, row)) for row in rows) for name, rows in rows_by_table.items()}

    def score(self, student: str) -> float:
        numbers = [row[2] for row in self.rows() if row[0] == student]
        return sum(number for number in numbers if isinstance(number, float))

    def files(self, step: str = "autograded") -> dict[str, bytes]:
        folder = self.root / "build" / step
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _as_text(value: Any) -> str:
    """Returns a value as text that is the same for every kind of database."""
    if isinstance(value, int | float):  # some databases store a boolean as a number
        return f"{float(value):.9g}"
    return str(value).removesuffix(".000000")
