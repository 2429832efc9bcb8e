"""Text from student code made harmless, and numbers as people write them."""

import re
import unicodedata
from collections.abc import Collection

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
    if text.isprintable():
        return text
    controls = [ord(char) for char in {*text} - {"\n", "\t"} if is_control(char)]
    return text.translate(dict.fromkeys(controls, "\ufffd")) if controls else text


def clean(text: str, length: int) -> str:
    """Returns text from student code as one line of printable characters, cut to at most `length` of them."""
    printable = "".join(char if char.isprintable() else " " for char in text[: 4 * length])
    words = " ".join(printable.split())
    return words if len(words) <= length else words[: length - 1] + "…"


def with_short_numbers(text: str) -> str:
    """Returns text in which a number of more than 16 digits is written with an exponent: 1e+308 has 309 of them."""
    return re.sub(r"(\d{17,})(\.\d+)?", lambda match: f"{match[1][0]}.{match[1][1:3]}e+{len(match[1]) - 1}", text)


# The numbers that a sentence of a hidden check may tell: closed lists, rounded as people say them.
_SMALL = frozenset(map(str, range(50)))
ONE_DIGIT = {f"{digit}e{power:+03d}" for digit in range(1, 10) for power in range(-9, 10)}
TOLD = _SMALL | ONE_DIGIT | {f"{number / 100:g}" for number in range(10, 100)} | {f"{n / 10:g}" for n in range(10, 100)}
TOLD_IN_A_LIST = _SMALL | {text for text in ONE_DIGIT if "+" in text and float(text) <= 1e5} | {"…"}
MOST_IN_A_LIST = 3

_NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)"
_ITEM = rf"(?:-?{_NUMBER}|True|False|nan|-?inf)"
_LIST = re.compile(rf"[(\[]{_ITEM}(?:, ?{_ITEM})+,?[)\]]")


def with_few_numbers(text: str, known: Collection[str] = ()) -> str:
    """Returns a check's sentence in which each number is known or one of `TOLD`: none of them spells out an input.

    Args:
        text: the sentence.
        known: the numbers that stand in the text of the check.
    """
    pieces, end = [], 0
    for match in _LIST.finditer(text):
        pieces += [re.sub(_NUMBER, lambda number: _told(number[0], known), text[end : match.start()]), _short(match[0])]
        end = match.end()
    return "".join([*pieces, re.sub(_NUMBER, lambda number: _told(number[0], known), text[end:])])


def _short(group: str) -> str:
    items = group[1:-1].rstrip(",").split(",")
    told = [_told_in_a_list(item.strip()) for item in items[:MOST_IN_A_LIST]]
    more = [f"… {_told(str(len(items)), ())} in all"] if len(items) > MOST_IN_A_LIST else []
    return group[0] + ", ".join([*told, *more]) + group[-1]


def _told_in_a_list(item: str) -> str:
    if item in _SMALL or item in ("True", "False"):
        return item
    return _told(item, ()) if item.isdigit() and int(item) < 100_000 else "…"


def _told(number: str, known: Collection[str]) -> str:
    if number in known or number in _SMALL:
        return number
    value = float(number)
    if not 1e-9 <= value < 9.5e9:
        return "almost 0" if value < 1 else "a very large number"
    rounded = f"{value:.2g}" if 0.1 <= value < 9.95 else f"{value:.0e}"
    plain = f"{float(rounded):g}" if 1e-3 <= value < 1e5 else rounded
    return plain if float(rounded) == value else f"≈{plain}"


def counted(number: float, thing: str, things: str = "") -> str:
    """Returns a number and what it counts, in the singular for 1: "1 learner", "0 learners", "2.5 points".

    Args:
        number: how many.
        thing: the word for one of them.
        things: the word for several, if it is not `thing` with an s.
    """
    return f"{number_text(number)} {thing if number == 1 else things or f'{thing}s'}"


def number_text(value: float, digits: int = 2) -> str:
    """Returns a number rounded to `digits` decimals, without trailing zeros: 2.50 is "2.5", and 3.0 is "3"."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")
