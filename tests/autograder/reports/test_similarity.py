"""Similar answers: code of the release and names do not count, and the wording accuses nobody."""

import pytest

from autograder.core.course import Topic
from autograder.reports.similarity import Pair, answer, boilerplate_of, given_in, similar, similar_page

GIVEN = "import numpy as np\n\n\ndef f(x):\n    raise NotImplementedError  # your code here\n"
LONG = """
def f(values):
    total = 0
    for index, value in enumerate(values):
        if value > 3 and index % 2 == 0:
            total += value * 2 - index / 7
        elif value < -5:
            total -= abs(value) ** 0.5
    return total / max(len(values), 1)
"""
RENAMED = LONG.replace("values", "xs").replace("value", "x").replace("total", "s").replace("index", "i") + "# mine\n"
OTHER = """
def f(values):
    values = np.asarray(values, float)
    even = np.arange(len(values)) % 2 == 0
    large, small = values > 3, values < -5
    gains = np.where(large & even, 2 * values - np.arange(len(values)) / 7, 0.0)
    losses = np.where(small, np.sqrt(np.abs(values)), 0.0)
    return (gains - losses).sum() / max(len(values), 1)
"""


def compared(codes: dict[str, str], boilerplate: str, least: float) -> list[Pair]:
    given = given_in(boilerplate)
    return similar({student: answer(code, given) for student, code in codes.items()}, least)


def test_the_same_code_with_other_names_is_found_and_other_code_is_not() -> None:
    (pair,) = compared({"ada": LONG, "bo": RENAMED, "cy": OTHER}, GIVEN, 0.8)
    assert (pair.first, pair.second) == ("ada", "bo")
    assert pair.share > 0.95


def test_what_everybody_was_given_does_not_count() -> None:
    assert compared({"ada": LONG, "bo": LONG}, LONG, 0.1) == []
    assert len(compared({"ada": LONG, "bo": LONG}, "", 0.1)) == 1


def test_answers_of_a_line_say_nothing() -> None:
    assert (
        compared({"ada": "def f(x):\n    return 2 * x\n", "bo": "def f(x):\n    return 2 * x\n", "cy": ""}, "", 0.1)
        == []
    )


def test_the_page_accuses_nobody_and_escapes_what_was_written(topic: Topic) -> None:
    evil = LONG.replace("total = 0", "total = '<script>1</script>'")
    pairs = compared({"ada": evil, "<b>bo": evil}, boilerplate_of(topic), 0.5)
    page = similar_page(topic.slug, pairs, 2, 0.5)
    assert "A resemblance says nothing about how it came about." in page
    assert "2 answers were compared; 1 pair shares at least 50 %." in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<b>bo" not in page
    assert "<mark>" in page
    assert not {"plagiar", "cheat", "copied", "suspect"} & set(page.lower().split())


@pytest.mark.parametrize("least", [0.5, 1.0])
def test_the_most_alike_come_first(least: float) -> None:
    half = LONG + OTHER.replace("def f", "def g")
    shares = [pair.share for pair in compared({"ada": LONG, "bo": LONG, "cy": half}, "", least)]
    assert shares == sorted(shares, reverse=True)
    assert all(share >= least for share in shares)


def test_functions_in_another_order_are_found() -> None:
    second = OTHER.replace("def f", "def g")
    (pair,) = compared({"ada": LONG + second, "bo": second + RENAMED}, "", 0.8)
    assert pair.share > 0.8


def test_both_orders_of_the_learners_say_the_same() -> None:
    half = LONG + OTHER.replace("def f", "def g")
    (pair,) = compared({"ada": LONG, "bo": half}, "", 0.1)
    (reversed_pair,) = compared({"ada": half, "bo": LONG}, "", 0.1)
    assert pair.share == reversed_pair.share
    assert pair.codes == reversed_pair.codes[::-1]
    assert pair.spans == reversed_pair.spans[::-1]
    assert pair.share == 1.0, "all of the shorter one is in the longer one"


def test_what_the_release_gives_is_not_counted_and_what_stands_beside_it_is() -> None:
    given = OTHER.replace("def f", "def given")
    apart = {"ada": given + LONG, "bo": given + "\n".join(f"a[{i}] = b[{i}] * {i}.5 ** c - {i}" for i in range(9))}
    assert compared(apart, "", 0.4) != []
    assert compared(apart, given, 0.01) == []
    (pair,) = compared({"ada": given + LONG, "bo": given + RENAMED}, given, 0.8)
    code = pair.codes[0]
    marked = "".join(code[begin:end] for begin, end in pair.spans[0])
    assert "for index, value in enumerate(values)" in marked
    assert "np.asarray" not in marked


def test_the_marks_are_where_both_are_equal() -> None:
    changed = LONG.replace("abs(value) ** 0.5", "value.sum() @ other[1:2, ..., ::3]")
    (pair,) = compared({"ada": LONG, "bo": changed}, "", 0.1)
    for code, spans, own in zip(pair.codes, pair.spans, ("** 0.5", "[1:2, ..., ::3]"), strict=True):
        marked = [code[begin:end] for begin, end in spans]
        assert any("for index, value in enumerate(values):" in piece for piece in marked)
        assert not any(own in piece for piece in marked)


def test_broken_and_empty_answers_are_compared_as_far_as_they_go() -> None:
    broken = LONG + "\n\ndef g(x:\n    return 'x\n"
    answers = {"ada": LONG, "bo": broken, "cy": "", "di": "\0", "ed": "(((", "flo": "'''", "gil": "%%time\n" + LONG}
    pairs = {(pair.first, pair.second) for pair in compared(answers, GIVEN, 0.8)}
    assert pairs == {("ada", "bo"), ("ada", "gil"), ("bo", "gil")}
