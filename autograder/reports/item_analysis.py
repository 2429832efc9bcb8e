"""Item analysis of a class: difficulty and discrimination of each check, misconceptions, and who needs help.

It returns numbers only; `class_report` makes pages of them.
"""

import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from autograder.core.outcomes import Outcome
from autograder.core.results import ExerciseResult, SubmissionResult

BINS = 10
ENOUGH = 8  # fewest learners for which a correlation is reported
LOW = 0.5  # a learner with a smaller share of the points needs help
_TROUBLE = (Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY)
_MOST_HELPED = 30  # at most so many learners are listed


def bins(scores: Sequence[float], best: float) -> list[dict[str, Any]]:
    """Returns a histogram of the points, in tenths of the best score; the best score counts in the last bin."""
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
    """Returns the numbers of each exercise of the last result, and of its checks. Older exercises are left out."""
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
    """Returns the share of the checks' weight that passed; a bonus, which has no points, has such a share, too."""
    total = sum(check.weight for check in exercise.checks)
    return sum(check.weight for check in exercise.checks if check.outcome is Outcome.PASSED) / total if total else 0.0


def _check(name: str, rows: list[tuple[SubmissionResult, ExerciseResult]]) -> dict[str, Any]:
    rows_of_check = [
        (result.score - _worth(exercise, check.weight) * (check.outcome is Outcome.PASSED), check)
        for result, exercise in rows
        for check in exercise.checks
        if check.name == name
    ]
    passed = [check.outcome is Outcome.PASSED for _, check in rows_of_check]
    last = rows_of_check[-1][1]
    return {
        "name": name,
        "title": last.title,
        "kind": last.kind,
        "passed": sum(passed),
        "of": len(passed),
        "share": sum(passed) / len(passed),
        "discrimination": discrimination(passed, [rest for rest, _ in rows_of_check]),
    }


def _worth(exercise: ExerciseResult, weight: float) -> float:
    """Returns the points that a check of this weight is worth."""
    total = sum(check.weight for check in exercise.checks)
    return exercise.max_points * weight / total if total else 0.0


def hardest(of_exercises: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the exercise with the smallest share of its weight passed; a bonus only if all exercises are bonuses."""
    return min(of_exercises, key=lambda exercise: (not exercise["max_points"], exercise["share"]))


def remarkable(of_exercises: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Returns the checks that nobody fails, that everybody fails, and that better learners fail more often."""
    tried = [exercise for exercise in of_exercises if exercise["attempted"]]
    checks = [{**check, "exercise": exercise["name"]} for exercise in tried for check in exercise["checks"]]
    return {
        "nobody": [check for check in checks if check["passed"] == check["of"]],
        "everybody": [check for check in checks if check["passed"] == 0],
        "backwards": [check for check in checks if (check["discrimination"] or 0) < 0],
    }


def misconceptions(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    """Returns each diagnosed misconception with the learners who have it, the most frequent first."""
    learners: dict[str, list[str]] = {}
    about: dict[str, tuple[str, str]] = {}
    for result in results:
        for exercise in result.exercises:
            for diagnosis in exercise.diagnoses:
                learners.setdefault(diagnosis.misconception, []).append(result.student)
                about[diagnosis.misconception] = (exercise.exercise, diagnosis.sentence)
    entries = [
        {"id": name, "count": len(set(who)), "exercise": about[name][0], "sentence": about[name][1], "learners": who}
        for name, who in learners.items()
    ]
    return sorted(entries, key=lambda entry: -int(entry["count"]))


def need_help(results: list[SubmissionResult]) -> list[dict[str, Any]]:
    """Returns the learners with less than half of the points, or whose code broke off, the weakest first.

    A bonus counts against nobody.
    """
    learners = []
    for result in sorted(results, key=lambda result: result.score):
        core = [exercise for exercise in result.exercises if exercise.max_points]
        low = result.score < LOW * result.max_score
        broke = [exercise.exercise for exercise in core if exercise.outcome in _TROUBLE]
        if low or broke:
            learners.append(
                {
                    "student": result.student,
                    "score": result.score,
                    "max_score": result.max_score,
                    "open": [e.exercise for e in core if e.outcome is Outcome.NOT_ATTEMPTED],
                    "lost": [e.exercise for e in core if _end(e) in ("partly", "wrong")],
                    "broke": broke,
                    "told": [d.misconception for e in result.exercises for d in e.diagnoses],
                }
            )
    return learners[:_MOST_HELPED]


def work(results: list[SubmissionResult]) -> dict[str, float]:
    """Returns the grader's work: the seconds that it took, and the largest memory in mebibytes."""
    seconds = [result.seconds for result in results]
    return {
        "seconds": sum(seconds),
        "median_seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "memory": max(result.memory for result in results) / 2**20,
    }


def repairs(results: list[SubmissionResult]) -> list[tuple[str, int]]:
    """Returns each kind of repair with the number of notebooks that needed it, the most frequent first."""
    return Counter(kind for result in results for kind in {_kind(repair) for repair in result.repairs}).most_common()


def trouble(results: list[SubmissionResult]) -> list[tuple[str, int]]:
    """Returns for timed out, crashed and out of memory the number of learners with an exercise that ended so."""
    return [
        (str(kind), sum(any(exercise.outcome is kind for exercise in result.exercises) for result in results))
        for kind in _TROUBLE
    ]


def _kind(repair: str) -> str:
    """Returns a repair without the names of cells, so that equal repairs can be counted."""
    return f"A cell: {repair.split(': ', 1)[-1]}" if repair.startswith("Cell") else repair
