"""tries: a profiler that raises in the middle of a reply
double: 0
"""

import sys
def watch(frame, event, arg):
    if frame.f_code.co_name == "send":
        raise KeyboardInterrupt
def double(x):
    sys.setprofile(watch)
    return 2 * x
