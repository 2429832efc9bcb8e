"""tries: a helper that is defined after its use
alone: yes
score: 4
"""

def double(x):
    return helper(x)
# %%
def helper(x): return 2 * x
