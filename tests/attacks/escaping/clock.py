"""tries: to set the clock, and the name of the machine
"""

import ctypes, os, time
libc = ctypes.CDLL(None, use_errno=True)
try:
    time.clock_settime(time.CLOCK_REALTIME, time.time())
except OSError:
    pass
else:
    raise ValueError("the clock was set")
name = os.uname().nodename.encode()
assert libc.sethostname(name, len(name)) == -1
