"""tries: a socket that is not a file
"""

import socket
try:
    socket.socket(socket.AF_UNIX).connect("@ABSTRACT@")
except OSError:
    pass
