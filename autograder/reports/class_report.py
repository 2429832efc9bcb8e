"""The class report: a self-contained page for each assignment and one for the course.

It says how the class did, what it misunderstood, who needs help, and which checks deserve a second look. Learners are
numbers in it unless the teacher asks for names; code is shown without its comments and strings.
"""

import ast
import statistics
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from autograder.core.course import Topic
from autograder.core.results import SubmissionResult

from . import item_analysis
from .graded_code import written
from .html import render
from .understood import understood

MOST_CODE = 30  # at most so many lines of an example
Code = Callable[[str, str, str], str]  # (learner, exercise, misconception) -> the learner's source


def no_code(student: str, exercise: str, misconception: str) -> str:
    """Returns no source: the report then has no examples."""
    return ""


def report_of(root: Path, topic: Topic, names: bool, results: dict[str, SubmissionResult]) -> str:
    """Returns the report of one assignment, with examples from the learners' graded notebooks; see `report`.

    Args:
        root: the course's folder.
        topic: the assignment.
        names: whether learners are named.
        results: the result of each learner.
    """
    return report(list(results.values()), names=names, code=written(root, topic).function)


def report(results: list[SubmissionResult], *, names: bool = False, code: Code = no_code) -> str:
    """Returns the report of one assignment as HTML.

    Args:
        results: the results of the class, at least one.
        names: whether learners are named; else they are numbers.
        code: returns a learner's source, for examples.

    Raises:
        ValueError: there are no results.
    """
    if not results:
        raise ValueError("A report needs at least one graded submission.")
    return render("report.html", **summary(results, names=names, code=code))


def summary(results: list[SubmissionResult], *, names: bool = False, code: Code = no_code) -> dict[str, Any]:
    """Returns the values for the template of the report; see `report`."""
    scores = [result.score for result in results]
    best = results[-1].max_score
    labels = _labels(results, names)
    of_exercises = item_analysis.exercises(results)
    return {
        "assignment": results[-1].assignment,
        "learners": len(results),
        "max_score": best,
        "mean": statistics.fmean(scores),
        "median": statistics.median(scores),
        "all_right": sum(score >= best for score in scores),
        "bins": item_analysis.bins(scores, best),
        "exercises": of_exercises,
        "understood": understood(results, labels, named=names),
        "few": len(results) < item_analysis.ENOUGH,
        "remarkable": item_analysis.remarkable(of_exercises),
        "misconceptions": [
            _with_example(entry, labels, names, code) for entry in item_analysis.misconceptions(results)
        ],
        "help": [{**entry, "called": labels[entry["student"]]} for entry in item_analysis.need_help(results)],
        "trouble": item_analysis.trouble(results),
        "repaired": sum(bool(result.repairs) for result in results),
        "repairs": item_analysis.repairs(results),
        "work": item_analysis.work(results),
        "named": names,
    }


def _labels(results: list[SubmissionResult], names: bool) -> dict[str, str]:
    """Returns the label of each learner: the name, or a number in the order of the points, not of the alphabet."""
    ordered = sorted(results, key=lambda result: (result.score, result.seconds))
    return {result.student: result.student if names else f"Learner {i}" for i, result in enumerate(ordered, start=1)}


def _with_example(entry: dict[str, Any], labels: dict[str, str], names: bool, code: Code) -> dict[str, Any]:
    learners = list(dict.fromkeys(entry["learners"]))
    sources = (anonymous(code(student, entry["exercise"], entry["id"])) for student in learners)
    example = next((source for source in sources if source), "")
    return {**entry, "learners": [labels[student] for student in learners] if names else [], "example": example}


def anonymous(source: str) -> str:
    """Returns code without comments and strings, in which people write their names; empty if it is not Python.

    Longer code is cut after `MOST_CODE` lines.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [part for part in body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
            node.body = kept or ([ast.Pass()] if body else [])  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = "…"
    try:
        lines = ast.unparse(tree).split("\n")
    except (RecursionError, ValueError):
        return ""
    return "\n".join(lines[:MOST_CODE] + ["…"] * (len(lines) > MOST_CODE))


# --- the course -------------------------------------------------------------------------------------


def course_report(topics: dict[str, list[SubmissionResult]], *, names: bool = False) -> str:
    """Returns the report of all graded assignments as HTML. The pages of the assignments lie beside it.

    Args:
        topics: the results of each assignment, in teaching order; an assignment without results is left out.
        names: whether learners are named.

    Raises:
        ValueError: nothing has been graded.
    """
    graded = {slug: results for slug, results in topics.items() if results}
    if not graded:
        raise ValueError("A report needs at least one graded submission.")
    return render("course_report.html", **course_summary(graded, names=names))


def course_report_of(names: bool, results: dict[str, list[SubmissionResult]]) -> str:
    """Returns the report of all graded assignments; see `course_report`.

    Args:
        names: whether learners are named.
        results: the results of each learner.
    """
    topics: dict[str, list[SubmissionResult]] = {}
    for result in chain.from_iterable(results.values()):
        topics.setdefault(result.assignment, []).append(result)
    return course_report(dict(sorted(topics.items())), names=names)


def course_summary(topics: dict[str, list[SubmissionResult]], *, names: bool = False) -> dict[str, Any]:
    """Returns the values for the template of the course's report: assignments, learners, frequent misconceptions."""
    shares = {
        slug: {result.student: result.score / result.max_score if result.max_score else 1.0 for result in results}
        for slug, results in topics.items()
    }
    everyone = sorted({student for of_topic in shares.values() for student in of_topic})
    rows: list[dict[str, Any]] = [
        {"student": student, "shares": [of.get(student) for of in shares.values()]} for student in everyone
    ]
    for row in rows:
        row["mean"] = statistics.fmean(share or 0.0 for share in row["shares"])
        row["missing"] = sum(share is None for share in row["shares"])
    rows.sort(key=lambda row: row["mean"])
    for number, row in enumerate(rows, start=1):
        row["called"] = row["student"] if names else f"Learner {number}"
    misconceptions = [
        {**entry, "topic": slug} for slug, results in topics.items() for entry in item_analysis.misconceptions(results)
    ]
    return {
        "topics": [
            {
                "slug": slug,
                "learners": len(results),
                "mean": statistics.fmean(shares[slug].values()),
                "median": statistics.median(shares[slug].values()),
                "bins": item_analysis.bins(list(shares[slug].values()), 1.0),
                "hardest": item_analysis.hardest(item_analysis.exercises(results)),
                "misconceptions": len(item_analysis.misconceptions(results)),
            }
            for slug, results in topics.items()
        ],
        "learners": rows,
        "behind": [row for row in rows if row["mean"] < item_analysis.LOW],
        "misconceptions": sorted(misconceptions, key=lambda entry: -int(entry["count"]))[:15],
        "named": names,
    }
