"""tries: an array with fewer bytes than its shape
double: 0, crashed
uses: forge
says: it sent back fewer bytes than the shape says.
"""

def double(x):
    forge({"value": {"array": ["<f8", [2, 3]]}}, bytes(8))
