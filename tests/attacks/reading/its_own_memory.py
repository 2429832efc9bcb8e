"""tries: to read its own memory by its file
"""

def read():
    data = open("/proc/self/mem", "rb")
    for line in open("/proc/self/maps"):
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        data.seek(first)
        piece = data.read(last - first)
        at = piece.find(b"marmal" + b"ade")
        if at >= 0:
            return piece[at : at + 40]

try:
    outcome = read()
except BaseException as error:
    outcome = error
raise ValueError(repr(outcome))
