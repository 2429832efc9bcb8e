"""What every room shares: where files are, what grading gives, how it can end. Imports nothing else of the grader."""
