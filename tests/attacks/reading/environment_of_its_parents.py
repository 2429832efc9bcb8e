"""tries: to read the environment of every process
"""

def read():
    import glob
    return [open(path, "rb").read()[-150:] for path in glob.glob("/proc/*/environ")] or open("/proc/self/environ").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
