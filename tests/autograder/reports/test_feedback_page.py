"""The page that a learner reads after grading."""

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.core.outcomes import Outcome
from autograder.core.results import (
    CheckResult,
    Diagnosis,
    Drawn,
    Example,
    ExerciseResult,
    SubmissionResult,
    submission_from_json,
)
from autograder.gradebook.manual import ByHand
from autograder.grading.grader import Grader
from autograder.notebooks.reader import CellDict, code_cell
from autograder.notebooks.repair import LOST
from autograder.reports import svg
from autograder.reports.feedback_page import feedback_page
from autograder.reports.markdown import from_markdown

from ..conftest import graded


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


CELLS = [written("elu", "def elu(x): return '<script>alert(1)</script>'"), answer("why", "Because of <u>this</u>.")]


def test_everything_that_matters_is_on_it() -> None:
    text = feedback_page(RESULT, CELLS, ByHand(), "full")
    assert "<strong>6 of 15 points</strong>" in text
    assert "(an answer in words is still to be read)" in " ".join(text.split())
    assert "Your <code>elu</code> forgets &lt;alpha&gt;." in text
    assert "message 1" in text
    assert text.count("All right.") == 1
    assert text.count("Not attempted.") == 1
    assert "<code>write_relu</code>: missing, put back." in text


def test_what_a_learner_wrote_is_text_and_the_page_needs_nothing_else() -> None:
    text = feedback_page(RESULT, CELLS, ByHand(), "full")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "&lt;u&gt;this&lt;/u&gt;" in text
    assert "http" not in text
    assert "src=" not in text


def test_an_answer_in_words_is_shown_as_jupyter_shows_it_and_what_could_do_harm_is_not() -> None:
    words = "### Why\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n*Because* `x` is 0. ![](http://x.y/z.png)\n\n<script>alert(1)</script>"
    text = feedback_page(RESULT, [written("elu", ""), answer("why", words)], ByHand(), "full")
    assert "<h3>Why" in text
    assert "<td>1</td>" in text
    assert "<em>Because</em> <code>x</code> is 0." in text
    assert "###" not in text
    assert "<script" not in text
    assert "src=" not in text


def test_what_a_teacher_gave_by_hand_counts() -> None:
    comments = {"why": "Nice <3, *but* see\n\n- `alpha`", "write_elu": "Look **again**."}
    by_hand = ByHand({"why": 2.5, "elu": 4.0}, comments, penalty=1.0)
    text = feedback_page(RESULT, CELLS, by_hand, "full")
    assert "<strong>9.5 of 15 points</strong>, after 1 was taken off because it came late" in " ".join(text.split())
    assert "still to be read" not in text
    assert text.count("<h3>From your teacher</h3>") == 2
    assert "<p>Nice &lt;3, <em>but</em> see</p>" in text
    assert "<li><code>alpha</code></li>" in text
    assert "<p>Look <strong>again</strong>.</p>" in text
    assert "The checks gave 2 points; your teacher changed that to 4." in text
    assert "changed by your teacher" in text


@pytest.mark.parametrize(
    "by_hand",
    [
        ByHand(),
        ByHand({"why": 2.5}, penalty=1.25),
        ByHand({"why": 2.5, "elu": 4.5, "relu": 0.0}, penalty=3.0),
        ByHand({"why": 0.0, "elu": 0.0, "relu": 0.0}, penalty=100.0),
    ],
)
def test_the_rows_add_up_to_the_heading(by_hand: ByHand) -> None:
    text = " ".join(feedback_page(RESULT, CELLS, by_hand, "full").split())
    heading = re.search(r"<strong>([\d.]+) of ([\d.]+) points", text)
    table = re.search(r'<table class="overview">(.*?)</table>', text)
    assert heading is not None
    assert table is not None
    cells = re.findall(r"<td>(−?[\d.]+|–)(?: of ([\d.]+)|, bonus)?</td></tr>", table[1])
    assert sum(float(points.replace("−", "-")) for points, _ in cells if points != "–") == float(heading[1])
    assert sum(float(best or 0) for _, best in cells) == float(heading[2])


def bonus(outcome: Outcome) -> ExerciseResult:
    return ExerciseResult("zoo", 0.0, exercise("zoo", outcome).checks)


