"""tries: to read the environment out of the C library
"""

def read():
    import ctypes
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    return [environ[i] for i in range(40) if environ[i]]

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
