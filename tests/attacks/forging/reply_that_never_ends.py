"""tries: a reply that comes one byte at a time
double: 0, timed out
uses: forge
"""

import time
def double(x):
    os.write(3, struct.pack(">II", 1000, 0))
    while True:
        os.write(3, b" ")
        time.sleep(0.05)
