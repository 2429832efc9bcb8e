"""Answers that resemble each other, for a teacher to read side by side.

Their fingerprints are compared: names of variables and comments do not count, and what the release gives to everybody
is taken out. A resemblance is a reason to look and nothing more: short exercises have few right answers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from markupsafe import Markup, escape

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.files import write_whole
from autograder.notebooks.reader import read

from .html import render
from .winnowing import Fingerprint, digests, fingerprint, tokens

LEAST = 40  # tokens without which an answer says nothing


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
    """Lists the pairs of answers that resemble each other, the most alike first.

    Args:
        answers: by learner, all that they wrote.
        boilerplate: what everybody was given.
        least: the smallest share to be listed, 0 to 1.
    """
    given = set(digests(tokens(boilerplate)))
    prints = {student: fingerprint(code, given) for student, code in sorted(answers.items())}
    sizes = {student: len(print_.covered(print_.grams)) for student, print_ in prints.items()}
    pairs = []
    for one, other in combinations([student for student, size in sizes.items() if size >= LEAST], 2):
        first, second = _common(prints[one], prints[other])
        share = max(len(first) / sizes[one], len(second) / sizes[other])
        if share >= least:
            spans = prints[one].spans(first), prints[other].spans(second)
            pairs.append(Pair(one, other, share, (answers[one], answers[other]), spans))
    return sorted(pairs, key=lambda pair: -pair.share)


def _common(one: Fingerprint, other: Fingerprint) -> tuple[list[int], list[int]]:
    """Finds the tokens of each that are in the other, as their numbers."""
    common = one.grams.keys() & other.grams.keys()
    return one.covered(common), other.covered(common)


def boilerplate_of(topic: Topic) -> str:
    """The code that everybody gets with the released notebook."""
    cells = read(topic.release.read_bytes()).cells
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")


def answer_of(cells: Iterable[Cell]) -> str:
    """All that a learner wrote."""
    return "\n\n".join(cell.text for cell in cells)


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
