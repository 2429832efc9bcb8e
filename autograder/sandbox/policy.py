"""The promise: what student code may do, in one table. Each row has a test of its own name."""

from dataclasses import dataclass
from typing import Any

MIB = 1 << 20


@dataclass(frozen=True)
class Rule:
    """One row: what is limited, the promise in a teacher's words, and the numbers if there are any.

    Attributes:
        name: the row's name.
        promise: what is promised; the limit is meant by "this many".
        limit: the number.
        patience: of a limit in seconds of processor time: how many seconds may pass by the clock. It is several
            times as long, so that a right answer is not late because the machine is busy; code that sleeps or
            waits is ended all the same.
    """

    name: str
    promise: str
    limit: Any = None
    patience: float | None = None


POLICY = (
    Rule("network", "no network: a network namespace of its own with nothing in it, and no sockets"),
    Rule("files", "sees Python, NumPy and the light part of gradwise, all read-only, and nothing else"),
    Rule("environment", "an empty environment"),
    Rule("processes", "a pid namespace of its own, in which it can start no process, thread or program", 1),
    Rule("privileges", "no capabilities, no way to new ones, no new namespaces, no tracing, no keyrings"),
    Rule("scratch", "a private /tmp of this many bytes that vanishes with the submission", 16 * MIB),
    Rule("file_size", "no file larger than this many bytes", 8 * MIB),
    Rule("open_files", "no more than this many files open at once", 64),
    Rule("memory", "this many bytes of address space", 1024 * MIB),
    Rule("cell_time", "this many seconds of processor time for each cell", 5.0, 20.0),
    Rule("call_time", "this many seconds of processor time for each call of a function", 2.0, 10.0),
    Rule("exercise_time", "this many seconds of processor time for all checks of one exercise", 6.0, 25.0),
    Rule("submission_time", "this many seconds of processor time for a submission; the rest is timed out", 40.0, 100.0),
    Rule("cpu_time", "the kernel ends a process after this many, even if the grader is held up", 60),
    Rule("output", "what it prints goes nowhere; a reply of more than this many bytes ends the call", 16 * MIB),
)

LIMIT: dict[str, Any] = {rule.name: rule.limit for rule in POLICY if rule.limit is not None}
PATIENCE: dict[str, float] = {rule.name: rule.patience for rule in POLICY if rule.patience is not None}
