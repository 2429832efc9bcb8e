"""tries: headers that are lists, numbers and nothing
double: 0, crashed
uses: forge
says: it sent back a header that is not an object.
"""

def double(x):
    os.write(3, frame(b"[1, 2]"))
