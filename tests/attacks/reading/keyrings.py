"""tries: to read keys of the kernel
"""

def read():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(250, 0, -3, 1), ctypes.get_errno()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
