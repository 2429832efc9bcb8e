"""tries: an array with named fields
double: 0, failed
"""

def double(x):
    return np.zeros(x.shape, dtype=[("a", "f8"), ("b", "f8")])
