"""tries: an error above very many lines, told again and again
double: 0, crashed
repeat: N = "\n" * 200000
"""

def double(x):
    raise ValueError
@N@
