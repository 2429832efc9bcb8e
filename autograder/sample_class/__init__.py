"""A sample class: some thirty learners whose notebooks are made from the released one.

`02_activations/` holds right answers in several styles; `students` says who hands in what; `damage` is what can
happen to a notebook on the way.
"""
