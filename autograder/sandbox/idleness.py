"""Trusted side: for how long a learner's process does nothing, and the limit for that."""

import time

from . import evidence
from .policy import LIMIT

# What a process waits for of its own accord: it sleeps, or was stopped. One that waits for a processor is in R, and one
# that waits for a disk in D.
_WAITING = ("S", "T")
# Seconds that an exercise may be idle after the submission has used up what the policy grants.
_LEAST = 0.5


class IdleClock:
    """Measures for how long a process used no processor although it could have had one.

    Time in which the process, or the grader itself, waited for a processor or for a disk is not counted: a busy machine
    makes nobody idle.

    Args:
        pid: the process.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._clock = self._cpu = 0.0
        self._delays = self._read_delays()

    def begin(self, cpu: float) -> None:
        """Begins to measure. It reads no file, because most waits end before anybody looks.

        Args:
            cpu: the processor time that the process has used so far, in seconds.
        """
        self._clock, self._cpu = time.monotonic(), cpu

    def look(self, cpu: float) -> float:
        """Returns the idle seconds since the last look or `begin`.

        It is 0 if the kernel of this machine does not say how long a process waits for a processor.
        """
        clock, delays = time.monotonic(), self._read_delays()
        known = delays is not None and self._delays is not None and evidence.state(self._pid) in _WAITING
        delayed = (delays or 0.0) - (self._delays or 0.0)
        idle = clock - self._clock - (cpu - self._cpu) - delayed
        self._clock, self._cpu, self._delays = clock, cpu, delays
        return max(0.0, idle) if known else 0.0

    def _read_delays(self) -> float | None:
        """Returns for how long the process, and the grader, were ready to run without running; None if unknown."""
        theirs, ours = evidence.delayed(f"{self._pid}"), evidence.delayed("thread-self")
        return None if theirs is None or ours is None else theirs + ours


class Idle(Exception):
    """A submission's process was idle for too long."""


class Idleness:
    """Seconds for which a submission's process may use no processor.

    Code that computes needs none of them, so those who have used them up lose nothing but further waiting.

    Attributes:
        left: the remaining seconds.
    """

    def __init__(self) -> None:
        self.left: float = LIMIT["idle_time"]
        self._clock = IdleClock(0)

    def watch(self, pid: int) -> None:
        """Watches a fresh process from now on."""
        self._clock = IdleClock(pid)
        self.renew()

    def renew(self) -> None:
        """Grants a short time to an exercise, or to a fresh process, after the submission's own is used up."""
        self.left = max(self.left, _LEAST)

    def begin(self, cpu: float) -> None:
        """Begins to wait for a process that has used so many seconds of processor time."""
        self._clock.begin(cpu)

    def look(self, cpu: float) -> None:
        """Subtracts the time for which the process was idle since the last look."""
        self.left -= self._clock.look(cpu)
