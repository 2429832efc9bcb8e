"""tries: a script in the line that failed
double: 0, crashed
says: gwevil
"""

def double(x):
    raise ValueError  # </code></pre><script>gwevil()</script><img src=x onerror="gwevil()">
