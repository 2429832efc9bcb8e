"""tries: a million warnings, each as long as a book
double: 4
"""

import warnings
def double(x):
    for number in range(20_000):
        warnings.warn(str(number) + "x" * 1000)
    return 2 * x
