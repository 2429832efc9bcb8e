"""Named wrong answers: each is what a learner might write, and its docstring is what that learner will read.

A file here is real Python, so that it can be read and checked like any other, but the grader reads it as data.
"""

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def wrong(exercise: str, name: str, *, twin_of: str | None = None) -> Callable[[_T], _T]:
    """Marks a wrong answer.

    Args:
        exercise: the exercise that it answers.
        name: its id, unique in the topic.
        twin_of: the id of another wrong answer that gives the same outputs everywhere.
    """

    def keep(function: _T) -> _T:
        return function

    return keep
