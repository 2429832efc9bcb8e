"""tries: to trace, and to read and write the memory of others
"""

import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for pid in (0, 1, 2, os.getppid(), @PID@):
    assert libc.ptrace(16, pid, 0, 0) == -1
    assert libc.syscall(310, pid, 0, 0, 0, 0, 0) == -1
    assert libc.syscall(311, pid, 0, 0, 0, 0, 0) == -1
