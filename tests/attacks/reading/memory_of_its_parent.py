"""tries: to read the memory of the process that started it
"""

def read():
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(100)
    return libc.ptrace(16, os.getppid(), 0, 0), open(f"/proc/{os.getppid()}/mem", "rb").read(100), buffer.raw

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
