"""tries: to read the open files of other processes
"""

def read():
    import glob, os
    return [open(path, "rb").read(60) for path in glob.glob("/proc/[0-9]*/fd/*") if not path.endswith("/3")]

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
