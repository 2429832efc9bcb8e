"""Many submissions: puts the checks of a topic to one after another, in several processes if there are cores.

Each process keeps one grader ready: its checks are collected once, and its sandbox is warm.
"""

import atexit
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver
from pathlib import Path

from . import notebook
from .collection import collect
from .course import Topic, UsageError, find_course
from .feedback import with_reports
from .grader import Grader
from .notebook import Notebook
from .outcomes import GraderFault
from .repair import Release, learner_cells, read_release, repair
from .results import SubmissionResult
from .sandbox import levels
from .sandbox.box import Sandbox
from .submission import Submission

IN_FLIGHT = 4  # tasks for each process, waiting or running


@dataclass(frozen=True)
class Task:
    """One submission to grade. It carries its bytes: whoever grades it needs no disk of the teacher's.

    Attributes:
        student: whose it is.
        name: the file's name; its ending says what it is.
        data: the file.
        known: exercises whose results are known already.
    """

    student: str
    name: str
    data: bytes
    known: SubmissionResult | None = None


@dataclass(frozen=True)
class Graded:
    """A graded submission: its result, and its notebook with a report in each grade cell."""

    result: SubmissionResult
    notebook: Notebook


def read_submission(name: str, data: bytes, release: Release) -> Notebook:
    """A submitted notebook with its structure repaired, or a plain Python file. It never raises for what it reads."""
    try:
        if name.endswith(".py"):
            if len(data) > notebook.MAX_SOURCE:
                raise ValueError("too large")
            return notebook.from_python(data.decode("utf-8-sig", errors="replace"), name)
        return repair(notebook.read(data), release)
    except Exception as error:  # nothing that one learner sends may stop the class
        sentence = f"The file could not be read ({type(error).__name__}): please tell us, with the file."
        return repair(Notebook(repairs=[sentence]), release)


def grade_all(topic: Topic, tasks: Iterable[Task], seed: str, workers: int) -> Iterator[Graded]:
    """Grades submissions of one topic. Results come as they are ready; tasks are asked for as they are needed.

    Raises:
        GraderFault: nothing more can be graded; the text says why.
    """
    if workers == 1:
        yield from (grade_one(topic, seed, task) for task in tasks)
        return
    level = levels.chosen()
    levels.warn(level)
    begin_to_load()
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=begin_worker, initargs=(level,)) as executor:
        yield from _over(executor, partial(grade_one, topic, seed), tasks, IN_FLIGHT * workers)


def begin_to_load() -> None:
    """Starts the process that grading processes are forked from: it imports PyTorch while this one does other work."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["autograder.engine", "autograder.judge"])
    forkserver.ensure_running()


def begin_worker(level: str) -> None:
    """A worker opens that sandbox. It leaves Ctrl-C to the process that started it, and ends with that one."""
    levels.use(level, quiet=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _over(executor: Executor, work: Callable[[Task], Graded], tasks: Iterable[Task], most: int) -> Iterator[Graded]:
    waiting: set[Future[Graded]] = set()
    source = iter(tasks)
    try:
        while True:
            for task in source:
                waiting.add(executor.submit(work, task))
                if len(waiting) >= most:
                    break
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    except BrokenProcessPool:
        raise GraderFault("A grading process died. What was graded before is kept; run again for the rest.") from None
    except BaseException:  # Ctrl-C, a fault, or nobody wants more: what is running is of no use
        _stop(executor)
        raise


def _stop(executor: Executor) -> None:
    executor.shutdown(wait=False, cancel_futures=True)
    for process in multiprocessing.active_children():
        process.terminate()


def grade_one(topic: Topic, seed: str, task: Task) -> Graded:
    """Grades a submission in this process.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    if task.known is not None and task.known.exercises:
        release = read_release(topic.release)
        if {result.exercise for result in task.known.exercises} == release.points.keys():
            return Graded(task.known, with_reports(read_submission(task.name, task.data, release), task.known))
    grader = ready(topic, seed)
    repaired = read_submission(task.name, task.data, grader.release)
    try:
        result = grader.grade(task.student, repaired, task.known.exercises if task.known else ())
    except GraderFault:
        forget()
        raise
    return Graded(result, with_reports(repaired, result))


# --- the grader that is ready -----------------------------------------------------------------------

_ready: dict[tuple[object, ...], tuple[Grader, Sandbox]] = {}  # at most one


def ready(topic: Topic, seed: str, release: Path | None = None) -> Grader:
    """The grader of a topic, made once in a process and again when a file of the topic has changed.

    Args:
        topic: the topic.
        seed: the course secret.
        release: the notebook that learners got; by default the topic's.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    changed = release.stat().st_mtime_ns if release else 0
    key = (topic.root, topic.slug, topic.stamp, seed, release, changed, levels.named())
    if key not in _ready:
        forget()
        checks = collect(topic)
        box = levels.open_sandbox()
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
    with levels.open_sandbox() as box:
        yield Grader(topic, checks, box, seed)


@contextmanager
def open_submission(path: Path, slug: str) -> Iterator[Submission]:
    """A submission in a sandbox, for checks that pytest runs itself.

    Raises:
        UsageError: there is no such file.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    release = read_release(find_course().topic(slug).release)
    repaired = read_submission(path.name, path.read_bytes(), release)
    with levels.open_sandbox() as box:
        submission = Submission(box, learner_cells(repaired, release))
        try:
            yield submission
        finally:
            submission.close()
