"""The pytest plugin: hooks only. A hidden check is an ordinary test with a `submission` fixture.

    pytest autograder/checks/test_02_activations.py --submission my.ipynb

Without ``--submission`` it only registers the marker.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox.policy import CHOICES

if TYPE_CHECKING:
    import numpy as np

    from autograder.sandbox.submission import Submission
from .markers import MARKER, exercise_of, title, weight


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of hidden checks."""
    group = parser.getgroup("autograder", "hidden checks of a course notebook")
    group.addoption("--submission", metavar="NOTEBOOK", help="the notebook or .py file to put the checks to")
    group.addoption(
        "--submission-sandbox",
        choices=CHOICES,
        help="what keeps student code in; by default the strongest sandbox that works",
    )
    group.addoption("--submission-seed", metavar="SECRET", help="the course secret that random inputs come from")


def pytest_configure(config: pytest.Config) -> None:
    """Registers the marker, and stops if the submission does not exist."""
    config.addinivalue_line("markers", MARKER)
    path = config.getoption("--submission")
    if path is not None and not Path(path).is_file():
        raise pytest.UsageError(f"--submission: there is no file {path}.")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Chooses the sandbox, and says in the header of the test run which one it is."""
    if config.getoption("--submission") is None:
        return None
    from autograder.core.outcomes import GraderFault
    from autograder.sandbox import levels

    if (name := config.getoption("--submission-sandbox")) is not None:
        levels.use(name)
    try:
        return levels.announcement()
    except GraderFault as fault:
        raise pytest.UsageError(str(fault)) from None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stops with one sentence if hidden checks are to run without a submission."""
    config = session.config
    if config.getoption("--submission") is not None or config.option.collectonly:
        return
    if any(exercise_of(item) for item in session.items):
        raise pytest.UsageError("These are hidden checks. Say of which notebook: --submission my.ipynb")


@pytest.fixture(scope="module")
def opened_submission(request: pytest.FixtureRequest) -> Iterator[Submission]:
    """Loads the learner's notebook into a sandbox, once for all checks of a topic."""
    from .session import open_submission

    topic = request.path.stem.removeprefix("test_")
    with open_submission(Path(request.config.getoption("--submission")), topic) as opened:
        yield opened


@pytest.fixture
def submission(request: pytest.FixtureRequest, opened_submission: Submission) -> Submission:
    """Provides the learner's functions by name."""
    opened_submission.enter(exercise_of(request.node) or "")
    return opened_submission


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Provides the generator of this check's random inputs."""
    return _generator(request, request.node.name)


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> np.random.Generator:
    """Provides a generator that begins alike in all checks of an exercise."""
    return _generator(request, exercise_of(request.node) or "")


def _generator(request: pytest.FixtureRequest, name: str) -> np.random.Generator:
    from autograder.core.course import course_seed

    from .check import rng_for

    return rng_for(request.config.getoption("--submission-seed") or course_seed(), name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Replaces the traceback of a failed check by its sentence, and notes the weight of each check."""
    report = yield
    exercise = exercise_of(item)
    if exercise is None or item.config.getoption("--submission") is None:
        return report
    from autograder.core.outcomes import CheckFailed

    if call.excinfo is not None and isinstance(call.excinfo.value, CheckFailed):
        error = call.excinfo.value
        report.longrepr = f"{exercise}: {title(item)}\n{error.outcome}: {error}"
    if report.when == "call":
        report.user_properties += [("exercise", exercise), ("weight", weight(item))]
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Prints, for each exercise, the weight that passed and the weight of the checks that ran."""
    if config.getoption("--submission") is None:
        return
    totals: dict[str, list[float]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            properties = dict(report.user_properties)
            if "exercise" in properties:
                total = totals.setdefault(properties["exercise"], [0.0, 0.0])
                total[0] += properties["weight"] * (outcome == "passed")
                total[1] += properties["weight"]
    terminalreporter.section("exercises, by weight of the checks that ran")
    for exercise, (passed, total_weight) in totals.items():
        terminalreporter.write_line(f"{exercise}: {passed:g} of {total_weight:g}")
