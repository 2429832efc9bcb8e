"""What takes too long for every commit, and runs every night: all mutants of all topics, and a class of 10,000."""

import re
from collections import defaultdict

import pytest
from click.testing import CliRunner

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.cli.main import main
from autograder.core.course import Course, find_course

from ...conftest import SEED, SLUG
from ..temporary import TemporaryCourse

EVERYBODY = 10_000
DIFFERENT = 8  # answers; the rest of the sample class hangs or is broken, which takes its limit of time


@pytest.mark.long("A topic has some hundred mutants, and each is graded: minutes a topic.")
@pytest.mark.parametrize("slug", [topic.slug for topic in find_course().topics])
def test_the_checks_of_a_topic_find_its_mutants(slug: str) -> None:
    """Takes minutes: each small change of each solution is graded."""
    outcome = CliRunner().invoke(main, ["audit", slug, "--mutants", "--seed", SEED])
    assert outcome.exit_code == 0, outcome.output


@pytest.mark.long("10,000 submissions take six minutes.")
def test_a_class_of_ten_thousand_gets_what_a_small_class_gets(temporary: TemporaryCourse) -> None:
    """Takes minutes: all submissions differ in their bytes, and so each is graded."""
    topic = Course(temporary.root).topic(SLUG)
    notebooks = [submission(topic, student) for student in CLASS[:DIFFERENT]]
    for number in range(EVERYBODY):
        spaces = b"\n" * (number // DIFFERENT)
        temporary.hand_in(f"s{number:05}", notebooks[number % DIFFERENT] + spaces)
    output = temporary.run("autograder", "grade", SLUG, "--workers", "2")
    assert re.search(rf"{EVERYBODY} graded", output)
    rows: defaultdict[str, list[object]] = defaultdict(list)
    for student, *row in temporary.rows():
        rows[student].append(row)
    assert len(rows) == EVERYBODY
    for number in range(DIFFERENT, EVERYBODY):
        assert rows[f"s{number:05}"] == rows[f"s{number % DIFFERENT:05}"], number
