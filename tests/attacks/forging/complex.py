"""tries: complex numbers with the right real part
double: 0, failed
says: an array of dtype complex128
"""

def double(x):
    return 2 * x + 1j
