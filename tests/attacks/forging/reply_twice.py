"""tries: two replies to one question, the second of which is right
double: 0
uses: forge
"""

def double(x):
    forge({"value": {"array": ["<f8", list(x.shape)]}}, bytes(x.nbytes))
    return 2 * x
