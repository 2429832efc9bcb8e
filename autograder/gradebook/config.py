"""Reads nbgrader_config.py, and with it where nbgrader keeps what belongs to a course."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.core.outcomes import UsageError

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


def nbgrader_config(root: Path) -> Any:
    """The course's nbgrader configuration.

    Raises:
        UsageError: there is none.
    """
    from traitlets.config.loader import PyFileConfigLoader

    if not (root / "nbgrader_config.py").is_file():
        raise UsageError(f"{root} holds no nbgrader_config.py.")
    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def course_directory(root: Path) -> "CourseDirectory":
    """The folders, the gradebook and the name of a course, as its configuration has them.

    Raises:
        UsageError: there is no configuration.
    """
    from nbgrader.coursedir import CourseDirectory  # a second to import

    return CourseDirectory(config=nbgrader_config(root))
