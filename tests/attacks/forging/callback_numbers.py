"""tries: to call functions by numbers that were never given
twice: 0, crashed
uses: forge
says: it sent back a call of a function it was not given.
"""

def twice(g, x):
    for number in (-1, 1, 10**30, True, "0", None, [0]):
        os.write(3, frame({"callback": number, "args": []}))
    return x
