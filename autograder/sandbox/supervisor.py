"""Trusted side: starts a warm sandbox and gives each submission a process of its own."""

import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO

from autograder.core.outcomes import GraderFault, SandboxUnavailable

from .launch import Command
from .wire.frames import Closed, Header, Late, Pipe
from .wire.orders import END, SPAWN
from .wire.types import ProtocolError

START_SECONDS = 60.0  # allowed on a machine that is far too busy; 0.3 s are usual


@dataclass(frozen=True)
class ExitReport:
    """Exit status and use of resources of a submission's process that has ended.

    Attributes:
        status: its exit code; negative for the number of a signal.
        memory: its peak memory in bytes.
        cpu: its processor time in seconds.
    """

    status: int
    memory: int
    cpu: float


class Child:
    """A learner's process, seen from outside.

    Attributes:
        pipe: carries the frames to it and from it.
        pid: its pid as this process sees it; 0 if it is not known yet, or has ended.
    """

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.pipe = Pipe(end.fileno())
        self._end = end
        self.pid = 0
        self._cpu = 0.0

    def ready(self, deadline: float) -> Header:
        """Receives its first frame, which it sends before any student code runs.

        Raises:
            ProtocolError, Closed, Late: no valid frame came.
        """
        self.pipe.wait(deadline)
        # The kernel says which process sent this, by its pid in the namespace of this process.
        _, notes, _, _ = self._end.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size), socket.MSG_PEEK)
        self._end.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        header, _ = self.pipe.receive(deadline)
        self.pid = next(_CREDENTIALS.unpack(data)[0] for _, kind, data in notes if kind == _WHO)
        return header

    def cpu(self) -> float:
        """Returns the seconds of processor time that it has used, by a clock that student code cannot set."""
        if self.pid:
            with suppress(OSError):  # it has ended
                self._cpu = time.clock_gettime((~self.pid << 3) | 2)  # the clock of clock_getcpuclockid(3)
        return self._cpu

    def close(self) -> None:
        """Closes the grader's end of the pipe."""
        self._end.close()

    def ended(self, cpu: float) -> None:
        """Records that it has ended, and its processor time in total. Another process may get its pid from now on."""
        self.pid = 0
        self._cpu = max(self._cpu, cpu)


_CREDENTIALS, _WHO = struct.Struct("3i"), 2  # pid, uid, gid; SCM_CREDENTIALS, which only Linux has


class Sandbox:
    """A warm sandbox for one submission at a time: `spawn` starts a process for it, and `end` ends it.

    Attributes:
        level: the name of the level.
        words: a description of the level, for people to read.
        pid: the pid of the warm process.

    Args:
        level: a name of `policy.LEVELS`, or "none".
        command: returns the command of the warm process, given the descriptor of its control socket.
        hint: a sentence that says what to do if it does not start.

    Raises:
        SandboxUnavailable: the sandbox does not start on this machine.
    """

    def __init__(self, level: str, command: Callable[[int], Command], hint: str = "") -> None:
        self.level = level
        with ExitStack() as opened:
            self._errors = opened.enter_context(tempfile.TemporaryFile())
            self._control, theirs = socket.socketpair()
            opened.enter_context(self._control)
            with theirs:
                process = _launch(command(theirs.fileno()), theirs, self._errors)
            opened.callback(_stop, process)
            self.pid = process.pid
            self._control.setblocking(False)
            self._replies = Pipe(self._control.fileno())
            self._child: Child | None = None
            try:
                ready, _ = self._replies.receive(time.monotonic() + START_SECONDS)
            except (Closed, Late, ProtocolError):
                _stop(process)  # so that its error messages are complete
                ready = {"why": self._error_text() or "nothing"}
            if "words" not in ready:
                raise SandboxUnavailable(
                    f"The sandbox does not start here. {level} said: {ready['why']}\n{hint}".strip()
                )
            self.words: str = ready["words"]
            self._opened = opened.pop_all()

    def spawn(self) -> Child:
        """Starts a fresh process, locked in. Ends the one before, if it still runs.

        Raises:
            GraderFault: the process could not be locked in.
        """
        if self._child is not None:
            self.end(self._child)
        ours, theirs = socket.socketpair()
        self._child = child = Child(ours)
        with theirs:
            self._order(SPAWN, theirs.fileno())
        try:
            ready = child.ready(time.monotonic() + START_SECONDS)
        except (Closed, Late, ProtocolError, OSError):
            ready = {"why": self._error_text() or "it died at once"}
        if "why" in ready:
            self.end(child)
            raise GraderFault(f"The sandbox could not lock a submission in: {ready['why']}")
        return child

    def end(self, child: Child) -> ExitReport:
        """Kills a process and all that it started.

        Raises:
            GraderFault: a process is left, or the warm process has ended.
        """
        if child is not self._child:
            return ExitReport(0, 0, 0.0)  # it has ended already
        child.close()
        self._child = None
        reply = self._order(END)
        child.ended(reply["cpu"])
        if reply["left"]:
            raise GraderFault("A submission's process outlived its sandbox. Nothing more is graded.")
        return ExitReport(reply["status"], reply["memory"], reply["cpu"])

    def close(self) -> None:
        """Ends the sandbox and every process in it."""
        if self._child is not None:
            self._child.close()
        self._opened.close()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _order(self, order: bytes, *fds: int) -> Header:
        try:
            socket.send_fds(self._control, [order], fds)
            return self._replies.receive(time.monotonic() + START_SECONDS)[0]
        except (Closed, Late, ProtocolError, OSError):
            reason = self._error_text() or "Somebody ended it, or the machine has no memory left."
            raise GraderFault(f"The sandbox died. {reason} What was graded is kept; run again for the rest.") from None

    def _error_text(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip()[-2000:]


def _launch(command: Command, control: socket.socket, errors: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command.words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=[control.fileno()],  # the process inherits this descriptor and no other
        env=command.environment,
        cwd="/",
        start_new_session=True,  # so that Ctrl-C reaches the grader only
    )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
