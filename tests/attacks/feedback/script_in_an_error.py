"""tries: a script in the text of an error
double: 0
says: gwevil
"""

def double(x):
    raise ValueError("<script>gwevil()</script>")
# %%
raise ValueError("<script src=//gwevil.example></script><img src=x onerror=gwevil()>")
