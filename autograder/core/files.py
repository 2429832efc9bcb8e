"""Writes a file whole or not at all, so that a full disk or a kill leaves no half of it; and digests."""

import hashlib
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
