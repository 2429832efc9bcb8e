"""tries: an empty array that nobody can make
double: 0, crashed
uses: forge
says: it sent back a shape with an impossible length.
"""

def double(x):
    forge({"value": {"array": ["<f8", [0, 4194304, 4194304, 4194304, 4194304, 4194304]]}})
