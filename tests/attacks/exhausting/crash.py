"""tries: to crash in C
double: 0, crashed
says: It ended the whole Python process.
"""

import ctypes
def double(x):
    ctypes.string_at(0)
