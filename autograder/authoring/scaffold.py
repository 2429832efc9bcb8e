"""Begins a new topic: every file that it needs, with one small exercise that builds and passes the audit at once."""

import re
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import UsageError

_NAME = re.compile(r"\d\d_[a-z]+(_[a-z]+)*")

_TEXT = '''# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # @NUMBER@ · @TITLE@
#
# Say here what this topic is about, and show a failure that the learner can see.

# %% locked="setup"
import numpy as np

from gradwise.check import check, hint

# %% [markdown]
# ### ✎ Exercise `@EXERCISE@` · ★☆☆ · 5 minutes · 2 points
#
# Write `@EXERCISE@(x)`: the mean of the squares of all entries of `x`, an array of any shape.
# `hint("@EXERCISE@")` helps.


# %% write="@EXERCISE@"
def @EXERCISE@(x):
    """The mean of the squares of x, a number."""
    ### BEGIN SOLUTION
    return np.mean(np.asarray(x) ** 2)
    ### END SOLUTION


# %% check="@EXERCISE@" points=2
check("@EXERCISE@")
'''

_EXERCISES = '''"""The exercises of @SLUG@."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .spec import Exercise, Property

# A `Case` is shorter: it asks `gradwise.reference` what is right. Add your names there and use it instead.


def _of_three_and_four(function: Callable[..., Any]) -> str | None:
    found = float(function(np.array([3.0, 4.0])))
    return None if abs(found - 12.5) < 1e-9 else f"it is {found:g}; wanted 12.5"


EXERCISES = (
    Exercise(
        "@EXERCISE@",
        ("@EXERCISE@",),
        (Property("@EXERCISE@", "@EXERCISE@([3, 4])", _of_three_and_four, "Square first, then take the mean."),),
        (
            "What comes first, the square or the mean?",
            "It is the sum of x² over all entries, divided by their number.",
            "return np.mean(... ** 2)",
        ),
    ),
)
'''

_CHECKS = '''"""Hidden checks of @SLUG@."""

import numpy as np
import pytest

from autograder.testing import NUMBER, Rng, Submission, exercise, expect



@exercise("@EXERCISE@", weight=2)
def test_@EXERCISE@_values(submission: Submission, rng: Rng) -> None:
    """@EXERCISE@ has the right value"""
    x = rng.normal(1, 2, (4, 3))
    expect.close(submission.@EXERCISE@(x, returns=NUMBER), (x**2).sum() / x.size, "Square first, then take the mean.")


@exercise("@EXERCISE@", kind="edges")
def test_@EXERCISE@_integers(submission: Submission) -> None:
    """@EXERCISE@ takes integers"""
    got = submission.@EXERCISE@(np.array([1, 2]), returns=NUMBER)
    expect.close(got, 2.5, "The mean of integers is a fraction.")
'''

_MISCONCEPTIONS = '''"""Wrong answers to @SLUG@: what a learner might write, and what that learner should read."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# A right answer, for small changes.


@base
def @EXERCISE@(x):
    """A right answer."""
    squares = np.asarray(x) ** 2
    return np.mean(squares)


@wrong("@EXERCISE@", "@DASHED@-sum")
@edit("return np.mean(squares)", "return np.sum(squares)")
def @EXERCISE@():
    """Your `@EXERCISE@` adds the squares up and does not divide by their number. A mean does."""


# Different code is written out.


@wrong("@EXERCISE@", "@DASHED@-square-of-mean")
def @EXERCISE@(x):
    """Your `@EXERCISE@` squares the mean. Square each entry first, and take the mean of the squares."""
    return np.mean(x) ** 2
'''

_ANSWER = '''"""Right answers with loops."""


def @EXERCISE@(x):
    total = count = 0
    for entry in x.ravel():
        total += entry * entry
        count += 1
    return total / count
'''

_EQUIVALENT = """# Mutants of @SLUG@ that are not mistakes, and why.

[[equivalent]]
function = "@EXERCISE@"
was = "return np.mean(np.asarray(x) ** 2)"
becomes = "return np.mean(x ** 2)"
reason = "The course passes arrays; the conversion is a kindness to lists."
"""


def begin(course: Course, slug: str) -> list[Path]:
    """Writes the files of a new topic.

    Raises:
        UsageError: the name is not a name of a topic, or something of that name is there already.
    """
    if not _NAME.fullmatch(slug):
        raise UsageError(f"{slug!r} is not a topic name. Use two digits and lower-case words: 09_attention.")
    if taken := [topic.slug for topic in course.topics if topic.slug[:2] == slug[:2] or topic.slug[3:] == slug[3:]]:
        raise UsageError(f"There is {taken[0]} already: choose another number and another name.")
    files = _files(course, Topic(course.root, slug))
    if there := [path for path in files if path.exists()]:
        raise UsageError(f"{there[0]} is there already, and is left as it is. Delete it or choose another name.")
    for path, text in files.items():
        write_whole(path, _filled(text, slug))
    return list(files)


def _files(course: Course, topic: Topic) -> dict[Path, str]:
    return {
        topic.text: _TEXT,
        course.root / "course" / "gradwise" / "exercises" / f"{topic.slug}.py": _EXERCISES,
        topic.checks: _CHECKS,
        topic.misconceptions: _MISCONCEPTIONS,
        topic.answers / "loops.py": _ANSWER,
        topic.equivalent: _EQUIVALENT,
    }


def _filled(text: str, slug: str) -> str:
    """The text with the topic's names in it. The exercise is named after the topic: names are unique in the course."""
    exercise = f"mean_square_{slug[:2]}"
    words = {"SLUG": slug, "NUMBER": str(int(slug[:2])), "TITLE": slug[3:].replace("_", " ").capitalize()}
    words |= {"EXERCISE": exercise, "DASHED": exercise.replace("_", "-")}
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text
