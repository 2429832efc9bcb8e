"""tries: signals to everyone
double: at most 4
"""

import os
for pid in (-1, @PID@, os.getppid(), 2, 3):
    if pid:
        try:
            os.kill(pid, 0)
        except OSError:
            continue
        raise ValueError(f"{pid} could have been killed")
def double(x):
    os.kill(os.getpid(), 9)
    os.kill(os.getppid(), 9)
    return 2 * x
