"""tries: to stop itself, rather than to end
double: at most 4
"""

import os, signal
def double(x):
    signal.raise_signal(signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    return 2 * x
