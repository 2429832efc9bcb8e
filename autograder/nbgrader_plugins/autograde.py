"""Our two steps in nbgrader's autograde: `RepairNotebook` before everything, `RunHiddenChecks` instead of Execute.

`nbgrader_config.py` names them, and an exporter that can read any file. A fault of the grader stops the run with its
message before the first submission is touched, and nothing is graded.
"""

import logging
import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from gradwise.understanding.record import Record
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode, from_dict
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Unicode

from autograder.core.course import Course, Topic, course_seed, find_course
from autograder.core.lock import alone
from autograder.core.outcomes import GraderFault, UsageError
from autograder.grading.pool import Apart, Attempts
from autograder.grading.reading import read_file, repair_read, repair_unread, unread
from autograder.grading.session import MOST_SECONDS, Repaired, begin_to_grade, give_up_read, grade_read
from autograder.notebooks.reader import Notebook
from autograder.notebooks.source import write_source
from autograder.sandbox import levels
from autograder.sandbox.policy import CHOICES

from .conversion import chosen_for, install


class LenientExporter(NotebookExporter):  # type: ignore[misc]
    """Reads any file as a notebook, so that a broken file costs its learner points but does not stop the class."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._records: list[Record] = []  # of the notebook that was read last: nbgrader has no place for them
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is not None and coursedir.assignment_id:
            step = RunHiddenChecks(parent=self)
            _ready(coursedir, step.seed, step.sandbox)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Reads a file and runs the preprocessors on it.

        nbgrader reads each notebook twice: as it was submitted, and then, repaired and without outputs, to grade it.
        """
        path = Path(filename)
        chosen = chosen_for(path)
        again = not getattr(self.parent, "_sanitizing", True)
        read = _apart().do(Attempts(partial(read_file, known=again), (unread,), MOST_SECONDS), chosen)
        if again:
            read.records = self._records
        self._records = read.records
        resources = dict(resources or {})
        modified = datetime.fromtimestamp(os.path.getmtime(chosen), UTC)
        resources["metadata"] = {
            "name": path.stem,
            "path": str(path.parent),
            "modified_date": modified.strftime("%B %d, %Y"),
        }
        resources["submitted"] = read
        with self._alone():
            return self.from_notebook_node(_node(read), resources, **kwargs)  # type: ignore[no-any-return]

    def _alone(self) -> AbstractContextManager[None]:
        """Waits for other commands that work on the course, and keeps them waiting while a notebook is graded."""
        coursedir = getattr(self.parent, "coursedir", None)
        if coursedir is None:
            return nullcontext()
        build = Course(Path(coursedir.root)).build
        return alone(build, f"nbgrader autograde {coursedir.assignment_id}", self.log.warning)


install(LenientExporter)


class RepairNotebook(NbGraderPreprocessor):  # type: ignore[misc]
    """Puts the structure of the release back into a submitted notebook."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Repairs the notebook, and lists the repairs in its metadata for the report."""
        release = _release(self.parent.parent.coursedir, resources["nbgrader"]["assignment"])
        submitted: Notebook = resources["submitted"]
        read = replace(_plain(nb, submitted.repairs), is_script=submitted.is_script)
        mend = Attempts(partial(repair_read, release), (partial(repair_unread, release),), MOST_SECONDS)
        repaired = _apart().do(mend, read)
        for sentence in repaired.repairs:
            self.log.warning("Repaired: %s", sentence)
        return _node(repaired), resources


class RunHiddenChecks(NbGraderPreprocessor):  # type: ignore[misc]
    """Runs the hidden checks on the learner's functions, in a sandbox; the notebook itself is never executed."""

    seed = Unicode(
        "", help="The course secret that random inputs come from. Empty: GRADWISE_SEED, else the build folder's."
    ).tag(config=True)

    sandbox = Enum(
        [*CHOICES, ""],
        "",
        help="What keeps student code in. Empty: GRADWISE_SANDBOX, else the strongest that works on this machine.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Writes a report and a score into each grade cell."""
        work = _ready(self.parent.parent.coursedir, self.seed, self.sandbox)
        info = resources["nbgrader"]
        submitted = _plain(nb, nb.metadata.get("gradwise", {}).get("repairs", []))
        submitted.records = resources["submitted"].records
        grade = Attempts(partial(grade_read, *work), (partial(give_up_read, *work),), MOST_SECONDS)
        try:
            graded = _apart().do(grade, Repaired(info["student"], submitted))
        except GraderFault as fault:
            raise NbGraderException(str(fault)) from fault
        return _node(graded.notebook), resources


@cache
def _apart() -> Apart:
    """Returns the process that grades, so that no submission can end nbgrader's."""
    return Apart()


def _ready(coursedir: CourseDirectory, seed: str, sandbox: str) -> tuple[Topic, str, Path]:
    """Makes the grader of the assignment ready, once, in the process that grades. Returns the words that name it.

    Raises:
        NbGraderException: the grader or the command is at fault; nbgrader stops with this text.
    """
    try:
        course = find_course(Path(coursedir.root))
        topic = course.topic(coursedir.assignment_id)
        if sandbox:
            levels.use(sandbox)
        _log_once(coursedir.log, levels.announcement())
        secret = seed or course_seed(Course(Path(coursedir.root)))
        write_source(topic)
        release = _release(coursedir, topic.slug)
        _apart().do(Attempts(partial(begin_to_grade, topic, secret)), release)
        return topic, secret, release
    except (GraderFault, UsageError) as fault:
        coursedir.log.error("%s", fault)
        raise NbGraderException(str(fault)) from fault


@cache
def _log_once(log: logging.Logger, sentence: str) -> None:
    """Logs a sentence once in a process."""
    log.info("%s", sentence)


def _release(coursedir: CourseDirectory, slug: str) -> Path:
    """Returns the released notebook of nbgrader's course folder, else that of the clone with the checks."""
    folder = Path(coursedir.format_path(coursedir.release_directory, ".", slug))
    path = folder / f"{slug}.ipynb"
    return path if path.is_file() else find_course(Path(coursedir.root)).topic(slug).release


def _plain(nb: NotebookNode, repairs: list[str]) -> Notebook:
    return Notebook([_plain_dict(cell) for cell in nb.cells], _plain_dict(nb.metadata), list(repairs))


def _plain_dict(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _plain_dict(value) for key, value in node.items()}
    return [_plain_dict(item) for item in node] if isinstance(node, list) else node


def _node(plain: Notebook) -> NotebookNode:
    return from_dict({"cells": plain.cells, "metadata": plain.metadata, "nbformat": 4, "nbformat_minor": 5})
