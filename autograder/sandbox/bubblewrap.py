"""Trusted side: starts a warm sandbox in bubblewrap and gives each submission a process of its own."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np

from ..outcomes import GraderFault
from ..protocol import Closed, Header, Late, Pipe
from ..values import ProtocolError
from . import lockdown
from .zygote import CONTROL_FD, END, SPAWN

START_SECONDS = 20.0

# What the sandbox holds of the grader itself.
FAR_SIDE = (
    "__init__.py",
    "protocol.py",
    "standins.py",
    "values.py",
    "worker.py",
    "sandbox/__init__.py",
    "sandbox/lockdown.py",
    "sandbox/policy.py",
    "sandbox/zygote.py",
)
# The light part of gradwise: all that student code may import of it.
LIGHT = ("__init__.py",)

_HERE = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path.insert(0, '/grader'); from autograder.sandbox import zygote; zygote.main()"


class SandboxUnavailable(GraderFault):
    """No sandbox can be started here. The text says why and what to do."""


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
            [*command(), "--", *_python(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[theirs.fileno()],
            env={},
            cwd="/",
        )
    return process, ours


def _python(control_fd: int) -> list[str]:
    executable = os.path.realpath(sys.executable)
    move = f"import os; os.dup2({control_fd}, {CONTROL_FD}); os.closerange({CONTROL_FD + 1}, 256); "
    return [executable, "-I", "-S", "-X", "utf8", "-c", move + _START]


def command() -> list[str]:
    """The bubblewrap command line: an empty world, and what is let into it.

    Raises:
        SandboxUnavailable: bubblewrap or support for this machine is missing.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(
            "bubblewrap is missing, and student code runs nowhere else. Install it: "
            "`apt-get install bubblewrap`, `dnf install bubblewrap` or `conda install bubblewrap`."
        )
    if not lockdown.supported():
        raise SandboxUnavailable("The sandbox knows Linux on x86_64 and aarch64 only.")
    return [
        *(bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        # the warm parent needs these to make each child's namespaces; the child drops them
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),
        *("--clearenv", "--setenv", "OPENBLAS_NUM_THREADS", "1", "--setenv", "OMP_NUM_THREADS", "1"),
        *("--setenv", "MKL_NUM_THREADS", "1", "--setenv", "PYTHONHASHSEED", "0"),
        *_system_files(),
        *_our_files(),
        *("--dir", "/tmp", "--remount-ro", "/", "--chdir", "/"),
    ]


def _system_files() -> list[str]:
    """The C library and Python, without anybody's installed packages."""
    args: list[str] = []
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for device in ("null", "zero", "full", "random", "urandom"):
        args += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    executable = os.path.realpath(sys.executable)
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("LIBDIR")}
    base = Path(sys.base_prefix, "lib")
    roots = sorted({str(base), *(path for path in libraries if path and os.path.isdir(path))})
    for path in roots:
        if not path.startswith("/usr/lib"):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind", executable, executable]
    for packages in _installed_packages({*roots, "/usr/lib", "/usr/local/lib"}):
        args += ["--size", "4096", "--perms", "0555", "--tmpfs", packages, "--remount-ro", packages]
    return args


def _installed_packages(roots: set[str]) -> list[str]:
    """Every site-packages and dist-packages below what is let in: they are covered up."""
    found = set()
    for root in roots:
        for name in ("site-packages", "dist-packages"):
            for pattern in (name, f"python3*/{name}"):
                found |= {str(path) for path in Path(root).glob(pattern)}
    return sorted(found)


def _our_files() -> list[str]:
    numpy = Path(np.__file__).resolve().parent
    pairs = [(numpy, "/grader/numpy"), (numpy.with_name("numpy.libs"), "/grader/numpy.libs")]
    pairs += [(_HERE / name, f"/grader/autograder/{name}") for name in FAR_SIDE]
    gradwise = _gradwise()
    pairs += [(gradwise / name, f"/grader/gradwise/{name}") for name in LIGHT]
    return [arg for path, inside in pairs if path.exists() for arg in ("--ro-bind", str(path), inside)]


def _gradwise() -> Path:
    import gradwise

    return Path(gradwise.__file__).resolve().parent
