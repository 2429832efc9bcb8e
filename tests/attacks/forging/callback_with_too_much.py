"""tries: to call the check's function with far too many arguments
twice: 0
"""

def twice(g, x):
    return g(*[x] * 20_000)
