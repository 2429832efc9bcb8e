"""Far side: a warm process that forks for each submission.

NumPy is imported once, here. Each child gives up every privilege, in namespaces of its own if the level has them, and
only then runs a learner's code. It sees neither this process nor any earlier child.

On the control socket an order is one byte: SPAWN, with the child's socket attached, or END. Its reply is one frame.
"""

import contextlib
import gc
import importlib
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from ..wire.frames import Closed, Pipe
from ..wire.orders import CONTROL_FD, END, SPAWN
from .lockdown import Confinement, new_namespaces

# Modules that learners and the worker use, and that are else loaded at first use: 10 ms in every child.
WARM = (
    *("numpy.ma", "numpy.random", "numpy.linalg", "numpy.polynomial", "numpy.fft"),
    *("dataclasses", "gradwise", "random", "typing"),
)
# Where no file can be opened later, the modules that a learner may sensibly import must be loaded before.
WARM_ALL = (
    *("abc", "array", "bisect", "calendar", "cmath", "collections.abc", "colorsys", "contextlib", "copy", "csv"),
    *("datetime", "decimal", "enum", "fractions", "functools", "gc", "graphlib", "heapq", "inspect"),
    *("io", "itertools", "json", "logging", "math", "numbers", "operator", "pathlib", "pprint", "queue", "re"),
    *("statistics", "string", "struct", "tempfile", "textwrap", "threading", "time", "timeit", "types", "unittest"),
    *("unicodedata", "uuid", "warnings", "weakref", "numpy.testing", "numpy.typing"),  # unicodedata: for names like Ω
)


class Learner(NamedTuple):
    """A learner's process, seen from the warm one.

    Attributes:
        pid: its number; 0 if it could not be started.
        child: the warm process's own child: the learner's process, or the keeper that started it.
        status: the pipe to which a keeper writes the exit status of the learner's process.
    """

    pid: int
    child: int
    status: int | None = None


def main(level: str, landlock_at_most: str = "") -> None:
    """Obeys the grader's orders until it closes the control socket."""
    control = socket.socket(fileno=CONTROL_FD)
    replies = Pipe(CONTROL_FD)
    try:
        confinement = Confinement(level, int(landlock_at_most) if landlock_at_most else None)
    except OSError as error:
        replies.send({"why": str(error)}, [])
        return
    _warm_up(everything=not confinement.reading)
    confinement.prepare()
    replies.send({"words": confinement.words}, [])
    learner: Learner | None = None
    while True:
        order, fds, _, _ = socket.recv_fds(control, 1, 1)
        if order == SPAWN:
            learner = _spawn(confinement, fds[0])
            os.close(fds[0])
            replies.send({"spawned": True}, [])
        elif order == END and learner is not None:
            replies.send(_end(learner), [])
            learner = None
        else:
            if learner is not None:
                _kill(learner.pid)
            return


def try_out(level: str) -> None:
    """Locks a child in and lets it end. Prints the level's description, or to stderr the reason why it fails."""
    confinement = Confinement(level)
    confinement.prepare()

    def leave() -> NoReturn:
        try:
            confinement.enter(os.getppid())
        except OSError as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)

    learner = _fork(confinement, leave)
    if _waited(learner)[0] == 0:
        print(confinement.words, flush=True)


def _warm_up(*, everything: bool) -> None:
    from . import stubs
    from .worker import LearnerSession  # noqa: F401  # each child needs it

    stubs.install()
    for module in (*WARM, *(WARM_ALL if everything else ())):
        importlib.import_module(module)
    # modules that are not loaded by now must stay out of reach of student code
    for name, module in sys.modules.items():
        if name.split(".")[0] in ("autograder", "gradwise") and hasattr(module, "__path__"):
            module.__path__ = []
    sys.modules["numpy"].random.seed(0)  # so code that draws from the global generator is reproducible, too
    gc.collect()
    gc.freeze()  # a collection in a child would write to, and so copy, every page that it shares with this process


def _spawn(confinement: Confinement, session_fd: int) -> Learner:
    parent = os.getpid()
    return _fork(confinement, lambda: _serve_learner(confinement, session_fd, parent))


def _fork(confinement: Confinement, run: Callable[[], NoReturn]) -> Learner:
    """Forks a learner's process. With namespaces it forks twice.

    A keeper makes the namespaces and waits, and its child is process 1 in them.
    """
    if not confinement.namespaces:
        child = os.fork()
        if child == 0:
            run()
        return Learner(child, child)
    read, write = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        try:
            new_namespaces()
        except OSError as error:
            print(error, file=sys.stderr, flush=True)
            os._exit(1)
        first = os.fork()
        if first == 0:
            run()
        os.dup2(write, 0)
        os.write(0, first.to_bytes(4, "big"))
        os.closerange(1, 256)  # the learner's end of the pipe must be the only one
        _, status = os.waitpid(first, 0)
        os.write(0, status.to_bytes(4, "big"))
        os._exit(0)
    os.close(write)
    return Learner(int.from_bytes(os.read(read, 4), "big"), keeper, read)


def _end(learner: Learner) -> dict[str, object]:
    """Kills a learner's process, with which the kernel kills the rest of its namespace, and waits for their end."""
    if learner.pid:
        _kill(learner.pid)
    status, usage = _waited(learner)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "memory": usage.ru_maxrss * 1024,
        "cpu": usage.ru_utime + usage.ru_stime,
        "left": _children_left(),
    }


def _waited(learner: Learner) -> tuple[int, resource.struct_rusage]:
    """Waits for a learner's process. Returns its exit status and its resource usage."""
    _, status, usage = os.wait4(learner.child, 0)
    if learner.status is not None:
        status = int.from_bytes(os.read(learner.status, 4), "big") or status
        os.close(learner.status)
    return status, usage


def _kill(first: int) -> None:
    for kill in (os.killpg, os.kill):  # it leads a group of its own, unless it has not called setsid yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(first, signal.SIGKILL)


def _children_left() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _serve_learner(confinement: Confinement, session_fd: int, parent: int) -> NoReturn:
    """Locks this child in, and then answers requests about the learner's code."""
    from .worker import LearnerSession

    pipe = Pipe(CONTROL_FD)
    try:
        os.setsid()  # a signal to its own process group must not reach the warm sandbox
        os.dup2(session_fd, CONTROL_FD)
        null = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.environ.clear()
        confinement.enter(parent)
        os.closerange(CONTROL_FD + 1, 256)
    except OSError as error:
        pipe.send({"why": str(error)}, [])
        os._exit(1)
    try:
        pipe.send({}, [])
        LearnerSession(pipe).serve()
    except Closed:
        os._exit(0)
    finally:
        os._exit(1)
