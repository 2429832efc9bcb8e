"""Collects the hidden checks of a topic with pytest."""

import inspect
import os
import re
import sys
from contextlib import chdir
from functools import cache, lru_cache
from pathlib import Path
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
    """Collects the hidden checks of a topic with pytest. Does so again only when a file of the topic has changed.

    Raises:
        GraderFault: pytest cannot read them, or a check is marked wrongly.
    """
    return _collected(topic, topic.stamp)


@cache
def _collected(topic: Topic, stamp: tuple[int, ...]) -> list[Check]:
    collector = _Collector()
    checks = need(topic.checks, "Every topic needs hidden checks.")
    for name in [name for name in sys.modules if name.split(".")[-1] == checks.stem]:
        del sys.modules[name]  # from an earlier collection, or of another course
    plugins = ["autograder.grading.pytest_plugin", "no:cacheprovider", "no:terminal"]
    plugins += ["no:unraisableexception", "no:threadexception"]  # they run the garbage collector, which takes 0.15 s
    options = ["--collect-only", *(word for plugin in plugins for word in ("-p", plugin))]
    options += ["--import-mode", "importlib", "-c", os.devnull, "--rootdir", str(topic.root)]
    options += ["--confcutdir", str(topic.root)]  # else it lists all folders above, which its user may not be allowed
    with mock.patch.dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS=""), chdir(checks.parent):
        pytest.main([*options, checks.name], plugins=[collector])  # of a whole path it would take [ for a parameter
    if collector.trouble or not collector.items:
        raise GraderFault(f"The checks of {topic.slug} could not be read.\n{collector.trouble}".strip())
    return [_check(item) for item in collector.items]


class _Collector:
    """Pytest plugin that keeps the collected tests, and the messages about files that pytest cannot read."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []
        self.trouble = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps the message about a file that could not be collected."""
        if report.failed:
            self.trouble += str(report.longrepr)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keeps the collected tests."""
        self.items = session.items


def _check(item: pytest.Item) -> Check:
    marker = item.get_closest_marker("exercise")
    if marker is None or not marker.args or not isinstance(item, pytest.Function):
        raise GraderFault(f"{item.nodeid} does not say its exercise: give it the `exercise` marker.")
    params: dict[str, Any] = item.callspec.params if hasattr(item, "callspec") else {}
    function = item.function
    names = inspect.signature(function).parameters.keys()
    if strange := names - params.keys() - {"submission", "rng", "shared"}:
        raise GraderFault(
            f"{item.nodeid} uses the fixture {', '.join(sorted(strange))}; a check may use `submission`, `rng` and "
            "`shared` only."
        )

    def run(submission: Submission, seed: str) -> None:
        given = {"submission": submission, **params}
        if "rng" in names:  # only if it is needed: making a generator takes as long as some checks
            given["rng"] = rng_for(seed, item.name)
        if "shared" in names:
            given["shared"] = rng_for(seed, marker.args[0])
        function(**{name: given[name] for name in names})

    if (kind := markers.kind(item)) not in KINDS:
        raise GraderFault(f"{item.nodeid} is of the kind {kind!r}; there are {', '.join(KINDS)}.")
    numbers = _numbers_in(item.path)
    return Check(item.name, markers.title(item), marker.args[0], markers.weight(item), run, kind, numbers)


@lru_cache(16)
def _numbers_in(path: Path) -> frozenset[str]:
    """Returns the numbers that stand in a file of checks, as they are written there."""
    return frozenset(re.findall(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?", path.read_text("utf-8").replace("_", "")))
