"""The pytest plugin: hooks only. A hidden check is an ordinary test with a `submission` fixture.

    pytest autograder/checks/test_02_activations.py --submission my.ipynb

Without ``--submission`` it does nothing but know the marker.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import numpy as np

    from .submission import Submission

MARKER = "exercise(id, weight=1): the exercise that a hidden check belongs to, and its share of the points"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ours to pytest's options."""
    group = parser.getgroup("autograder", "hidden checks of a course notebook")
    group.addoption("--submission", metavar="NOTEBOOK", help="the notebook or .py file to put the checks to")
    group.addoption("--submission-seed", metavar="SECRET", help="the course secret that random inputs come from")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="module")
def opened_submission(request: pytest.FixtureRequest) -> Iterator[Submission]:
    """The learner's notebook, loaded into a sandbox once for all checks of a topic."""
    path = request.config.getoption("--submission")
    if path is None:
        raise pytest.UsageError("Which notebook? Give one: --submission my.ipynb")
    from .engine import open_submission

    topic = request.path.stem.removeprefix("test_")
    with open_submission(Path(path), topic) as opened:
        yield opened


@pytest.fixture
def submission(request: pytest.FixtureRequest, opened_submission: Submission) -> Submission:
    """The learner's functions, by name, in a sandbox."""
    marker = request.node.get_closest_marker("exercise")
    opened_submission.enter(marker.args[0] if marker else "")
    return opened_submission


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The random inputs of this check."""
    from .engine import course_seed
    from .grader import rng_for

    seed = request.config.getoption("--submission-seed") or course_seed()
    return rng_for(seed, request.node.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """A failed check says its one sentence; there is no traceback to read."""
    report = yield
    marker = item.get_closest_marker("exercise")
    if marker is None or item.config.getoption("--submission") is None or call.excinfo is None:
        return report
    from .outcomes import CheckFailed

    if call.excinfo.errisinstance(CheckFailed):
        error = call.excinfo.value
        assert isinstance(error, CheckFailed)
        report.longrepr = f"{marker.args[0]}: {title(item)}\n{error.outcome}: {error}"
    return report


def title(item: pytest.Item) -> str:
    """The property that a check checks, in a learner's words: the first line of its docstring.

    A parametrized check may name its parameters in braces.
    """
    doc = getattr(getattr(item, "function", None), "__doc__", None) or item.name
    line = str(doc).strip().splitlines()[0].rstrip(".")
    for name, value in getattr(getattr(item, "callspec", None), "params", {}).items():
        line = line.replace(f"{{{name}}}", str(value))
    return line
