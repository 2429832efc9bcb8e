"""Grades one submission after another in this process: reads it, grades it, and writes the reports into it.

A process keeps a grader ready, or one for each topic: its checks are collected once, and its sandbox is warm.
"""

import atexit
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.core.course import Topic, find_course
from autograder.core.limits import uncounted
from autograder.core.outcomes import GraderFault, UsageError
from autograder.core.results import ExerciseResult, SubmissionResult
from autograder.core.text import clean
from autograder.notebooks.cell_report import with_reports
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.repair import repair
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox import levels
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

from . import kept_answers
from .collection import collect_checks
from .grader import Grader
from .reading import read_submission, unreadable

MOST_SECONDS = 60.0  # of the grader's own processor time for one submission
DIED_OVER = (
    f"The grader could not grade this notebook: its process ended, or took more than {MOST_SECONDS:g} seconds for what "
    "was sent back. Does the code return something huge?"
)
UNFORESEEN = "The grader could do nothing with what the code of this notebook sent back. Please tell your teacher."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """One submission to grade. It holds the bytes of the file, so that another machine can grade it.

    Attributes:
        student: the learner's name in the gradebook.
        name: the file's name, which tells a Python file from a notebook.
        data: the file's bytes.
        known: the results of exercises that need not be graded again.
        secret: what the inputs of this submission come from, if it has some of its own; else empty.
    """

    student: str
    name: str
    data: bytes
    known: SubmissionResult | None = None
    secret: str = ""


@dataclass(frozen=True)
class Graded:
    """A graded submission: its result, and its notebook with a report in each grade cell."""

    result: SubmissionResult
    notebook: Notebook


def grade_one(topic: Topic, seed: str, task: Task) -> Graded:
    """Grades a submission in this process.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    if task.known is not None and task.known.exercises:
        release = read_release(topic.release)
        if {result.exercise for result in task.known.exercises} == release.points.keys():
            return _reported(read_submission(task.name, task.data, release), task.known, release)
    grader = ready(topic, seed)
    repaired = read_submission(task.name, task.data, grader.release)
    result = grade_repaired(grader, task.student, repaired, _known(task), task.secret)
    return _reported(repaired, result, grader.release)


def _reported(repaired: Notebook, result: SubmissionResult, release: Release) -> Graded:
    """Returns a result with its notebook; with the released one if the reports cannot be written into the learner's."""
    try:
        return Graded(result, with_reports(repaired, result))
    except Exception as error:
        _log.warning("%s", clean(f"{result.student}: no notebook, because of {type(error).__name__}: {error}", 500))
        return Graded(result, with_reports(repair(unreadable(error), release), result))


def grade_repaired(
    grader: Grader, student: str, repaired: Notebook, known: tuple[ExerciseResult, ...] = (), secret: str = ""
) -> SubmissionResult:
    """Grades a repaired notebook. If that fails for a reason that nobody has foreseen, its learner has no points.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    try:
        return grader.grade(student, repaired, known, secret)
    except GraderFault:
        forget()
        raise
    except Exception as error:  # nothing that a learner sends may stop the class
        forget()
        _log.warning("%s", clean(f"{student}: not graded, because of {type(error).__name__}: {error}", 500))
        return grader.lost(student, repaired, UNFORESEEN, known)


@dataclass(frozen=True)
class Repaired:
    """A submission that has been read and repaired already: the learner's name, and the notebook."""

    student: str
    notebook: Notebook


def begin_to_grade(topic: Topic, seed: str, release: Path) -> None:
    """Makes the grader of a topic ready.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    ready(topic, seed, release)


def grade_read(topic: Topic, seed: str, release: Path, submission: Repaired) -> Graded:
    """Grades a repaired submission in this process.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    grader = ready(topic, seed, release)
    result = grade_repaired(grader, submission.student, submission.notebook)
    return _reported(submission.notebook, result, grader.release)


def give_up_read(topic: Topic, seed: str, release: Path, submission: Repaired) -> Graded:
    """Returns a repaired submission over which a process died: no points, and the reason."""
    return _given_up(ready(topic, seed, release), submission.student, submission.notebook)


