"""tries: a file that runs with the rights of its owner
"""

import os
open("/tmp/run", "wb").write(b"#!/bin/sh")
os.chmod("/tmp/run", 0o6777)
try:
    os.execv("/tmp/run", ["run"])
except OSError:
    pass
