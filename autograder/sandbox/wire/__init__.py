"""What crosses between the grader and student code, and how. Both sides import it; it imports nothing else of ours."""
