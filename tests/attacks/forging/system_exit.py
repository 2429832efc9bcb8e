"""tries: to leave politely
double: 0, crashed
says: raised SystemExit
"""

def double(x):
    raise SystemExit(0)
