"""tries: to be wrong by just the hidden input
double: 0, failed
"""

def double(x):
    return 2 * x + x.flat[0]
