"""A hidden check passes or fails on any value: an error inside it would stop the grading of the class."""

from contextlib import suppress

import numpy as np
import pytest

from autograder.core.course import Topic, find_course
from autograder.grading.check import Check
from autograder.grading.collection import collect_checks
from autograder.grading.grader import Grader
from autograder.notebooks.source import write_source
from autograder.sandbox.supervisor import Sandbox

from ..conftest import SEED
from ..yardstick import small_network, times_as_long
from .haunted import Answer, Haunted, Recorder

TOPICS = find_course().topics
SLOW = 5000  # times as long as a small network takes, which is about a millisecond
TIMES = 12  # for each check; ten times as many in `make test-long`


def recorded(topic: Topic, box: Sandbox) -> list[tuple[Check, list[Answer]]]:
    """Returns every check of a topic, with the answers of the solution to it."""
    write_source(topic)
    checks = collect_checks(topic)
    solution = Recorder(box, Grader(topic, checks, box, SEED).solution)
    recordings = []
    try:
        solution.answers = []
        solution.load()
        for check in checks:
            solution.answers = []
            solution.enter(check.name)
            check.run(solution, SEED)
            recordings.append((check, solution.answers))
    finally:
        solution.close()
    return recordings


def breaks(check: Check, answers: list[Answer], seed: list[int]) -> str | None:
    """Returns a sentence if a check raises an error, or takes far longer than others do; else None."""

    def run() -> None:
        with np.errstate(all="ignore"), suppress(AssertionError):
            check.run(Haunted(answers, np.random.default_rng(seed)), SEED)

    try:
        ratio = times_as_long(run, small_network, most=SLOW)
    except Exception as error:
        return f"{check.name}: {type(error).__name__}: {error} (seed {seed})"
    return f"{check.name}: {ratio:.0f} times as long (seed {seed})" if ratio > SLOW else None


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_value_breaks_a_check(topic: Topic, box: Sandbox, fuzz: int) -> None:
    problems = [
        problem
        for number, (check, answers) in enumerate(recorded(topic, box))
        for attempt in range(TIMES * fuzz)
        if (problem := breaks(check, answers, [number, attempt]))
    ]
    assert not problems, "\n".join(problems)
