"""tries: to spell out a hidden input as the description of a value
double: 0, failed
uses: forge
"""

def double(x):
    forge({"mismatch": "an array of shape (" + str(x.flat[0]) + ")"})
