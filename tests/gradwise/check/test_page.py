"""A check's result in a notebook: the verdict first, what differs marked, a line for each function, the picture."""

import html
import re
from typing import Any

import numpy as np
import pytest
from gradwise import reference
from gradwise.check import CheckFailed, check, hint
from gradwise.check.page import page, prose
from gradwise.exercises import by_id, of_topic, topics
from IPython.utils.capture import capture_output

RIGHT = {name: getattr(reference, name) for name in reference.__all__}


def shown(exercise: str, **names: Any) -> str:
    """Returns the page that a check shows in a notebook, and makes sure that the plain text is beside it."""
    with capture_output() as captured:
        try:
            check(exercise, {**RIGHT, **names})
        except CheckFailed as failure:
            text = str(failure)
        else:
            text = ""
    (output,) = captured.outputs
    assert output.data["text/plain"].startswith((text or "✓").partition("\n")[0])
    found: str = output.data["text/html"]
    return found


def words(found: str) -> str:
    """Returns a page's text."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<style>.*?</style>", "", found)))


@pytest.mark.usefixtures("shell")
def test_the_verdict_comes_first_and_the_picture_last() -> None:
    found = shown("elu", elu=lambda x, alpha: np.where(x > 0, x, np.expm1(np.minimum(x, 0))))
    assert words(found).startswith("✗ elu: visible check 2 of 6")
    places = [found.index(part) for part in ("visible check 2", "called", "got", "wanted", "likely", "try", "<img")]
    assert places == sorted(places)
    assert 'alt="elu(x, 1.0): yours is right. elu(x, 0.5): yours differs from' in found


@pytest.mark.usefixtures("shell")
@pytest.mark.parametrize(
    ("exercise", "names", "marked"),
    [
        ("relu", {"relu": lambda x: np.where(x > 1, 0.0, np.maximum(x, 0))}, ["0.", "1.5"]),
        ("relu", {"relu": lambda x: "text"}, ["'text'", "[[0., 0., 1.5], [0.5, 0., 0.]]"]),
        ("prelu", {"prelu_backward": lambda *args: (reference.prelu_backward(*args)[0], np.array([-2.0, -5.0, 0.0]))},
         ["0.", "-1.5"]),
    ],
)  # fmt: skip
def test_the_numbers_that_differ_are_marked_and_no_others(
    exercise: str, names: dict[str, Any], marked: list[str]
) -> None:
    found = shown(exercise, **names)
    rows = re.findall(r"<dt[^>]*>(got|wanted)</dt><dd[^>]*>(.*?)</dd>", found)
    marks = [html.unescape(mark) for _, row in rows for mark in re.findall(r"<mark[^>]*>(.*?)</mark>", row)]
    assert marks == marked
    assert "text-decoration: underline" in found  # and not by color alone


@pytest.mark.usefixtures("shell")
def test_each_function_of_an_exercise_has_its_line_whichever_is_wrong() -> None:
    both = {"elu": lambda x, alpha: x * 1.0, "elu_grad": lambda x, alpha: x * 1.0}
    found = shown("elu", **both)
    lines = [words(line) for line in re.findall(r"<li[^>]*>(.*?)</li>", found)]
    assert lines == ["✗ elu: visible check 1 of 4 fails", "✗ elu_grad: visible check 1 of 2 fails"]
    lines = [words(line) for line in re.findall(r"<li[^>]*>(.*?)</li>", shown("elu"))]
    assert lines == ["✓ elu: 4 visible checks passed", "✓ elu_grad: 2 visible checks passed"]


def test_the_plain_text_says_it_of_the_other_functions_too() -> None:
    def unwritten(x: Any, alpha: float = 1.0) -> Any:
        raise NotImplementedError

    names = {"elu": lambda x, alpha: x * 1.0, "elu_grad": lambda x, alpha: x * 1.0}
    with pytest.raises(CheckFailed, match=r"\n  also    ✗ `elu_grad`: visible check 1 of 2 fails$"):
        check("elu", names)
    with pytest.raises(CheckFailed, match=r"\n  also    ○ `elu_grad` is not written yet$"):
        check("elu", {**names, "elu_grad": unwritten})


@pytest.mark.usefixtures("shell")
def test_a_learners_function_that_prints_is_read_once() -> None:
    def relu(x: Any) -> Any:
        print("here")
        return np.maximum(x, 0)

    cases = sum(case.function == "relu" for case in by_id("relu").cases)
    with capture_output() as captured:
        check("relu", {**RIGHT, "relu": relu})
    assert captured.stdout.count("here") == cases + 1  # before, it was seen whether it is written


SENTENCES = [
    text
    for slug in topics()
    for spec in of_topic(slug)
    for text in (*spec.hints, *spec.alone.values(), *(case.advice for case in spec.cases))
]


def test_no_sentence_shows_its_backticks_or_its_stars() -> None:
    assert len(SENTENCES) > 300
    for text in SENTENCES:
        shown = prose(text)
        assert "`" not in shown, text
        outside = re.sub(r"<code.*?</code>", "", shown)
        assert not re.search(r"\*\*?\w[^*<]*\w\*\*?(?!\w)", outside), text


def test_what_is_meant_as_code_or_stress_is_shown_so_and_a_product_stays() -> None:
    assert words(prose("Use `np.where`, *not* `if`: **never**.")) == "Use np.where, not if: never."
    assert re.findall(r"<(code|em|strong)\b", prose("Use `np.where`, *not* `if`: **never**.")) == [
        *("code", "em", "code", "strong")
    ]
    assert prose("x *= 2 and x * y * z < 1") == "x *= 2 and x * y * z &lt; 1"
    assert words(prose("`a*b*c` is a product")) == "a*b*c is a product"


@pytest.mark.usefixtures("shell")
def test_what_a_learner_returns_is_text_and_no_page() -> None:
    found = shown("relu", relu=lambda x: "<script>alert(1)</script>")
    assert "<script" not in found
    assert "&lt;script&gt;" in found


@pytest.mark.usefixtures("shell")
def test_a_long_line_wraps_by_itself() -> None:
    assert "overflow-wrap: anywhere" in page("✗ x", rows=[("got", "[" + "1.23456789, " * 60 + "]")])


@pytest.mark.usefixtures("shell")
def test_a_hint_is_a_page_too() -> None:
    with capture_output() as captured:
        hint("prelu")
    (output,) = captured.outputs
    assert output.data["text/plain"].startswith("hint 1 of 3: ")
    assert words(output.data["text/html"]).startswith("hint 1 of 3")
