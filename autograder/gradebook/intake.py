"""Makes a submitted folder safe for nbgrader.

Removes symbolic links, which nbgrader would follow, and renames an unreadable `timestamp.txt`, at which it would stop.

A learner can write every file of a submitted folder, `timestamp.txt` too.
"""

import glob
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 100  # bytes of a timestamp.txt that is read


def time_of(folder: Path) -> datetime | None:
    """Returns the time in the folder's `timestamp.txt`; None if the file is missing or cannot be read."""
    path = folder / TIMESTAMP
    with suppress(OSError, ValueError, ArithmeticError, TypeError):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_TIMESTAMP:
            when: datetime = parse_utc(path.read_text("utf-8").strip() or "none")
            return when
    return None


def files_below(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """Yields all files below a folder, except those that nbgrader ignores.

    nbgrader's own `find_all_files` lists a folder again for each of its files, which takes minutes for 8,000 of them.

    Args:
        folder: the folder.
        ignored: patterns of names, as in nbgrader's `CourseDirectory.ignore`.
    """
    for parent, folders, files in os.walk(folder):
        skipped = {path for pattern in ignored for path in glob.glob(os.path.join(glob.escape(parent), pattern))}
        folders[:] = [name for name in folders if os.path.join(parent, name) not in skipped]
        yield from (Path(parent, name) for name in files if os.path.join(parent, name) not in skipped)


def set_aside(folder: Path) -> list[str]:
    """Removes the links of a submitted folder and renames an unreadable `timestamp.txt`.

    nbgrader would copy the file that a link points to, and would stop grading the class at the `timestamp.txt`, and at
    a pipe, a socket or a device, which are removed, too. A notebook stays, even if it is a link.

    Returns:
        A sentence for each file that was removed or renamed.
    """
    sentences = []
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink() and path.suffix != ".ipynb":
                sentences.append(f"{path} was a link to {os.readlink(path)!r}; it was removed, and not followed.")
                path.unlink()
            elif (kind := _special(path)) is not None:
                sentences.append(f"{path} was {kind}; it was removed.")
                path.unlink()
    stamp = folder / TIMESTAMP
    if stamp.is_dir() or (stamp.exists() and time_of(folder) is None):
        stamp.rename(stamp.with_suffix(".unreadable"))
        sentences.append(f"{stamp} holds no time; it was renamed, and the submission counts as in time.")
    return sentences


def _special(path: Path) -> str | None:
    """Says what a file is that holds no bytes of its own; None for plain files, folders and links."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode):
        return None
    return {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}.get(stat.S_IFMT(mode), "a device")
