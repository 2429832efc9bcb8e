"""tries: a function that was given and is called more often than it counts
twice: 0, failed
says: once for each g
"""

def twice(g, x):
    g(x), g(x)
    return g(g(x))
