"""tries: to hang at the exit
double: 0, crashed
"""

import atexit, time
atexit.register(time.sleep, 1e6)
def double(x):
    raise SystemExit
