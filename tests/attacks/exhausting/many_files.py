"""tries: more files than a disk has names for
double: 0, crashed
"""

def double(x):
    for number in range(100_000):
        open(f"/tmp/{number}", "w").close()
