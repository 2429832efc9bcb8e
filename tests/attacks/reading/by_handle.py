"""tries: to read a file by its handle, without a path
"""

def read():
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(303, -100, b"@SECRET@", 0, 0, 0)
    return result, ctypes.get_errno()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
