"""tries: to call itself without end
double: 0, crashed
says: calls itself without end
"""

def double(x):
    return double(x)
