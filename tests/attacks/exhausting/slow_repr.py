"""tries: objects that take for ever to describe themselves
double: 0, failed
total: 0, crashed
"""

import time
class Slow:
    def __repr__(self):
        time.sleep(1e6)
    __str__ = __format__ = __len__ = __repr__
class Problem(ValueError):
    __str__ = __repr__ = Slow.__repr__
def double(x):
    return Slow()
def total(x):
    raise Problem
