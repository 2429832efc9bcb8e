"""Far side: a warm process inside bubblewrap that forks once for each submission.

NumPy is imported once, here. Each child enters pid, mount and ipc namespaces of its own, gives up every
privilege and only then meets a learner's code; it sees neither this process nor any earlier child.

The control socket carries one byte in, with a socket for "spawn", and one frame out.
"""

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys

import numpy as np

from .. import standins
from ..protocol import Closed, Pipe
from ..worker import Session
from . import lockdown

CONTROL_FD = 3
SPAWN, END = b"S", b"E"
# What learners and we ourselves use, and NumPy loads when it is first asked for: 10 ms in every child, else.
WARM = ("numpy.ma", "numpy.random", "numpy.linalg", "numpy.polynomial", "numpy.fft", "dataclasses", "random", "typing")


def main() -> None:
    """Serves the grader until it goes away."""
    control = socket.socket(fileno=CONTROL_FD)
    replies = Pipe(CONTROL_FD)
    standins.install()
    for module in WARM:
        importlib.import_module(module)
    np.random.seed(0)  # whoever draws from the global generator is graded reproducibly, too
    gc.collect()
    gc.freeze()  # a collection in a child would write into every page that it shares with us
    replies.send({"ready": True, "python": sys.version.split()[0]}, [])
    child = 0
    while True:
        order, fds, _, _ = socket.recv_fds(control, 1, 1)
        if order == SPAWN:
            child, first = _spawn(fds[0])
            os.close(fds[0])
            replies.send({"spawned": True}, [])
        elif order == END:
            replies.send(_end(child, first), [])
        else:
            return


def _spawn(session_fd: int) -> tuple[int, int]:
    """Starts a keeper, which starts process 1 of new namespaces. Gives both their numbers."""
    read, write = os.pipe()
    keeper = os.fork()
    if keeper == 0:
        lockdown.new_namespaces()
        first = os.fork()
        if first == 0:
            _serve_learner(session_fd)
        os.write(write, first.to_bytes(4, "big"))
        os.close(session_fd)
        _, status = os.waitpid(first, 0)
        os._exit(min(abs(os.waitstatus_to_exitcode(status)), 255))
    os.close(write)
    first = int.from_bytes(os.read(read, 4), "big")
    os.close(read)
    return keeper, first


def _end(keeper: int, first: int) -> dict[str, object]:
    """Kills process 1 of the namespace, with which the kernel kills the rest, and waits for it all."""
    if first:
        with contextlib.suppress(ProcessLookupError):
            os.kill(first, signal.SIGKILL)
    _, status, usage = os.wait4(keeper, 0)
    left = _children_left()
    return {
        "status": os.waitstatus_to_exitcode(status),
        "memory": usage.ru_maxrss * 1024,
        "cpu": usage.ru_utime + usage.ru_stime,
        "left": left,
    }


def _children_left() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _serve_learner(session_fd: int) -> None:
    """Process 1 of the new namespaces: locks itself in, then serves. Never returns."""
    pipe = Pipe(CONTROL_FD)
    try:
        os.setsid()  # a signal to its own process group must not reach the warm sandbox
        os.dup2(session_fd, CONTROL_FD)
        os.closerange(CONTROL_FD + 1, 256)
        null = os.open("/dev/null", os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        os.close(null)
        os.environ.clear()
        lockdown.fresh_tmp()
        lockdown.limit_resources()
        lockdown.drop_privileges()
        lockdown.forbid_system_calls()
    except OSError as error:
        pipe.send({"ready": False, "why": str(error)}, [])
        os._exit(1)
    try:
        pipe.send({"ready": True}, [])
        Session(pipe).serve()
    except Closed:
        os._exit(0)
    finally:
        os._exit(1)
