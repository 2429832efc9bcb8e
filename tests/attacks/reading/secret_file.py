"""tries: to read a file of the teacher's
"""

def read():
    return open("@SECRET@").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
