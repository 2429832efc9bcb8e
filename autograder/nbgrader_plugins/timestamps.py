"""Makes nbgrader read every `timestamp.txt` as we do: one that is not a time counts as none, and stops nobody.

nbgrader opens the file wherever it lists submissions, in formgrader too: it would wait for ever at a pipe, and stop the
whole class at a text that is not a time. No setting changes that, so one method is replaced.
"""

from datetime import datetime
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.intake import time_of


def install() -> None:
    """Replaces nbgrader's method."""
    CourseDirectory.get_existing_timestamp = _existing_timestamp


def _existing_timestamp(self: CourseDirectory, dest_path: str) -> datetime | None:
    return time_of(Path(dest_path))
