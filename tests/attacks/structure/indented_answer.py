"""tries: an answer that is indented as a whole
alone: yes
score: 4
"""

# %%
    def double(x):
        return 2 * x
