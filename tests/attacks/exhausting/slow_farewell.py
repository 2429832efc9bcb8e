"""tries: objects that hang when they are thrown away
double: 0, timed out
"""

import time
class Clinging:
    def __del__(self):
        time.sleep(1e6)
def double(x):
    Clinging()
    return 2 * x
