"""What the tests share: the course, a warm sandbox, and learners' code in it."""

from collections.abc import Callable, Iterator

import matplotlib
import pytest

from autograder.build import write_source
from autograder.course import Course, Topic, find_course
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.submission import Cell, Submission

matplotlib.use("agg")

SLUG = "02_activations"
SEED = "a seed of the tests"

Submit = Callable[..., Submission]


@pytest.fixture(scope="session")
def course() -> Course:
    """The course that these tests are part of."""
    return find_course()


@pytest.fixture(scope="session")
def topic(course: Course) -> Topic:
    """A topic with its instructor's notebook built."""
    topic = course.topic(SLUG)
    write_source(topic)
    return topic


@pytest.fixture(scope="module")
def box() -> Iterator[Bubblewrap]:
    """A warm sandbox."""
    with Bubblewrap() as sandbox:
        yield sandbox


@pytest.fixture
def submit(box: Bubblewrap) -> Iterator[Submit]:
    """Makes a submission of cells, given as their sources."""
    opened: list[Submission] = []

    def make(*sources: str) -> Submission:
        cells = [Cell(f"cell {number}", source) for number, source in enumerate(sources, start=1)]
        submission = Submission(box, cells)
        submission.enter("an exercise")
        opened.append(submission)
        return submission

    yield make
    for submission in opened:
        submission.close()
