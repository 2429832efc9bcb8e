"""The page that a learner reads after grading: one self-contained HTML file, where nbgrader looks for feedback.

Names, titles and sentences are ours or were cleaned by `wording`; what a learner wrote is escaped. No hidden check
is shown. Manual scores and comments are the gradebook's.
"""

from . import swift  # noqa: F401

# isort: split

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from . import notebook
from .build import nbgrader_config
from .course import Course, Topic
from .files import write_whole
from .html import render
from .notebook import CellDict, nbgrader_of
from .outcomes import Outcome
from .repair import is_manual, read_release
from .results import ExerciseResult, SubmissionResult
from .wording import clean, harmless

MOST_NAME = 200  # characters
Detail = Literal["full", "hints", "score"]


@dataclass
class _ByHand:
    """What a person, or lateness, adds: by the name of a cell, the score and the comment."""

    scores: dict[str, float | None] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    penalty: float = 0.0


def write_pages(course: Course, topic: Topic, results: Iterable[SubmissionResult], detail: Detail) -> list[Path]:
    """Writes the feedback page of each learner.

    Args:
        course: whose gradebook and folders are used.
        topic: the assignment.
        results: who gets a page.
        detail: "full": what was checked and why it was lost; "hints": the diagnosis and the names of the checks;
            "score": points only.
    """
    coursedir = CourseDirectory(config=nbgrader_config(course.root))
    by_hand = _by_hand(coursedir, topic)
    paths = []
    for result in results:
        graded = Path(coursedir.format_path(coursedir.autograded_directory, result.student, topic.slug))
        cells = notebook.read((graded / f"{topic.slug}.ipynb").read_bytes()).cells
        folder = Path(coursedir.format_path(coursedir.feedback_directory, result.student, topic.slug))
        path = folder / f"{topic.slug}.html"
        write_whole(path, page(result, cells, by_hand.get(result.student, _ByHand()), detail))
        for name in ("timestamp.txt", "submission_secret.txt"):  # release_feedback looks for them
            if (graded / name).is_file():
                (folder / name).write_bytes((graded / name).read_bytes())
        paths.append(path)
    return paths


def page(result: SubmissionResult, cells: list[CellDict], by_hand: _ByHand, detail: Detail) -> str:
    """One learner's page."""
    written: dict[str, str] = {nbgrader_of(cell).get("grade_id", ""): cell["source"] for cell in cells}
    answers = [_answer(cell, by_hand) for cell in cells if is_manual(cell)]
    # A score given by hand replaces the checks'.
    points = sum(
        one.points if (given := by_hand.scores.get(one.exercise)) is None else given for one in result.exercises
    )
    return render(
        "feedback.html",
        student=clean(result.student, MOST_NAME),
        assignment=result.assignment,
        total=points + sum(answer["score"] or 0.0 for answer in answers) - by_hand.penalty,
        possible=result.max_score + sum(answer["max_points"] for answer in answers),
        penalty=by_hand.penalty,
        waiting=any(answer["score"] is None for answer in answers),
        repairs=result.repairs,
        cell_problems=result.cell_problems if detail == "full" else (),
        exercises=[_exercise(one, written, by_hand, detail) for one in result.exercises],
        answers=answers,
    )


def _exercise(result: ExerciseResult, written: dict[str, str], by_hand: _ByHand, detail: Detail) -> dict[str, Any]:
    given = by_hand.scores.get(result.exercise)
    tried = result.outcome is not Outcome.NOT_ATTEMPTED
    return {
        "name": result.exercise,
        "points": result.points if given is None else given,
        "max_points": result.max_points,
        "not_attempted": not tried,
        "all_right": result.outcome is Outcome.PASSED,
        "told": [diagnosis.sentence for diagnosis in result.diagnoses] if detail != "score" else [],
        "checks": [
            {
                "title": check.title,
                "passed": check.outcome is Outcome.PASSED,
                "message": check.message if detail == "full" else "",
            }
            for check in (result.checks if detail != "score" else ())
        ],
        "comment": by_hand.comments.get(f"write_{result.exercise}", ""),
        "code": harmless(written.get(f"write_{result.exercise}", "")) if tried else "",
    }


def _answer(cell: CellDict, by_hand: _ByHand) -> dict[str, Any]:
    name = nbgrader_of(cell)["grade_id"]
    return {
        "name": name,
        "text": harmless(cell["source"]),
        "max_points": float(nbgrader_of(cell)["points"]),
        "score": by_hand.scores.get(name),
        "comment": by_hand.comments.get(name, ""),
    }


def _by_hand(coursedir: CourseDirectory, topic: Topic) -> dict[str, _ByHand]:
    """What the gradebook holds besides the checks' scores, by student, in three questions for the whole class."""
    found: dict[str, _ByHand] = {}
    by_checks = read_release(topic.release).points
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        wanted = SubmittedAssignment.assignment_id == gradebook.find_assignment(topic.slug).id
        mine = select(SubmittedAssignment.student_id).where(wanted)

        def of(table: Any, *columns: Any) -> Any:
            return gradebook.db.execute(
                mine.add_columns(BaseCell.name, *columns)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(table, table.notebook_id == SubmittedNotebook.id)
                .join(BaseCell, table.cell_id == BaseCell.id)
            )

        for student, cell, automatic, manual, extra in of(
            Grade, Grade.auto_score, Grade.manual_score, Grade.extra_credit
        ):
            score = manual if manual is not None else automatic
            if manual is not None or extra or cell not in by_checks:
                total = None if score is None and not extra else (score or 0.0) + (extra or 0.0)
                found.setdefault(student, _ByHand()).scores[cell] = total
        for student, cell, automatic, manual in of(Comment, Comment.auto_comment, Comment.manual_comment):
            if manual or automatic:
                found.setdefault(student, _ByHand()).comments[cell] = manual or automatic
        for student, penalty in gradebook.db.execute(
            mine.add_columns(SubmittedNotebook.late_submission_penalty).join(
                SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id
            )
        ):
            found.setdefault(student, _ByHand()).penalty += penalty or 0.0
    return found
