"""tries: to read the notebook of another learner
"""

def read():
    return open("@OTHER@").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
