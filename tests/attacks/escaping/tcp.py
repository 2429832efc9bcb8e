"""tries: to call a server on this machine
"""

import socket
try:
    socket.create_connection(("127.0.0.1", @PORT@), 1).send(b"hello")
except OSError:
    pass
