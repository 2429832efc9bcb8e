"""tries: to write a file of the teacher's, by any path
"""

import os
for path in ("@SECRET@", "../" * 30 + "@SECRET@", "/proc/1/root@SECRET@", "/proc/self/cwd/../@SECRET@"):
    for attempt in (lambda: open(path, "a").write("x"), lambda: os.utime(path), lambda: os.remove(path), lambda: os.chmod(path, 0)):
        try:
            attempt()
        except OSError:
            pass
