"""Far side: a process gives up, for good, what `policy` does not grant.

Linux calls that Python does not wrap are made through `ctypes`. Everything here either works or raises:
a sandbox with a hole does not start.
"""

import ctypes
import os
import platform
import resource
import struct
from typing import Any

from .policy import LIMIT

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
SIGKILL = 9


def _must(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def new_namespaces() -> None:
    """The next child starts pid, mount and ipc namespaces of its own."""
    _must(_libc.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC), "unshare")


def fresh_tmp() -> None:
    """Puts an empty, small, private file system on /tmp and makes it the working directory."""
    options = f"size={LIMIT['scratch']},nr_inodes=1000,mode=700".encode()
    _must(_libc.mount(b"tmpfs", b"/tmp", b"tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options), "mount /tmp")
    os.chdir("/tmp")


def limit_resources() -> None:
    """Sets every limit of the policy that the kernel keeps for a process."""
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
        resource.setrlimit(kind, (value, value))


def drop_privileges() -> None:
    """Empties every capability set and dies with its parent; nothing can trace or dump this process."""
    for capability in range(64):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # numbers past the kernel's last one fail
    _must(_libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl ambient")
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    nothing = (ctypes.c_uint32 * 6)()
    _must(_libc.capset(header, nothing), "capset")
    _must(_libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl dumpable")
    _must(_libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "prctl pdeathsig")


# --- system calls -----------------------------------------------------------------------------------

# What NumPy code has no use for, by number on x86_64 and on aarch64 (None: the call is not there).
FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "clone3": (435, 435),
    "execve": (59, 221),
    "execveat": (322, 281),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "personality": (135, 92),
    "fanotify_init": (300, 262),
    "quotactl": (179, 60),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
}

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, AUDIT_ARCH_*
_LOAD, _JUMP_EQUAL, _JUMP_NOT_LESS, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_X32 = 0x40000000  # x86_64 calls under another name start here


def supported() -> bool:
    """Whether the table above covers this kind of processor."""
    return platform.machine() in _MACHINES


def filter_program() -> bytes:
    """The seccomp filter: classic BPF, eight bytes an instruction (linux/filter.h)."""
    column, architecture = _MACHINES[platform.machine()]

    def step(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, k)

    program = [
        step(_LOAD, 4),  # the architecture of the call
        step(_JUMP_EQUAL, architecture, 1, 0),
        step(_RETURN, _KILL),
        step(_LOAD, 0),  # its number
        step(_JUMP_NOT_LESS, _X32, 0, 1),
        step(_RETURN, _EPERM),
    ]
    for name, numbers in FORBIDDEN.items():
        if (number := numbers[column]) is not None:
            answer = _ENOSYS if name == "clone3" else _EPERM  # the C library falls back to clone
            program += [step(_JUMP_EQUAL, number, 0, 1), step(_RETURN, answer)]
    program.append(step(_RETURN, _ALLOW))
    return b"".join(program)


def forbid_system_calls() -> None:
    """Installs the filter on this process, for good."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    code = filter_program()
    buffer = ctypes.create_string_buffer(code, len(code))
    program: Any = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _must(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl no_new_privs")
    _must(_libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0), "seccomp")
