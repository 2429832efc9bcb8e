"""Far side: gives up, for good, every right that `policy` does not grant. Each function works or raises."""

import ctypes
import os
import resource
import signal
import sys

from ..policy import BUBBLEWRAP, LANDLOCK, LIMIT, NONE, SECCOMP
from . import landlock, linux, seccomp

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8


class Confinement:
    """The steps by which a level locks a process in. The warm process prepares them once; each child takes them.

    Attributes:
        level: the level's name.
        words: a description of the level, for people to read.
    """

    def __init__(self, level: str, landlock_at_most: int | None = None) -> None:
        self.level = level
        self.words = _WORDS[level]
        self._landlock = 0
        self._rules: int | None = None
        if level == LANDLOCK:
            self._landlock = min(landlock.version(), landlock_at_most or sys.maxsize)
            self.words = self.words.format(self._landlock)

    def prepare(self) -> None:
        """Makes the rules and the filter that all children share. All modules that they need must be loaded by now."""
        if self._landlock:
            self._rules = landlock.ruleset(self._landlock)
        self._filter()

    @property
    def reading(self) -> bool:
        """True if a child may open files."""
        return self.level != SECCOMP

    @property
    def namespaces(self) -> bool:
        """True if each child starts in namespaces of its own."""
        return self.level == BUBBLEWRAP

    def enter(self, parent: int) -> None:
        """Locks this process in.

        Args:
            parent: the pid of the process that forked this one. The kernel kills this process when the parent ends.

        Raises:
            OSError: a right could not be given up.
        """
        os.chdir("/")
        if self.namespaces:
            fresh_tmp()
        limit_resources()
        if self.level != NONE:
            drop_privileges()
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent and not self.namespaces:
            os._exit(1)  # the parent ended before this process asked to be killed with it
        if self.level == NONE:
            return
        if self._landlock:
            assert self._rules is not None
            landlock.restrict(self._rules)
        seccomp.install(self._filter())

    def _filter(self) -> bytes:
        return seccomp.filter_program(
            reading=self.reading,
            writing=self.namespaces,
            truncating=self.namespaces or self._landlock >= landlock.TRUNCATE_SINCE,
        )


_WORDS = {
    BUBBLEWRAP: "bubblewrap, with namespaces of its own and a filter of system calls",
    LANDLOCK: "Landlock (version {}) and a filter of system calls, without namespaces",
    SECCOMP: "a filter of system calls that opens no file, without namespaces",
    NONE: "no sandbox at all: it runs with your own rights",
}


def new_namespaces() -> None:
    """Makes new mount and ipc namespaces, and a new pid namespace for this process's children."""
    linux.must(linux.libc.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC), "unshare")


def fresh_tmp() -> None:
    """Puts an empty, small, private file system on /tmp and makes it the working directory."""
    options = f"size={LIMIT['scratch']},nr_inodes=1000,mode=700".encode()
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    linux.must(linux.libc.mount(b"tmpfs", b"/tmp", b"tmpfs", flags, options), "mount /tmp")
    os.chdir("/tmp")


def limit_resources() -> None:
    """Sets every limit of the policy that the kernel enforces for a process."""
    limits = {
        resource.RLIMIT_AS: LIMIT["memory"],
        resource.RLIMIT_CPU: LIMIT["cpu_time"],
        resource.RLIMIT_FSIZE: LIMIT["file_size"],
        resource.RLIMIT_NOFILE: LIMIT["open_files"],
        resource.RLIMIT_NPROC: LIMIT["processes"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, value in limits.items():
        _, hard = resource.getrlimit(kind)
        limit = value if hard == resource.RLIM_INFINITY else min(value, hard)  # a hard limit cannot be raised
        resource.setrlimit(kind, (limit, limit))


def drop_privileges() -> None:
    """Empties every capability set, also for programs that it might start, and forbids tracing and dumping it."""
    for capability in range(64):
        linux.libc.prctl(
            linux.PR_CAPBSET_DROP, capability, 0, 0, 0
        )  # it fails for an unknown capability, or without the right to drop
    linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    nothing = (ctypes.c_uint32 * 6)()
    linux.must(linux.libc.capset(header, nothing), "capset")
    linux.prctl(linux.PR_SET_DUMPABLE, 0)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
