"""Reads nbgrader_config.py, which says where nbgrader keeps the folders and the gradebook of a course."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.core.outcomes import UsageError

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory


def nbgrader_config(root: Path) -> Any:
    """Reads the course's nbgrader configuration.

    Raises:
        UsageError: the course has no nbgrader_config.py.
    """
    from traitlets.config.loader import PyFileConfigLoader

    if not (root / "nbgrader_config.py").is_file():
        raise UsageError(f"{root} holds no nbgrader_config.py.")
    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def course_directory(root: Path) -> "CourseDirectory":
    """Returns nbgrader's view of a course: its folders, its gradebook and its name, as nbgrader_config.py sets them.

    Raises:
        UsageError: the course has no nbgrader_config.py.
    """
    from nbgrader.coursedir import CourseDirectory  # takes a second to import

    return CourseDirectory(config=nbgrader_config(root))
