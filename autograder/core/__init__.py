"""Modules that every other folder may use: paths of a course, results, outcomes, files and text.

They import nothing else of the grader.
"""
