"""tries: an answer that was split in the middle
alone: yes
score: 4
"""

def double(x):
    y = 2 * x
# %%
    return y
