"""A limit of processor time for work on what a learner sent. The kernel ends the process that exceeds it.

So the work runs in a process that may die: see `grading.workers`. An exception would not do, because a single call into
C may take hours, and no Python code runs before it returns.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

OUTLASTED = -signal.SIGPROF  # the exit code of a process that exceeded its limit


@contextmanager
def processor_time(seconds: float | None) -> Iterator[None]:
    """Ends this process with SIGPROF if the work takes more than so many seconds of processor time.

    Child processes are not counted, and have no such limit.

    Args:
        seconds: the limit; None for none.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds or 0.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


@contextmanager
def uncounted() -> Iterator[None]:
    """Stops the clock of `processor_time` for work that a whole class needs, and that one learner happens to begin."""
    left, _ = signal.setitimer(signal.ITIMER_PROF, 0.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, left)
