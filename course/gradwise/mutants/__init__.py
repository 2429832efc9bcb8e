"""Mutants: code with one small mistake planted in it.

They lie in the library because both sides use them: `understanding` asks learners what a mutant of their own code would
do, and the grader's `authoring/mutants` asks whether the hidden checks find a mutant of the solution.
"""
