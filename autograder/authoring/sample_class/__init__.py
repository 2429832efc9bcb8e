"""A sample class: some thirty learners whose notebooks are made from the released one.

`students` says who hands in what; the right answers are those of `autograder/answers`. `damage` is what can happen to a
notebook on the way.
"""
