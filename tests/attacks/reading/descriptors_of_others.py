"""tries: to read the open files of other processes
"""

def read():
    import glob, os
    return [open(path, "rb").read(60) for path in glob.glob("/proc/[0-9]*/fd/*") if not path.endswith("/3")]

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
