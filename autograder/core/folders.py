"""Looks through a folder that somebody else has filled: what in it is plain, and what is odd, and why.

It raises nothing and follows no link, and its work is bounded, whatever lies there: pipes, devices, loops of links,
folders a thousand deep, sparse files of a terabyte, names that are not text. A run looks three times: for what the
result depends on, to set aside what is odd, which changes the folder, and to copy the rest.
"""

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from .media import for_sentence

MAX_DEPTH = 20  # folders in folders
MAX_PATH = 1000  # bytes of a path below the folder
MAX_FILES = 10_000
MAX_BYTES = 100_000_000  # of all files together; nbgrader's own limit, too

# Characters in a name that break lines, order a terminal about, or turn the direction of a text.
_NOT_IN_NAMES = ("Cc", "Cs", "Zl", "Zp")
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}

# What operating systems and Python leave beside a learner's files, in small letters.
_LEFT_BY_SYSTEMS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", "__pycache__"}
CHECKPOINTS = ".ipynb_checkpoints"  # where Jupyter saves copies by itself
SHADOW = "._"  # how the name of a file begins in which macOS keeps another file's properties


@dataclass(frozen=True)
class Found:
    """A file: its path, and what `os.lstat` says about it."""

    path: Path
    status: os.stat_result


@dataclass(frozen=True)
class Odd:
    """A file or folder that is left out.

    Attributes:
        path: its path.
        reason: the end of a sentence that begins with the path: "is a named pipe".
        holds: True if it holds data of its own, which should be kept somewhere.
    """

    path: Path
    reason: str
    holds: bool = True


@dataclass
class Contents:
    """What lies in a folder: plain files in order, the folders with plain files, and what is odd."""

    files: list[Found] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)


def contents(
    folder: Path, *, notebooks_count: bool = False, owner: int | None = None, total: int = MAX_BYTES
) -> Contents:
    """Looks through a folder.

    Args:
        folder: the folder.
        notebooks_count: whether notebooks count for the limit of bytes; they are read by a limit of their own.
        total: the limit of bytes.
        owner: the user to whom all files should belong; a file of another user may be a hard link. None for anybody.
    """
    found, waiting = Contents(), [(folder, 0)]
    while waiting:
        place, depth = waiting.pop()
        try:
            with os.scandir(place) as entries:
                names = sorted(entry.name for entry in entries)
        except OSError as error:
            if place != folder:
                found.odd.append(Odd(place, f"cannot be read: {error.strerror}"))
            continue
        deeper = []
        for name in names:
            path = place / name
            try:
                status = path.lstat()
            except OSError as error:
                found.odd.append(Odd(path, f"cannot be read: {error.strerror}"))
                continue
            odd = _odd(path, status, folder, depth, owner)
            if odd is not None:
                found.odd.append(odd)
            elif stat.S_ISDIR(status.st_mode):
                found.folders.append(path)
                deeper.append((path, depth + 1))
            else:
                found.files.append(Found(path, status))
        waiting += reversed(deeper)
    _leave_out_many(found)
    _leave_out_large(found, notebooks_count, total)
    return found


def left_by_a_system(path: PurePath) -> bool:
    """Tells whether an operating system, or Python, made a file by itself."""
    return not _LEFT_BY_SYSTEMS.isdisjoint(part.casefold() for part in path.parts)


def is_a_copy(path: PurePath) -> bool:
    """Tells whether a program made a file by itself: a system, or Jupyter as a copy of a notebook."""
    copied = CHECKPOINTS in (part.casefold() for part in path.parts)
    return copied or left_by_a_system(path) or path.name.startswith(SHADOW)


def is_name(name: str) -> bool:
    """Tells whether a name is text on one line: neither bytes that are not UTF-8 nor control characters."""
    return not any(unicodedata.category(char) in _NOT_IN_NAMES or ord(char) in _TURNING for char in name)


def not_a_student(name: str) -> str:
    """Returns a sentence that says why a folder's name cannot be a student's; empty if it can."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return (
            f"The folder {for_sentence(name)} has a name that is not UTF-8 text, "
            "and no gradebook can hold such a name. Rename the folder."
        )
    return ""


def kind_of(mode: int) -> str:
    """Says what a file is that is neither plain nor a folder, by its mode."""
    kinds = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _odd(path: Path, status: os.stat_result, folder: Path, depth: int, owner: int | None) -> Odd | None:
    is_folder, is_file = stat.S_ISDIR(status.st_mode), stat.S_ISREG(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Odd(path, f"is a link to {_target(path)!r}", holds=False)
    if not (is_folder or is_file):
        return Odd(path, f"is {kind_of(status.st_mode)}", holds=False)
    if not is_name(path.name) and not (is_file and depth == 0 and _is_notebook(path)):
        return Odd(path, "has a name that is not text, or that holds control characters")
    if is_folder and depth >= MAX_DEPTH:
        return Odd(path, f"lies more than {MAX_DEPTH} folders deep")
    if len(os.fsencode(path)) - len(os.fsencode(folder)) > MAX_PATH:
        return Odd(path, f"has a path of more than {MAX_PATH} bytes")
    if is_file and status.st_nlink > 1 and owner not in (None, status.st_uid):
        return Odd(path, "is a hard link to somebody else's file")
    return None


def _leave_out_many(found: Contents) -> None:
    """Leaves out what comes after so many files; not the notebooks, and not the time of handing in."""
    others = [file for file in found.files if not _is_notebook(file.path) and file.path.name != "timestamp.txt"]
    for file in others[MAX_FILES:]:
        found.odd.append(Odd(file.path, f"is one of more than {MAX_FILES} files"))
    left_out = {file.path for file in others[MAX_FILES:]}
    found.files[:] = [file for file in found.files if file.path not in left_out]


def _leave_out_large(found: Contents, notebooks_count: bool, most: int) -> None:
    """Leaves out the largest files, notebooks last, until the rest is within the limit."""
    counted = [file for file in found.files if notebooks_count or not _is_notebook(file.path)]
    total = sum(file.status.st_size for file in counted)
    left_out = set[Path]()
    for file in sorted(counted, key=lambda file: (_is_notebook(file.path), -file.status.st_size)):
        if total <= most:
            break
        total -= file.status.st_size
        left_out.add(file.path)
        limit = f"{most // 10**6} MB"
        found.odd.append(Odd(file.path, f"is too large: all files of a submission may have {limit} together"))
    found.files[:] = [file for file in found.files if file.path not in left_out]


def _is_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb"


def _target(link: Path) -> str:
    try:
        return os.readlink(link)
    except OSError:
        return ""
