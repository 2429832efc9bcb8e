"""Both sides: what the grader says to the warm process, and where."""

CONTROL_FD = 3
SPAWN, END = b"S", b"E"
