"""Fixtures of the grader's tests: a grader of a real topic, and a small course that a test may break."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.core.cell import Cell
from autograder.core.course import Course, Topic
from autograder.core.results import SubmissionResult
from autograder.grading.grader import Grader
from autograder.grading.session import open_grader
from autograder.notebooks import reader
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.repair import repair
from autograder.notebooks.source import write_source

from ..conftest import SEED, SLUG
from .temporary import TemporaryCourse

TEXT = '''# %% locked="setup"
import numpy as np

# %% write="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="double" points=3
check("double")

# %% [markdown] question="why" points=2
# Why?
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION
'''

CHECKS = '''
import numpy as np
import pytest
from autograder.testing import expect

@pytest.mark.exercise("double", weight=3)
def test_values(submission, rng):
    """double doubles"""
    x = rng.normal(0, 1, (2, 3))
    expect.close(submission.double(x), 2 * x, "It is 2 x.")

@pytest.mark.exercise("double", kind="edges")
@pytest.mark.parametrize("number", [0, 7])
def test_integers(submission, number):
    """double takes {number}"""
    expect.close(submission.double(np.array(number)), 2 * number, "Integers too.")
'''

MISCONCEPTIONS = '''
from autograder.misconceptions import wrong

@wrong("double", "double-square")
def double(x):
    """Your `double` squares."""
    return x * x

@wrong("double", "double-sum")
def double(x):
    """Your `double` adds 2."""
    return x + 2
'''


class SmallCourse:
    """A course with one topic, `01_small`, in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.topic = Topic(root, "01_small")
        self.write(self.topic.text, TEXT)
        self.write(self.topic.checks, CHECKS)
        self.write(self.topic.misconceptions, MISCONCEPTIONS)
        self.release()

    def write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def release(self) -> None:
        """Builds the instructor's notebook, and writes a release without nbgrader's checksums."""
        self.topic.source.unlink(missing_ok=True)
        write_source(self.topic)
        source = self.topic.source.read_text()
        self.write(self.topic.release, source.replace("return 2 * x", "raise NotImplementedError"))

    def grade(self, source: str, seed: str = SEED) -> SubmissionResult:
        with open_grader(self.topic, seed) as grader:
            return grader.grade_cells("learner", [Cell("file", source)])


@pytest.fixture(scope="module")
def release(topic: Topic) -> Release:
    """The release of the real topic."""
    return read_release(topic.release)


@pytest.fixture
def small(tmp_path: Path) -> SmallCourse:
    return SmallCourse(tmp_path)


@pytest.fixture(scope="module")
def grader(topic: Topic) -> Iterator[Grader]:
    """A grader of 02_activations."""
    with open_grader(topic, SEED) as opened:
        yield opened


def graded(grader: Grader, source: str) -> SubmissionResult:
    """Grades a plain Python file, as the command does."""
    return grader.grade("learner", repair(reader.read(source.encode(), "x.py"), grader.release))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, course: Course) -> Path:
    """A folder with the rooms that grading needs, the topic built and released, and the reference's answers to it."""
    root = tmp_path_factory.mktemp("built")
    for configuration in course.root.glob("nbgrader_config.*"):
        shutil.copy(configuration, root)
    for room in ("solutions", "autograder"):
        shutil.copytree(course.root / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    temporary = TemporaryCourse(root, course.root)
    temporary.run("autograder", "build", SLUG)
    temporary.run("autograder", "grade", f"build/source/{SLUG}/{SLUG}.ipynb", "--assignment", SLUG)
    for file in (root / "build" / "results").glob("store.db*"):
        file.unlink()
    return root


@pytest.fixture
def temporary(tmp_path: Path, built: Path, course: Course) -> Iterator[TemporaryCourse]:
    """A copy of the built course. What a killed command leaves in its temporary folder goes with it."""
    temporary = TemporaryCourse(shutil.copytree(built, tmp_path / "course"), course.root)
    with TemporaryDirectory(prefix="t-", ignore_cleanup_errors=True) as folder:  # short, for the paths of sockets
        temporary.environment["TMPDIR"] = folder
        yield temporary
