"""tries: arrays of times and of raw bytes
double: 0, failed
total: 0, failed
"""

def double(x):
    return np.zeros(x.shape, "M8[s]")

def total(x):
    return np.void(b"12345678")
