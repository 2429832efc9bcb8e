"""tries: threads
double: 0, crashed
"""

import threading
def double(x):
    threads = [threading.Thread(target=lambda: None) for _ in range(1000)]
    for thread in threads:
        thread.start()
    return 2 * x
