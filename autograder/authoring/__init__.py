"""Making a course, and proving it: building topics, auditing their checks, publishing what learners get."""
