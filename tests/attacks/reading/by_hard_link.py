"""tries: to read a file by a hard link
"""

def read():
    import os
    os.link("@SECRET@", "/tmp/link")
    return open("/tmp/link").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
