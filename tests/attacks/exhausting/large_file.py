"""tries: one file as large as the disk
double: 0, crashed
"""

def double(x):
    with open("/tmp/large", "wb") as file:
        file.truncate(1 << 40)
        file.write(bytes(1 << 30))
