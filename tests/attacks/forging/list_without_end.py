"""tries: a list that goes on for ever when it is read
pieces: 0
"""

class Endless(list):
    def __iter__(self):
        while True:
            yield np.zeros(2)

def pieces(x, rng):
    return Endless([1]), rng.normal()
