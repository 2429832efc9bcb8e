"""Trusted side: starts a warm sandbox in bubblewrap and gives each submission a process of its own."""

import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from types import TracebackType
from typing import IO

from ..outcomes import GraderFault
from ..protocol import Closed, Header, Late, Pipe
from ..values import ProtocolError
from .command import SandboxUnavailable, command
from .zygote import END, SPAWN

START_SECONDS = 20.0


@dataclass(frozen=True)
class End:
    """How a submission's process ended: its exit code (negative: a signal), bytes and seconds used."""

    status: int
    memory: int
    cpu: float


class Bubblewrap:
    """A warm sandbox. One submission at a time lives in it; `spawn` starts it, `end` ends it.

    Raises:
        SandboxUnavailable: bubblewrap is missing, or the machine does not let it work.
    """

    def __init__(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the sandbox)
        self._process, self._control = _launch(self._errors)
        self._replies = Pipe(self._control.fileno())
        self._child: socket.socket | None = None
        try:
            ready, _ = self._replies.receive(time.monotonic() + START_SECONDS)
        except (Closed, Late, ProtocolError):
            raise SandboxUnavailable(self._why_not()) from None
        self.level = f"bubblewrap, Python {ready['python']}"

    def spawn(self) -> Pipe:
        """Starts a fresh process, locked in, and gives the pipe to it.

        Raises:
            GraderFault: it died before any student code ran.
        """
        if self._child is not None:
            self.end()
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [SPAWN], [theirs.fileno()])
        self._reply()
        ours.setblocking(False)
        self._child = ours
        pipe = Pipe(ours.fileno())
        try:
            ready, _ = pipe.receive(time.monotonic() + START_SECONDS)
        except (Closed, Late, ProtocolError):
            ready = {"ready": False, "why": self._error_text() or "it died at once"}
        if not ready["ready"]:
            self.end()
            raise GraderFault(f"The sandbox could not lock a submission in: {ready['why']}")
        return pipe

    def end(self) -> End:
        """Kills the current process with everything it started, and looks that nothing is left."""
        if self._child is None:
            raise GraderFault("There is no submission in the sandbox to end.")
        self._child.close()
        self._child = None
        self._control.send(END)
        reply = self._reply()
        if reply["left"]:
            raise GraderFault("A submission's process outlived its sandbox. Nothing more is graded.")
        return End(reply["status"], reply["memory"], reply["cpu"])

    def close(self) -> None:
        """Ends the sandbox and all in it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        self._errors.close()
        if self._child is not None:
            self._child.close()

    def __enter__(self) -> "Bubblewrap":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _reply(self) -> Header:
        try:
            return self._replies.receive(time.monotonic() + START_SECONDS)[0]
        except (Closed, Late, ProtocolError, OSError):
            raise GraderFault(f"The sandbox died. {self._error_text()}".strip()) from None

    def _error_text(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip()[-2000:]

    def _why_not(self) -> str:
        self._process.kill()
        self._process.wait()
        said = self._error_text() or "it said nothing"
        return (
            f"The sandbox does not start here. bubblewrap said: {said}\n"
            "It needs user namespaces: see `sysctl user.max_user_namespaces` and, on Ubuntu, "
            "`sysctl kernel.apparmor_restrict_unprivileged_userns`. Inside a container they are often refused."
        )


def _launch(errors: IO[bytes]) -> tuple["subprocess.Popen[bytes]", socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs:
        # bubblewrap hands down every descriptor it is given: the control socket and nothing else
        process = subprocess.Popen(
            command(theirs.fileno()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[theirs.fileno()],
            env={},
            cwd="/",
        )
    return process, ours
