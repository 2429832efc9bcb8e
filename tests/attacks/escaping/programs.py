"""tries: to start a program
"""

import os, subprocess
for attempt in (
    lambda: subprocess.run(["/bin/sh", "-c", "true"]),
    lambda: os.system("true") and 1 / 0,
    lambda: os.posix_spawn("/proc/self/exe", ["python"], {}),
    lambda: os.execv("/proc/self/exe", ["python", "-c", "1"]),
    lambda: os.fork() and 1 / 0,
):
    try:
        attempt()
    except (OSError, ZeroDivisionError, ValueError):
        continue
