"""Errata are a line each, with what is right behind a click."""

import pytest

from autograder.core.course import Course
from autograder.core.outcomes import GraderFault
from autograder.notebooks.errata import HEAD, as_html, folded
from autograder.notebooks.source import source_notebook

ROW = r"| E52 | S, *L1 and L2*; N | `a < b` and min(αλ, \|θ\|) | **two** of $x_1 < 2$ |" + "\n"
LINE = (
    "<details><summary><b>E52</b> · S, <i>L1 and L2</i>; N: <code>a &lt; b</code> and min(αλ, |θ|)</summary>"
    "It is: <b>two</b> of $x_1 < 2$</details>"
)


def test_a_row_is_a_line_that_opens() -> None:
    assert folded(f"Before.\n\n{HEAD}{ROW}{ROW}\nAfter.") == f"Before.\n\n{LINE}\n{LINE}\n\nAfter."
    assert folded(HEAD + ROW.strip()) == LINE + "\n"


def test_other_tables_and_texts_stay_as_they_are() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert folded(text) == text


def test_a_row_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(GraderFault, match="06: a row of errata has four cells"):
        folded(HEAD + "| E1 | B | says |\n", "06")


def test_marks_become_tags_and_formulas_stay() -> None:
    assert as_html("*a* `b` **c** $d*e*f$ & g") == "<i>a</i> <code>b</code> <b>c</b> $d*e*f$ &amp; g"


def test_every_notebook_folds_its_errata(course: Course) -> None:
    for topic in course.topics:
        text = topic.text.read_text("utf-8").split("## Where the notes differ")[1]
        rows = text.count("\n# | E")
        assert rows > 0
        assert source_notebook(topic).count("<details><summary><b>E") == rows, topic.slug
