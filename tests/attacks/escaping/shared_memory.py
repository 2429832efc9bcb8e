"""tries: memory that others could see
"""

from multiprocessing import shared_memory
try:
    shared_memory.SharedMemory("@MARK@", create=True, size=100)
except OSError:
    pass
import mmap
mmap.mmap(-1, 4096)
