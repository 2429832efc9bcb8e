"""tries: to read the kernel's files
"""

def read():
    return [open(path, "rb").read(60) for path in ("/proc/kcore", "/proc/kallsyms", "/dev/mem", "/dev/kmsg")]

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
