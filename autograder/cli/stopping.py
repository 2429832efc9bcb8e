"""Ctrl-C and SIGTERM end a run, wherever they find it.

Python raises KeyboardInterrupt in whatever code runs when the signal comes. Where that is a `__del__`, or a callback of
the garbage collector, Python prints the exception and goes on. So the wish is also written down.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Exit codes beside those that all commands have.
STOPPED = 130
TERMINATED = 143


class Stop:
    """Whether someone has asked for the end of this run."""

    def __init__(self) -> None:
        self._asked: int | None = None

    def ask(self, number: int, _frame: FrameType | None = None) -> None:
        """Handles a signal, see `heed`."""
        self._asked = number
        self.heed()

    def heed(self) -> None:
        """Ends the run if that was asked for. A run calls this between two pieces of its work.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
            SystemExit: the process was told to terminate.
        """
        if self._asked == signal.SIGINT:
            raise KeyboardInterrupt
        if self._asked is not None:
            sys.exit(TERMINATED)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Lets Ctrl-C and SIGTERM end the run inside, with all its processes. What ignores Ctrl-C goes on doing so."""
    stop = Stop()
    heard = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop.ask) for number in heard}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
