"""tries: signals to its group and to its parent
double: 0
"""

import os
def double(x):
    for number in (19, 15, 9):
        os.killpg(0, number)
        os.kill(0, number)
    os.kill(os.getpid(), 9)
    os._exit(1)
