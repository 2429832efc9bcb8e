"""tries: dictionaries that look like the protocol's own
double: 0, failed
pieces: 0, failed
"""

def double(x):
    return {"array": ["<f8", [2, 3]]}
def pieces(x, rng):
    return {"list": [{"array": ["<f8", [2]]}]}, {"number": "0x1p0"}
