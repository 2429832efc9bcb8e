"""The promise: what student code may do, in one table. Each row has a test of its own name."""

from dataclasses import dataclass
from typing import Any

MIB = 1 << 20


@dataclass(frozen=True)
class Rule:
    """One row: what is limited, the promise in a teacher's words, and the number if there is one."""

    name: str
    promise: str
    limit: Any = None


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
    Rule("cpu_time", "this many seconds of processor time in one process", 30),
    Rule("cell_time", "this many seconds for each cell", 5.0),
    Rule("call_time", "this many seconds for each call of a function", 2.0),
    Rule("exercise_time", "this many seconds for all checks of one exercise", 6.0),
    Rule("submission_time", "this many seconds for one submission; what comes later counts as timed out", 40.0),
    Rule("output", "what it prints goes nowhere; a reply of more than this many bytes ends the call", 16 * MIB),
)

LIMIT: dict[str, Any] = {rule.name: rule.limit for rule in POLICY if rule.limit is not None}
