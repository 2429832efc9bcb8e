"""tries: to read the root of another process
"""

def read():
    return open("/proc/1/root@SECRET@").read(), open("/proc/self/root@SECRET@").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
