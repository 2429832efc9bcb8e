"""Both sides: the orders that the grader gives to the warm process, and the descriptor of their socket."""

CONTROL_FD = 3
SPAWN, END = b"S", b"E"
