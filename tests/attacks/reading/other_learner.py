"""tries: to read the notebook of another learner
"""

def read():
    return open("@OTHER@").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
