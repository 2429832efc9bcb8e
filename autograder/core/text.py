"""Text from student code made harmless, and numbers as people write them."""

import re
import unicodedata

# Unicode categories of characters that a terminal or browser may act on: control, format (of direction, too),
# private use, surrogate.
_CONTROLS = ("Cc", "Cf", "Co", "Cs")


def is_control(char: str) -> bool:
    """Tells whether a terminal or a browser may act on a character."""
    return unicodedata.category(char) in _CONTROLS


def without_controls(text: str) -> str:
    """Returns a learner's code or answer with every control character but newline and tab replaced by U+FFFD.

    A terminal or a browser could act on such characters.
    """
    return "".join(char if char in "\n\t" or not is_control(char) else "\ufffd" for char in text)


def clean(text: str, length: int) -> str:
    """Returns text from student code as one line of printable characters, cut to at most `length` of them."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 4 * length])
    words = " ".join(printable.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def with_short_numbers(text: str) -> str:
    """Returns text in which a number of more than 16 digits is written with an exponent: 1e+308 has 309 of them."""
    return re.sub(r"(\d{17,})(\.\d+)?", lambda match: f"{match[1][0]}.{match[1][1:3]}e+{len(match[1]) - 1}", text)


def number_text(value: float, digits: int = 2) -> str:
    """Returns a number rounded to `digits` decimals, without trailing zeros: 2.50 is "2.5", and 3.0 is "3"."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
