"""Files that are there whole or not at all: a full disk or a kill must not leave half of one."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Writes a text file, with its folder, by way of a draft beside it.

    Args:
        path: where to.
        text: what.
        mode: who may read and write it, less what the process's mask forbids.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.touch(mode=mode)
    draft.write_text(text, "utf-8")
    draft.replace(path)


def digest(*parts: str | bytes) -> str:
    """A digest of all the parts, in order, each with its length."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        sha.update(f"{len(data)} ".encode())
        sha.update(data)
    return sha.hexdigest()[:32]
