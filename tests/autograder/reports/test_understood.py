"""Understanding beside correctness in the class report."""

from autograder.core.outcomes import Outcome
from autograder.core.results import CheckResult, ExerciseResult, SubmissionResult, Understanding
from autograder.reports.class_report import report
from autograder.reports.understood import understood


def result(student: str, known: Understanding | None, outcome: Outcome = Outcome.PASSED) -> SubmissionResult:
    checks = (CheckResult("test_elu", "elu is right", 1.0, outcome),)
    return SubmissionResult(student, "02_activations", (ExerciseResult("elu", 4.0, checks, understanding=known),))


CLASS = [
    *(result(f"explains {n}", Understanding(3, 2)) for n in range(3)),
    *(result(f"cannot {n}", Understanding(3, 1)) for n in range(3)),
    result("void", Understanding(0, 0, "changed")),
    result("silent", None),
    result("wrong", Understanding(3, 3), Outcome.FAILED),
]
LABELS = {one.student: one.student for one in CLASS}


def test_each_exercise_says_who_is_right_and_can_explain() -> None:
    (row,) = understood(CLASS, LABELS, named=True)
    assert (row["explain"], row["cannot"], row["not_asked"], row["void"]) == (3, 3, 2, 1)
    assert row["who"] == ["cannot 0", "cannot 1", "cannot 2"]
    assert row["says"].startswith("many are right and cannot explain it")
    (row,) = understood(CLASS, LABELS, named=False)
    assert row["who"] == []
    (row,) = understood(CLASS[:2], LABELS, named=False)
    assert row["says"] == "too few were asked to say anything about the exercise"


def test_the_report_has_the_section_only_if_somebody_was_asked() -> None:
    page = report(CLASS)
    assert "Right, and understood" in page
    assert "many are right and cannot explain it: talk about it, or ask for a derivation" in page
    assert "1 answer is void" in page
    assert "cannot 0" not in page
    assert "cannot 0" in report(CLASS, names=True)
    assert "Right, and understood" not in report([result("silent", None)])
