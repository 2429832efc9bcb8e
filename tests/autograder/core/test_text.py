"""Text that people read: numbers, and what student code wrote."""

import pytest

from autograder.core.text import clean, number_text, with_short_numbers, without_controls


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(3.0, 2, "3"), (2.5, 2, "2.5"), (100.0, 2, "100"), (0.0, 2, "0"), (2 / 3, 2, "0.67"), (2 / 3, 4, "0.6667")],
)
def test_a_number_has_no_trailing_zeros(value: float, digits: int, text: str) -> None:
    assert number_text(value, digits) == text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        (f"The mean is {1e308:.2f}; wanted 0.", "The mean is 1.00e+308; wanted 0."),
        (f"It is -{12345678901234567890}.", "It is -1.23e+19."),
        ("It is 1234567890123456.25.", "It is 1234567890123456.25."),
        ("9" * 5000, "9.99e+4999"),
    ],
)
def test_a_number_of_many_digits_is_written_with_an_exponent(text: str, short: str) -> None:
    assert with_short_numbers(text) == short


def test_control_characters_are_replaced_and_line_breaks_stay() -> None:
    assert without_controls("a\tb\nc\x1b[31m\u202e") == "a\tb\nc\ufffd[31m\ufffd"


def test_clean_text_is_one_line_of_at_most_that_many_characters() -> None:
    assert clean("one\ntwo\x07  three", 20) == "one two three"
    assert clean("x" * 30, 10) == "x" * 9 + "…"
