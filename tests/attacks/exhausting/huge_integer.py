"""tries: an integer of a million digits
total: 0, failed
"""

def total(x):
    return 10 ** 100_000
def double(x):
    return 2 * x
