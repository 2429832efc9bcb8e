"""tries: one number that is spread over all places
double: 0, failed
says: The shape is ()
"""

def double(x):
    return float(x.mean())
