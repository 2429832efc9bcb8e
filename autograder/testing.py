"""Names that a hidden check imports: all that an author of checks needs stands here.

    from autograder.testing import NUMBER, Rng, Submission, exercise, expect, reference

    @exercise("elu", weight=2)
    def test_elu(submission: Submission, rng: Rng) -> None:
        \"\"\"elu is x where x is positive\"\"\"
        x = rng.normal(size=(3, 4)) ** 2
        expect.close(submission.elu(x, 1.0), reference.elu(x, 1.0), "Leave what is positive alone.")

A check is an ordinary pytest test. It takes `submission`, the learner's functions by name; `rng`, its random inputs
from the course secret; `shared`, a generator that begins alike in all checks of an exercise, for calls that are made
once for several of them (`submission.once`); and the parameters that `pytest.mark.parametrize` gives it. Its docstring
is the property that it checks, in words that a learner reads.
"""

import numpy as np
import pytest

from autograder.core.outcomes import CheckFailed, Outcome, StudentProblem
from autograder.core.text import counted
from autograder.grading import expect
from autograder.grading.reference import reference
from autograder.sandbox.process import Callback
from autograder.sandbox.remote_object import RemoteObject
from autograder.sandbox.replies import Reply
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.formulas import Formula
from autograder.sandbox.wire.types import (
    ARRAY,
    BOOLEAN,
    HANDLE,
    INTEGER,
    NOTHING,
    NUMBER,
    TEXT,
    Handle,
    ListOf,
    OrNone,
    Previous,
    Seed,
)

Rng = np.random.Generator
exercise = pytest.mark.exercise

__all__ = [
    "ARRAY",
    "BOOLEAN",
    "HANDLE",
    "INTEGER",
    "NOTHING",
    "NUMBER",
    "TEXT",
    "Callback",
    "CheckFailed",
    "Formula",
    "Handle",
    "ListOf",
    "OrNone",
    "Outcome",
    "Previous",
    "RemoteObject",
    "Reply",
    "Rng",
    "Seed",
    "StudentProblem",
    "Submission",
    "counted",
    "exercise",
    "expect",
    "reference",
]
