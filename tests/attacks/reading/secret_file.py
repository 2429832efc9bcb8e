"""tries: to read a file of the teacher's
"""

def read():
    return open("@SECRET@").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
