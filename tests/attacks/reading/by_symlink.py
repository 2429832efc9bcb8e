"""tries: to read a file by a symbolic link in its own folder
"""

def read():
    import os
    os.symlink("@SECRET@", "/tmp/link")
    return open("/tmp/link").read()

try:
    found = read()
except BaseException as error:
    found = error
raise ValueError(repr(found))
