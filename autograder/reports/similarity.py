"""Answers that resemble each other, for a teacher to read side by side.

copydetect compares (winnowing, as in MOSS): names of variables and comments do not count, and what the release gives
to everybody is taken out. A resemblance is a reason to look and nothing more: short exercises have few right answers.
"""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.files import write_whole
from autograder.core.outcomes import UsageError
from autograder.notebooks.reader import read

from .html import render

GRAM = 25  # characters, after every name has become one letter, that have to be equal
WINDOW = 1  # every such piece counts: answers are short
LEAST = 60  # characters without which an answer says nothing


@dataclass(frozen=True)
class Pair:
    """Two learners whose answers resemble each other.

    Attributes:
        share: how much of the shorter of the two is in the other, 0 to 1.
        codes: what each wrote.
        spans: where the pieces of each begin and end that are in the other.
    """

    one: str
    other: str
    share: float
    codes: tuple[str, str]
    spans: tuple[list[tuple[int, int]], list[tuple[int, int]]]


def similar(answers: dict[str, str], boilerplate: str, least: float) -> list[Pair]:
    """The pairs of answers that resemble each other, the most alike first.

    Args:
        answers: by learner, all that they wrote.
        boilerplate: what everybody was given.
        least: the smallest share to be listed, 0 to 1.

    Raises:
        UsageError: copydetect is not installed.
    """
    prints = {student: _fingerprint(code, boilerplate) for student, code in sorted(answers.items())}
    prints = {student: one for student, one in prints.items() if one.token_coverage >= LEAST}
    found = [_compared(one, prints[one], other, prints[other]) for one, other in combinations(prints, 2)]
    return sorted((pair for pair in found if pair.share >= least), key=lambda pair: -pair.share)


def boilerplate_of(topic: Topic) -> str:
    """The code that everybody gets with the released notebook."""
    cells = read(topic.release.read_bytes()).cells
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")


def answer_of(cells: Iterable[Cell]) -> str:
    """All that a learner wrote."""
    return "\n\n".join(cell.text for cell in cells)


def _library() -> Any:
    try:
        import copydetect
    except ImportError:
        raise UsageError("This needs copydetect: pip install copydetect") from None
    logging.getLogger("copydetect").setLevel(logging.ERROR)
    return copydetect


def _fingerprint(code: str, boilerplate: str) -> Any:
    library = _library()
    given = library.CodeFingerprint("given.py", GRAM, WINDOW, fp=io.StringIO(boilerplate)) if boilerplate else None
    known = list(given.hashes) if given is not None else []
    return library.CodeFingerprint("answer.py", GRAM, WINDOW, boilerplate=known, fp=io.StringIO(code))


def _compared(one: str, first: Any, other: str, second: Any) -> Pair:
    _, shares, slices = _library().compare_files(first, second)
    spans = tuple([(int(a), int(b)) for a, b in zip(*each, strict=True)] if len(each) else [] for each in slices)
    return Pair(one, other, min(1.0, float(max(shares))), (first.raw_code, second.raw_code), (spans[0], spans[1]))


def write_similar(topic: Topic, pairs: list[Pair], compared: int, least: float, path: Path) -> None:
    """Writes the page on which a teacher reads similar answers side by side."""
    shown = [
        {
            "one": pair.one,
            "other": pair.other,
            "share": pair.share,
            "marked": list(map(_marked, pair.codes, pair.spans)),
        }
        for pair in pairs
    ]
    page = render("similar.html", assignment=topic.slug, pairs=shown, compared=compared, least=least)
    write_whole(path, page)


def _marked(code: str, spans: list[tuple[int, int]]) -> Markup:
    """Code as HTML, what is in both marked."""
    pieces, at = [], 0
    for begin, end in sorted(spans):
        begin, end = max(begin, at), max(end, at)
        pieces += [escape(code[at:begin]), Markup("<mark>{}</mark>").format(code[begin:end])]
        at = end
    return Markup("").join([*pieces, escape(code[at:])])
