"""Text that people read: numbers, and what student code wrote."""

import pytest

from autograder.core.text import clean, number_text, without_controls


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(3.0, 2, "3"), (2.5, 2, "2.5"), (100.0, 2, "100"), (0.0, 2, "0"), (2 / 3, 2, "0.67"), (2 / 3, 4, "0.6667")],
)
def test_a_number_has_no_trailing_zeros(value: float, digits: int, text: str) -> None:
    assert number_text(value, digits) == text


def test_control_characters_are_replaced_and_line_breaks_stay() -> None:
    assert without_controls("a\tb\nc\x1b[31m\u202e") == "a\tb\nc\ufffd[31m\ufffd"


def test_clean_text_is_one_line_of_at_most_that_many_characters() -> None:
    assert clean("one\ntwo\x07  three", 20) == "one two three"
    assert clean("x" * 30, 10) == "x" * 9 + "…"
