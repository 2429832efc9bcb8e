"""tries: the socket over which the sandbox is ordered about
"""

import os
for number in range(4, 256):
    try:
        os.write(number, b"S")
    except OSError:
        continue
    raise ValueError(f"descriptor {number} is open")
