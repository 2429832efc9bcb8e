"""tries: to read memory that was given back and not wiped
"""

def read():
    import ctypes
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    for size in (64, 256, 1024, 4096, 65536):
        for _ in range(200):
            at = libc.malloc(size)
            piece = ctypes.string_at(at, size)
            if b"marmal" + b"ade" in piece:
                return piece[:60]

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
