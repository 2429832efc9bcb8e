"""tries: to close the pipe and go on
double: 0
"""

import os
def double(x):
    os.close(3)
    return 2 * x
