"""Runs notebooks in a real kernel."""

import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from . import warm_kernel


class WarmKernels(AsyncKernelManager):  # type: ignore[misc]
    """Starts kernels that have imported what takes long."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """What Jupyter starts in place of a kernel."""
        command = [sys.executable, warm_kernel.__file__, "-f", "{connection_file}"]
        return KernelSpec(argv=command, language="python", display_name="Python 3")


def executed(nb: Any, folder: Path, *, long: bool = False, timeout: int = 600) -> Any:
    """Runs all cells of a notebook, whatever they raise, and returns the notebook with its outputs.

    Args:
        nb: the notebook.
        folder: the kernel's working directory.
        long: whether networks are trained at full length; else quickly (`gradwise.training.quick`).
        timeout: the longest time of a cell, in seconds.
    """
    client = NotebookClient(
        nb,
        timeout=timeout,
        allow_errors=True,
        kernel_manager_class=WarmKernels,
        resources={"metadata": {"path": str(folder)}},
    )
    environment = {**os.environ, "GRADWISE_QUICK": "0" if long else "1", warm_kernel.WHERE: warm_kernel.template()}
    return client.execute(env=environment)
