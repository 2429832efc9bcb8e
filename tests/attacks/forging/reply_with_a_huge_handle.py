"""tries: an object by a number that nobody gave out
meter: 0
uses: forge
"""

import builtins
class Meter(Meter):
    def __init__(self):
        digits = b"9" * 4299
        os.write(3, frame(b'{"id": %d, "value": {"handle": %s}}' % (asked()["id"], digits)))
        os._exit(0)
