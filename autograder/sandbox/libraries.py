"""Trusted side: the shared libraries that Python's modules and NumPy need, as this machine's loader finds them."""

import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

from autograder.core.outcomes import SandboxUnavailable

from .launch import PYTHON, numpy_folder

_LOAD = """
import ctypes, sys
for path in sys.argv[1:]:
    try:
        ctypes.CDLL(path)
    except OSError:
        pass
print(open("/proc/self/maps").read())
"""
_SECONDS = 60


def standard_library() -> list[Path]:
    """Returns the folders of Python's standard library, modules and extensions, also in a virtual environment."""
    extensions = sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix})
    return [path for path in sorted({Path(sysconfig.get_path("stdlib")), Path(extensions)}) if path.is_dir()]


@cache
def needed() -> dict[Path, Path]:
    """Returns each path at which a library is looked for, and the file there.

    A process of its own loads all of Python's extensions and NumPy's, and the loader says what it took.

    Raises:
        SandboxUnavailable: the process did not end well.
    """
    own = [path for folder in standard_library() for path in (folder / "lib-dynload").glob("*.so")]
    words = [PYTHON, "-P", "-s", "-S", "-c", _LOAD, *map(str, [*own, *numpy_folder().rglob("*.so")])]
    try:
        done = subprocess.run(words, env={}, stdin=subprocess.DEVNULL, capture_output=True, check=True, text=True,
                              timeout=_SECONDS)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise SandboxUnavailable(f"Python's libraries cannot be listed: {error}") from None
    columns = [line.split(maxsplit=5) for line in done.stdout.splitlines()]
    loaded = {Path(line[5]) for line in columns if len(line) == 6 and ".so" in Path(line[5]).name}
    names: dict[Path, Path] = {}
    for folder in sorted({path.parent for path in loaded if path.is_file()}):
        libraries = {path: path.resolve() for path in folder.glob("*.so*")}
        # libz.so, a link to libz.so.1, is there for compilers only
        names |= {
            path: file for path, file in libraries.items() if file in loaded and (path == file or path.suffix != ".so")
        }
    return names | _loaders()


def _loaders() -> dict[Path, Path]:
    """Returns the loaders themselves, where programs name them: /lib64/ld-linux-x86-64.so.2."""
    folders = sorted({Path(folder).resolve() for folder in ("/lib", "/lib64", "/usr/lib", "/usr/lib64")})
    return {path: path.resolve() for folder in folders for path in folder.glob("ld-*.so*") if path.is_file()}
