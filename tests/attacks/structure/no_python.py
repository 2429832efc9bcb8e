"""tries: an answer that is not Python; what stands in other cells counts
alone: yes
score: 2
says: raised SyntaxError
"""

def double(x)
    return 2 * x
# %%
def total(x): return float(x.sum())
