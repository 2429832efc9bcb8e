"""tries: new namespaces, and those of others
"""

import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
flags = (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x04000000, 0x08000000, 0x02000000, 0x00000080)
assert all(libc.unshare(flag) == -1 for flag in flags)
for name in ("mnt", "net", "pid", "user"):
    try:
        assert libc.setns(os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0) == -1
    except OSError:
        pass
