"""tries: a header a hundred thousand lists deep
double: 0, crashed
uses: forge
says: it sent back a header that is not JSON.
"""

def double(x):
    os.write(3, frame(b'{"id": 1, "value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"))
