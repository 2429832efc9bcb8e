"""tries: an array of pointers
double: 0, crashed
uses: forge
says: it sent back an unlisted dtype.
"""

def double(x):
    forge({"value": {"array": ["|O", [6]]}}, bytes(48))
