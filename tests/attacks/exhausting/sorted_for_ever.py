"""tries: a matrix product that takes a day
double: 0, timed out
"""

def double(x):
    a = np.ones((3000, 3000))
    for _ in range(100_000):
        a = a @ a
    return a
