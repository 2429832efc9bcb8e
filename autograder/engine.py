"""Many submissions: collects the checks once, and puts them to one submission after another.

Work is cut into batches that go over a `concurrent.futures` executor; each batch is one pytest session.
"""

import multiprocessing
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from . import notebook, plugin
from .course import Course, Topic, UsageError, find_course, need
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


def read_submission(job: Job, release: Release) -> Notebook:
    """A submitted notebook with its structure repaired, or a plain Python file."""
    if job.name.endswith(".py"):
        return notebook.from_python(job.data.decode("utf-8", errors="replace"), job.name)
    return repair(notebook.read(job.data), release)


def grade_all(
    topic: Topic, jobs: list[Job], seed: str, workers: int | None = None
) -> Iterator[SubmissionResult]:
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


def _over(
    executor: Executor, work: Callable[[list[Job]], list[SubmissionResult]], batches: list[list[Job]]
) -> Iterator[SubmissionResult]:
    futures = [executor.submit(work, batch) for batch in batches]
    try:
        for future in as_completed(futures):
            yield from future.result()
    except BrokenProcessPool:
        raise GraderFault("A grading process died. What was graded before is kept; run again for the rest.") from None
    finally:
        for future in futures:
            future.cancel()


def grade_batch(topic: Topic, jobs: list[Job], seed: str) -> list[SubmissionResult]:
    """Grades a few submissions in one pytest session, in this process.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    results: list[SubmissionResult] = []

    def each(grader: Grader) -> None:
        for job in jobs:
            results.append(grader.grade(job.student, read_submission(job, grader.release)))

    with_grader(topic, seed, each)
    return results


def with_grader(topic: Topic, seed: str, use: Callable[[Grader], None]) -> None:
    """Collects the checks of a topic with pytest and hands over a grader of them.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    session = _Session(topic, seed, use)
    checks = str(need(topic.checks, "Every topic needs hidden checks."))
    options = ["-p", "autograder.plugin", "-p", "no:cacheprovider", "-p", "no:terminal", "-c", os.devnull]
    options += ["--rootdir", str(topic.root), "--import-mode", "importlib"]
    before = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # nobody else's plugin belongs in here
    try:
        code = pytest.main([*options, checks], plugins=[session])
    finally:
        if before is None:
            del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    if session.failure is not None:
        raise session.failure
    if code != pytest.ExitCode.OK:
        raise GraderFault(f"The checks of {topic.slug} could not be collected.\n{session.collect_errors}".strip())


class _Session:
    """A pytest session that runs no test itself: it hands the collected checks to a grader."""

    def __init__(self, topic: Topic, seed: str, use: Callable[[Grader], None]) -> None:
        self._topic = topic
        self._seed = seed
        self._use = use
        self.failure: BaseException | None = None
        self.collect_errors = ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keeps what pytest says about a checks file that it cannot read."""
        if report.failed:
            self.collect_errors += str(report.longrepr)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests once, puts them to every submission."""
        if self.collect_errors:
            return False
        try:
            checks = [_check(item) for item in session.items]
            with Bubblewrap() as box:
                self._use(Grader(self._topic, checks, box, self._seed))
        except BaseException as error:  # pytest would print it; the caller knows better what to do
            self.failure = error
        return True


def _check(item: pytest.Item) -> Check:
    marker = item.get_closest_marker("exercise")
    if marker is None or not isinstance(item, pytest.Function):
        raise GraderFault(f"{item.nodeid} says not which exercise it belongs to: give it the `exercise` marker.")
    params: dict[str, Any] = getattr(item, "callspec").params if hasattr(item, "callspec") else {}
    names = item._fixtureinfo.argnames
    if strange := set(names) - set(params) - {"submission", "rng"}:
        raise GraderFault(f"{item.nodeid} asks for {', '.join(sorted(strange))}; a check has submission and rng.")
    function = item.function

    def run(submission: Submission, rng: Any) -> None:
        given = {"submission": submission, "rng": rng, **params}
        function(**{name: given[name] for name in names})

    weight = float(marker.kwargs.get("weight", 1))
    return Check(item.name, plugin.title(item), marker.args[0], weight, run)


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
