"""Runs notebooks in a real kernel."""

import os
from pathlib import Path
from typing import Any

from nbclient import NotebookClient


def executed(nb: Any, folder: Path, *, long: bool = False, timeout: int = 600) -> Any:
    """Runs all cells of a notebook, whatever they raise, and returns the notebook with its outputs.

    Args:
        nb: the notebook.
        folder: the kernel's working directory.
        long: whether networks are trained at full length; else quickly (`gradwise.training.quick`).
        timeout: the longest time of a cell, in seconds.
    """
    client = NotebookClient(
        nb, timeout=timeout, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    return client.execute(env={**os.environ, "GRADWISE_QUICK": "0" if long else "1"})
