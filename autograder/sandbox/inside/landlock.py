"""Far side: which files a process may still open, where it cannot be given a file system of its own.

Landlock (https://docs.kernel.org/userspace-api/landlock.html) takes rights away from a process for good. What it does
not know of (questions about files, their modes and owners) is left to `seccomp`.
"""

import ctypes
import importlib.util
import os
import struct
import sysconfig
from pathlib import Path

from . import linux

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every kind of processor
_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
# How many rights over files each version of Landlock knows of; the rest (TCP, signals, sockets) in the order below.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP = 0b11  # bind, connect; since version 4
_SCOPES = 0b11  # abstract sockets, signals; since version 6
TRUNCATE_SINCE = 3

_PACKAGES = ("site-packages", "dist-packages")
_DEVICES = ("null", "zero", "full", "random", "urandom")


def version() -> int:
    """The version of Landlock that this kernel has.

    Raises:
        OSError: it has none, or it is switched off.
    """
    return linux.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))


def ruleset(known: int) -> int:
    """A descriptor of the rules: everything that a version of Landlock knows of is forbidden, but what is named here.

    Raises:
        OSError: the kernel has no such version.
    """
    handled = (1 << _FILE_RIGHTS[max(since for since in _FILE_RIGHTS if since <= known)]) - 1
    rules = struct.pack("=QQQ", handled, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    descriptor = linux.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint32(0))
    for path, rights in _readable().items():
        _allow(descriptor, path, rights)
    return descriptor


def restrict(descriptor: int) -> None:
    """Puts the rules on this process, for good. It must have given up new privileges before."""
    linux.syscall(_RESTRICT_SELF, ctypes.c_int(descriptor), ctypes.c_uint32(0))


def _allow(descriptor: int, path: Path, rights: int) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rule = struct.pack("=Qi", rights, file)
        linux.syscall(_ADD_RULE, ctypes.c_int(descriptor), ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(file)


def _readable() -> dict[Path, int]:
    """What may be opened: Python, NumPy and the system's libraries to read, and a few devices."""
    found: dict[Path, int] = {Path("/dev", name): _READ_FILE | _WRITE_FILE for name in _DEVICES}
    for library in {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}:
        found[library] = _READ_DIR  # the names below, nobody's installed packages
        found |= {path: _to_read(path) for path in library.iterdir() if path.name not in _PACKAGES}
    spec = importlib.util.find_spec("numpy")
    for numpy in map(Path, (spec and spec.submodule_search_locations) or ()):
        found |= dict.fromkeys((numpy, numpy.with_name("numpy.libs")), _READ_FILE | _READ_DIR)
    for folder in _library_folders():
        found |= {path: _READ_FILE for path in folder.glob("*.so*") if path.is_file()}
    found[Path("/etc/ld.so.cache")] = _READ_FILE
    return found


def _to_read(path: Path) -> int:
    return _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE


def _library_folders() -> set[Path]:
    """Where the libraries come from that this process has loaded: its other ones are there, too."""
    with open("/proc/self/maps") as maps:
        lines = [line.split(maxsplit=5) for line in maps]
    loaded = {Path(line[5].strip()).resolve().parent for line in lines if len(line) == 6 and ".so" in line[5]}
    return loaded | {Path(folder) for folder in [sysconfig.get_config_var("LIBDIR")] if folder}
