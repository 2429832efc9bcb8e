"""tries: to read a file by a symbolic link in its own folder
"""

def read():
    import os
    os.symlink("@SECRET@", "/tmp/link")
    return open("/tmp/link").read()

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
