"""Reads nbgrader_config.py, which says where nbgrader keeps the folders and the gradebook of a course, and checks it.

nbgrader goes on with its defaults if a configuration cannot be loaded: with a new, empty gradebook in another folder.
So the file's first statement is `prepare(__file__)`, which stops the command instead. Python does not come to that
statement in a file with a syntax error. So nbgrader_config.json, which nbgrader reads after it, lets nbgrader call
`must_be_loadable` as it sets up its log.
"""

import asyncio
import glob
import importlib
import os
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autograder.core.files import is_shared, keep_group_rights
from autograder.core.outcomes import UsageError

from .state import naming_drivers
from .tables import find_version_here

if TYPE_CHECKING:
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

NAME = "nbgrader_config.py"
NBGRADERS_EXCHANGE = "/usr/local/share/nbgrader/exchange"  # nbgrader's default, so learners need no configuration
EXCHANGE_VARIABLE = "GRADWISE_EXCHANGE"
EXCHANGE_MODE = 0o777  # whoever may reach the folder may hand in: nbgrader insists
# Where nbgrader looks for files by patterns that begin with the course's folder.
_GLOBBING = (
    "nbgrader.apps.api",
    "nbgrader.converters.base",
    "nbgrader.exchange.default.collect",
    "nbgrader.exchange.default.exchange",
    "nbgrader.exchange.default.fetch_feedback",
    "nbgrader.exchange.default.list",
    "nbgrader.exchange.default.release_feedback",
)

_reading: set[str] = set()  # configurations that are being executed now
_loadable: set[Path] = set()  # configurations that were found to be well in this process


def nbgrader_config(root: Path) -> Any:
    """Reads the course's nbgrader configuration.

    Raises:
        UsageError: the course has no nbgrader_config.py, or it cannot be loaded.
    """
    from traitlets.config.loader import PyFileConfigLoader

    path = root.resolve() / NAME
    if not path.is_file():
        raise UsageError(f"{root} holds no {NAME}.")
    _reading.add(str(path))
    try:
        return PyFileConfigLoader(NAME, path=str(root)).load_config()
    except Exception as error:
        raise UsageError(_cannot_load(path, error)) from None
    finally:
        _reading.discard(str(path))


def course_directory(root: Path) -> "CourseDirectory":
    """Returns nbgrader's view of a course: its folders, its gradebook and its name, as nbgrader_config.py sets them.

    Raises:
        UsageError: the course has no nbgrader_config.py, or it cannot be loaded.
    """
    from nbgrader.coursedir import CourseDirectory  # takes a second to import

    return CourseDirectory(config=nbgrader_config(root))


def open_gradebook(coursedir: "CourseDirectory") -> "Gradebook":
    """Opens the gradebook of a course, for a `with` statement.

    Raises:
        UsageError: the driver of its database is not installed.
    """
    from nbgrader.api import Gradebook

    find_version_here()
    with naming_drivers():
        return Gradebook(coursedir.db_url, coursedir.course_id)


def across_students(pattern: str) -> tuple[Path, str]:
    """Takes a path apart that has * for the student: the folder before it, and a pattern below that folder.

    The course's own path may have a star, too.
    """
    parent, _, rest = pattern.rpartition("*")
    return Path(parent), f"*{rest}"


def prepare(file: str) -> Path:
    """Checks a configuration that is being loaded, and makes the build folder and the exchange.

    Args:
        file: the path of nbgrader_config.py, its `__file__`.

    Returns:
        The course's folder.

    Raises:
        SystemExit: the rest of the file cannot be executed; the text says why, and nbgrader prints it and ends.
        UsageError: the same in a running server, which keeps the configuration that it has.
    """
    path = Path(file).resolve()
    root = path.parent
    find_version_here()
    keep_group_rights(root)
    _make_folders(root / "build" / "exchange")
    if is_shared(root):
        with suppress(OSError):
            (root / "build" / "gradebook.db").touch()  # SQLite itself would keep the group from writing
    if glob.escape(str(root)) != str(root):
        _take_literally(root)
    if str(path) not in _reading:
        _check(path)
    return root


