"""tries: to read keys of the kernel
"""

def read():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(250, 0, -3, 1), ctypes.get_errno()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
