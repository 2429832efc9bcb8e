"""What the results of a class say: how hard each check is, whom it tells apart, what was misunderstood, who needs help.

Only numbers here; report.py makes pages of them.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograder.core.outcomes import Outcome
from autograder.core.results import ExerciseResult, SubmissionResult

BINS = 10
ENOUGH = 8  # fewest learners for which a correlation is reported
LOW = 0.5  # the share of the points below which somebody needs help
_TROUBLE = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY)
_MOST_HELPED = 30


def bins(scores: Sequence[float], best: float) -> list[dict[str, Any]]:
    """How many learners have how many points, in tenths of all points; full points are in the last."""
    counts = Counter(min(int(BINS * score / best + 1e-9), BINS - 1) if best else 0 for score in scores)
    most = max(counts.values(), default=1)
    return [
        {"low": best * i / BINS, "high": best * (i + 1) / BINS, "count": counts[i], "share": counts[i] / most}
        for i in range(BINS)
    ]


def discrimination(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """The point-biserial correlation of passing a check with the points that were made elsewhere.

    It is -1 to 1: above 0.2 those who pass the check are the ones who are good at the rest; around 0 it says nothing
    about them; below 0 the check may be at fault. None where it is not defined: with fewer than `ENOUGH` learners, if
    all or none pass, or if all made the same elsewhere.
    """
    if len(passed) < ENOUGH or all(passed) or not any(passed):
        return None
    if statistics.pstdev(rest) < 1e-9:
        return None
    return statistics.correlation([float(ok) for ok in passed], rest)


def exercises(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    """Each exercise: how it ended for how many, and each of its checks. Results of an older text are left out."""
    names = [exercise.exercise for exercise in results[-1].exercises]
    return [_exercise(name, results) for name in names]


def _exercise(name: str, results: list[SubmissionResult]) -> dict[str, Any]:
    rows = [(result, exercise) for result in results for exercise in result.exercises if exercise.exercise == name]
    column = [exercise for _, exercise in rows]
    ends = Counter(_end(exercise) for exercise in column)
    return {
        "name": name,
        "max_points": column[0].max_points,
        "mean": statistics.fmean(exercise.points for exercise in column),
        "share": statistics.fmean(_share(exercise) for exercise in column),
        "of": len(column),
        "attempted": len(column) - ends["not attempted"],
        "passed": ends["all right"],
        "ends": [(end, ends[end], ends[end] / len(column)) for end in ENDS],
        "checks": [_check(check.name, rows) for check in column[-1].checks],
    }


ENDS = ("all right", "partly", "wrong", "broke off", "not attempted")


def _end(exercise: ExerciseResult) -> str:
    if exercise.outcome is Outcome.PASSED:
        return "all right"
    if exercise.outcome is Outcome.NOT_ATTEMPTED:
        return "not attempted"
    if exercise.outcome in _TROUBLE:
        return "broke off"
    return "partly" if any(check.outcome is Outcome.PASSED for check in exercise.checks) else "wrong"


def _share(exercise: ExerciseResult) -> float:
    """The share of the weight that passed; a bonus has one, too."""
    total = sum(check.weight for check in exercise.checks)
    return sum(check.weight for check in exercise.checks if check.outcome is Outcome.PASSED) / total if total else 0.0


def _check(name: str, rows: list[tuple[SubmissionResult, ExerciseResult]]) -> dict[str, Any]:
    found = [
        (result.score - _worth(exercise, check.weight) * (check.outcome is Outcome.PASSED), check)
        for result, exercise in rows
        for check in exercise.checks
        if check.name == name
    ]
    passed = [check.outcome is Outcome.PASSED for _, check in found]
    last = found[-1][1]
    return {
        "name": name,
        "title": last.title,
        "kind": last.kind,
        "passed": sum(passed),
        "of": len(passed),
        "share": sum(passed) / len(passed),
        "discrimination": discrimination(passed, [rest for rest, _ in found]),
    }


def _worth(exercise: ExerciseResult, weight: float) -> float:
    """The points that a check of this weight brings."""
    total = sum(check.weight for check in exercise.checks)
    return exercise.max_points * weight / total if total else 0.0


def hardest(of_exercises: list[dict[str, Any]]) -> dict[str, Any]:
    """The exercise with the smallest share of its weight passed; a bonus only if there is nothing else."""
    return min(of_exercises, key=lambda one: (not one["max_points"], one["share"]))


def remarkable(of_exercises: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The checks that nobody fails, that everybody fails, and that better learners fail more often."""
    tried = [one for one in of_exercises if one["attempted"]]
    checks = [{**check, "exercise": one["name"]} for one in tried for check in one["checks"]]
    return {
        "nobody": [check for check in checks if check["passed"] == check["of"]],
        "everybody": [check for check in checks if check["passed"] == 0],
        "backwards": [check for check in checks if (check["discrimination"] or 0) < 0],
    }


def misconceptions(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    """What was misunderstood, by how many learners, the most frequent first; with one of them for an example."""
    learners: dict[str, list[str]] = {}
    about: dict[str, tuple[str, str]] = {}
    for result in results:
        for exercise in result.exercises:
            for diagnosis in exercise.diagnoses:
                learners.setdefault(diagnosis.misconception, []).append(result.student)
                about[diagnosis.misconception] = (exercise.exercise, diagnosis.sentence)
    found = [
        {"id": name, "count": len(set(who)), "exercise": about[name][0], "sentence": about[name][1], "learners": who}
        for name, who in learners.items()
    ]
    return sorted(found, key=lambda entry: -int(entry["count"]))


def need_help(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    """Those with less than half of the points, or whose code broke off, the weakest first."""
    found = []
    for result in sorted(results, key=lambda result: result.score):
        low = result.score < LOW * result.max_score
        broke = [exercise.exercise for exercise in result.exercises if exercise.outcome in _TROUBLE]
        if low or broke:
            found.append(
                {
                    "student": result.student,
                    "score": result.score,
                    "max_score": result.max_score,
                    "open": [e.exercise for e in result.exercises if e.outcome is Outcome.NOT_ATTEMPTED],
                    "lost": [e.exercise for e in result.exercises if _end(e) in ("partly", "wrong")],
                    "broke": broke,
                    "told": [d.misconception for e in result.exercises for d in e.diagnoses],
                }
            )
    return found[:_MOST_HELPED]


def work(results: list[SubmissionResult]) -> dict[str, float]:
    """The grader's work: seconds and mebibytes."""
    seconds = [result.seconds for result in results]
    return {
        "seconds": sum(seconds),
        "median_seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "memory": max(result.memory for result in results) / 2**20,
    }


def repairs(results: list[SubmissionResult]) -> list[tuple[str, int]]:
    """What had to be mended in how many notebooks."""
    return Counter(kind for result in results for kind in {_kind(repair) for repair in result.repairs}).most_common()


def trouble(results: list[SubmissionResult]) -> list[tuple[str, int]]:
    """How many learners have an exercise that ended in each of the bad ways."""
    return [
        (str(kind), sum(any(exercise.outcome is kind for exercise in result.exercises) for result in results))
        for kind in _TROUBLE
    ]


def _kind(repair: str) -> str:
    """A repair without the names of cells, so that equal ones can be counted."""
    return f"A cell: {repair.split(': ', 1)[-1]}" if repair.startswith("Cell") else repair
