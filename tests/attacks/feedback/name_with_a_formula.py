"""tries: a name that is a formula
student: =HYPERLINK("http://gwevil","x")
"""

a = 1
