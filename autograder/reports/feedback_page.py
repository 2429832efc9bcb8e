"""The page that a learner reads after grading: one self-contained HTML file, where nbgrader looks for feedback.

Names, titles and sentences are ours or were cleaned by `core.text`; a learner's text and code are escaped. The code of
hidden checks is not shown. Manual scores and comments are the gradebook's.
"""

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from gradwise.exercises import KINDS

from autograder.core.course import Course, Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import Outcome, UsageError
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult
from autograder.core.text import clean, counted, without_controls
from autograder.gradebook.config import course_directory, nbgrader_config
from autograder.gradebook.intake import SECRET, TIMESTAMP
from autograder.gradebook.manual import ByHand, by_hand_of
from autograder.notebooks import reader
from autograder.notebooks.cell_report import result_in
from autograder.notebooks.foreign import doubt
from autograder.notebooks.reader import CellDict, nbgrader_of
from autograder.notebooks.release import is_manual
from autograder.notebooks.repair import lost_answer

from . import svg
from .apart import OneByOne
from .html import render
from .markdown import from_markdown

MOST_NAME = 200  # at most so many characters of a name
MOST_LINES = 1000  # at most so many lines of a cell
READABLE = 0o644  # as nbgrader sets it whatever the umask: its learner fetches the page from the exchange
Detail = Literal["full", "hints", "score"]

_ROUNDING = 1e-9

# The place in a message of `sandbox.problems` at which a learner's code stopped.
_STOPPED = re.compile(r" in line (\d{1,5})(?: of the cell `([^`]*)`)? \(`")


def feedback_detail(course: Course) -> Detail:
    """Returns how much the learners of a course read: `c.FeedbackPage.feedback` in nbgrader_config.py.

    Raises:
        UsageError: the setting is not a `Detail`.
    """
    detail = nbgrader_config(course.root).get("FeedbackPage", {}).get("feedback", "full")
    if detail not in get_args(Detail):
        raise UsageError(f"c.FeedbackPage.feedback is {detail!r}; it can be {', '.join(get_args(Detail))}.")
    return detail  # type: ignore[no-any-return]


def write_pages(
    course: Course, topic: Topic, results: Iterable[SubmissionResult], detail: Detail, one_by_one: OneByOne
) -> list[Path]:
    """Writes the feedback page of each learner.

    Args:
        course: the course whose gradebook and folders are used.
        topic: the assignment.
        results: the results of the learners who get a page.
        detail: "full": what was checked and why it was lost; "hints": the diagnosis and the names of the checks;
            "score": points only.
        one_by_one: where pages are made. A learner whose page cannot be made gets one that says so.

    Returns:
        The paths of the pages.
    """
    coursedir = course_directory(course.root)
    by_hand = by_hand_of(coursedir, topic)
    paths = []
    for result in results:
        graded = Path(coursedir.format_path(coursedir.autograded_directory, result.student, topic.slug))
        piece = graded / f"{topic.slug}.ipynb", result, by_hand.get(result.student, ByHand())
        page = one_by_one.of(result.student, partial(_page, detail), piece)
        folder = Path(coursedir.format_path(coursedir.feedback_directory, result.student, topic.slug))
        path = folder / f"{topic.slug}.html"
        write_whole(path, page or lost_page(result.student, topic.slug))
        for name in (TIMESTAMP, SECRET):  # release_feedback looks for them
            (folder / name).unlink(missing_ok=True)  # of an earlier submission
            if (graded / name).is_file():
                (folder / name).write_bytes((graded / name).read_bytes())
        path.chmod(READABLE)
        paths.append(path)
    return paths


def _page(detail: Detail, piece: tuple[Path, SubmissionResult, ByHand]) -> str:
    notebook, result, by_hand = piece
    return feedback_page(result, reader.read(notebook.read_bytes()).cells, by_hand, detail)


def page_of_notebook(by_hand: ByHand, detail: Detail, notebook: Path) -> str:
    """Returns the page for a graded notebook with its result in it; empty if an older version has graded it."""
    read = reader.read(notebook.read_bytes())
    result = result_in(read)
    return feedback_page(result, read.cells, by_hand, detail) if result is not None else ""


def lost_page(student: str, assignment: str) -> str:
    """Returns the page of a learner for whom no other could be made."""
    return render("lost.html", student=clean(student, MOST_NAME), assignment=assignment, title=_title(assignment))


def _title(assignment: str) -> str:
    return assignment[3:].replace("_", " ").capitalize()


def feedback_page(result: SubmissionResult, cells: list[CellDict], by_hand: ByHand, detail: Detail) -> str:
    """Returns one learner's page as HTML.

    Args:
        result: the result.
        cells: the cells of the graded notebook.
        by_hand: scores, comments and the penalty from the gradebook.
        detail: how much the learner reads.
    """
    written: dict[str, str] = {nbgrader_of(cell).get("grade_id", ""): cell["source"] for cell in cells}
    answers = [_answer(cell, by_hand, result.repairs) for cell in cells if is_manual(cell)]
    possible = result.max_score + sum(answer["max_points"] for answer in answers)
    exercises = [_exercise(exercise, written, by_hand, detail) for exercise in result.exercises]
    given = sum(exercise["points"] for exercise in exercises) + sum(answer["score"] or 0.0 for answer in answers)
    wrong = doubt(result.repairs)
    penalty = min(by_hand.penalty, given)  # as in the exported mark, which is never less than zero
    total = given - penalty
    return render(
        "feedback.html",
        student=clean(result.student, MOST_NAME),
        assignment=result.assignment,
        title=_title(result.assignment),
        total=total,
        possible=possible,
        ring=svg.ring(total / possible if possible else 0.0),
        penalty=penalty,
        waiting=sum(answer["score"] is None for answer in answers),
        wrong=wrong,
        repairs=[repair for repair in result.repairs if repair != wrong],
        cell_problems=result.cell_problems if detail == "full" and not wrong else (),
        exercises=exercises,
        praise=_praise(exercises),
        answers=answers,
        kinds=KINDS,
    )


