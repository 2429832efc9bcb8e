"""tries: a name that is an order to the terminal
student: [31mred[0m
"""

a = 1
