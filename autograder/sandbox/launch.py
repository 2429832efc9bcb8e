"""Trusted side: the command that starts Python on the far side.

Once locked in, it can import its standard library, NumPy, gradwise's `__init__.py`, and of the grader `inside`, `wire`
and `policy`.
"""

import os
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from .wire.orders import CONTROL_FD

GRADER = Path(__file__).resolve().parent.parent
PYTHON = os.path.realpath(sys.executable)
# One thread, and a fixed order of sets of strings, so that results are the same every time.
ENVIRONMENT = {
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}

_START = """
import sys
from importlib.util import spec_from_file_location
class Packages:
    def find_spec(name, path=None, target=None):
        folder = FOLDERS.get(name)
        return folder and spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.meta_path.insert(0, Packages)
from autograder.sandbox.inside import zygote
getattr(zygote, sys.argv[1])(*sys.argv[2:])
"""
_MOVE = """
import os
os.dup2({0}, {1})
os.closerange({1} + 1, 256)
"""


@dataclass(frozen=True)
class Command:
    """A command line and its whole environment."""

    words: list[str]
    environment: dict[str, str]


def command(*what: str, control_fd: int | None = None) -> Command:
    """Returns the command that starts Python directly on this machine. The process locks itself in.

    Args:
        what: the function of `zygote` to call, and its arguments.
        control_fd: the zygote's end of the control socket.
    """
    folders = {"autograder": GRADER, "gradwise": gradwise_folder(), "numpy": numpy_folder()}
    return Command(python_words({name: str(path) for name, path in folders.items()}, what, control_fd), ENVIRONMENT)


def python_words(folders: dict[str, str], what: tuple[str, ...], control_fd: int | None) -> list[str]:
    """Returns the command line of Python on the far side.

    Args:
        folders: the packages that it may import besides its standard library, and their folders.
        what: the function of `zygote` to call, and its arguments.
        control_fd: the zygote's end of the control socket.
    """
    move = "" if control_fd is None else _MOVE.format(control_fd, CONTROL_FD)
    # not -I, which would ignore PYTHONHASHSEED
    return [PYTHON, "-P", "-s", "-S", "-X", "utf8", "-c", f"{move}FOLDERS = {folders!r}{_START}", *what]


def numpy_folder() -> Path:
    """Returns the folder of NumPy."""
    spec = find_spec("numpy")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).resolve().parent


def gradwise_folder() -> Path:
    """Returns the folder of gradwise, the library of the notebooks."""
    import gradwise

    return Path(gradwise.__file__).resolve().parent
