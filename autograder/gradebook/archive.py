"""Reads what a platform hands out, a zip archive or an unpacked folder, without trusting a name or a size in it.

No file is unpacked by the name that the archive gives it: a caller reads bytes and chooses the place itself.
"""

import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.core.folders import MAX_DEPTH, MAX_PATH, is_a_copy
from autograder.core.outcomes import UsageError

MAX_ITEMS = 50_000
MAX_BYTES = 100 << 20  # of one file
MAX_TOTAL = 4 << 30  # of all files
MOST_NAME = 200  # characters of a name in a sentence


@dataclass(frozen=True)
class Item:
    """A file of an archive: its path there, and a function that returns its bytes.

    The function raises `Unreadable`.
    """

    path: PurePosixPath
    read: Callable[[], bytes]


class Unreadable(Exception):
    """A file of an archive that cannot be read. The text says why, as the end of a sentence."""


@dataclass(frozen=True)
class Contents:
    """The files of an archive, and a sentence for each that is not safe to read."""

    items: list[Item]
    refused: list[str]


def open_archive(path: Path) -> Contents:
    """Lists the files of a zip archive or of a folder. Links, and names that lead elsewhere, are refused.

    Raises:
        UsageError: there is no such file, it is not a zip archive, or it holds more than anybody would hand in.
    """
    if path.is_dir():
        contents = _of_folder(path)
    elif not path.is_file():
        raise UsageError(f"There is no file or folder {path}.")
    else:
        try:
            contents = _of_zip(zipfile.ZipFile(path), path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            sentence = f"{path} is not a zip archive that can be read ({error}). Unpack it, and give the folder."
            raise UsageError(sentence) from None
    return Contents(_without_wrapper(contents.items), contents.refused)


def _of_folder(folder: Path) -> Contents:
    items, refused = [], []
    for path in _walk(folder):
        name = PurePosixPath(*path.relative_to(folder).parts)
        if path.is_symlink() or not path.is_file():
            refused.append(f"{name} is not a plain file.")
        elif not is_a_copy(name):
            items.append(Item(name, lambda path=path: _of_file(path)))  # type: ignore[misc]
        _limit(len(items), folder)
    return Contents(items, refused)


def _walk(folder: Path, depth: int = 0) -> Iterator[Path]:
    """Yields what lies in a folder; a folder that lies too deep as if it were a file."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and depth < MAX_DEPTH:
            yield from _walk(path, depth + 1)
        else:
            yield path


def _of_file(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(f"is larger than {MAX_BYTES >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None


def _of_zip(archive: zipfile.ZipFile, path: Path) -> Contents:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _limit(len(infos), path)
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise UsageError(f"{path} would unpack to more than {MAX_TOTAL >> 30} GiB: nothing of it was read.")
    items, refused = [], []
    for info in infos:
        name = place_of(info)
        if why := why_not(name, info):
            refused.append(f"{str(name)[:MOST_NAME]} {why}.")
        elif not is_a_copy(name):
            items.append(Item(name, lambda info=info: _of_entry(archive, info)))  # type: ignore[misc]
    return Contents(items, refused)


_DRIVE = re.compile(r"[A-Za-z]:")  # of Windows; a colon elsewhere stands in names of assignments


def place_of(info: zipfile.ZipInfo) -> PurePosixPath:
    """Returns where an entry of a zip archive lies, also if a program of Windows wrote it."""
    return PurePosixPath(_name(info).replace("\\", "/"))


def why_not(place: PurePosixPath, info: zipfile.ZipInfo) -> str:
    """Returns why an entry of a zip archive is left out, as the end of a sentence; empty if it is not."""
    if not place.parts or place.is_absolute() or ".." in place.parts or _DRIVE.match(place.parts[0]):
        return "leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if len(place.parts) > MAX_DEPTH or len(str(place).encode(errors="replace")) > MAX_PATH:
        return f"lies more than {MAX_DEPTH} folders deep, or has a very long name"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """Returns an entry's name. Many programs write UTF-8 without saying so, and `zipfile` then reads another code."""
    if not info.flag_bits & 0x800:
        try:
            return info.filename.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    return info.filename


def _of_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            data = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(f"cannot be unpacked: {error}") from None
    if len(data) > MAX_BYTES:
        raise Unreadable(f"is larger than {MAX_BYTES >> 20} MiB")
    return data


def _limit(number: int, path: Path) -> None:
    if number > MAX_ITEMS:
        raise UsageError(f"{path} holds more than {MAX_ITEMS} files: give the archive of one assignment.")


def _without_wrapper(items: list[Item]) -> list[Item]:
    """Takes off the folders in which everything lies, as a program that unpacks makes one; never the last one."""
    while (
        items and all(len(item.path.parts) > 2 for item in items) and len({item.path.parts[0] for item in items}) == 1
    ):
        items = [Item(PurePosixPath(*item.path.parts[1:]), item.read) for item in items]
    return items
