"""What a worker of the service does: it grades an attempt, and makes the pages that its learner may read."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.core.course import Course, Topic
from autograder.core.files import digest
from autograder.core.text import clean
from autograder.gradebook.manual import ByHand
from autograder.grading import session
from autograder.grading.misconceptions import load_misconceptions
from autograder.grading.reading import read_submission
from autograder.grading.session import Graded, Task
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import read_release
from autograder.reports.feedback_page import Detail, feedback_page, lost_page

MOST_TOPICS = 40  # for which a worker keeps a grader

_log = logging.getLogger(__name__)
_Grade = Callable[[Topic, str, Task], Graded]


@dataclass(frozen=True)
class Piece:
    """An attempt to grade.

    Attributes:
        root: the course's folder.
        seed: the course secret.
        assignment: the topic.
        student: the learner.
        data: the notebook's bytes.
        secret: what the attempt's own inputs come from.
        details: the pages to make.
        earlier: the learner's earlier attempts, a number each, by the digest of their answers.
    """

    root: Path
    seed: str
    assignment: str
    student: str
    data: bytes
    secret: str
    details: tuple[Detail, ...]
    earlier: Mapping[str, int]


@dataclass(frozen=True)
class Finished:
    """What became of an attempt.

    Attributes:
        content: a digest of the answers in it.
        same_as: the number in `Piece.earlier` of an attempt with the same answers; then it was not graded.
        result: the result, as JSON.
        score: its points.
        max_score: the points that it could have.
        mistakes: the exercise, the id and the sentence of each diagnosis, as JSON.
        pages: the learner's pages by detail, as JSON.
        died: whether a process died over it.
    """

    content: str
    same_as: int | None = None
    result: str = ""
    score: float = 0.0
    max_score: float = 0.0
    mistakes: str = "[]"
    pages: str = ""
    died: bool = False


def get_ready(root: Path, seed: str, slugs: tuple[str, ...]) -> str:
    """Makes this process ready for the topics of a course. Returns a sentence for each that cannot be graded."""
    session.keep(MOST_TOPICS)
    sentences = []
    for slug in slugs:
        try:
            session.ready(Course(root).topic(slug), seed)
        except Exception as error:  # the others can be graded
            sentences.append(f"{slug} cannot be graded: {error}")
    return "\n".join(sentences)


def mistakes_in(root: Path, slug: str) -> dict[str, list[str]]:
    """Returns the ids of a topic's misconceptions, by exercise."""
    found: dict[str, list[str]] = {}
    for entry in load_misconceptions(Course(root).topic(slug)):
        found.setdefault(entry.exercise, []).append(entry.id)
    return found


def look_at(root: Path, seed: str, slug: str, exercise: str, misconception: str | None) -> None:
    """Runs the checks of an exercise on a misconception, or on the solution, and keeps what was seen for all workers.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    grader = session.ready(Course(root).topic(slug), seed)
    entries = [one for one in load_misconceptions(grader.topic) if one.id == misconception]
    grader.catalogue.seen(exercise, entries or [None])


def get_to_know(root: Path, seed: str, slug: str, exercise: str) -> None:
    """Learns how the misconceptions of an exercise behave.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    session.ready(Course(root).topic(slug), seed).know(exercise)


def grade(piece: Piece) -> Finished:
    """Grades an attempt, unless its answers are those of an earlier one.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    session.keep(MOST_TOPICS)
    topic = Course(piece.root).topic(piece.assignment)
    content = _content(read_submission(_name(piece), piece.data, read_release(topic.release)))
    if content in piece.earlier:
        return Finished(content, piece.earlier[content])
    return _finished(piece, content, session.grade_one, died=False)


def give_up(piece: Piece) -> Finished:
    """Returns an attempt over which a process died: no points, and the reason."""
    return _finished(piece, "", session.give_up, died=True)


def give_up_unread(piece: Piece) -> Finished:
    """Returns an attempt over which a process died even when it was only read."""
    return _finished(piece, "", session.give_up_unread, died=True)


def _name(piece: Piece) -> str:
    return f"{piece.assignment}.ipynb"


def _finished(piece: Piece, content: str, how: _Grade, *, died: bool) -> Finished:
    topic = Course(piece.root).topic(piece.assignment)
    task = Task(piece.student, _name(piece), piece.data, secret=piece.secret)
    graded = how(topic, piece.seed, task)
    result = graded.result
    pages = {detail: _page(graded, detail) for detail in piece.details}
    text = json.dumps(result.to_json(), ensure_ascii=False)
    mistakes = [
        (exercise.exercise, diagnosis.misconception, diagnosis.sentence)
        for exercise in result.exercises
        for diagnosis in exercise.diagnoses
    ]
    return Finished(content, None, text, result.score, result.max_score, json.dumps(mistakes), json.dumps(pages), died)


def _page(graded: Graded, detail: Detail) -> str:
    try:
        return feedback_page(graded.result, graded.notebook.cells, ByHand(), detail)
    except Exception as error:  # the points stand without the page
        _log.warning("%s", clean(f"{graded.result.student}: no page, because of {type(error).__name__}: {error}", 500))
        return lost_page(graded.result.student, graded.result.assignment)


def _content(repaired: Notebook) -> str:
    """Returns a digest of what a learner wrote: two notebooks with the same one are the same answer."""
    records = (json.dumps(record.to_json()) for record in repaired.records)
    return digest(*(f"{cell['cell_type']} {cell['source']}" for cell in repaired.cells), *repaired.repairs, *records)
