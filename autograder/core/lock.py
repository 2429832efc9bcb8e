"""One command at a time writes into a course: a lock that the kernel releases when its owner ends, however it ends."""

import errno
import fcntl
import getpass
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from .files import private_mode
from .outcomes import CourseBusy

NAME = "lock"  # in the build folder
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)

_held: set[Path] = set()  # by this process


@contextmanager
def alone(build: Path, command: str, say: Callable[[str], None], *, wait: bool = True) -> Iterator[None]:
    """Holds the lock of a course, and first waits for the command that holds it. A command may take it twice.

    Args:
        build: the course's build folder.
        command: what the owner does, for whoever waits.
        say: is called with a sentence that says who is at work, before it waits.
        wait: whether to wait.

    Raises:
        CourseBusy: another command is at work, and `wait` is False.
        OSError: the folder cannot be written.
    """
    path = build.resolve() / NAME
    if path in _held:
        yield
        return
    file, process = _opened(path), os.getpid()
    try:
        if not _taken(file, say, path, wait=wait):
            say(f"{build} lies on a file system without locks: see to it that nobody else grades this course now.")
        _held.add(path)
        _sign(file, command)
        yield
    finally:
        _held.discard(path)
        if os.getpid() == process:  # a warm sandbox that began meanwhile has the file open, too, and stays
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_UN)
        os.close(file)


def take(file: int, *, wait: bool) -> bool:
    """Takes an exclusive lock on an open file. Returns False if it is not free, unless it shall wait."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _taken(file: int, say: Callable[[str], None], path: Path, *, wait: bool) -> bool:
    """Takes the course's lock. Returns False if the file system has no locks."""
    try:
        if not take(file, wait=False):
            sentence = _owner(path)
            if not wait:
                raise CourseBusy(f"{sentence}. Run the same again when that has ended.")
            say(f"{sentence}. Waiting until that has ended; Ctrl-C ends the waiting.")
            take(file, wait=True)
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        if not os.access(path.parent, os.W_OK):
            raise
        return os.open(path, os.O_RDONLY)  # another's file: its lock can be taken all the same
    with suppress(OSError):
        os.chmod(file, os.fstat(file).st_mode & 0o777 | private_mode(path.parent))
    return file


def _sign(file: int, command: str) -> None:
    """Writes who holds the lock into its file, for whoever waits."""
    now = datetime.now().astimezone().strftime("%H:%M")
    about = {"user": _user(), "pid": os.getpid(), "host": socket.gethostname(), "since": now, "command": command}
    with suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(about).encode(), 0)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without an entry in the list of users
        return f"user {os.getuid()}"


def _owner(path: Path) -> str:
    """Says who holds the lock, since when, and by which command."""
    try:
        about = json.loads(path.read_text("utf-8"))
        where = f"process {about['pid']} on {about['host']}"
        return f"{about['user']} has been at work on this course since {about['since']} (`{about['command']}`, {where})"
    except (OSError, ValueError, KeyError, TypeError):
        return "Another command is at work on this course"
