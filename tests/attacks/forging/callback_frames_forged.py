"""tries: arguments for a check's function that are not values
twice: 0, crashed
uses: forge
"""

def twice(g, x):
    os.write(3, frame({"callback": 0, "args": [{"array": ["|O8", [2]]}]}, bytes(16)))
    return x
