"""Chooses the learner's cells of a repaired notebook, in the order in which they are run."""

import ast
import re
from dataclasses import replace
from functools import lru_cache

from autograder.core.cell import Cell

from . import reader
from .matching import defined_names, squeezed
from .reader import Notebook, nbgrader_of
from .release import SETUP, Release, is_answer


def learner_cells(repaired: Notebook, release: Release) -> list[Cell]:
    """Returns the cells to run, in order: the setup, then the released stubs, then the learner's cells.

    The stubs come first, so that a stray copy of a stub does not replace the learner's answer. A stub is left out if
    the learner's cell of its name defines all its functions and classes.
    """
    structure = release.structure
    released = {squeezed(cell["source"]) for cell in release.cells}
    setup = [Cell(SETUP, structure[SETUP]["source"])] if SETUP in structure else []
    own: list[Cell] = []
    checked: list[str] = []
    for number, cell in enumerate(repaired.cells, start=1):
        name = nbgrader_of(cell).get("grade_id")
        if name in release.points:
            checked.append(name)
        if cell["cell_type"] != "code" or squeezed(cell["source"]) in released:
            continue
        if own and re.match(r"\s*^[ \t]+\S", cell["source"], re.MULTILINE):
            own[-1] = replace(
                own[-1], rest=(*own[-1].rest, cell["source"])
            )  # it may be the rest of a cell that was split
        elif name not in structure or is_answer(structure[name]):
            own.append(Cell(name or f"cell {number}", cell["source"], checked=tuple(checked)))
    defined = {cell.name: defined_names(cell.source) for cell in own}
    stubs = [
        Cell(name, cell["source"])
        for name, cell in structure.items()
        if is_answer(cell)
        and cell["cell_type"] == "code"
        and not _is_replaced(cell["source"], defined.get(name, set()))
    ]
    return setup + stubs + own


@lru_cache(2 * reader.MAX_CELLS)
def _defines_only(stub: str) -> frozenset[str]:
    """Returns the functions and classes that a released stub defines; empty if it has other statements, too."""
    try:
        body = ast.parse(stub).body
    except SyntaxError:  # Jupyter's own syntax
        return frozenset()
    names = [statement.name for statement in body if isinstance(statement, ast.FunctionDef | ast.ClassDef)]
    return frozenset(names if len(names) == len(body) else ())


def _is_replaced(stub: str, defined: set[str]) -> bool:
    return bool(names := _defines_only(stub)) and names <= defined
