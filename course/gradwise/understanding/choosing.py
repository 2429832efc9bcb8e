"""The limits of a question, and its choices: what makes a question worth asking."""

import random
import re
from collections.abc import Iterable

MOST_EFFORT = 24  # numbers that are computed on the way to an answer
MOST_COUNT = 40  # runs of a line that one counts
MOST_RUN = 40  # different lines that are followed, where an answer needs no number
MOST_NUMBERS = 14  # in a call among several
CHOICES = 4
FEWEST = 3
# Calls that make an array or another form of a value: what comes out is read, and not worked out.
MAKES_ONLY = {
    *("array", "asarray", "astype", "copy", "dict", "empty", "empty_like", "float", "full", "int", "len", "list"),
    *("ones", "ones_like", "set", "tuple", "zeros", "zeros_like"),
}


def is_readable(answer: str, *texts: str) -> bool:
    """Tells whether an answer stands in a text, as a word or a number of its own."""
    wanted = re.sub(r"\s", "", answer)
    plain = (re.sub(r"\s|np\.array\(", "", text).replace(".0", "").replace("])", "]") for text in texts)
    return any(re.search(rf"(?<![\w.\-]){re.escape(wanted)}(?![\w.])", text) for text in plain)


def with_choices(right: str, wrong: Iterable[str], rng: random.Random) -> tuple[tuple[str, ...], int] | None:
    """Returns the choices in a random order and the place of the right one; None if there are too few."""
    others = list(dict.fromkeys(text for text in wrong if text != right))
    errors = [text for text in others if text.startswith("an error")]
    plain = [text for text in others if text not in errors]
    near = [text for text in plain if form_of(text) == form_of(right)]
    far = [text for text in plain if text not in near]
    rng.shuffle(near)
    rng.shuffle(far)
    chosen = (near + far[:1] + errors[:1])[: CHOICES - 1]
    if len(chosen) < FEWEST - 1:
        return None
    choices = [right, *chosen]
    rng.shuffle(choices)
    return tuple(choices), choices.index(right)


def numbers_of(scene: str) -> list[str]:
    """Returns the numbers in a call."""
    return re.findall(r"(?<![\w.])-?\d[\d.]*", scene)


def form_of(text: str) -> str:
    """Returns a value's text without its numbers: what two values of one shape have in common."""
    return re.sub(r"-?(\d[\d.]*(e-?\d+)?|inf|nan)", "0", text)
