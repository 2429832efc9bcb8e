"""Many submissions: collects the checks once, and puts them to one submission after another.

Work is cut into batches that go over a `concurrent.futures` executor.
"""

import atexit
import inspect
import multiprocessing
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from . import notebook, plugin
from .course import Course, Topic, UsageError, find_course, need
from .feedback import with_reports
from .grader import Check, Grader
from .notebook import Notebook
from .outcomes import GraderFault
from .repair import Release, learner_cells, read_release, repair
from .results import SubmissionResult
from .sandbox.bubblewrap import Bubblewrap
from .submission import Submission

BATCH = 8


@dataclass(frozen=True)
class Job:
    """One submission to grade, with its bytes: a worker needs no disk of the teacher's."""

    student: str
    name: str
    data: bytes


@dataclass(frozen=True)
class Graded:
    """A graded submission: its result, and its notebook with a report in each grade cell."""

    result: SubmissionResult
    notebook: Notebook


def read_submission(job: Job, release: Release) -> Notebook:
    """A submitted notebook with its structure repaired, or a plain Python file."""
    if job.name.endswith(".py"):
        return notebook.from_python(job.data.decode("utf-8", errors="replace"), job.name)
    return repair(notebook.read(job.data), release)


def grade_all(topic: Topic, jobs: list[Job], seed: str, workers: int | None = None) -> Iterator[Graded]:
    """Grades submissions of one topic, on all cores. Results come as they are ready.

    Raises:
        GraderFault: nothing more can be graded; the text says why.
    """
    workers = min(workers or os.cpu_count() or 1, max(1, -(-len(jobs) // 2)))
    size = max(1, min(BATCH, -(-len(jobs) // workers)))
    batches = [jobs[at : at + size] for at in range(0, len(jobs), size)]
    if workers == 1:
        for batch in batches:
            yield from grade_batch(topic, batch, seed)
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.engine", "gradwise.reference"])
    with ProcessPoolExecutor(workers, mp_context=context) as executor:
        yield from _over(executor, partial(grade_batch, topic, seed=seed), batches)


def _over(executor: Executor, work: Callable[[list[Job]], list[Graded]], batches: list[list[Job]]) -> Iterator[Graded]:
    futures = [executor.submit(work, batch) for batch in batches]
    try:
        for future in as_completed(futures):
            yield from future.result()
    except BrokenProcessPool:
        raise GraderFault("A grading process died. What was graded before is kept; run again for the rest.") from None
    finally:
        for future in futures:
            future.cancel()


def grade_batch(topic: Topic, jobs: list[Job], seed: str) -> list[Graded]:
    """Grades a few submissions in this process.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    grader = ready(topic, seed)
    try:
        return [_grade(grader, job) for job in jobs]
    except GraderFault:
        forget()
        raise


def _grade(grader: Grader, job: Job) -> Graded:
    repaired = read_submission(job, grader.release)
    result = grader.grade(job.student, repaired)
    return Graded(result, with_reports(repaired, result))


_ready: dict[tuple[object, ...], tuple[Grader, Bubblewrap]] = {}  # at most one


def ready(topic: Topic, seed: str, release: Path | None = None) -> Grader:
    """The grader of a topic, made once in a process and again when a file of the topic has changed.

    Args:
        topic: the topic.
        seed: the course secret.
        release: the notebook that learners got; by default the topic's.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    key = (topic.root, topic.slug, topic.stamp, seed, release, release.stat().st_mtime_ns if release else 0)
    if key not in _ready:
        forget()
        checks = collect(topic)
        box = Bubblewrap()
        _ready[key] = (Grader(topic, checks, box, seed, read_release(release) if release else None), box)
    return _ready[key][0]


@atexit.register
def forget() -> None:
    """Ends the sandbox of the grader that is ready: after a fault the next one starts afresh."""
    while _ready:
        _, (_, box) = _ready.popitem()
        box.close()


@contextmanager
def open_grader(topic: Topic, seed: str) -> Iterator[Grader]:
    """A grader for a topic, with a sandbox of its own.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    checks = collect(topic)
    with Bubblewrap() as box:
        yield Grader(topic, checks, box, seed)


# --- the checks -------------------------------------------------------------------------------------


def collect(topic: Topic) -> list[Check]:
    """The hidden checks of a topic, as pytest collects them; again only when a file of the topic has changed.

    Raises:
        GraderFault: pytest cannot read them, or one is not marked well.
    """
    return _collect(topic, topic.stamp)


@cache
def _collect(topic: Topic, stamp: tuple[int, ...]) -> list[Check]:
    collector = _Collector()
    checks = need(topic.checks, "Every topic needs hidden checks.")
    for name in [name for name in sys.modules if name.split(".")[-1] == checks.stem]:
        del sys.modules[name]  # of an earlier reading, or of another course
    options = ["--collect-only", "-p", "autograder.plugin", "-p", "no:cacheprovider", "-p", "no:terminal"]
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
        raise GraderFault(f"{item.nodeid} asks for {', '.join(sorted(strange))}; a check has submission and rng.")

    def run(submission: Submission, rng: Any) -> None:
        given = {"submission": submission, "rng": rng, **params}
        function(**{name: given[name] for name in names})

    return Check(item.name, plugin.title(item), marker.args[0], plugin.weight(item), run)


# --- one submission, for `pytest --submission` ------------------------------------------------------


@contextmanager
def open_submission(path: Path, slug: str) -> Iterator[Submission]:
    """A submission in a sandbox, for checks that pytest runs itself.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    release = read_release(find_course().topic(slug).release)
    repaired = read_submission(Job("", path.name, path.read_bytes()), release)
    with Bubblewrap() as box:
        submission = Submission(box, learner_cells(repaired, release))
        try:
            yield submission
        finally:
            submission.close()


def course_seed(course: Course | None = None) -> str:
    """The course secret: GRADWISE_SEED, else one that is made once and kept in the build folder."""
    if given := os.environ.get("GRADWISE_SEED"):
        return given
    path = (course or find_course()).build / "seed"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16), "ascii")
    return path.read_text("ascii").strip()
