"""tries: to call itself until the stack is gone
double: 0, crashed
"""

import sys
sys.setrecursionlimit(10**9)
def double(x):
    return np.vectorize(double)(x)
