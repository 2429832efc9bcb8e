"""Mutants: reference solutions with one small mistake in them. A good set of checks lets none of them pass.

operators.py   the kinds of mistakes: how each changes a node of the syntax tree, and what to test to find it
planting.py    makes every mutant of a solution cell, with its diff and a name that survives reformatting
equivalent.py  mutants that are not mistakes, each with a reason
trial.py       runs the hidden checks on the mutants

mutmut and cosmic-ray have the operators for plain Python, each inside a runner that rewrites files and starts a
test process for every mutant. Neither has operators for `axis`, `keepdims`, `ddof`, a removed copy or a
transpose, which are the typical mistakes of this course. So the operators are here, on the standard library's `ast`,
and a mutant costs milliseconds.
"""
