"""tries: to seem dead while it lives on, so that it is run once more
double: 0, crashed
says: It ended the whole Python process.
"""

import os, time
def double(x):
    os.close(3)
    time.sleep(1e6)
