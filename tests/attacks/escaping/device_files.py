"""tries: device files of its own and of others
"""

import os, stat
for path in ("/tmp/null", "/dev/new"):
    for kind in (stat.S_IFCHR, stat.S_IFBLK):
        try:
            os.mknod(path, kind | 0o666, os.makedev(8, 0))
        except OSError:
            continue
        open(path, "rb").read(10)
        raise ValueError("a device")
for path in ("/dev/sda", "/dev/mem", "/dev/tty", "/dev/ptmx", "/dev/fuse", "/dev/kvm"):
    assert not os.path.exists(path), path
