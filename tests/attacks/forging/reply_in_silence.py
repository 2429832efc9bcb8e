"""tries: to read the questions away and say nothing
double: 0, timed out
uses: forge
"""

def double(x):
    while True:
        os.read(3, 4096)
