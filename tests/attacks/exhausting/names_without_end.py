"""tries: a name for everything, ten thousand times
double: 4
"""

for number in range(10_000):
    exec(f"def f{number}(x): return {number}")
