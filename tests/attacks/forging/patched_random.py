"""tries: a generator that always draws the same
pieces: 0, failed
"""

np.random.default_rng = lambda seed=None: type("Rng", (), {"normal": lambda self, *args: 0.25})()
def pieces(x, rng):
    return list(x), rng.normal()
