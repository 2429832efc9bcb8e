"""tries: to look up a name, which somebody could read
"""

import socket
try:
    socket.getaddrinfo("secret.example.org", 80)
except OSError:
    pass
