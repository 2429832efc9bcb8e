"""tries: a computation in C that no signal stops
double: 0, timed out
"""

def double(x):
    return 7 ** (7 ** (7 ** 7))
