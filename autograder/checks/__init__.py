"""Hidden checks, one module a topic. What is in here is not for learners."""
