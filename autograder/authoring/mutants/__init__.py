"""Mutants: reference solutions with one small mistake in them. A good set of checks lets none of them pass.

gradwise.mutants   the kinds of mistakes, and every mutant of a text; the library's questions use them, too
equivalent.py  mutants that are not mistakes, each with a reason
trial.py       runs the hidden checks on the mutants

mutmut and cosmic-ray have the operators for plain Python, each inside a runner that rewrites files and starts a
test process for every mutant. Neither has operators for `axis`, `keepdims`, `ddof`, a removed copy or a
transpose, which are the typical mistakes of this course. So the operators are ours, on the standard library's
`ast`, and a mutant costs milliseconds.
"""
