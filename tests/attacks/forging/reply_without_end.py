"""tries: callbacks for ever, as fast as they go
twice: 0
uses: forge
"""

def twice(g, x):
    while True:
        g(x)
