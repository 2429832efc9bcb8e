"""tries: a lock that is never released
double: 0, timed out
"""

import threading
def double(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