def _exercise(result: ExerciseResult, written: dict[str, str], by_hand: ByHand, detail: Detail) -> dict[str, Any]:
    given = by_hand.scores.get(result.exercise)
    tried = result.outcome is not Outcome.NOT_ATTEMPTED
    checks = result.checks if tried and detail != "score" else ()
    messages = [check.message for check in checks if check.message] if detail == "full" else []
    # A crash fails many checks with the same message, which is shown once.
    common = messages[0] if len(messages) > 1 and len(set(messages)) == 1 else ""
    cell = f"write_{result.exercise}"
    return {
        "name": result.exercise,
        "points": result.points if given is None else given,
        "by_checks": None if given is None or abs(given - result.points) < _ROUNDING else result.points,
        "max_points": result.max_points,
        "state": "right" if result.outcome is Outcome.PASSED else "wrong" if tried else "empty",
        "outcome": str(result.outcome),
        "passed": sum(check.outcome is Outcome.PASSED for check in result.checks),
        "told": [diagnosis.sentence for diagnosis in result.diagnoses] if detail != "score" else [],
        "common": common,
        "example": result.example if detail == "full" else None,
        "note": result.note if detail == "full" else "",
        "curves": [(svg.curve(curve), curve.label) for curve in result.curves] if detail == "full" else [],
        "by_kind": _by_kind(checks),
        "checks": [
            {
                "title": check.title,
                "passed": check.outcome is Outcome.PASSED,
                "message": check.message if detail == "full" and check.message != common else "",
                "kind": check.kind,
            }
            for check in checks
        ],
        "comment": from_markdown(without_controls(by_hand.comments.get(cell, ""))),
        "code": _numbered(without_controls(written.get(cell, "")), _crashed_lines(messages, cell)) if tried else [],
    }


def _praise(exercises: Iterable[dict[str, Any]]) -> str:
    """Returns a sentence about the exercises that are right. A bonus counts only if it is right."""
    core = [exercise for exercise in exercises if exercise["max_points"]]
    right = [exercise["name"] for exercise in core if exercise["state"] == "right"]
    bonus = [exercise["name"] for exercise in exercises if exercise not in core and exercise["state"] == "right"]
    sentences = []
    if right:
        if len(right) == len(core):
            sentences.append(
                "Every exercise is right. Well done." if len(core) > 1 else "The exercise is right. Well done."
            )
        else:
            sentences.append(f"You got {len(right)} of {counted(len(core), 'exercise')} all right: {', '.join(right)}.")
    if bonus:
        named = f"{', '.join(bonus[:-1])} and {bonus[-1]} are" if bonus[1:] else f"{bonus[0]} is"
        sentences.append(
            f"The bonus {'exercises' if bonus[1:] else 'exercise'} {named} right{', too' if right else ''}."
        )
    return " ".join(sentences)


def _by_kind(checks: Iterable[CheckResult]) -> list[tuple[str, int, int]]:
    """Returns for each kind of check its name, the number of passed checks, and the number of all."""
    counts: dict[str, list[int]] = {kind: [0, 0] for kind in KINDS}
    for check in checks:
        counts[check.kind][0] += check.outcome is Outcome.PASSED
        counts[check.kind][1] += 1
    return [(kind, passed, number) for kind, (passed, number) in counts.items() if number]


def _crashed_lines(messages: Iterable[str], cell: str) -> set[int]:
    """Returns the numbers of the lines of a cell at which its code stopped, as the messages say."""
    matches = (_STOPPED.search(message) for message in messages)
    return {int(match[1]) for match in matches if match and match[2] in (None, cell)}


def _numbered(source: str, marked: set[int]) -> list[tuple[int, str, bool]]:
    """Returns (number, line, whether the line is marked) for each line of a cell. A very long cell is cut off."""
    lines = source.split("\n", MOST_LINES) if source else []
    shown = [(number, line, number in marked) for number, line in enumerate(lines[:MOST_LINES], 1)]
    return [*shown, (MOST_LINES + 1, "…", False)] if len(lines) > MOST_LINES else shown


def _answer(cell: CellDict, by_hand: ByHand, repairs: Iterable[str]) -> dict[str, Any]:
    name = nbgrader_of(cell)["grade_id"]
    score, best = by_hand.scores.get(name), float(nbgrader_of(cell)["points"])
    unanswered = name in by_hand.unanswered
    lost = unanswered and lost_answer(name, repairs)
    if score is None:
        state, words = "", "still to be read"
    else:
        state = "right" if score >= best else "empty" if unanswered else "wrong"
        words = "not in your notebook" if lost else "you wrote nothing" if unanswered else "read by your teacher"
    return {
        "name": name,
        "text": from_markdown(without_controls(cell["source"])),
        "max_points": best,
        "score": score,
        "state": state,
        "words": words,
        "comment": from_markdown(without_controls(by_hand.comments.get(name, ""))),
        "unanswered": unanswered,
        "lost": lost,
    }
