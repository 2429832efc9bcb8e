"""The class report: one self-contained page that says how a class did and what it misunderstood."""

import statistics
from collections import Counter
from pathlib import Path
from typing import Any

from .html import render
from .outcomes import Outcome
from .results import ExerciseResult, SubmissionResult

BINS = 10


def write_report(results: list[SubmissionResult], path: Path) -> None:
    """Writes the report of one assignment as HTML. No learner is named in it.

    Raises:
        ValueError: there are no results.
    """
    if not results:
        raise ValueError("A report needs at least one graded submission.")
    page = render("report.html", **summary(results))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")


def summary(results: list[SubmissionResult]) -> dict[str, Any]:
    """The numbers of the report."""
    scores = [result.score for result in results]
    best = results[0].max_score
    by_exercise = [list(column) for column in zip(*(result.exercises for result in results), strict=True)]
    return {
        "assignment": results[0].assignment,
        "learners": len(results),
        "max_score": best,
        "mean": sum(scores) / len(scores),
        "median": statistics.median(scores),
        "bins": _bins(scores, best),
        "exercises": [_exercise(column) for column in by_exercise],
        "misconceptions": _misconceptions(results),
        "outcomes": _trouble(results),
        "repaired": sum(bool(result.repairs) for result in results),
        "repairs": Counter(_kind(repair) for result in results for repair in set(result.repairs)).most_common(),
        "seconds": sum(result.seconds for result in results),
        "slowest": max(result.seconds for result in results),
        "memory": max(result.memory for result in results) / 2**20,
    }


def _bins(scores: list[float], best: float) -> list[dict[str, Any]]:
    counts = Counter(min(int(BINS * score / best), BINS - 1) if best else 0 for score in scores)
    most = max(counts.values())
    return [
        {"low": best * i / BINS, "high": best * (i + 1) / BINS, "count": counts[i], "share": counts[i] / most}
        for i in range(BINS)
    ]


def _exercise(column: list[ExerciseResult]) -> dict[str, Any]:
    checks = list(zip(*(exercise.checks for exercise in column), strict=True))
    tried = [exercise for exercise in column if exercise.outcome is not Outcome.NOT_ATTEMPTED]
    return {
        "name": column[0].exercise,
        "max_points": column[0].max_points,
        "mean": sum(exercise.points for exercise in column) / len(column),
        "attempted": len(tried),
        "passed": sum(exercise.outcome is Outcome.PASSED for exercise in column),
        "checks": [
            {"title": row[0].title, "passed": sum(check.outcome is Outcome.PASSED for check in row), "of": len(row)}
            for row in checks
        ],
    }


def _misconceptions(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    found = [diagnosis for result in results for exercise in result.exercises for diagnosis in exercise.diagnoses]
    counts = Counter(diagnosis.misconception for diagnosis in found)
    sentences = {diagnosis.misconception: diagnosis.sentence for diagnosis in found}
    return [{"id": name, "count": count, "sentence": sentences[name]} for name, count in counts.most_common()]


def _trouble(results: list[SubmissionResult]) -> list[tuple[str, int]]:
    kinds = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY)
    return [
        (str(kind), sum(any(exercise.outcome is kind for exercise in result.exercises) for result in results))
        for kind in kinds
    ]


def _kind(repair: str) -> str:
    """A repair without the names of cells, so that equal ones can be counted."""
    return f"A cell: {repair.split(': ', 1)[-1]}" if repair.startswith("Cell") else repair
