"""tries: styles and links that would change the page
double: 0, crashed
"""

def double(x):
    raise KeyError  # <style>*{display:none}/*gwevil*/</style><link rel=stylesheet href=//gwevil><base href=//gwevil>
