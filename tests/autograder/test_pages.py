"""The page that a learner reads after grading."""

import pytest

from autograder.notebook import CellDict, code_cell
from autograder.outcomes import Outcome
from autograder.pages import _ByHand, page
from autograder.results import CheckResult, Diagnosis, ExerciseResult, SubmissionResult


def exercise(name: str, *outcomes: Outcome, told: str = "") -> ExerciseResult:
    checks = tuple(
        CheckResult(f"test_{i}", f"property {i}", 1.0, outcome, "" if outcome is Outcome.PASSED else f"message {i}")
        for i, outcome in enumerate(outcomes)
    )
    return ExerciseResult(name, 4.0, checks, (Diagnosis("slip", told),) if told else ())


RESULT = SubmissionResult(
    "ada",
    "02_activations",
    (
        exercise("relu", Outcome.PASSED, Outcome.PASSED),
        exercise("elu", Outcome.PASSED, Outcome.FAILED, told="Your `elu` forgets <alpha>."),
        exercise("selu", Outcome.NOT_ATTEMPTED),
    ),
    repairs=("Cell `write_relu`: missing, put back.",),
)


def answer(name: str, source: str) -> CellDict:
    meta = {"grade_id": name, "grade": True, "solution": True, "points": 3}
    return {"cell_type": "markdown", "id": name, "source": source, "metadata": {"nbgrader": meta}}


def written(name: str, source: str) -> CellDict:
    cell = code_cell(source, name)
    cell["metadata"]["nbgrader"] = {"grade_id": f"write_{name}", "solution": True}
    return cell


CELLS = [written("elu", "def elu(x): return '<script>alert(1)</script>'"), answer("why", "Because of <b>this</b>.")]


def test_everything_that_matters_is_on_it() -> None:
    text = page(RESULT, CELLS, _ByHand(), "full")
    assert "<strong>6 of 15 points</strong>" in text
    assert "(an answer in words is still to be read)" in " ".join(text.split())
    assert "Your <code>elu</code> forgets &lt;alpha&gt;." in text
    assert "message 1" in text
    assert text.count("All right.") == 1
    assert text.count("Not attempted.") == 1
    assert "<code>write_relu</code>: missing, put back." in text


def test_what_a_learner_wrote_is_text_and_the_page_needs_nothing_else() -> None:
    text = page(RESULT, CELLS, _ByHand(), "full")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;b&gt;this&lt;/b&gt;" in text
    assert "http" not in text
    assert "src=" not in text


def test_what_a_teacher_gave_by_hand_counts() -> None:
    by_hand = _ByHand({"why": 2.5, "elu": 4.0}, {"why": "Nice <3", "write_elu": "Look again."}, penalty=1.0)
    text = page(RESULT, CELLS, by_hand, "full")
    assert "<strong>9.5 of 15 points</strong>, 1 of them taken off because it came late" in " ".join(text.split())
    assert "still to be read" not in text
    assert "From your teacher: Nice &lt;3" in text
    assert "From your teacher: Look again." in text


@pytest.mark.parametrize(
    ("detail", "there", "absent"),
    [
        ("hints", ["forgets", "property 1"], ["message 1"]),
        ("score", ["2 of 4 points"], ["forgets", "property 1", "message 1"]),
    ],
)
def test_a_teacher_may_tell_less(detail: str, there: list[str], absent: list[str]) -> None:
    text = page(RESULT, CELLS, _ByHand(), detail)  # type: ignore[arg-type]
    for words in there:
        assert words in text
    for words in absent:
        assert words not in text
