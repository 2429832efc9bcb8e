"""Far side: limits the files that a process may open, on machines where it cannot get a file system of its own.

Landlock (https://docs.kernel.org/userspace-api/landlock.html) takes rights away from a process for good. It does not
govern all calls (such as those that ask about files, or change modes and owners); `seccomp` handles these.
"""

import ctypes
import importlib.util
import os
import struct
import sysconfig
from pathlib import Path

from . import linux

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_VERSION = 1
_PATH_BENEATH = 1
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
# The number of file rights since each version of Landlock. Its other rights (TCP, sockets, signals) are below.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_TCP = 0b11  # bind, connect; since version 4
_SCOPES = 0b11  # abstract sockets, signals; since version 6
TRUNCATE_SINCE = 3

_PACKAGES = ("site-packages", "dist-packages")
_DEVICES = ("null", "zero", "full", "random", "urandom")


def version() -> int:
    """Returns the version of Landlock that this kernel has.

    Raises:
        OSError: the kernel has no Landlock, or it is switched off.
    """
    return linux.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION))


def ruleset(known: int) -> int:
    """Makes the rules that forbid every right of a version of Landlock, except opening the files of `_readable`.

    Args:
        known: the version.

    Returns:
        The file descriptor of the rules.

    Raises:
        OSError: the kernel does not have this version.
    """
    handled = (1 << _FILE_RIGHTS[max(since for since in _FILE_RIGHTS if since <= known)]) - 1
    rules = struct.pack("=QQQ", handled, _TCP if known >= 4 else 0, _SCOPES if known >= 6 else 0)
    descriptor = linux.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint32(0))
    for path, rights in _readable().items():
        _allow(descriptor, path, rights)
    return descriptor


def restrict(descriptor: int) -> None:
    """Applies the rules to this process, for good. PR_SET_NO_NEW_PRIVS must have been set before."""
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
    """Returns the paths that may be opened, with their rights: Python, NumPy, system libraries, and a few devices."""
    rights: dict[Path, int] = {Path("/dev", name): _READ_FILE | _WRITE_FILE for name in _DEVICES}
    for library in {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}:
        rights[library] = _READ_DIR  # its entries can be listed; installed packages cannot be opened
        rights |= {path: _to_read(path) for path in library.iterdir() if path.name not in _PACKAGES}
    spec = importlib.util.find_spec("numpy")
    for numpy in map(Path, (spec and spec.submodule_search_locations) or ()):
        rights |= dict.fromkeys((numpy, numpy.with_name("numpy.libs")), _READ_FILE | _READ_DIR)
    for folder in _library_folders():
        rights |= {path: _READ_FILE for path in folder.glob("*.so*") if path.is_file()}
    rights[Path("/etc/ld.so.cache")] = _READ_FILE
    return rights


def _to_read(path: Path) -> int:
    return _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE


def _library_folders() -> set[Path]:
    """Returns the folders of the loaded shared libraries. Libraries that are loaded later are there, too."""
    with open("/proc/self/maps") as maps:
        lines = [line.split(maxsplit=5) for line in maps]
    loaded = {Path(line[5].strip()).resolve().parent for line in lines if len(line) == 6 and ".so" in line[5]}
    return loaded | {Path(folder) for folder in [sysconfig.get_config_var("LIBDIR")] if folder}
