"""tries: an array that holds every answer
double: 0, failed
"""

def double(x):
    return np.linspace(-100, 100, 300_000)
