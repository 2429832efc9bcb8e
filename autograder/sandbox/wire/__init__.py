"""Values that cross between the grader and student code, and their encoding.

Both sides import this package. It imports nothing else of the grader.
"""
