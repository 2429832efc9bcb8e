"""tries: to do without the function it was given
twice: 0, failed
"""

def twice(g, x):
    return x
