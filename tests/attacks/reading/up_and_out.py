"""tries: to read a path that climbs
"""

def read():
    return open("../" * 40 + "@SECRET@").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
