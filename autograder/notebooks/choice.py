"""Chooses the notebook of a submitted folder, for both ways in, and says what else lies there.

`autograder grade` and `nbgrader autograde` both ask `choose`: so a notebook that a browser or a platform has renamed
counts in both, and what one of them refuses the other refuses, too.
"""

import filecmp
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from autograder.core.folders import CHECKPOINTS, SHADOW, contents, left_by_a_system
from autograder.core.folders import kind_of as kind_of_mode
from autograder.core.media import for_sentence
from autograder.core.text import clean

from .unpacking import rank, why_not

MOST_NAMED = 4  # files in a sentence
MOST_NAME = 160  # characters of a file's name, and of what the file is
MOST_LOOKED_AT = 2000  # files of a folder without a notebook

# What the exchange leaves in a folder.
_NOT_THE_LEARNERS = {"timestamp.txt", "timestamp.unreadable", "submission_secret.txt"}
# How files begin, and what such a file is.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"[InternetShortcut]", "a link to a web page"),
    (b"L\x00\x00\x00\x01\x14\x02", "a shortcut of Windows"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"\x00\x05\x16\x07", "what macOS keeps of a file's properties"),
)
_OFFICE = (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".pages")


@dataclass(frozen=True)
class Choice:
    """The notebook of a submitted folder.

    Attributes:
        path: the notebook to grade; None if there is none, or if it cannot be told which.
        reason: why there is none, as the end of a sentence, and what to do; empty if there is one.
        beside: other files that look like notebooks and are not graded.
    """

    path: Path | None
    reason: str = ""
    beside: tuple[str, ...] = ()

    def remarks(self, slug: str) -> tuple[str, ...]:
        """Returns sentences about the choice that a teacher should know; none if there was nothing to choose."""
        if self.path is None:
            return ()
        name = _shortened([self.path.name])[0]
        renamed = (f"{name} was graded.",) if self.path.name != f"{slug}.ipynb" else ()
        left = ", ".join(_shortened(list(self.beside)))
        return (*renamed, *((f"Beside {name}, and not graded: {left}.",) if left else ()))


def choose(folder: Path, slug: str) -> Choice:
    """Chooses the notebook of a submitted folder.

    It is the file SLUG.ipynb. Without it the only notebook, the only one whose name begins with the slug, or one of
    several equal copies; without a notebook a file of the next kind (`unpacking.rank`). Links are left out, because
    they could point to another learner's file, and hidden files, which systems make by themselves.

    Args:
        folder: the submitted folder of one learner.
        slug: the topic.
    """
    if folder.is_symlink():
        return Choice(None, "the folder is a link, and links are not followed. Put the folder itself there.")
    files = [file for file in _entries(folder) if is_candidate(file)]
    exact = folder / f"{slug}.ipynb"
    for place in sorted({place for file in files if (place := rank(file.name)) is not None}):
        fitting = [file for file in files if rank(file.name) == place]
        chosen = exact if exact in fitting else _only(fitting, slug)
        if chosen is None:
            many = ", ".join(_shortened([file.name for file in fitting]))
            return Choice(None, f"there are {many}. Rename the one that counts to {slug}.ipynb.")
        if reason := why_not(chosen):
            return Choice(None, f"there is {_shortened([chosen.name])[0]}. {reason}")
        others = [file.name for file in files if file != chosen and ".ipynb" in file.name.lower()]
        return Choice(chosen, beside=tuple(others))
    return Choice(None, _without(folder, slug))


def is_candidate(path: Path) -> bool:
    """Tells whether a file is a plain one, not hidden, and named as one that can be read is."""
    if path.name.startswith(".") or rank(path.name) is None:
        return False
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _only(files: list[Path], slug: str) -> Path | None:
    """Returns the file that counts: the only one, the only one of the topic's name, or the first of equal copies."""
    named = [file for file in files if file.name.casefold().startswith(slug.casefold())] or files
    if all(filecmp.cmp(named[0], other, shallow=False) for other in named[1:]):
        return named[0]
    return None


# --- what lies in a folder that has no notebook -----------------------------------------------------


def _without(folder: Path, slug: str) -> str:
    """Says what lies in a folder without a notebook, and what to do, as the end of a sentence."""
    things = [(path, kind_of(path)) for path in islice(_all_files(folder), MOST_LOOKED_AT)]
    if not things:
        return "the folder is empty. Ask for the notebook."
    named = _shortened([f"{path.relative_to(folder)} ({kind})" for path, kind in things])
    return f"there {'are' if things[1:] else 'is'} {', '.join(named)}. {_advice(things, folder, slug)}"


def _advice(things: list[tuple[Path, str]], folder: Path, slug: str) -> str:
    kinds = " ".join(kind for _, kind in things)
    if any(path.parent != folder and is_candidate(path) and CHECKPOINTS not in path.parts for path, _ in things):
        return f"Move the notebook up, to {for_sentence(folder / slug)}.ipynb, if it is the one that counts."
    if "saved by itself" in kinds:
        return "Jupyter made that copy while the learner worked: ask for the notebook itself."
    if "archive" in kinds:
        return "Unpack it and look what is in it."
    return "Ask for the notebook: in Jupyter, File > Download."


def _all_files(folder: Path) -> Iterator[Path]:
    """Yields what lies in a folder and below it, without what systems leave there; links are not followed."""
    found = contents(folder)
    for path in sorted([*(file.path for file in found.files), *(odd.path for odd in found.odd)]):
        if path.name.casefold() not in _NOT_THE_LEARNERS and not left_by_a_system(path.relative_to(folder)):
            yield path


def kind_of(path: Path) -> str:
    """Says what a file is, by its first bytes and its name: "a PDF", "a zip archive", "a link"."""
    try:
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode):
            return "a folder" if stat.S_ISDIR(mode) else kind_of_mode(mode)
        with path.open("rb") as file:
            begin = file.read(4096)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not begin:
        return "an empty file"
    if CHECKPOINTS in path.parts:
        return "a copy that Jupyter saved by itself"
    if path.suffix.lower() in _OFFICE:
        return "an Office document"
    if path.name.startswith(SHADOW):
        return "what macOS keeps of a file's properties"
    for start, kind in _BEGINNINGS:
        if begin.startswith(start):
            return kind
    if begin[257:262] == b"ustar":
        return "a tar archive"
    return _text_kind(begin, path)


def _text_kind(begin: bytes, path: Path) -> str:
    lowered = begin.lower()
    if b'"cells"' in lowered or b'"nbformat"' in lowered or b'"worksheets"' in lowered:
        return "a notebook" if path.suffix.lower() == ".ipynb" else "a notebook by another name"
    if lowered.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<!doctype", b"<html")):
        return "a web page"
    return "not text" if b"\x00" in begin else "text"


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _shortened(names: list[str]) -> list[str]:
    names = [clean(os.fsencode(name).decode("utf-8", "replace"), MOST_NAME) for name in names]
    return names if len(names) <= MOST_NAMED else [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]
