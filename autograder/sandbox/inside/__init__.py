"""The far side: all of our code that shares a process with student code.

It imports the standard library, NumPy, `wire` and `policy`, and nothing else of the grader.
"""
