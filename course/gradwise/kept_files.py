"""Where a learner's own files lie: beside the notebooks' folders, so that every notebook finds them."""

import os
import re
from pathlib import Path

__all__ = ["place", "write"]


def place(name: str) -> Path:
    """Where a file of a learner's lies.

    Args:
        name: of the file. It stands beside the notebooks' folders, or beside the file that GRADWISE_PARTS names.
    """
    if given := os.environ.get("GRADWISE_PARTS"):
        return Path(given) if name == "parts.py" else Path(given).with_name(name)
    here = Path.cwd()
    return (here.parent if re.fullmatch(r"\d\d_[a-z_]+", here.name) else here) / name


def write(file: Path, text: str) -> None:
    """Writes a file whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_text(text, "utf-8")
    fresh.replace(file)
