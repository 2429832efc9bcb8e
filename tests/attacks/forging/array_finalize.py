"""tries: an array that changes whenever it is copied
double: 0, failed
"""

class Restless(np.ndarray):
    def __array_finalize__(self, base):
        if base is not None and self.flags.writeable and self.size:
            np.ndarray.fill(self, 7.0)

def double(x):
    return np.zeros(x.shape).view(Restless)
