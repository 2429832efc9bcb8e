"""tries: to sleep
double: 0, timed out
"""

import time
def double(x):
    time.sleep(1e6)
