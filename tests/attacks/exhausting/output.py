"""tries: to print for ever
double: 0, timed out
"""

def double(x):
    while True:
        print("x" * 1_000_000)
