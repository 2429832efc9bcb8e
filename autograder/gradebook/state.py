"""What was written into the gradebook last time, and whether it is all still there.

Reading it takes milliseconds and needs nothing of nbgrader, whose import takes seconds: a run with nothing to do
is over before that.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from autograder.core.course import Course, Topic
from autograder.core.files import digest, write_whole
from autograder.core.outcomes import UsageError

# Everything about an assignment that grading writes, or that what it writes depends on.
_ROWS = """
SELECT sa.student_id, sa.timestamp, sa.extension, a.duedate, sn.late_submission_penalty,
       cell.name, grade.auto_score, grade.manual_score, grade.needs_manual_grade, comment.auto_comment
FROM assignment a
JOIN submitted_assignment sa ON sa.assignment_id = a.id
JOIN submitted_notebook sn ON sn.assignment_id = sa.id
JOIN notebook n ON n.id = sn.notebook_id
JOIN base_cell cell ON cell.notebook_id = n.id
LEFT JOIN grade ON grade.notebook_id = sn.id AND grade.cell_id = cell.id
LEFT JOIN comment ON comment.notebook_id = sn.id AND comment.cell_id = cell.id
WHERE a.name = :name ORDER BY sa.student_id, cell.name
"""

_FILE = "sqlite:///"


@dataclass
class State:
    """What a course's books held when they were written last.

    Attributes:
        config: a digest of nbgrader_config.py.
        submitted: the folder of submitted assignments.
        database: where the gradebook is, as nbgrader's `db_url` says it.
        rows: a digest of the gradebook's rows.
        pages: for each student a key of what the autograded notebook was made from, its path, size and time.
    """

    config: str = ""
    submitted: str = ""
    database: str = ""
    rows: str = ""
    pages: dict[str, list[Any]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Writes it, whole or not at all."""
        write_whole(path, json.dumps(asdict(self)), mode=0o600)  # a server's address may hold a password


def path_of(course: Course, topic: Topic) -> Path:
    """Where the state of a topic's books is kept."""
    return course.build / "results" / f"{topic.slug}.books.json"


def load(course: Course, topic: Topic) -> State:
    """What was written last; nothing if that cannot be said."""
    try:
        state = State(**json.loads(path_of(course, topic).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return State()
    return state if state.config == config_digest(course) else State()


def config_digest(course: Course) -> str:
    """A digest of nbgrader's configuration, which says where things are and what lateness costs."""
    return digest((course.root / "nbgrader_config.py").read_bytes())


def rows_digest(database: str, assignment: str) -> str:
    """A digest of the gradebook's rows of an assignment; empty if they cannot be read."""
    if not database:
        return ""
    ask = _ask_file if database.startswith(_FILE) else _ask_server
    sha, there = hashlib.sha256(), False
    try:
        for row in ask(database, assignment):
            sha.update(json.dumps(row, default=str).encode())
            there = True
    except _Unreadable:  # also in the middle: half of the rows are not the rows
        return ""
    return sha.hexdigest()[:32] if there else ""


@contextmanager
def naming_drivers() -> Iterator[None]:
    """Says what to do if the package is missing that SQLAlchemy wants for a `db_url`.

    Raises:
        UsageError: it is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"The gradebook's database needs the Python package {error.name}. For PostgreSQL: "
            'pip install "gradwise[postgres]", and a db_url that begins with postgresql+psycopg://.'
        ) from None


class _Unreadable(Exception):
    """The gradebook cannot be read."""


def _ask_file(url: str, assignment: str) -> Iterator[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"file:{url.removeprefix(_FILE)}?mode=ro", uri=True)) as connection:
            yield from connection.execute(_ROWS, {"name": assignment})
    except sqlite3.Error:
        raise _Unreadable from None


def _ask_server(url: str, assignment: str) -> Iterator[tuple[Any, ...]]:
    from sqlalchemy import create_engine, text  # half a second to import
    from sqlalchemy.exc import SQLAlchemyError

    with naming_drivers():
        engine = create_engine(url)
    try:
        with engine.connect() as connection:
            piecewise = connection.execution_options(yield_per=1000)
            yield from map(tuple, piecewise.execute(text(_ROWS), {"name": assignment}))
    except SQLAlchemyError:
        raise _Unreadable from None
    finally:
        engine.dispose()


def file_stamp(path: Path, key: str) -> list[Any]:
    """What is remembered of an autograded notebook."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [key, str(path), status.st_size, status.st_mtime_ns]


def is_written(state: State, student: str, key: str) -> bool:
    """Whether a student's autograded notebook is there and was made from what it would be made from now."""
    known = state.pages.get(student) or []
    return known != [] and known == file_stamp(Path(known[1]), key)
