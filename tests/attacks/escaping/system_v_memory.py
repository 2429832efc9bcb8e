"""tries: the older kind of shared memory, queues and semaphores
"""

import ctypes
libc = ctypes.CDLL(None, use_errno=True)
got = libc.shmget(4711, 4096, 0o1666), libc.msgget(4711, 0o1666), libc.semget(4711, 1, 0o1666)
assert got == (-1, -1, -1), got
