"""The sandbox in which student code runs. `policy` is the promise; `inside.lockdown` and `bubblewrap` keep it."""
