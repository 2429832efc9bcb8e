"""A check that gives points for a cheap answer is found.

That none of the course does is asserted of each topic's audit, in `tests/autograder/grading/test_recall.py`.
"""

import logging
from collections.abc import Iterator

import pytest

from autograder.authoring.cheap_answers import CheapTrial, try_cheap_answers
from autograder.core.course import Topic
from autograder.grading.session import open_grader
from autograder.notebooks.source import write_source

from ...conftest import SEED
from ..conftest import CHECKS, SmallCourse


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)  # some cheap answers are such that a check can do nothing with them
    yield
    logging.disable(logging.NOTSET)


def trials(topic: Topic) -> list[CheapTrial]:
    write_source(topic)
    with open_grader(topic, SEED) as grader:
        return try_cheap_answers(grader)


# Planted violations: each must be found.


@pytest.mark.parametrize(
    ("planted", "kinds"),
    [
        ("expect.has_shape(submission.double(x), x.shape", {"zeros", "noise", "the first argument", "nan"}),
        ("expect.true(not submission.double(x).any()", {"zeros", "zeros like the first argument"}),
        ("expect.true(np.array_equal(submission.double(x), submission.double(x))", {"zeros", "the arguments"}),
        ("expect.close(np.sign(submission.double(x)), np.sign(x)", {"the sign of the truth", "the first argument"}),
    ],
)
def test_a_check_without_content_is_found(small: SmallCourse, planted: str, kinds: set[str]) -> None:
    checks = CHECKS.replace("expect.close(submission.double(x), 2 * x", planted)
    assert checks != CHECKS
    small.write(small.topic.checks, checks)
    gained = {trial.kind for trial in trials(small.topic) if "test_values" in trial.passed}
    assert kinds <= gained
    assert all("test_values" in trial.problem for trial in trials(small.topic) if trial.kind in kinds)


def test_the_checks_of_the_small_course_give_nothing_away(small: SmallCourse) -> None:
    assert [trial.problem for trial in trials(small.topic) if trial.problem] == []
