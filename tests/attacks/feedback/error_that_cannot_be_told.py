"""tries: an error whose own text fails
double: 4
"""

class Problem(Exception):
    def __str__(self):
        raise ValueError("gwevil")
raise Problem
