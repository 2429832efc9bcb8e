"""Writes a file whole or not at all, so that a full disk or a kill leaves no half of it; rights; and digests."""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Writes a text file to a draft beside it and renames the draft. Makes the folder if it is missing.

    Args:
        path: the file.
        text: its content, written as UTF-8.
        mode: the permissions of a new file, less those that the process's umask removes.
    """
    draft = Draft(path, mode)
    try:
        draft.write(text)
        draft.publish()
    except BaseException:
        draft.discard()
        raise


def write_private(path: Path, text: str) -> None:
    """Writes a text file that nobody may read but its owner and, in a folder shared by a group, this group."""
    mode = private_mode(path.parent)
    write_whole(path, text, mode)
    with suppress(OSError):
        path.chmod(mode)  # a umask of 077 must not keep a colleague out


def is_shared(folder: Path) -> bool:
    """Tells whether a folder belongs to a group that works in it together: its setgid bit is set."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & stat.S_ISGID and mode & stat.S_IWGRP)


def keep_group_rights(folder: Path) -> None:
    """Keeps what this process writes writable for the group, if a group shares the folder, whatever the umask is."""
    if is_shared(folder):
        os.umask(os.umask(0o077) & ~0o070)


def private_mode(folder: Path) -> int:
    """Returns the permissions of a private file in a folder: its owner's alone, or a group's that shares the folder."""
    return 0o660 if is_shared(folder) else 0o600


class Draft:
    """A text file that is written piece by piece, beside its place, and takes its place whole or not at all.

    Args:
        path: its place; the folder is made if it is missing.
        mode: who may read and write it, less what the process's mask forbids.
    """

    def __init__(self, path: Path, mode: int = 0o666) -> None:
        self._path, self._draft = path, path.with_suffix(".new")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._draft.touch(mode=mode)
        self._file = self._draft.open("w", encoding="utf-8")

    def write(self, text: str) -> None:
        """Appends text."""
        self._file.write(text)

    def publish(self) -> None:
        """Puts the file in its place."""
        self._file.close()
        self._draft.replace(self._path)

    def discard(self) -> None:
        """Deletes the file, unless it is in its place."""
        try:
            self._file.close()  # on a full disk, what is still to be written fails here once more
        finally:
            self._draft.unlink(missing_ok=True)


def digest(*parts: str | bytes) -> str:
    """Returns 32 hexadecimal digits of SHA-256 over the parts in order, each preceded by its length in bytes."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(f"{len(data)} ".encode())
        sha.update(data)
    return sha.hexdigest()[:32]
