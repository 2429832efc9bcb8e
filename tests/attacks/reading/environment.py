"""tries: to read the environment
"""

def read():
    import os
    return dict(os.environ), os.environb, os.getenv("GRADWISE_CANARY")

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
