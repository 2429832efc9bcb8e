"""Where student code runs: `policy` is the promise, `lockdown` and `bubblewrap` keep it."""
