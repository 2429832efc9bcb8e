"""The command `autograder`, for teachers."""
