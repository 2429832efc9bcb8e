"""tries: to look like a teacher who presses Ctrl-C
double: 0, crashed
says: raised KeyboardInterrupt
"""

def double(x):
    raise KeyboardInterrupt
