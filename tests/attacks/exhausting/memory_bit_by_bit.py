"""tries: all memory, bit by bit
double: 0, out of memory
"""

kept = []
def double(x):
    while True:
        kept.append(np.empty(1 << 24))
