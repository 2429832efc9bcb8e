"""tries: to sleep in each cell and in each call, for less than each limit, with the real limits
double: 0, timed out
limits: real
"""

import time
time.sleep(4)
def double(x):
    time.sleep(5)
    return 2 * x

# %%
import time
time.sleep(3)
