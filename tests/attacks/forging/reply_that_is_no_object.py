"""tries: headers that are lists, numbers and nothing
double: 0, crashed
uses: forge
says: It sent back a header that is no object.
"""

def double(x):
    os.write(3, frame(b"[1, 2]"))
