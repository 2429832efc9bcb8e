"""tries: a socket that is no file
"""

import socket
try:
    socket.socket(socket.AF_UNIX).connect("@ABSTRACT@")
except OSError:
    pass
