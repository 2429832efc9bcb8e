"""A running service of a copy of the course, and notebooks to hand in."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.core.course import Course

from ...conftest import SLUG
from ..temporary import TemporaryCourse
from .server import Server

WRONG_RELU = "def relu(x):\n    return np.abs(x)\n"
Notebook = Callable[..., bytes]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, built: Path, course: Course) -> Iterator[TemporaryCourse]:
    """A copy of the built course for the server of these tests."""
    copy = TemporaryCourse(shutil.copytree(built, tmp_path_factory.mktemp("served") / "course"), course.root)
    with TemporaryDirectory(prefix="t-", ignore_cleanup_errors=True) as folder:
        copy.environment["TMPDIR"] = folder
        yield copy


@pytest.fixture(scope="session")
def server(served: TemporaryCourse) -> Iterator[Server]:
    """A running server, without a hub, which the tests of this folder share."""
    with Server(served, ("--workers", "1")) as running:
        yield running


@pytest.fixture(scope="session")
def notebook(built: Path) -> Notebook:
    """Returns a function that makes a learner's notebook: the release, with answers by the names of their cells."""
    release = json.loads((built / "course" / "notebooks" / SLUG / f"{SLUG}.ipynb").read_text())
    solution = json.loads((built / "build" / "source" / SLUG / f"{SLUG}.ipynb").read_text())

    def make(right: bool = False, remark: str = "", **answers: str) -> bytes:
        tree = json.loads(json.dumps(solution if right else release))
        for cell in tree["cells"]:
            if (name := cell["metadata"].get("nbgrader", {}).get("grade_id", "")) in answers:
                cell["source"] = answers[name]
        if remark:
            cell = {"cell_type": "markdown", "metadata": {}, "source": remark, "id": "remark"}
            tree["cells"].append(cell)
        return json.dumps(tree).encode()

    return make
