"""tries: to write the answer over the question
double: 3.2, failed
says: It writes into its first argument.
"""

def double(x):
    x *= 2
    return x
