"""tries: values of another type than was asked for
double: 0, crashed
uses: forge
says: it sent back something that is not an array.
"""

def double(x):
    forge({"value": {"handle": 0}})
