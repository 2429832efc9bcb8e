"""tries: values of another type than was asked for
double: 0, crashed
uses: forge
says: It sent back something that is no array.
"""

def double(x):
    forge({"value": {"handle": 0}})
