"""Files that are there whole or not at all: a full disk or a kill must not leave half of one."""

from pathlib import Path


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
