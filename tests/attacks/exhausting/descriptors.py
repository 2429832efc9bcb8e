"""tries: every descriptor there is
double: 0, crashed
says: raised OSError
"""

kept = []
def double(x):
    while True:
        kept.append(open("/dev/null"))
