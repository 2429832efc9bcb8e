"""tries: random bytes on the pipe
double: 0, crashed
uses: forge
"""

import random
def double(x):
    noise = random.Random(4)
    os.write(3, noise.randbytes(5000))
