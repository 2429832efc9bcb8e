"""tries: to read the kernel's files
"""

def read():
    return [open(path, "rb").read(60) for path in ("/proc/kcore", "/proc/kallsyms", "/dev/mem", "/dev/kmsg")]

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
