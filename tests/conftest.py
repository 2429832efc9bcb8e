"""Fixtures of all tests: the course, a warm sandbox, and learners' code in it."""

import sys
from collections.abc import Callable, Iterator

import matplotlib
import pytest

from autograder.core.cell import Cell
from autograder.core.course import Course, Topic, find_course
from autograder.notebooks.source import write_source
from autograder.sandbox import launch, levels
from autograder.sandbox.levels import open_sandbox
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from .plan import (  # hooks of pytest
    is_long,
    pytest_addoption,
    pytest_collection,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_report_header,
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)

__all__ = [
    "pytest_addoption",
    "pytest_collection",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_report_header",
    "pytest_runtest_logreport",
    "pytest_sessionfinish",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
]

matplotlib.use("agg")

SLUG = "02_activations"
SEED = "a seed of the tests"

Submit = Callable[..., Submission]


@pytest.fixture(autouse=True)
def _no_figure_is_left_to_the_next_test() -> Iterator[None]:
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")


@pytest.fixture(scope="session")
def long() -> bool:
    """True in `make test-long`: there is time to try more."""
    return is_long()


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


OLD_LANDLOCK = "landlock 1"  # Landlock of the first kernels that have it


def open_level(level: str) -> Sandbox:
    """Opens a sandbox of a level, or of the oldest Landlock. Skips the test if it does not work on this machine."""
    name, _, version = level.partition(" ")
    if reason := levels.why_not(name):
        pytest.skip(f"{name} does not work on this machine: {reason}")
    if not version:
        return open_sandbox(level)
    return Sandbox(name, lambda fd: launch.command("main", name, version, control_fd=fd))


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """A warm sandbox."""
    with open_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def submit(box: Sandbox) -> Iterator[Submit]:
    """Returns a function that makes a submission from the sources of its cells."""
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
