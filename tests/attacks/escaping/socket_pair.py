"""tries: a pair of sockets, to hand over descriptors
"""

import socket
try:
    socket.socketpair()
except OSError:
    pass
else:
    raise ValueError("a pair of sockets")
