"""Mutants: reference solutions with one small mistake in them. A good set of checks lets none of them pass.

operators.py   what can be done to a node of the syntax tree, and what to test when nobody notices
planting.py    every mutant of a solution cell, with its diff and a name that survives reformatting
equivalent.py  mutants that are not mistakes, each with a reason
trial.py       puts the hidden checks to them

mutmut and cosmic-ray have the operators for plain Python, each inside a runner that rewrites files and starts a
test process for every mutant. Neither knows an axis, `keepdims`, `ddof`, a lost copy or a transpose, which is what
goes wrong in this course. So the operators are here, on the standard library's `ast`, and a mutant costs milliseconds.
"""
