"""tries: scratch cells that begin with blanks
"""

a = 1
# %%
  y = 1
  print(y)
# %%

  1+1
