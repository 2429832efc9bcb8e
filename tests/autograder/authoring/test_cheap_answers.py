"""Cheap answers earn next to nothing in every topic, and a check that gives points for one is found.

A topic takes long, because 26 answers go through all its checks.
"""

import logging
from collections.abc import Iterator

import pytest

from autograder.authoring.cheap_answers import FORMED, GIVEN, MOST, CheapTrial, try_cheap_answers
from autograder.core.course import Topic, find_course
from autograder.grading.session import open_grader
from autograder.notebooks.source import write_source

from ...conftest import SEED
from ..conftest import CHECKS, SmallCourse

TOPICS = find_course().topics
# Zeros and ones are the right numbers here: an answer that knows their signs knows the numbers.
RIGHT_BY_ITS_SIGN = {"test_init_state", "test_init_state_empty"}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)  # some cheap answers are such that a check can do nothing with them
    yield
    logging.disable(logging.NOTSET)


def trials(topic: Topic) -> list[CheapTrial]:
    write_source(topic)
    with open_grader(topic, SEED) as grader:
        return try_cheap_answers(grader)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_cheap_answer_earns_anything_to_speak_of(topic: Topic) -> None:
    found = trials(topic)
    assert {trial.kind for trial in found} == {*FORMED, *GIVEN}
    assert [trial.problem for trial in found if trial.problem] == []
    passed = {name: trial.kind for trial in found for name in trial.passed if name not in RIGHT_BY_ITS_SIGN}
    assert passed == {}
    assert all(trial.share <= MOST for trial in found)


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
