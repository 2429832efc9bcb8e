"""Answers that resemble each other, for a teacher to read side by side.

Their fingerprints are compared: names of variables and comments do not count, and neither does the code of the released
notebook. A resemblance is a reason to look and nothing more: short exercises have few right answers.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from markupsafe import Markup, escape

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.notebooks.reader import read

from .graded_code import written
from .html import render
from .winnowing import Fingerprint, digests, fingerprint, tokens

Similar = tuple[str, str, float]  # the two learners, and the share of a pair
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


@dataclass(frozen=True)
class Answer:
    """What a learner wrote, ready to be compared.

    Attributes:
        code: the text.
        fingerprint: its fingerprint, without what everybody was given.
        size: the number of tokens that count.
    """

    code: str
    fingerprint: Fingerprint
    size: int


def answer(code: str, given: Set[bytes]) -> Answer:
    """Makes an answer ready to be compared.

    Args:
        code: what a learner wrote.
        given: what everybody was given, from `given_in`.
    """
    taken = fingerprint(code, given)
    return Answer(code, taken, len(taken.covered(taken.grams)))


def given_in(boilerplate: str) -> Set[bytes]:
    """Returns the digests of code that everybody was given."""
    return frozenset(digests(tokens(boilerplate)))


def similar(answers: Mapping[str, Answer], least: float) -> list[Pair]:
    """Lists the pairs of answers that resemble each other, the most alike first.

    Args:
        answers: the answer of each learner.
        least: the smallest share of a pair that is listed, 0 to 1.
    """
    pairs = []
    for first, second in combinations(sorted(name for name, of in answers.items() if of.size >= LEAST), 2):
        one, other = answers[first], answers[second]
        in_one, in_other = _common(one.fingerprint, other.fingerprint)
        share = max(len(in_one) / one.size, len(in_other) / other.size)
        if share >= least:
            spans = one.fingerprint.spans(in_one), other.fingerprint.spans(in_other)
            pairs.append(Pair(first, second, share, (one.code, other.code), spans))
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


@cache
def answer_to(root: Path, topic: Topic, student: str) -> Answer:
    """Returns a learner's answer from the graded notebook, read once in a process."""
    return answer(answer_of(written(root, topic).cells(student)), _given(topic))


@cache
def _given(topic: Topic) -> Set[bytes]:
    return given_in(boilerplate_of(topic))


def can_be_read(root: Path, topic: Topic, student: str) -> bool:
    """Reads a learner's answer, for `similar_in`, which needs it again. Returns True."""
    return bool(answer_to(root, topic, student))


def similar_in(root: Path, topic: Topic, least: float, students: Iterable[str]) -> tuple[str, list[Similar]]:
    """Compares the answers of a class. Returns the page, and whose answers are on it."""
    answers = {student: answer_to(root, topic, student) for student in students}
    pairs = similar(answers, least)
    page = similar_page(topic.slug, pairs, len(answers), least)
    return page, [(pair.first, pair.second, pair.share) for pair in pairs]


def similar_page(slug: str, pairs: list[Pair], compared: int, least: float) -> str:
    """Returns the page on which a teacher reads similar answers side by side."""
    shown = [
        {
            "first": pair.first,
            "second": pair.second,
            "share": pair.share,
            "marked": list(map(_marked, pair.codes, pair.spans)),
        }
        for pair in pairs
    ]
    return render("similar.html", assignment=slug, pairs=shown, compared=compared, least=least)


def _marked(code: str, spans: list[tuple[int, int]]) -> Markup:
    """Returns code as HTML, with the pieces in `spans` marked."""
    pieces, at = [], 0
    for begin, end in sorted(spans):
        begin, end = max(begin, at), max(end, at)
        pieces += [escape(code[at:begin]), Markup("<mark>{}</mark>").format(code[begin:end])]
        at = end
    return Markup("").join([*pieces, escape(code[at:])])
