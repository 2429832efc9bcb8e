"""tries: to hand a descriptor over the pipe to the grader
double: 4
"""

import array, ctypes, os, socket
pipe = socket.socket(fileno=os.dup(3))
try:
    pipe.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1, 2]))])
finally:
    pipe.detach()
