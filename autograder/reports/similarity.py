"""Answers that resemble each other, for a teacher to read side by side.

Their fingerprints are compared: names of variables and comments do not count, and neither does the code of the released
notebook. A resemblance is a reason to look and nothing more: short exercises have few right answers.
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

LEAST = 40  # tokens; shorter answers are not compared


@dataclass(frozen=True)
class Pair:
    """Two learners whose answers resemble each other.

    Attributes:
        first, second: the learners.
        share: the larger of the two shares of an answer that is in the other one, 0 to 1.
        codes: the two answers.
        spans: for each answer the pieces that are in the other one, as (begin, end) in characters.
    """

    first: str
    second: str
    share: float
    codes: tuple[str, str]
    spans: tuple[list[tuple[int, int]], list[tuple[int, int]]]


def similar(answers: dict[str, str], boilerplate: str, least: float) -> list[Pair]:
    """Lists the pairs of answers that resemble each other, the most alike first.

    Args:
        answers: the code of each learner.
        boilerplate: code that everybody was given.
        least: the smallest share of a pair that is listed, 0 to 1.
    """
    given = set(digests(tokens(boilerplate)))
    prints = {student: fingerprint(code, given) for student, code in sorted(answers.items())}
    sizes = {student: len(print_.covered(print_.grams)) for student, print_ in prints.items()}
    pairs = []
    for first, second in combinations([student for student, size in sizes.items() if size >= LEAST], 2):
        in_first, in_second = _common(prints[first], prints[second])
        share = max(len(in_first) / sizes[first], len(in_second) / sizes[second])
        if share >= least:
            spans = prints[first].spans(in_first), prints[second].spans(in_second)
            pairs.append(Pair(first, second, share, (answers[first], answers[second]), spans))
    return sorted(pairs, key=lambda pair: -pair.share)


def _common(first: Fingerprint, second: Fingerprint) -> tuple[list[int], list[int]]:
    """Returns the numbers of the tokens of each that are in the other."""
    common = first.grams.keys() & second.grams.keys()
    return first.covered(common), second.covered(common)


def boilerplate_of(topic: Topic) -> str:
    """Returns the code of the released notebook."""
    cells = read(topic.release.read_bytes()).cells
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")


def answer_of(cells: Iterable[Cell]) -> str:
    """Returns the cells of a learner as one text."""
    return "\n\n".join(cell.text for cell in cells)


def write_similar(topic: Topic, pairs: list[Pair], compared: int, least: float, path: Path) -> None:
    """Writes the page on which a teacher reads similar answers side by side."""
    shown = [
        {
            "first": pair.first,
            "second": pair.second,
            "share": pair.share,
            "marked": list(map(_marked, pair.codes, pair.spans)),
        }
        for pair in pairs
    ]
    page = render("similar.html", assignment=topic.slug, pairs=shown, compared=compared, least=least)
    write_whole(path, page)


def _marked(code: str, spans: list[tuple[int, int]]) -> Markup:
    """Returns code as HTML, with the pieces in `spans` marked."""
    pieces, at = [], 0
    for begin, end in sorted(spans):
        begin, end = max(begin, at), max(end, at)
        pieces += [escape(code[at:begin]), Markup("<mark>{}</mark>").format(code[begin:end])]
        at = end
    return Markup("").join([*pieces, escape(code[at:])])
