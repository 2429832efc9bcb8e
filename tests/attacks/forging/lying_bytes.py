"""tries: an array that hands out other bytes than its own, more than its shape says
double: 0
"""

class Liar(np.ndarray):
    def tobytes(self, order="C"):
        return b"\xff" * 1000
    def astype(self, *args, **options):
        return self

def double(x):
    return np.zeros(x.shape).view(Liar)
