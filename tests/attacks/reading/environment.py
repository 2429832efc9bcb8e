"""tries: to read the environment
"""

def read():
    import os
    return dict(os.environ), os.environb, os.getenv("GRADWISE_CANARY")

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
