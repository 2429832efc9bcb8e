"""The workspace of `make lab`: copies of the learners' notebooks to work in, so that the release stays as it was built.

nbgrader_config.py names its notebooks as the place where assignments are fetched to and submitted from.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from autograder.core.course import Course
from autograder.core.files import digest, write_whole

from .outgoing import pages

_GIVEN = ".given.json"  # the digests of the copies as they were made


@dataclass(frozen=True)
class Workspace:
    """A workspace that was brought up to date.

    Attributes:
        folder: where it is.
        kept: files that somebody has worked in, and of which the course has a newer version.
        before: where an earlier workspace was moved to; None if there was none, or if it stayed.
    """

    folder: Path
    kept: list[Path]
    before: Path | None = None


def open_workspace(course: Course, *, fresh: bool = False) -> Workspace:
    """Copies what is new of the handbook, the ledger, the handouts and the notebooks. Somebody's work stays as it is.

    Args:
        course: the course, with its notebooks built.
        fresh: begin anew, and move the earlier workspace aside.
    """
    folder = course.workspace
    before = _move_aside(folder) if fresh and folder.exists() else None
    given_path = folder / _GIVEN
    given: dict[str, str] = json.loads(given_path.read_text("utf-8")) if given_path.is_file() else {}
    kept = []
    for path in _files(course):
        place = str(path.relative_to(course.root / "course"))
        copy, new = folder / place, path.read_text("utf-8")
        mine = digest(copy.read_bytes()) if copy.is_file() else None
        if mine in (None, given.get(place)):
            write_whole(copy, new)
        elif mine != digest(new):
            if given.get(place) not in (None, digest(new)):
                kept.append(copy)
            continue
        given[place] = digest(new)
    write_whole(given_path, json.dumps(given, indent=1) + "\n")
    return Workspace(folder, kept, before)


def _files(course: Course) -> list[Path]:
    return [path for path in pages(course) if path.is_file()]


def _move_aside(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(aside)
