"""tries: characters that turn the direction of what follows
double: 0, crashed
"""

def double(x):
    raise KeyError  # ‮ lived si eno siht ⁦ gwevil ​   next
