"""tries: to carry a hidden input from one exercise into the text of another's error
double: 4
total: 0, crashed
"""

kept = []
def double(x):
    kept.append(x.tolist())
    return 2 * x
def total(x):
    raise ValueError(str(kept))
