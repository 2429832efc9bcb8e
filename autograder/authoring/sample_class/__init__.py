"""A sample class: some thirty learners whose notebooks are made from the released one.

`students` lists the learners and their answers; the right answers are those of `autograder/answers`. `damage` has a
function for each thing that can happen to a notebook before it is graded.
"""
