"""Far side: the system calls that a learner's process may make. Every other call fails, listed here or not.

A filter is a small program in classic BPF (linux/filter.h, linux/seccomp.h). The kernel runs it at every call, and a
process can never remove it.
"""

import ctypes
import functools
import os
import platform
import struct

from . import linux

# Each call with its number on x86_64 and on aarch64; "-" means that the processor does not have it.
# Memory, open descriptors, clocks, signals to itself, questions about itself.
COMMON = """
read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, lseek 8 62, close 3 57,
close_range 436 436, fstat 5 80, ftruncate 77 46, fallocate 285 47, fsync 74 82, fdatasync 75 83, fadvise64 221 223,
flock 73 32, dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59, poll 7 -, ppoll 271 73, select 23 -,
pselect6 270 72, brk 12 214, mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227,
membarrier 324 283, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115, nanosleep 35 101,
gettimeofday 96 169, time 201 -, times 100 153, getrusage 98 165, alarm 37 -, setitimer 38 103, getitimer 36 102,
getpid 39 172, getppid 110 173, gettid 186 178, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177,
getresuid 118 148, getresgid 120 150, getgroups 115 158, getpgrp 111 -, getpgid 121 155, getsid 124 156,
getpriority 140 141, sched_yield 24 124, sched_getaffinity 204 123, sched_get_priority_max 146 125,
sched_get_priority_min 147 126, getcpu 309 168, getrlimit 97 163, setrlimit 160 164, uname 63 160, sysinfo 99 179,
arch_prctl 158 -, wait4 61 260, waitid 247 95, umask 95 166, exit 60 93, exit_group 231 94, futex 202 98,
set_robust_list 273 99, set_tid_address 218 96, rseq 334 293, restart_syscall 219 128, rt_sigaction 13 134,
rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigsuspend 130 133, rt_sigtimedwait 128 137,
sigaltstack 131 132, pause 34 -, getrandom 318 278
"""
# Opening and asking about files by name.
READING = """
open 2 -, openat 257 56, stat 4 -, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -, faccessat 269 48,
faccessat2 439 439, readlink 89 -, readlinkat 267 78, getdents 78 -, getdents64 217 61, getcwd 79 17, chdir 80 49,
fchdir 81 50, statfs 137 43, fstatfs 138 44
"""
# Changing files by name. Landlock does not govern all of these, so they are allowed on a private file system only.
WRITING = """
creat 85 -, truncate 76 45, mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, rename 82 -,
renameat 264 38, renameat2 316 276, link 86 -, linkat 265 37, symlink 88 -, symlinkat 266 36, chmod 90 -,
fchmod 91 52, fchmodat 268 53, utime 132 -, utimes 235 -, futimesat 261 -, utimensat 280 88, sendfile 40 71,
copy_file_range 326 285
"""
# Refused with EPERM. A call in no list gets ENOSYS, "not implemented", so that the C library tries another.
NOT_PERMITTED = """
fork 57 -, vfork 58 -, clone 56 220, execve 59 221, execveat 322 281, unshare 272 97, setns 308 268, mount 165 40,
umount2 166 39, pivot_root 155 41, chroot 161 51, open_tree 428 428, move_mount 429 429, fsopen 430 430,
fsmount 432 432, mount_setattr 442 442, ptrace 101 117, process_vm_readv 310 270, process_vm_writev 311 271,
pidfd_getfd 438 438, kcmp 312 272, socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, sendto 44 206,
sendmsg 46 211, recvmsg 47 212, memfd_create 319 279, memfd_secret 447 447, shmget 29 194, shmat 30 196,
msgget 68 186, semget 64 190, mq_open 240 180, add_key 248 217, request_key 249 218, keyctl 250 219, bpf 321 280,
perf_event_open 298 241, userfaultfd 323 282, io_uring_setup 425 425, io_uring_enter 426 426,
io_uring_register 427 427, open_by_handle_at 304 265, name_to_handle_at 303 264, personality 135 92,
fanotify_init 300 262, inotify_init 253 -, inotify_init1 294 26, quotactl 179 60, init_module 175 105,
finit_module 313 273, kexec_load 246 104, pidfd_open 434 434, pidfd_send_signal 424 424, rt_sigqueueinfo 129 138,
rt_tgsigqueueinfo 297 240, sched_setaffinity 203 122, sched_setscheduler 144 119, sched_setparam 142 118,
sched_setattr 314 274, setpriority 141 140, ioprio_set 251 30, process_madvise 440 440, move_pages 279 239,
migrate_pages 256 238, chown 92 -, fchown 93 55, lchown 94 -, fchownat 260 54, setxattr 188 5, lsetxattr 189 6,
fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16, mknod 133 -, mknodat 259 33,
setuid 105 146, setgid 106 144
"""
# Allowed if an argument has a listed value: the call, the argument's index, and the values ("self": the own pid).
CHECKED: dict[str, tuple[int, tuple[int | str, ...]]] = {
    "kill 62 129": (0, ("self",)),
    "tkill 200 130": (0, ("self",)),
    "tgkill 234 131": (0, ("self",)),
    "prlimit64 302 261": (0, (0, "self")),  # without this it could set limits of other processes
    # PR_SET_NAME, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS, PR_SET_VMA; not PR_SET_PDEATHSIG
    "prctl 157 167": (0, (15, 23, 39, 0x53564D41)),
    # TCGETS, TIOCGWINSZ, FIONREAD, FIONCLEX, FIOCLEX; not TIOCSTI, FIOSETOWN
    "ioctl 16 29": (1, (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)),
    # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC; not F_SETOWN, which sends signals
    "fcntl 72 25": (1, (0, 1, 2, 3, 4, 1030)),
}
O_TRUNC = 0o1000
_OPEN = {"open 2 -": 1, "openat 257 56": 2}  # the index of the argument that holds the flags

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column in the tables above, AUDIT_ARCH_*
_LOAD, _JUMP_EQUAL, _JUMP_NOT_LESS, _JUMP_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_X32 = 0x40000000  # the numbers of the x32 calls, x86_64 under another name, start here


