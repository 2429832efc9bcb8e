"""tries: a matrix, which multiplies otherwise than an array
double: 0, failed
"""

def double(x):
    return np.asmatrix(np.atleast_2d(x)) * 0
