"""tries: to read the environment of every process
"""

def read():
    import glob
    return [open(path, "rb").read()[-150:] for path in glob.glob("/proc/*/environ")] or open("/proc/self/environ").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
