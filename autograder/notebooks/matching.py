"""Finds the released cells again in a notebook that was damaged: by grade id, cell id, text or names."""

import re
from collections.abc import Callable
from functools import lru_cache

from . import reader
from .reader import CellDict, nbgrader_of
from .release import Release, is_answer, is_manual


def locate(cells: list[CellDict], release: Release) -> dict[str, int]:
    """Where in `cells` each released graded cell is, by grade id; the surest sign is tried first."""
    found: dict[str, int] = {}
    signs: tuple[Callable[[CellDict, CellDict], bool], ...] = (_same_grade_id, _same_id, same_text, _same_names)
    for sign in signs:
        for name, given in release.structure.items():
            if name in found:
                continue
            taken = set(found.values())
            candidates = [i for i, cell in enumerate(cells) if i not in taken and sign(cell, given)]
            if candidates:
                found[name] = _best(candidates, cells, given)
    for name, given in release.structure.items():
        if name not in found and is_manual(given):
            _match_words(name, given, cells, found)
    return found


def _same_grade_id(cell: CellDict, given: CellDict) -> bool:
    return bool(nbgrader_of(cell).get("grade_id") == nbgrader_of(given)["grade_id"])


def _same_id(cell: CellDict, given: CellDict) -> bool:
    return bool(cell["id"] == given["id"])


def same_text(cell: CellDict, given: CellDict) -> bool:
    """Tells whether two cells hold the same text, but for blanks at the ends of lines; empty cells are not alike."""
    return bool(squeezed(cell["source"]) == squeezed(given["source"]) != "")


def _same_names(cell: CellDict, given: CellDict) -> bool:
    return is_answer(given) and bool(defined_names(cell["source"]) & defined_names(given["source"]))


def _match_words(name: str, given: CellDict, cells: list[CellDict], found: dict[str, int]) -> None:
    """An answer in words whose cell has lost its name: the text that holds most of the question's words."""
    taken = set(found.values())
    asked = set(given["source"].split())
    likeness = {
        i: len(asked & set(cell["source"].split())) / len(asked)
        for i, cell in enumerate(cells)
        if i not in taken and cell["cell_type"] == "markdown"
    }
    best = max(likeness, key=lambda i: likeness[i], default=None)
    if best is not None and likeness[best] > 0.5:
        found[name] = best


def _best(candidates: list[int], cells: list[CellDict], given: CellDict) -> int:
    """Of several copies the last that was written in, as a run from top to bottom would have it."""
    written = [i for i in candidates if squeezed(cells[i]["source"]) not in ("", squeezed(given["source"]))]
    return (written if written and is_answer(given) else candidates)[-1]


@lru_cache(2 * reader.MAX_CELLS)  # every cell is compared with every released one
def defined_names(source: str) -> set[str]:
    """The functions and classes that a cell defines."""
    return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))


@lru_cache(2 * reader.MAX_CELLS)
def squeezed(source: str) -> str:
    """The text of a cell without blanks at the ends of lines, and without empty lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
