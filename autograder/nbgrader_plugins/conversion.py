"""Makes nbgrader's autograde grade the notebook that `autograder grade` takes, and refuse what that refuses.

nbgrader takes every *.ipynb of a folder. One that a browser or a platform has renamed it skips, and its learner then
has 0 points in the gradebook. No setting of nbgrader changes that, so three methods of its converter are wrapped here
when `nbgrader_config.py` names our exporter. With another exporter they do what they did.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import wraps
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

from autograder.core.folders import contents, not_a_student
from autograder.core.media import clean_log, for_sentence
from autograder.gradebook.intake import set_aside
from autograder.notebooks.choice import choose

from . import sources, timestamps
from .sources import fail, folders, must_be_writable

_REFUSED = "gradwise_refused"  # the attribute of a converter with a sentence for each submission that it does not grade


def install(exporter: type) -> None:
    """Wraps the methods, for converters that use this exporter. A second call does nothing."""
    if hasattr(Autograde, _REFUSED):
        return
    timestamps.install()
    sources.install()
    setattr(Autograde, _REFUSED, ())
    for wrapped in (_init_notebooks, _init_assignment, _convert_notebooks):
        name = wrapped.__name__.removeprefix("_")
        setattr(Autograde, name, _for(exporter, getattr(Autograde, name), wrapped))


def chosen_for(notebook: Path) -> Path:
    """Returns the file to read for a notebook that nbgrader asks for: itself, or the one that stands for it."""
    return choose(notebook.parent, notebook.stem).path or notebook


def _for(exporter: type, original: Callable[..., None], wrapped: Callable[..., None]) -> Callable[..., None]:
    @wraps(original)
    def method(self: Any, *words: str) -> None:
        if issubclass(self.exporter_class, exporter):
            wrapped(original, self, *words)
        else:
            original(self, *words)

    return method


def _init_notebooks(original: Callable[..., None], self: Any) -> None:
    """Lists for each submitted folder the topic's notebook, and keeps a sentence for each folder that has none."""
    clean_log(self.log)
    slug, refused = self.coursedir.assignment_id, []
    if not fnmatchcase(slug, self.coursedir.notebook_id):
        fail(
            self,
            f"{slug} has one notebook, {slug}, and none called {self.coursedir.notebook_id}: leave --notebook out.",
        )
    must_be_writable(self)
    assignments = {}
    for folder in folders(self):
        if sentence := _refusal(folder, slug, self.log):
            refused.append(f"Not graded: {sentence}")
        else:
            assignments[str(folder)] = [str(folder / f"{slug}.ipynb")]
    setattr(self, _REFUSED, refused)
    if not assignments and not refused:
        original(self)  # it says that nobody has submitted
    self.notebooks, self.assignments = [], assignments


def _refusal(folder: Path, slug: str, log: logging.Logger) -> str:
    """Makes a submitted folder safe, and logs what was done. Returns why it cannot be graded; empty if it can."""
    student = folder.parent.name
    if sentence := not_a_student(student):
        return sentence
    for sentence in set_aside(folder):
        log.warning("%s", sentence)
    if odd := [left for left in contents(folder).odd if left.path.suffix != ".ipynb"]:
        return f"{for_sentence(odd[0].path)} {odd[0].reason}. Remove it."
    choice = choose(folder, slug)
    for sentence in choice.remarks(slug):
        log.warning("%s: %s", student, sentence)
    return "" if choice.path is not None else f"{for_sentence(student)} has no {slug}.ipynb: {choice.reason}"


def _init_assignment(original: Callable[..., None], self: Any, assignment_id: str, student_id: str) -> None:
    """Prepares a submission; a notebook by another name does not count as missing, for which nbgrader writes zeros."""
    renamed = not Path(self._format_source(assignment_id, student_id), f"{assignment_id}.ipynb").is_file()
    with _scores_kept(self.coursedir, assignment_id, student_id, renamed):
        original(self, assignment_id, student_id)


def _convert_notebooks(original: Callable[..., None], self: Any) -> None:
    """Converts all submissions, and then names those that could not be graded, as a failure."""
    original(self)
    refused = getattr(self, _REFUSED)
    for sentence in refused:
        self.log.error("%s", sentence)
    if refused:
        raise NbGraderException(" ".join(refused))


@contextmanager
def _scores_kept(coursedir: Any, assignment: str, student: str, needed: bool) -> Iterator[None]:
    def grades(gradebook: Gradebook) -> list[Any]:
        try:
            return list(gradebook.find_submission_notebook(assignment, assignment, student).grades)
        except MissingEntry:
            return []

    if not needed:
        yield
        return
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        before = {grade.id: (grade.auto_score, grade.needs_manual_grade) for grade in grades(gradebook)}
    yield
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        for grade in grades(gradebook):
            grade.auto_score, grade.needs_manual_grade = before.get(grade.id, (None, False))
        gradebook.db.commit()
