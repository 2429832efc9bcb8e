"""Makes a submitted folder safe for nbgrader.

Removes symbolic links, which nbgrader would follow, and renames an unreadable `timestamp.txt`, at which it would stop.

A learner can write everything in a submitted folder, `timestamp.txt` too.
"""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 100  # characters


def time_of(folder: Path) -> datetime | None:
    """When a folder was handed in, as its `timestamp.txt` says; None if there is none that can be read."""
    path = folder / TIMESTAMP
    with suppress(OSError, ValueError, OverflowError, TypeError):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_TIMESTAMP:
            when: datetime = parse_utc(path.read_text("utf-8").strip() or "none")
            return when
    return None


def set_aside(folder: Path) -> list[str]:
    """Takes out of a submitted folder what nbgrader stumbles over; a notebook is left, even if it is a link.

    A link is removed, for nbgrader would copy what it points to; an unreadable `timestamp.txt`, at which nbgrader
    stops the class, is renamed.

    Returns:
        A sentence for each.
    """
    said = []
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink() and path.suffix != ".ipynb":
                said.append(f"{path} was a link to {os.readlink(path)!r}; it was removed, and not followed.")
                path.unlink()
    stamp = folder / TIMESTAMP
    if stamp.is_dir() or (stamp.exists() and time_of(folder) is None):
        stamp.rename(stamp.with_suffix(".unreadable"))
        said.append(f"{stamp} holds no time; it was renamed, and the submission counts as in time.")
    return said
