"""tries: a NumPy that makes something else of every array that leaves
double: 0
twice: 0
pieces: 0
"""

np.asarray = np.array = lambda *args, **options: np.zeros((2, 3))
def double(x):
    return x
