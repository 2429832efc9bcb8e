"""tries: system calls that a filter could have forgotten
"""

import ctypes
libc = ctypes.CDLL(None, use_errno=True)
numbers = {"io_uring_setup": 425, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "keyctl": 250, "add_key": 248,
           "kcmp": 312, "pidfd_getfd": 438, "memfd_create": 319, "memfd_secret": 447, "clone3": 435, "personality": 135}
got = {name for name, number in numbers.items() if libc.syscall(number, 1, 0, 0, 0, 0) != -1}
assert not got, got
