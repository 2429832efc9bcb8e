"""tries: a name that closes an attribute
student: " onmouseover=gwevil() x='
"""

a = 1
