"""tries: errors with halves of characters
double: 0, crashed
"""

def double(x):
    raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "\ud800")
# %%
raise ValueError("\ud800 \udfff \x00")
