"""tries: to change an array after it was handed back
double: 1.6, failed
"""

last = []
def double(x):
    for old in last:
        old[...] = 0
    last.append(2 * x if not last else np.zeros(x.shape))
    return last[-1]
