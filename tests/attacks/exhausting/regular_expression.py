"""tries: a regular expression that backtracks for ever
double: 0, timed out
"""

import re
def double(x):
    re.match("(a+)+$", "a" * 60 + "b")
