"""tries: all memory at once
double: 0, out of memory
"""

def double(x):
    return np.ones(1 << 40)
