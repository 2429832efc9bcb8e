"""tries: an error whose text never comes; the cell is given up, the others count
double: 4
"""

import time
class Problem(ValueError):
    def __str__(self):
        time.sleep(1e6)
def double(x):
    return 2 * x
raise Problem
