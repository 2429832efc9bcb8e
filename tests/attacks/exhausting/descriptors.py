"""tries: every descriptor there is
double: 0, crashed
"""

kept = []
def double(x):
    while True:
        kept.append(open("/dev/null"))
