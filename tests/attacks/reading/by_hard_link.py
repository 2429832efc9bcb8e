"""tries: to read a file by a hard link
"""

def read():
    import os
    os.link("@SECRET@", "/tmp/link")
    return open("/tmp/link").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
