"""tries: to run for ever, with the limits that learners have
double: 0, timed out
limits: real
says: Is there a loop that does not end?
"""

def double(x):
    while True:
        pass