@pytest.mark.parametrize(
    ("exercises", "sentence"),
    [
        ((exercise("relu", Outcome.PASSED), bonus(Outcome.FAILED)), "<p>The exercise is right. Well done.</p>"),
        ((*RESULT.exercises, bonus(Outcome.NOT_ATTEMPTED)), "<p>You got 1 of 3 exercises all right: relu.</p>"),
        ((*RESULT.exercises, bonus(Outcome.PASSED)), "all right: relu. The bonus exercise zoo is right, too.</p>"),
        ((exercise("elu", Outcome.FAILED), bonus(Outcome.PASSED)), "<p>The bonus exercise zoo is right.</p>"),
    ],
)
def test_a_bonus_does_not_count_against_anyone(exercises: tuple[ExerciseResult, ...], sentence: str) -> None:
    assert sentence in feedback_page(SubmissionResult("ada", "02_activations", exercises), [], ByHand(), "full")


@pytest.mark.parametrize(
    ("by_hand", "row"),
    [
        (ByHand(), "answer in words, still to be read</td><td>– of 3"),
        (ByHand({"why": 3.0}), "answer in words, read by your teacher</td><td>3 of 3"),
        (ByHand({"why": 0.0}, unanswered={"why"}), "answer in words, you wrote nothing</td><td>0 of 3"),
    ],
)
def test_an_answer_in_words_belongs_to_the_overview(by_hand: ByHand, row: str) -> None:
    assert row in feedback_page(RESULT, CELLS, by_hand, "full")


def test_an_answer_in_words_that_was_not_in_the_notebook_is_said() -> None:
    lost = replace(RESULT, repairs=(f"Cells `how`, `why`: {LOST}.",))
    by_hand = ByHand({"why": 0.0}, unanswered={"why"})
    text = feedback_page(lost, CELLS, by_hand, "full")
    assert "answer in words, not in your notebook</td><td>0 of 3" in text
    assert "The cell for this answer was not in the notebook that you handed in" in text
    assert "You wrote nothing here." not in text
    assert "was not in the notebook that you handed in" not in feedback_page(RESULT, CELLS, by_hand, "full")


@pytest.mark.parametrize(
    ("detail", "present", "absent"),
    [
        ("hints", ["forgets", "property 1"], ["message 1"]),
        ("score", ["2 of 4 points"], ["forgets", "property 1", "message 1"]),
    ],
)
def test_a_teacher_may_tell_less(detail: str, present: list[str], absent: list[str]) -> None:
    text = feedback_page(RESULT, CELLS, ByHand(), detail)  # type: ignore[arg-type]
    for words in present:
        assert words in text
    for words in absent:
        assert words not in text


# --- what is shown of a failing exercise ------------------------------------------------------------


def failing(**shown: Any) -> SubmissionResult:
    checks = (
        CheckResult("test_a", "elu has the right values", 1.0, Outcome.PASSED),
        CheckResult("test_b", "elu takes integers", 1.0, Outcome.FAILED, "2 of 4 values are wrong.", "edges"),
        CheckResult(
            "test_c",
            "elu does not overflow",
            1.0,
            Outcome.CRASHED,
            "`elu` raised ValueError in line 2 of the cell `write_elu` (`return x[<b>]`).",
            "stability",
        ),
    )
    return SubmissionResult("ada", "02_activations", (ExerciseResult("elu", 3.0, checks, **shown),))


def test_the_card_says_how_many_checks_of_each_kind_were_passed() -> None:
    text = feedback_page(failing(), [], ByHand(), "full")
    for card in ("values 1/1", "edges 0/1", "stability 0/1"):
        assert f">{card}</span>" in text
    assert "randomness 0" not in text
    assert "very large and very small inputs: no overflow, no digit lost" in text


def test_the_line_where_the_code_stopped_is_marked() -> None:
    text = feedback_page(failing(), [written("elu", "def elu(x):\n    return x[<b>]\n")], ByHand(), "full")
    assert text.count("line stopped") == 1
    assert '<span class="line stopped"><i>2</i>    return x[&lt;b&gt;]' in text
    assert "(your code stopped here)" in text
    assert "line stopped" not in feedback_page(failing(), [written("relu", "a\nb\n")], ByHand(), "full")


