"""tries: a generator in the place of values
pieces: 0, failed
"""

def pieces(x, rng):
    yield list(x)
    yield 0.0
