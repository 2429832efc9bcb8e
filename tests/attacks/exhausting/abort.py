"""tries: to abort
double: 0, crashed
"""

import os
def double(x):
    os.abort()
