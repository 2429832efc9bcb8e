"""tries: machine code of its own
double: 4
"""

import ctypes, mmap
try:
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x39\x00\x00\x00\x0f\x05\xc3")
    code = ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    assert code() < 0
except (OSError, PermissionError):
    pass
