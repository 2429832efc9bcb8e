"""tries: to hand the check's function what it does not take
twice: 0, crashed
"""

def twice(g, x):
    for poison in (None, "text", {}, object(), np.array([None]), [[1], [1, 2]], 10**400):
        try:
            g(poison)
        except Exception:
            pass
    return g("text")