def must_be_loadable() -> None:
    """Checks the configuration of the course that an nbgrader command works on. nbgrader calls it through its log.

    Raises:
        SystemExit: the configuration cannot be loaded; the text says why, and nbgrader prints it and ends.
        UsageError: the same in a running server.
    """
    from traitlets.config import Application

    folders = {Path.cwd()}
    if Application.initialized():
        coursedir = getattr(Application.instance(), "coursedir", None)
        folders |= {Path(coursedir.root)} if coursedir else set()
    for path in {folder.resolve() / NAME for folder in folders} - _loadable - {Path(name) for name in _reading}:
        if path.is_file() and path.with_suffix(".json").is_file():  # nbgrader may read both here
            _check(path)
            _loadable.add(path)


def checked(file: str) -> str:
    """Returns the path of a course's configuration, for `load_subconfig`, once it is known that it can be loaded.

    Raises:
        SystemExit: it cannot be loaded, or does not exist; the text says why.
        UsageError: the same in a running server.
    """
    _check(Path(file).resolve())
    return file


def exchange_folder(root: Path) -> Path:
    """Returns the folder through which notebooks are handed out and in.

    It is the folder that GRADWISE_EXCHANGE names, or nbgrader's own, if it exists; else one in the build folder.
    """
    shared = Path(os.environ.get(EXCHANGE_VARIABLE) or NBGRADERS_EXCHANGE)
    return shared if shared.is_dir() else root / "build" / "exchange"


def database_url(path: Path) -> str:
    """Returns the address of a SQLite gradebook for nbgrader, whatever characters its path has.

    SQLAlchemy 2.1 unquotes the path of an address, and earlier versions do not.
    """
    from sqlalchemy import make_url  # nbgrader imports it anyway

    plain = f"sqlite:///{path}"
    if make_url(plain).database == str(path):
        return plain
    quoted = f"sqlite:///{quote(str(path))}"
    return quoted if make_url(quoted).database == str(path) else f"sqlite:///{path.as_uri()}?uri=true"


def _check(path: Path) -> None:
    """Executes the file once with an empty configuration, to find out whether that works."""
    from traitlets.config import Config

    config = Config()
    names = {"__file__": str(path), "c": config, "get_config": lambda: config, "load_subconfig": lambda *_, **__: None}
    _reading.add(str(path))
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), names)
    except Exception as error:
        sentence = _cannot_load(path, error)
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            raise UsageError(sentence) from None
        raise SystemExit(sentence) from None
    finally:
        _reading.discard(str(path))


def _cannot_load(path: Path, error: Exception) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else (lines or [None])[-1]
    where = f", line {line}" if line else ""
    reason = f"{type(error).__name__}: {error}".partition("\n")[0]
    return f"{path}{where}, cannot be loaded: {reason}. Correct it; nothing was done."


def _make_folders(exchange: Path) -> None:
    """Makes the build folder and the exchange, if this user may. Another's folder is left as it is."""
    with suppress(OSError):
        exchange.mkdir(parents=True, exist_ok=True)
        status = exchange.stat()
        if status.st_uid == os.geteuid() and status.st_mode & 0o777 != EXCHANGE_MODE:
            exchange.chmod(EXCHANGE_MODE | status.st_mode & 0o7000)


class _Literal:
    """Stands for the module `glob` in nbgrader, which would take a folder called course[1] for a pattern."""

    def __init__(self, root: str) -> None:
        self._root = root

    def glob(self, pattern: str, **options: Any) -> list[str]:
        """Returns the paths that match; the course's folder at the beginning of a pattern is taken literally."""
        if pattern.startswith(self._root):
            pattern = glob.escape(self._root) + pattern.removeprefix(self._root)
        return glob.glob(pattern, **options)


def _take_literally(root: Path) -> None:
    """Lets nbgrader find files in a course whose path has characters of a pattern: [ ] ? *."""
    for name in _GLOBBING:
        importlib.import_module(name).glob = _Literal(str(root))  # type: ignore[attr-defined]
