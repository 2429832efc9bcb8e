"""tries: a frame larger than any
double: 0, crashed
uses: forge
says: it sent back a frame that is too large.
"""

def double(x):
    os.write(3, struct.pack(">II", 0xFFFFFFFF, 0xFFFFFFFF))
