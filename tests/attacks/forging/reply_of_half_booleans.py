"""tries: booleans that are neither true nor false
double: 0, crashed
uses: forge
says: it sent back bytes that are not booleans.
"""

def double(x):
    forge({"value": {"array": ["|b1", [2, 3]]}}, bytes(range(6)))