def give_up(topic: Topic, seed: str, task: Task) -> Graded:
    """Returns a submission without points over which a process died. Its learner reads why, and the teacher, too."""
    grader = ready(topic, seed)
    return _given_up(grader, task.student, read_submission(task.name, task.data, grader.release), _known(task))


def give_up_unread(topic: Topic, seed: str, task: Task) -> Graded:
    """Returns a submission without points over which a process died even when it was only read."""
    grader = ready(topic, seed)
    return _given_up(grader, task.student, repair(unreadable(), grader.release), _known(task))


def _known(task: Task) -> tuple[ExerciseResult, ...]:
    return task.known.exercises if task.known else ()


def _given_up(grader: Grader, student: str, repaired: Notebook, known: tuple[ExerciseResult, ...] = ()) -> Graded:
    _log.warning("%s", clean(f"{student}: {DIED_OVER}", 500))
    result = grader.lost(student, repaired, DIED_OVER, known)
    return _reported(repaired, result, grader.release)


# --- the grader that is ready -----------------------------------------------------------------------


class _Ready:
    """The graders that this process keeps, by topic and release, and the one sandbox that they share."""

    def __init__(self) -> None:
        self.most = 1
        self.owner = os.getpid()
        self.level = ""
        self.sandbox: Sandbox | None = None
        self.graders: dict[tuple[object, ...], tuple[tuple[object, ...], Grader]] = {}


_ready = _Ready()


def keep(number: int) -> None:
    """Keeps the graders of so many topics ready in this process, and not that of the last one only."""
    _ready.most = number


def ready(topic: Topic, seed: str, release: Path | None = None) -> Grader:
    """Returns the grader of a topic, made once in a process and again when a file of the topic has changed.

    Args:
        topic: the topic.
        seed: the course secret.
        release: the notebook that learners got; by default the topic's.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    changed = release.stat().st_mtime_ns if release else 0
    key, made_of = (topic.root, topic.slug, release), (topic.stamp, seed, changed)
    _own()
    if key not in _ready.graders or _ready.graders[key][0] != made_of:
        with uncounted():  # the class needs it, whoever comes first
            _ready.graders.pop(key, None)
            while len(_ready.graders) >= _ready.most:
                del _ready.graders[next(iter(_ready.graders))]
            checks = collect_checks(topic)
            grader = Grader(topic, checks, warm_sandbox(), seed, read_release(release) if release else None)
        _ready.graders[key] = made_of, grader
        if warning := kept_answers.prepare(grader):
            _log.warning("%s", clean(warning, 500))
    return _ready.graders[key][1]


def warm_sandbox() -> Sandbox:
    """Returns the sandbox of this process, opened once.

    Raises:
        SandboxUnavailable: no sandbox starts.
    """
    _own()
    _ready.sandbox = _ready.sandbox or levels.open_sandbox()
    return _ready.sandbox


def _own() -> None:
    """Forgets what belongs to the process that this one was forked from, or to another sandbox than is wanted now."""
    if _ready.owner != os.getpid() or _ready.level != levels.named():
        forget()
        _ready.owner, _ready.level = os.getpid(), levels.named()


@atexit.register
def forget() -> None:
    """Ends the graders that are ready and their sandbox, so that after a fault new ones are made."""
    if _ready.sandbox is not None and _ready.owner == os.getpid():  # not that of a process this one was forked from
        _ready.sandbox.close()
    _ready.sandbox = None
    _ready.graders.clear()


@contextmanager
def open_grader(topic: Topic, seed: str) -> Iterator[Grader]:
    """Opens a grader for a topic, with a sandbox of its own.

    Raises:
        GraderFault: the checks cannot be collected, or no sandbox starts.
    """
    checks = collect_checks(topic)
    with levels.open_sandbox() as sandbox:
        yield Grader(topic, checks, sandbox, seed)


@contextmanager
def open_submission(path: Path, slug: str) -> Iterator[Submission]:
    """Opens a submission in a sandbox, for checks that pytest runs itself.

    Raises:
        UsageError: the file does not exist.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    release = read_release(find_course().topic(slug).release)
    repaired = read_submission(path.name, path.read_bytes(), release)
    with levels.open_sandbox() as sandbox:
        submission = Submission(sandbox, learner_cells(repaired, release))
        try:
            yield submission
        finally:
            submission.close()
