"""Far side: Linux calls that Python does not wrap. Each works or raises, so that no sandbox starts incomplete."""

import ctypes
import os
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4

libc = ctypes.CDLL(None, use_errno=True)


def must(result: int, what: str) -> int:
    """Returns the result of a C call.

    Raises:
        OSError: the result is negative, so the call has failed.
    """
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def prctl(option: int, *args: Any) -> None:
    """Changes an attribute of this process."""
    must(libc.prctl(option, *(*args, 0, 0, 0, 0)[:4]), f"prctl {option}")


def syscall(number: int, *args: Any) -> int:
    """Makes a system call by its number, because the C library has no function for it."""
    return must(libc.syscall(ctypes.c_long(number), *args), f"system call {number}")
