"""tries: to read a path that climbs
"""

def read():
    return open("../" * 40 + "@SECRET@").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
