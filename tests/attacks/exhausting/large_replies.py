"""tries: replies just as large as they may be, again and again
double: 0, failed
meter: 0, failed
pieces: 0, failed
"""

class Meter(Meter):
    def mean(self):
        return np.zeros(1 << 19)
def double(x):
    return np.zeros(1 << 19)
pieces = lambda x, rng: ([np.zeros(50)] * 9_000, 0.0)
