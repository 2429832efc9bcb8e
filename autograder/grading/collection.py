"""The hidden checks of a topic, as pytest collects them."""

import inspect
import os
import sys
from functools import cache
from typing import Any
from unittest import mock

import pytest
from gradwise.exercises import KINDS

from autograder.core.course import Topic, need
from autograder.core.outcomes import GraderFault
from autograder.sandbox.submission import Submission

from . import markers
from .check import Check, rng_for


def collect_checks(topic: Topic) -> list[Check]:
    """The hidden checks of a topic, as pytest collects them; again only when a file of the topic has changed.

    Raises:
        GraderFault: pytest cannot read them, or one is not marked well.
    """
    return _collected(topic, topic.stamp)


@cache
def _collected(topic: Topic, stamp: tuple[int, ...]) -> list[Check]:
    collector = _Collector()
    checks = need(topic.checks, "Every topic needs hidden checks.")
    for name in [name for name in sys.modules if name.split(".")[-1] == checks.stem]:
        del sys.modules[name]  # of an earlier reading, or of another course
    options = [
        "--collect-only",
        "-p",
        "autograder.grading.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
    ]
    options += ["-p", "no:unraisableexception", "-p", "no:threadexception"]  # they collect garbage, 0.15 s
    options += ["--import-mode", "importlib", "-c", os.devnull, "--rootdir", str(topic.root)]
    with mock.patch.dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS=""):
        pytest.main([*options, str(checks)], plugins=[collector])
    if collector.trouble or not collector.items:
        raise GraderFault(f"The checks of {topic.slug} could not be read.\n{collector.trouble}".strip())
    return [_check(item) for item in collector.items]


class _Collector:
    """Keeps what a pytest session collects, and what it says about a file that it cannot read."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []
        self.trouble = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file was looked at."""
        if report.failed:
            self.trouble += str(report.longrepr)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """All files were looked at."""
        self.items = session.items


def _check(item: pytest.Item) -> Check:
    marker = item.get_closest_marker("exercise")
    if marker is None or not marker.args or not isinstance(item, pytest.Function):
        raise GraderFault(f"{item.nodeid} does not say its exercise: give it the `exercise` marker.")
    params: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    function = item.function
    names = inspect.signature(function).parameters.keys()
    if strange := names - params.keys() - {"submission", "rng"}:
        raise GraderFault(
            f"{item.nodeid} uses the fixture {', '.join(sorted(strange))}; a check may use `submission` and `rng` only."
        )

    def run(submission: Submission, seed: str) -> None:
        given = {"submission": submission, **params}
        if "rng" in names:  # making a generator takes as long as many a check
            given["rng"] = rng_for(seed, item.name)
        function(**{name: given[name] for name in names})

    if (kind := markers.kind(item)) not in KINDS:
        raise GraderFault(f"{item.nodeid} is of the kind {kind!r}; there are {', '.join(KINDS)}.")
    return Check(item.name, markers.title(item), marker.args[0], markers.weight(item), run, kind)
