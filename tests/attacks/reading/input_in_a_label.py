"""tries: to return a hidden input as a text
label: 0, failed
"""

def label(x):
    return str(x.tolist())
