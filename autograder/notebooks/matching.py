"""Finds the released cells in a damaged notebook: by grade id, cell id, text, or the names that a cell defines."""

import re
from collections.abc import Callable
from functools import lru_cache

from . import reader
from .reader import CellDict, nbgrader_of
from .release import Release, is_answer, is_manual


def locate(cells: list[CellDict], release: Release) -> dict[str, int]:
    """Returns the index in `cells` of each released graded cell, by grade id. Tries the surest sign first."""
    located: dict[str, int] = {}
    signs: tuple[Callable[[CellDict, CellDict], bool], ...] = (_same_grade_id, _same_id, same_text, _same_names)
    for sign in signs:
        for name, given in release.structure.items():
            if name in located:
                continue
            taken = set(located.values())
            candidates = [i for i, cell in enumerate(cells) if i not in taken and sign(cell, given)]
            if candidates:
                located[name] = _best(candidates, cells, given)
    for name, given in release.structure.items():
        if name not in located and is_manual(given):
            _match_words(name, given, cells, located)
    return located


def _same_grade_id(cell: CellDict, given: CellDict) -> bool:
    return bool(nbgrader_of(cell).get("grade_id") == nbgrader_of(given)["grade_id"])


def _same_id(cell: CellDict, given: CellDict) -> bool:
    return bool(cell["id"] == given["id"])


def same_text(cell: CellDict, given: CellDict) -> bool:
    """Tells whether two cells hold the same text, apart from blanks at the ends of lines. Empty cells never match."""
    return bool(squeezed(cell["source"]) == squeezed(given["source"]) != "")


def _same_names(cell: CellDict, given: CellDict) -> bool:
    return is_answer(given) and bool(defined_names(cell["source"]) & defined_names(given["source"]))


def _match_words(name: str, given: CellDict, cells: list[CellDict], located: dict[str, int]) -> None:
    """Finds an answer in words whose cell has lost its name: the text cell with most of the question's words."""
    taken = set(located.values())
    asked = set(given["source"].split())
    likeness = {
        i: len(asked & set(cell["source"].split())) / len(asked)
        for i, cell in enumerate(cells)
        if i not in taken and cell["cell_type"] == "markdown"
    }
    best = max(likeness, key=lambda i: likeness[i], default=None)
    if best is not None and likeness[best] > 0.5:
        located[name] = best


def _best(candidates: list[int], cells: list[CellDict], given: CellDict) -> int:
    """Chooses the last copy of a cell in which the learner wrote: after a run of all cells its definitions hold."""
    written = [i for i in candidates if squeezed(cells[i]["source"]) not in ("", squeezed(given["source"]))]
    return (written if written and is_answer(given) else candidates)[-1]


@lru_cache(2 * reader.MAX_CELLS)  # every cell is compared with every released one
def defined_names(source: str) -> set[str]:
    """Returns the names of the functions and classes that a cell defines."""
    return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))


@lru_cache(2 * reader.MAX_CELLS)
def squeezed(source: str) -> str:
    """Returns the text of a cell without blanks at the ends of lines, and without empty lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
