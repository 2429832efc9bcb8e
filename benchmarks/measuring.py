"""Runs a command and measures the time, processor time and memory of its whole tree of processes."""

import ctypes
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_LOOK_SECONDS = 1.0  # adding up the memory of a tree of processes takes time, too
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Cost:
    """Cost of a command.

    Attributes:
        wall: seconds by the clock, start-up included.
        cpu: seconds of processor time of all its processes.
        memory: the peak memory of its processes together, in bytes; shared pages count once.
    """

    wall: float
    cpu: float
    memory: int


def measure(command: Sequence[str], folder: Path, environment: dict[str, str]) -> Cost:
    """Runs a command to its end, and waits for every process that it has started.

    Raises:
        SystemExit: the command failed; the text is the end of its output. Or a process outlived it.
    """
    ctypes.CDLL(None).prctl(
        _PR_SET_CHILD_SUBREAPER, 1
    )  # an orphan becomes a child of this process, so its time counts, too
    with tempfile.TemporaryFile("w+") as output:
        before, started = _processor_time(), time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        peak = 0
        while process.poll() is None:
            peak = max(peak, memory_of_tree(process.pid))
            _sleep_until_done(process, _LOOK_SECONDS)
        wall = time.perf_counter() - started
        _wait_for_orphans()
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(command[:4])} failed:\n{output.read()[-3000:]}")
    return Cost(wall, _processor_time() - before, peak)


def memory_of_tree(root: int) -> int:
    """Returns the bytes that a process and its descendants hold now. A page shared by n processes counts 1/n (PSS)."""
    return sum(map(_held, _tree(root)))


def _tree(root: int) -> set[int]:
    """Returns a process and its descendants, by number."""
    parents = {int(stat.parent.name): parent for stat in Path("/proc").glob("[0-9]*/stat") if (parent := _parent(stat))}
    tree, below = {root}, {root}
    while below := {pid for pid, parent in parents.items() if parent in below}:
        tree |= below
    return tree


def processor_time_of_tree(root: int) -> float:
    """Returns the seconds of processor time that a process, its descendants, and those that have ended took so far."""
    ticks = sum(_read(lambda pid=pid: sum(map(int, _fields(Path(f"/proc/{pid}/stat"))[11:15]))) for pid in _tree(root))  # type: ignore[misc]
    return ticks / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    return stat.read_text().rpartition(")")[2].split()


def _parent(stat: Path) -> int:
    return _read(lambda: int(_fields(stat)[1]))


def _held(pid: int) -> int:
    def pss() -> int:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))

    return _read(pss)


def _read(source: Callable[[], int]) -> int:
    try:
        return source()
    except (OSError, StopIteration):  # it has just ended
        return 0


def _processor_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _sleep_until_done(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def _wait_for_orphans() -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.02)
        except ChildProcessError:
            return
    raise SystemExit("A process outlived its command: its time is not known.")
