"""The promise: what student code may do, in one table. Each row has a test of its own name."""

from dataclasses import dataclass, field
from typing import Any

MIB = 1 << 20

# The sandboxes from strong to weak, and NONE, which isolates nothing and is used only if it is chosen by name.
BUBBLEWRAP, LANDLOCK, SECCOMP, NONE = "bubblewrap", "landlock", "seccomp", "none"
LEVELS = (BUBBLEWRAP, LANDLOCK, SECCOMP)
AUTO = "auto"  # the strongest that works
CHOICES = (AUTO, *LEVELS, NONE)


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        name: the row's name.
        promise: the promise in a teacher's words; "this many" stands for the limit.
        limit: the limit, if the promise has a number.
        patience: for a limit in seconds of processor time, the seconds that may pass by the clock. They are several
            times as many, so that a right answer is not late because the machine is busy; they end code that sleeps
            or waits.
        less: the promise of a level that promises less, or keeps it in a way that a learner notices.
        always: True if the promise is kept even without a sandbox.
    """

    name: str
    promise: str
    limit: Any = None
    patience: float | None = None
    less: dict[str, str] = field(default_factory=dict)
    always: bool = False


_NO_FILE = "no file can be written anywhere"
_NUMBERS = "it sees that other processes are there, by number, and can do nothing to them"

POLICY = (
    Rule(
        "network",
        "no network: no sockets, in a network namespace of its own with nothing in it",
        less={LANDLOCK: "no sockets", SECCOMP: "no sockets"},
    ),
    Rule(
        "files",
        "sees Python with its standard library, the shared libraries that Python and NumPy need, NumPy, gradwise's "
        "`__init__.py` and the grader's far side (`inside`, `wire` and `policy.py` of `sandbox/`), all read-only, and "
        "nothing else but the loader's list of libraries",
        less={
            LANDLOCK: "opens Python's, NumPy's and the system's libraries, read-only, and nothing else; it knows "
            "where it is installed, can list the names of installed packages, and ask whether another file exists, how "
            "large and how old it is, and when it was read last. So a submission may leave bits for later ones, by "
            "what it reads, unless the file systems are mounted with `noatime`",
            SECCOMP: "opens and sees no file: only modules that are loaded beforehand can be imported",
        },
    ),
    Rule("environment", "an empty environment", always=True),
    Rule(
        "processes",
        "a pid namespace of its own, in which it can start no process, thread or program",
        1,
        less={LANDLOCK: f"starts no process, thread or program; {_NUMBERS}", SECCOMP: "starts no process or thread"},
    ),
    Rule("privileges", "no capabilities, no way to new ones, no new namespaces, no tracing, no signals, no keyrings"),
    Rule(
        "scratch",
        "a private /tmp of this many bytes that vanishes with the submission",
        16 * MIB,
        less={LANDLOCK: _NO_FILE, SECCOMP: _NO_FILE},
    ),
    Rule("file_size", "no file larger than this many bytes", 8 * MIB, always=True),
    Rule("open_files", "no more than this many files open at once", 64, always=True),
    Rule("memory", "this many bytes of address space", 1024 * MIB, always=True),
    Rule("cell_time", "this many seconds of processor time for each cell", 5.0, 20.0, always=True),
    Rule("call_time", "this many seconds of processor time for each call of a function", 2.0, 10.0, always=True),
    Rule("exercise_time", "this many seconds of processor time for all checks of an exercise", 6.0, 25.0, always=True),
    Rule("submission_time", "this many seconds of processor time; the rest is timed out", 40.0, 100.0, always=True),
    Rule(
        "idle_time",
        "this many seconds in which it uses no processor though one is free; from then on it is ended where it waits, "
        "and what computes still counts",
        10.0,
        always=True,
    ),
    Rule("cpu_time", "the kernel ends a process after this many, even if the grader is held up", 60, always=True),
    Rule(
        "output",
        "what it prints goes nowhere; a reply of more than this many bytes ends the call",
        16 * MIB,
        always=True,
    ),
)

LIMIT: dict[str, Any] = {rule.name: rule.limit for rule in POLICY if rule.limit is not None}
PATIENCE: dict[str, float] = {rule.name: rule.patience for rule in POLICY if rule.patience is not None}
