"""Understanding beside correctness: who is right and can explain the own code, and who is right and cannot."""

from collections.abc import Mapping
from typing import Any

from autograder.core.outcomes import Outcome
from autograder.core.results import SubmissionResult

EXPLAINS = 0.6  # the share of the questions from which somebody can explain the code: two of three
ENOUGH = 5  # learners who were right and asked, without whom it says nothing about an exercise
MANY = 0.4  # the share of them who cannot explain, from which the exercise deserves a look


def understood(results: list[SubmissionResult], labels: Mapping[str, str], *, named: bool) -> list[dict[str, Any]]:
    """Returns a row for each exercise of the last result; none if nobody answered a question.

    Args:
        results: the results of the class.
        labels: what each learner is called.
        named: whether learners are named.
    """
    names = [exercise.exercise for exercise in results[-1].exercises]
    rows = [_row(name, results, labels, named=named) for name in names]
    if not any(row["asked"] or row["void"] for row in rows):
        return []
    return [row for row in rows if row["asked"] or row["void"] or row["not_asked"]]


def _row(name: str, results: list[SubmissionResult], labels: Mapping[str, str], *, named: bool) -> dict[str, Any]:
    groups: dict[str, list[str]] = {"explain": [], "cannot": [], "not asked": [], "wrong": []}
    void = 0
    for result in results:
        for exercise in result.exercises:
            if exercise.exercise != name:
                continue
            known = exercise.understanding
            void += known is not None and not known.asked
            if exercise.outcome is not Outcome.PASSED:
                group = "wrong"
            elif known is None or not known.asked:
                group = "not asked"
            else:
                group = "explain" if exercise.share_understood >= EXPLAINS else "cannot"
            groups[group].append(labels[result.student])
    asked = len(groups["explain"]) + len(groups["cannot"])
    return {
        "name": name,
        "asked": asked,
        "explain": len(groups["explain"]),
        "cannot": len(groups["cannot"]),
        "not_asked": len(groups["not asked"]),
        "void": void,
        "who": groups["cannot"] if named else [],
        "says": _says(len(groups["cannot"]), asked),
    }


def _says(cannot: int, asked: int) -> str:
    if asked < ENOUGH:
        return "too few were asked to say anything about the exercise"
    if cannot / asked >= MANY:
        return "many are right and cannot explain it: talk about it, or ask for a derivation"
    return "those who are right can explain it" if cannot / asked <= 0.1 else "most who are right can explain it"
