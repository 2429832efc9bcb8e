"""tries: to mount, to move and to unmount
"""

import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for attempt in (
    lambda: libc.mount(b"none", b"/nowhere", b"tmpfs", 0, 0),
    lambda: libc.umount2(b"/nowhere", 2),
    lambda: libc.chroot(b"/nowhere"),
    lambda: libc.syscall(428, -100, b"/nowhere", 1),
    lambda: libc.syscall(430, b"nothing", 0),
):
    assert attempt() == -1 and ctypes.get_errno() == 1, ctypes.get_errno()
