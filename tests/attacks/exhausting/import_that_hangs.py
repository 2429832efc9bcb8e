"""tries: a cell that never ends; what stands in others is graded
double: 4
"""

import time
time.sleep(1e6)
