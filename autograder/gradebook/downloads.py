"""Who handed in what, found out from a platform's download before anything is written, and then written for nbgrader.

The last attempt of each learner counts. Whoever cannot be told is refused by name.
"""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.core.folders import contents
from autograder.notebooks.choice import choose
from autograder.notebooks.unpacking import rank

from .archive import Unreadable
from .intake import TIMESTAMP
from .platforms import Piece, Who, plain_name
from .roster import Roster, normal
from .whose import Resolver


@dataclass
class Submission:
    """What one learner handed in.

    Attributes:
        student: the learner's name in the gradebook.
        who: the learner as the platform calls them.
        pieces: the files of the last attempt.
        earlier: names of files of earlier attempts.
        when: when it was handed in (UTC); None if the platform does not say.
        late: whether the platform calls it late.
    """

    student: str
    who: Who
    pieces: list[Piece]
    earlier: list[str] = field(default_factory=list)
    when: datetime | None = None
    late: bool = False

    @property
    def notebooks(self) -> list[Piece]:
        """The files that are named as what can be read best: notebooks, or else scripts."""
        ranks = [place for piece in self.pieces if (place := rank(piece.file.name)) is not None]
        return [piece for piece in self.pieces if ranks and rank(piece.file.name) == min(ranks)]


@dataclass
class Plan:
    """All submissions that were understood, and a sentence for each learner or file that was not."""

    submissions: list[Submission] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def plan(pieces: Iterable[Piece], roster: Roster | None, column: str | None, known: Iterable[str]) -> Plan:
    """Finds out who handed in what.

    Args:
        pieces: the files of a download.
        roster: the platform's list of learners; without it the platform's own names are taken.
        column: the roster's column with the gradebook's names; None to find it.
        known: names that the gradebook and the submitted folder have already.
    """
    of_learner: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        of_learner[piece.who.key].append(piece)
    resolver, result = Resolver(roster, column, known), Plan()
    named: dict[str, list[Who]] = defaultdict(list)
    for mine in of_learner.values():
        student, problem = resolver.student(mine[0].who)
        problem = _several_people(mine) or problem
        if problem:
            result.refused.append(problem)
            continue
        named[normal(student)].append(mine[0].who)
        last, earlier = _last_attempt(mine)
        times = [piece.when for piece in last if piece.when]
        result.submissions.append(
            Submission(student, mine[0].who, last, earlier, max(times, default=None), any(piece.late for piece in last))
        )
    for alike in named.values():
        if alike[1:]:
            who = " and ".join(f"{one.name} ({one.key})" for one in alike)
            result.refused.append(f"{who} would both be {alike[0].name!r} in the gradebook: give a roster (--roster).")
    result.submissions = [one for one in result.submissions if len(named[normal(one.student)]) == 1]
    result.submissions.sort(key=lambda one: one.student)
    return result


def _several_people(pieces: list[Piece]) -> str:
    """Returns a sentence if what the platform tells its learners apart by has more than one name; else nothing."""
    names = {normal(piece.who.name): piece.who.name for piece in pieces if piece.who.name != piece.who.key}
    if len(names) < 2:
        return ""
    files = ", ".join(str(piece.item.path) for piece in pieces)
    return (
        f"{' and '.join(sorted(names.values()))} have one number or login, {pieces[0].who.key}, so it cannot be told "
        f"whose these files are: {files}. Ask the platform, and give each file its owner's name and number."
    )


def _last_attempt(pieces: list[Piece]) -> tuple[list[Piece], list[str]]:
    """Returns the files of the last attempt, and the names of the others.

    An attempt with a time is a set of files. Canvas numbers single files: of those with one name the last one counts.
    """
    timed = any(piece.when for piece in pieces)
    groups: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        groups["" if timed else str(piece.file.parent / plain_name(piece.file))].append(piece)
    last, earlier = [], []
    for group in groups.values():
        newest = max(piece.attempt for piece in group)
        last += [piece for piece in group if piece.attempt == newest]
        earlier += [piece.item.path.name for piece in group if piece.attempt != newest]
    return last, earlier


@dataclass(frozen=True)
class Written:
    """What was done with one submission: "new", "replaced" or "unchanged", or why it could not be written."""

    what: str
    problem: str = ""


def write(submission: Submission, place: Path, slug: str, kept: Path, late_at: datetime | None) -> Written:
    """Writes a submission where nbgrader looks for it.

    Args:
        submission: the submission.
        place: the learner's submitted folder for the topic.
        slug: the topic.
        kept: where to move what lies there, if it is another submission.
        late_at: the time that counts if the platform says no more than that it came late.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".collecting-") as folder:
        fresh = Path(folder) / "new"
        fresh.mkdir()
        for piece in submission.pieces:
            target = fresh / Path(*_safe(piece.file).parts)
            try:
                data = piece.item.read()
            except Unreadable as problem:
                return Written("", f"{piece.item.path} {problem}.")
            if target.exists():
                return Written("", f"two files are called {piece.file}.")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        _name_notebook(fresh, slug)
        when = submission.when or (late_at if submission.late else None)
        if when is not None:
            (fresh / TIMESTAMP).write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC", "utf-8")
        if not place.exists():
            fresh.rename(place)
            return Written("new")
        if _bytes_in(place) == _bytes_in(fresh):
            return Written("unchanged")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place, kept)
        fresh.rename(place)
        return Written("replaced")


def _name_notebook(folder: Path, slug: str) -> None:
    """Gives the notebook that counts the topic's name, as nbgrader expects it."""
    path = choose(folder, slug).path
    if path is not None and path.suffix.lower() == ".ipynb":
        path.rename(folder / f"{slug}.ipynb")


def _safe(file: PurePosixPath) -> PurePosixPath:
    """Returns a path that stays in its folder, and whose first part nbgrader does not take for its own."""
    parts = [part for part in file.parts if part not in ("..", ".", "/", "")] or ["file"]
    if parts[0] == TIMESTAMP:
        parts[0] = "timestamp.submitted.txt"
    return PurePosixPath(*parts)


def _bytes_in(folder: Path) -> dict[str, bytes]:
    return {str(file.path.relative_to(folder)): file.path.read_bytes() for file in contents(folder).files}
