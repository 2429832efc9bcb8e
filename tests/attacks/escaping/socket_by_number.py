"""tries: a socket by the number of the system call
"""

import ctypes
libc = ctypes.CDLL(None)
for number in (41, 198, 53, 359):
    got = libc.syscall(number, 2, 1, 0)
    assert number in (198, 359) or got == -1, (number, got)