def supported() -> bool:
    """Tells whether the tables above cover this kind of processor."""
    return platform.machine() in _MACHINES


def numbers(table: str, machine: str) -> list[int]:
    """Returns the numbers of a table's calls on a kind of machine."""
    column, _ = _MACHINES[machine]
    cells = [entry.split()[1 + column] for entry in table.split(",")]
    return [int(cell) for cell in cells if cell != "-"]


def filter_program(*, reading: bool, writing: bool, truncating: bool = True) -> bytes:
    """Returns the filter, eight bytes for each instruction.

    Args:
        reading: True if files may be opened by name.
        writing: True if files may be changed by name.
        truncating: True if a file may be truncated when it is opened, which old versions of Landlock do not prevent.
    """
    machine = platform.machine()
    program = [
        _step(_LOAD, 4),  # the architecture of the call
        _step(_JUMP_EQUAL, _MACHINES[machine][1], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),  # its number
        _step(_JUMP_NOT_LESS, _X32, 0, 1),
        _step(_RETURN, _EPERM),
    ]
    for call, (argument, values) in CHECKED.items():
        known = [os.getpid() if value == "self" else int(value) for value in values]
        program += _checked(numbers(call, machine), argument, known)
    if not truncating:
        for call, argument in _OPEN.items():
            program += _without(numbers(call, machine), argument, O_TRUNC)
    return b"".join(program) + _by_table(machine, reading, writing)


@functools.cache  # the warm process makes it once, and its children inherit it
def _by_table(machine: str, reading: bool, writing: bool) -> bytes:
    program = []
    for table, allowed in ((COMMON, True), (READING, reading), (WRITING, writing), (NOT_PERMITTED, False)):
        answer = _step(_RETURN, _ALLOW if allowed else _EPERM)
        for number in numbers(table, machine):
            program += [_step(_JUMP_EQUAL, number, 0, 1), answer]
    return b"".join([*program, _step(_RETURN, _ENOSYS)])


def install(program: bytes) -> None:
    """Applies a filter to this process, for good. PR_SET_NO_NEW_PRIVS must have been set before."""

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    buffer = ctypes.create_string_buffer(program, len(program))
    filled = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    linux.prctl(linux.PR_SET_SECCOMP, 2, ctypes.byref(filled))


def _step(code: int, k: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, k)


def _argument(index: int) -> bytes:
    """Loads the lower 32 bits of an argument: the kernel uses no more of these arguments."""
    return _step(_LOAD, 16 + 8 * index)


def _checked(calls: list[int], argument: int, values: list[int]) -> list[bytes]:
    """Returns steps that allow these calls if an argument has one of the values, and else forbid them."""
    block = [_argument(argument)]
    for value in values:
        block += [_step(_JUMP_EQUAL, value, 0, 1), _step(_RETURN, _ALLOW)]
    block.append(_step(_RETURN, _EPERM))
    return [step for number in calls for step in (_step(_JUMP_EQUAL, number, 0, len(block)), *block)]


def _without(calls: list[int], argument: int, bits: int) -> list[bytes]:
    """Returns steps that forbid these calls if an argument has one of the bits."""
    block = [_argument(argument), _step(_JUMP_ANY_BIT, bits, 0, 1), _step(_RETURN, _EPERM), _step(_LOAD, 0)]
    return [step for number in calls for step in (_step(_JUMP_EQUAL, number, 0, len(block)), *block)]
