"""The version of Python that learners get, and whether this grader has the same."""

import sys

# What `autograder publish` writes into the learners' environment. repo2docker does not understand a range.
LEARNERS_PYTHON = (3, 12)


def python_differs() -> str:
    """Returns the sentence for a grader whose Python is not the learners'; empty if it is the same version."""
    theirs, ours = (f"{version[0]}.{version[1]}" for version in (LEARNERS_PYTHON, sys.version_info))
    if theirs == ours:
        return ""
    return (
        f"Learners get Python {theirs} (`autograder publish`), and this grader runs Python {ours}: code that only one "
        f"of them understands is graded otherwise than it ran. Best grade with Python {theirs}."
    )
