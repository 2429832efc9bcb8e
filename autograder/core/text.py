"""Text from student code, made harmless."""

import unicodedata

_ORDERS = ("Cc", "Cf", "Co", "Cs")  # Unicode's categories: control, format (also of direction), private, surrogate


def without_controls(text: str) -> str:
    """Code or an answer of a learner's as it stands, but for characters that are orders to a terminal or a browser."""
    return "".join(char if char in "\n\t" or unicodedata.category(char) not in _ORDERS else "\ufffd" for char in text)


def clean(text: str, length: int) -> str:
    """Text from student code as harmless words: one line, printable, capped."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 4 * length])
    words = " ".join(printable.split())
    return words if len(words) <= length else words[: length - 1] + "…"
