"""Trusted side: what the kernel says: whether memory ran out, and what a process waits for."""

import os
from contextlib import suppress
from pathlib import Path

_VMSTAT = Path("/proc/vmstat")


def oom_kills() -> int:
    """Returns how many processes of this machine the kernel has killed because memory ran out; 0 if it does not say."""
    with suppress(OSError):
        for line in _VMSTAT.read_bytes().splitlines():
            name, _, count = line.partition(b" ")
            if name == b"oom_kill":
                return int(count)
    return 0


def delayed(process: str) -> float | None:
    """Returns for how many seconds a process was ready to run and did not; None if the kernel does not say."""
    try:
        ran, waited, _ = _read(f"/proc/{process}/schedstat").split()
    except (OSError, ValueError):
        return None
    return int(waited) * 1e-9 if int(ran) else None


def state(pid: int) -> str:
    """Returns the letter that proc_pid_stat(5) gives for what a process does; empty if it has ended."""
    try:
        return _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[0].decode()
    except (OSError, IndexError):
        return ""


def _read(path: str) -> bytes:
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(file, 4096)
    finally:
        os.close(file)
