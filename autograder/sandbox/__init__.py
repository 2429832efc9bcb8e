"""The sandbox in which student code runs. `policy` is the promise; `inside.lockdown` and `bubblewrap` keep it.

Trusted side, in the grader's process:

submission.py  the proxy that a check uses
replies.py     what a call gave, and what the diagnosis compares
loading.py     runs a learner's cells, and says what of them did not run
plan.py        which statements of a submission are run, and which of them an exercise depends on
turns.py       puts off the exercises that need slow cells
process.py     one learner's process: requests, callbacks, budgets of time
idleness.py    the limit for doing nothing, measured
evidence.py    what the kernel says: whether memory ran out, and what a process waits for
problems.py    the sentences for a call that gives no value that could be compared
supervisor.py  starts a warm sandbox, and a process in it for each submission
levels.py      finds out which sandboxes this machine supports, and chooses one
option.py      the option of a command that chooses one
launch.py      the command that starts Python on the far side
bubblewrap.py  that command inside bubblewrap, and what is mounted there
libraries.py   the shared libraries that are mounted, each by itself

Both sides:

policy.py      the limits, and what each sandbox promises less
wire/          what crosses: types, encoding, frames, orders

Far side, in the process of student code:

inside/        locks itself in, runs cells and answers calls
"""
