"""tries: the rights of root, of others, and new capabilities
"""

import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for attempt in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0])):
    try:
        attempt()
    except OSError:
        continue
    assert os.getuid() != 0
header = (ctypes.c_uint32 * 2)(0x20080522, 0)
everything = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
assert libc.capset(header, everything) == -1