def test_an_example_and_a_curve_are_shown_to_those_who_may_see_them() -> None:
    example = Example("elu(np.array([-1]), 0.5)", "<i>0</i>", "[-0.316]")
    drawn = Drawn("elu(x, 0.5)", (0.0, 1.0, 2.0), (0.0, None, 4.0))
    result = failing(example=example, curves=(drawn,))
    text = feedback_page(result, [], ByHand(), "full")
    assert "&lt;i&gt;0&lt;/i&gt;" in text
    assert "Examples are drawn anew for this page" in text
    assert 'role="img" aria-label="elu(x, 0.5): your curve leaves the right one at 2 of 3 points' in text
    for detail in ("hints", "score"):
        text = feedback_page(result, [], ByHand(), detail)  # type: ignore[arg-type]
        assert "elu(np.array" not in text
        assert "<svg class=" + '"curve"' not in text
    again = submission_from_json(json.loads(json.dumps(result.to_json())))
    assert again.exercises == result.exercises


def test_a_curve_far_off_does_not_flatten_the_right_one() -> None:
    x = np.linspace(-4, 4, 81)
    picture = svg.curve(Drawn("f(x)", tuple(np.tanh(x)), tuple(np.exp(5 * x))))
    (path,) = re.findall(r'class="wanted" d="([^"]*)"', picture)
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)]
    assert max(heights) - min(heights) > 30
    assert "nan" not in picture
    assert "The largest distance is 4.9e+08." in svg.words(Drawn("f(x)", tuple(np.tanh(x)), tuple(np.exp(5 * x))))


def test_the_example_is_a_short_call_whose_inputs_gave_no_marks(grader: Grader) -> None:
    source = "def leaky_relu(x, a): return np.maximum(a * x, x)"
    (leaky,) = (result for result in graded(grader, source).exercises if result.exercise == "leaky_relu")
    assert leaky.example is not None
    assert leaky.example.called.startswith("leaky_relu(np.array([[")
    slope = float(leaky.example.called.rsplit(", ", 1)[1].rstrip(")"))
    call = {"np": np, "leaky_relu": lambda x, a: np.where(x > 0, x, a * x)}
    wanted = np.array(eval(leaky.example.wanted))
    assert np.allclose(eval(leaky.example.called, call), wanted, rtol=1e-4)
    assert not np.allclose(np.array(eval(leaky.example.got)), wanted)
    assert slope in (2.0, -0.5)
    assert [curve.label for curve in leaky.curves] == ["leaky_relu(x, 2.0)"]
    seen = [value for check in grader.catalogue.look("leaky_relu", None)[1].values() for value in check]
    assert seen
    assert not any(
        np.shape(o.reply.value) == wanted.shape and np.allclose(o.reply.value, wanted, rtol=1e-4)
        for o in seen
        if o.reply
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("$a = 5.5$ and $x / a$", "<em>a = 5.5</em> and <em>x / a</em>"),
        ("$\\alpha$ stays", "$\\alpha$ stays"),
        ("### Mine", "Mine</h3>"),
        ("`echo $a$`", "<code>echo $a$</code>"),
        ("[here](https://example.org/$a$)", 'href="https://example.org/$a$"'),
        ("5$ or 6$ each", "5$ or 6$ each"),
        ("$a < b$", "<em>a &lt; b</em>"),
    ],
)
def test_a_short_formula_reads_well_in_an_answer(typed: str, shown: str) -> None:
    assert shown in from_markdown(typed)


def test_a_link_does_not_replace_the_page_in_a_frame() -> None:
    cells = [written("elu", ""), answer("why", "[here](https://example.org) and <a href='#elu'>there</a>")]
    text = feedback_page(RESULT, cells, ByHand({"why": 0.0}), "full")
    links = re.findall(r"<a [^>]*>", text)
    assert len(links) > 2
    assert [link for link in links if 'target="_blank" rel="noopener"' not in link] == []


def test_what_nbgrader_notes_by_itself_is_not_put_into_the_teachers_mouth() -> None:
    cells = [written("elu", ""), answer("why", "")]
    text = feedback_page(RESULT, cells, ByHand({"why": 0.0}, unanswered={"why", "elu"}), "full")
    assert text.count("You wrote nothing here.") == 1
    assert "From your teacher" not in text
