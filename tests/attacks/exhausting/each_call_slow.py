"""tries: to take just less than is allowed, in every call
double: at most 3.2, timed out
"""

import time
def double(x):
    time.sleep(0.6)
    return 2 * x
