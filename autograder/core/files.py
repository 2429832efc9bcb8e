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
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.touch(mode=mode)
    draft.write_text(text, "utf-8")
    draft.replace(path)


def digest(*parts: str | bytes) -> str:
    """Returns 32 hexadecimal digits of SHA-256 over the parts in order, each preceded by its length in bytes."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(f"{len(data)} ".encode())
        sha.update(data)
    return sha.hexdigest()[:32]
