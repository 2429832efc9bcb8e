"""A hidden check passes or fails on any value: an error inside it would stop the grading of the class."""

import time

import numpy as np
import pytest

from autograder.core.course import Topic, find_course
from autograder.grading.check import Check
from autograder.grading.collection import collect_checks
from autograder.grading.grader import Grader
from autograder.notebooks.source import write_source
from autograder.sandbox.supervisor import Sandbox

from ..conftest import SEED
from .haunted import Answer, Haunted, Recorder

TOPICS = find_course().topics
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
    """Returns a sentence if a check raises an error or takes more than 5 seconds, else None."""
    started = time.process_time()
    haunted = Haunted(answers, np.random.default_rng(seed))
    try:
        with np.errstate(all="ignore"):
            check.run(haunted, SEED)
    except AssertionError:
        pass
    except Exception as error:
        return f"{check.name}: {type(error).__name__}: {error} (seed {seed})"
    took = time.process_time() - started
    return f"{check.name}: {took:.1f} s (seed {seed})" if took > 5 else None


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
