"""The state of the gradebook after the last run, which tells the next run whether anything must be written.

Reading it takes milliseconds and does not import nbgrader, which takes seconds: so a run with nothing to do is short.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from autograder.core.course import Course, Topic
from autograder.core.files import digest, write_private
from autograder.core.outcomes import UsageError

# All columns of an assignment that grading writes, and all that these depend on.
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
    """The gradebook and the autograded folder of a topic as they were when a run wrote them last.

    Attributes:
        config: a digest of nbgrader_config.py.
        submitted: the folder of submitted assignments.
        database: the address of the gradebook, nbgrader's `db_url`.
        rows: a digest of the gradebook's rows.
        pages: the `file_stamp` of each student's autograded notebook.
    """

    config: str = ""
    submitted: str = ""
    database: str = ""
    rows: str = ""
    pages: dict[str, list[Any]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Writes the state to a file, whole or not at all."""
        write_private(path, json.dumps(asdict(self)))  # a server's address may hold a password


def path_of(course: Course, topic: Topic) -> Path:
    """Returns the path of the file that keeps the state for a topic."""
    return course.build / "results" / f"{topic.slug}.books.json"


def load(course: Course, topic: Topic) -> State:
    """Reads the state for a topic; an empty one if the file cannot be read or nbgrader_config.py has changed since."""
    try:
        state = State(**json.loads(path_of(course, topic).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return State()
    return state if state.config == config_digest(course) else State()


def config_digest(course: Course) -> str:
    """Returns a digest of nbgrader_config.py, which sets the folders, the gradebook and the penalty for lateness."""
    return digest((course.root / "nbgrader_config.py").read_bytes())


def rows_digest(database: str, assignment: str) -> str:
    """Returns a digest of the gradebook's rows of an assignment; empty if there are none or they cannot be read."""
    if not database:
        return ""
    query = _query_file if database.startswith(_FILE) else _query_server
    sha, has_rows = hashlib.sha256(), False
    try:
        for row in query(database, assignment):
            sha.update(json.dumps(row, default=str).encode())
            has_rows = True
    except _Unreadable:  # perhaps after some rows: a digest of these would be wrong
        return ""
    return sha.hexdigest()[:32] if has_rows else ""


@contextmanager
def naming_drivers() -> Iterator[None]:
    """Names the missing package if SQLAlchemy has no driver for the `db_url`.

    Raises:
        UsageError: the driver is missing; the text says what to install.
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


def _query_file(url: str, assignment: str) -> Iterator[tuple[Any, ...]]:
    try:
        with closing(sqlite3.connect(f"{file_of(url).as_uri()}?mode=ro", uri=True)) as connection:
            yield from connection.execute(_ROWS, {"name": assignment})
    except sqlite3.Error:
        raise _Unreadable from None


def file_of(url: str) -> Path:
    """Returns the file of a SQLite gradebook from its address, whose path may be quoted or be an address itself."""
    path = url.removeprefix(_FILE)
    if path.startswith("file:"):
        path = unquote(path.removeprefix("file:").partition("?")[0])
    return next((file for file in (Path(path), Path(unquote(path))) if file.is_file()), Path(path)).absolute()


def _query_server(url: str, assignment: str) -> Iterator[tuple[Any, ...]]:
    from sqlalchemy import create_engine, text  # takes half a second to import
    from sqlalchemy.exc import SQLAlchemyError

    with naming_drivers():
        engine = create_engine(url)
    try:
        with engine.connect() as connection:
            streaming = connection.execution_options(yield_per=1000)
            yield from map(tuple, streaming.execute(text(_ROWS), {"name": assignment}))
    except SQLAlchemyError:
        raise _Unreadable from None
    finally:
        engine.dispose()


def file_stamp(path: Path, key: str) -> list[Any]:
    """Returns `key` with the path, size and time of an autograded notebook; [] if that is missing.

    Args:
        path: the notebook.
        key: a digest of what it was made from.
    """
    try:
        status = path.stat()
    except OSError:
        return []
    return [key, str(path), status.st_size, status.st_mtime_ns]


def is_written(state: State, student: str, key: str) -> bool:
    """Tells whether a student's autograded notebook is unchanged since it was made from what `key` is a digest of."""
    stamp = state.pages.get(student) or []
    return stamp != [] and stamp == file_stamp(Path(stamp[1]), key)
