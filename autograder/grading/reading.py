"""Reads what was submitted and repairs its structure; whatever a learner sends, there is a notebook afterwards."""

from pathlib import Path

from autograder.notebooks import reader
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.repair import repair
from autograder.notebooks.unpacking import load


def read_submission(name: str, data: bytes, release: Release) -> Notebook:
    """Reads a submitted file and repairs its structure. Raises nothing, for any data."""
    try:
        return repair(reader.read(data, name), release)
    except Exception as error:  # no file that a learner sends may stop the class
        return repair(unreadable(error), release)


def read_file(path: Path, *, known: bool = False) -> Notebook:
    """Reads a submitted file as it is. Raises nothing, for any data.

    Args:
        path: the file.
        known: whether it was read before, and repaired, so that nothing is to be cut off.

    Raises:
        OSError: the file cannot be opened.
    """
    try:
        return reader.read(load(path), path.name, known=known)
    except OSError:
        raise
    except Exception as error:
        return unreadable(error)


def repair_read(release: Path, read: Notebook) -> Notebook:
    """Repairs the structure of a notebook that has been read. Raises nothing, for any notebook."""
    released = read_release(release)
    try:
        return repair(read, released)
    except Exception as error:
        return repair(unreadable(error), released)


def repair_unread(release: Path, _: Notebook) -> Notebook:
    """Returns the released notebook in the place of one over which a process died."""
    return repair(unreadable(), read_release(release))


def unread(_: Path) -> Notebook:
    """Returns an empty notebook in the place of a file over which a process died."""
    return unreadable()


def unreadable(error: Exception | None = None) -> Notebook:
    """Returns an empty notebook in the place of a file whose reading failed."""
    why = f" ({type(error).__name__})" if error is not None else ""
    return Notebook(repairs=[f"The file could not be read{why}: please tell us, with the file."])
