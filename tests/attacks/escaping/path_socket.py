"""tries: a socket that is a file
"""

import socket
try:
    socket.socket(socket.AF_UNIX).connect("@SOCKET@")
except OSError:
    pass
