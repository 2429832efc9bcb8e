"""tries: to run for ever
double: 0, timed out
"""

def double(x):
    while True:
        pass
