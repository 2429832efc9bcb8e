"""Fingerprints: names, layout and comments do not count, any text has one, and the work grows with its length only."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reports import winnowing
from autograder.reports.winnowing import GRAM, WINDOW, digests, fingerprint, tokens, winnowed

CODE = """
def softplus(x, limit=30.0):
    result = np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)
    if np.any(x > limit):
        result[x > limit] = x[x > limit]
    return result
"""


def texts(code: str) -> list[str]:
    return [token.text for token in tokens(code)]


def prints(code: str) -> set[bytes]:
    return set(fingerprint(code).grams)


@pytest.mark.parametrize(
    "other",
    [
        CODE.replace("result", "res").replace("limit", "most").replace("softplus", "f"),
        CODE.replace("    result =", "    # the stable form\n\n    result ="),
        CODE.replace("    ", "\t"),
        CODE.replace("np.exp(-np.abs(x))", "np.exp(\n        -np.abs(x)\n    )"),
        CODE.replace("\n", "\r\n"),
    ],
    ids=["names", "comments", "tabs", "lines", "line ends"],
)
def test_what_is_no_change_of_the_code_changes_nothing(other: str) -> None:
    assert prints(other) == prints(CODE)


def test_operators_numbers_keywords_and_builtins_count() -> None:
    for was, becomes in (("+", "-"), ("30.0", "20.0"), ("if", "while"), ("return", "yield")):
        assert texts(CODE.replace(was, becomes)) != texts(CODE)
    assert texts("abs(x)") != texts("len(x)")
    assert texts("'a' + x") == texts('"b" + y') == texts("f'{a:{b}}' + y")


def test_functions_in_another_order_share_most_digests() -> None:
    other = CODE.replace("30.0", "None").replace("np.log1p(", "np.log(1 + ").replace("if np", "while not np")
    both = prints(CODE + other)
    assert len(both & prints(other + CODE)) > 0.75 * len(both)


NUMBERS = st.lists(st.integers(0, 9), max_size=30)


@settings(deadline=None)
@given(st.lists(st.integers(0, 9), min_size=GRAM + WINDOW - 1, max_size=40), NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_an_equal_piece_that_is_long_enough_is_always_found(
    piece: list[int], before: list[int], after: list[int], other_before: list[int], other_after: list[int]
) -> None:
    text, other_text = (
        " ".join(map(str, code)) for code in (before + piece + after, other_before + piece + other_after)
    )
    assert prints(text) & prints(other_text)


def test_of_every_window_one_gram_is_kept_and_few_in_all() -> None:
    of_grams = digests(tokens(CODE * 20))
    chosen = winnowed(of_grams)
    assert chosen == sorted(set(chosen))
    assert all(set(range(first, first + WINDOW)) & set(chosen) for first in range(len(of_grams) - WINDOW + 1))
    assert len(chosen) < 0.6 * len(of_grams)  # a share of 2 / (WINDOW + 1) is expected
    assert winnowed([]) == []
    assert winnowed([b"b", b"a"]) == [1]


def test_the_same_code_has_the_same_digests_in_every_process() -> None:
    assert digests(tokens("1 " * GRAM)) == [bytes.fromhex("a0d889c5543f85f6")]


@pytest.mark.parametrize(
    "broken",
    [
        "x = 'abc\n",
        "x = (1 +\n",
        "def f():\n        x\n    y\n",
        "%matplotlib inline\n",
        "!pip install x?\n",
        "\0\n",
        "\ud800\n",
        ")))\n",
        "0777 1__0 0x\n",
        "'''\n",
        "\\",
        "",
        " \n\t\n",
    ],
)
def test_what_does_not_tokenize_is_passed_over_and_the_rest_counts(broken: str) -> None:
    assert len(prints(broken + "\n" + CODE) & prints(CODE)) > 0.5 * len(prints(CODE))
    assert len(prints(CODE + "\n" + broken) & prints(CODE)) > 0.5 * len(prints(CODE))


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_any_text_has_a_fingerprint_whose_spans_lie_in_it(code: str) -> None:
    code_prints = fingerprint(code * 4)
    spans = code_prints.spans(code_prints.covered(code_prints.grams))
    assert all(0 <= begin < end <= 4 * len(code) for begin, end in spans)
    assert spans == sorted(spans)


def steps(function: Callable[..., Any], *args: Any) -> int:
    """Counts the lines of winnowing.py that a call runs."""
    count = 0

    def trace(frame: FrameType, event: str, arg: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename != winnowing.__file__:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("code", [CODE, "x = 'abc\n", "'''\n", "(\n", "1\n", '"""\nx = (1 +\n'], ids=range(6))
def test_the_work_grows_with_the_length_and_not_faster(code: str) -> None:
    def all_of_it(code: str) -> None:
        code_prints = fingerprint(code)
        code_prints.spans(code_prints.covered(code_prints.grams))

    once, four_times = steps(all_of_it, code * 100), steps(all_of_it, code * 400)
    assert once > 100
    assert four_times < 5 * once
