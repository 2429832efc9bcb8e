"""tries: to leave a file wherever it can
"""

import os
for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", "/grader", "/usr/lib", "/proc", "/etc", os.path.expanduser("~")):
    try:
        open(os.path.join(folder, "@MARK@"), "w").write("x")
    except OSError:
        pass
