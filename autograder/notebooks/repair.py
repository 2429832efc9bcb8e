"""Puts the structure of the released notebook back into a submitted one, and keeps the learner's code.

Cells get copied, split, deleted, moved and retyped; metadata and ids get lost. The release says what should
be there. Each of its graded cells is found again by its grade id, else its cell id, else what stands in it;
instructor's cells are restored, answers are kept as they are, and whatever else is there is the learner's own.
"""

import ast
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from autograder.core.cell import Cell
from autograder.core.course import need
from autograder.core.text import clean

from . import reader
from .reader import CellDict, Notebook, nbgrader_of

Mended = dict[str, list[str]]  # what happened, and to which cells

MOST_REMEMBERED = 300  # texts of cells, from one submission to the next; within one there may be many more

SETUP = "setup"  # the grade id of the released cell whose imports every answer may use


@dataclass(frozen=True)
class Release:
    """The notebook that learners were given.

    Attributes:
        cells: all of its cells.
        metadata: the notebook's own metadata.
    """

    cells: list[CellDict]
    metadata: dict[str, object] = field(default_factory=dict)

    @cached_property
    def structure(self) -> dict[str, CellDict]:
        """The cells with a grade id, by that id, in order."""
        return {nbgrader_of(cell)["grade_id"]: cell for cell in self.cells if "grade_id" in nbgrader_of(cell)}

    @property
    def points(self) -> dict[str, float]:
        """The points of each exercise: its grade cell is named after it."""
        return {name: float(nbgrader_of(cell)["points"]) for name, cell in self.structure.items() if is_check(cell)}

    @property
    def manual_points(self) -> float:
        """The points that are given by hand."""
        return sum(float(nbgrader_of(cell)["points"]) for cell in self.structure.values() if is_manual(cell))


def read_release(path: Path) -> Release:
    """Reads the released notebook.

    Raises:
        GraderFault: it is not there.
    """
    given = reader.read(need(path, "Run `autograder build` first.").read_bytes())
    return Release(given.cells, given.metadata)


def is_check(cell: CellDict) -> bool:
    """Whether this is the grade cell of an exercise that is graded by checks."""
    meta = nbgrader_of(cell)
    return bool(meta.get("grade")) and not meta.get("solution")


def is_manual(cell: CellDict) -> bool:
    """Whether this cell is an answer that a person grades."""
    meta = nbgrader_of(cell)
    return bool(meta.get("grade")) and bool(meta.get("solution"))


def is_answer(cell: CellDict) -> bool:
    """Whether learners write in this cell."""
    return bool(nbgrader_of(cell).get("solution"))


def repair(submitted: Notebook, release: Release) -> Notebook:
    """The submitted notebook with the release's structure, and a sentence for each kind of thing that was mended."""
    cells = [_copy(cell) for cell in submitted.cells]
    found = _match(cells, release)
    names = {index: name for name, index in found.items()}
    mended: Mended = {}
    result: list[CellDict] = []
    for index, cell in enumerate(cells):
        result += _restored(cell, names[index], release, mended) if index in names else _own(cell, release, mended)
    for name in release.structure:
        if name not in found:
            _insert(result, name, release)
            _note(mended, "missing, put back", name)
    _unique_ids(result)
    places = [found[name] for name in release.structure if name in found]
    moved = [] if places == sorted(places) else ["Cells stand in another order; they were run as they stand."]
    repairs = [*submitted.repairs, *(_sentence(what, who) for what, who in mended.items()), *moved]
    metadata = {**release.metadata, "gradwise": {"repairs": repairs}} if repairs else {**release.metadata}
    for remembered in (_squeeze, _defined):
        if remembered.cache_info().currsize > MOST_REMEMBERED:
            remembered.cache_clear()
    return Notebook(result, metadata, repairs)


def _note(mended: Mended, what: str, name: str) -> None:
    mended.setdefault(what, []).append(f"`{name}`")


def _sentence(what: str, who: list[str]) -> str:
    named = who if len(who) <= 4 else [*who[:3], f"and {len(who) - 3} more"]
    return f"{'Cells' if named[1:] else 'Cell'} {', '.join(named)}: {what}."


def learner_cells(repaired: Notebook, release: Release) -> list[Cell]:
    """The cells to run, in order: the setup, then unwritten answers, then all that is the learner's.

    Unwritten answers go first, so that a stray copy of one does not undo the answer. One is left out if the learner's
    defines all that it does.
    """
    structure = release.structure
    released = {_squeeze(cell["source"]) for cell in release.cells}
    setup = [Cell(SETUP, structure[SETUP]["source"])] if SETUP in structure else []
    own: list[Cell] = []
    for number, cell in enumerate(repaired.cells, start=1):
        if cell["cell_type"] != "code" or _squeeze(cell["source"]) in released:
            continue
        name = nbgrader_of(cell).get("grade_id")
        if own and re.match(r"\s*^[ \t]+\S", cell["source"], re.MULTILINE):
            own[-1] = replace(own[-1], rest=(*own[-1].rest, cell["source"]))  # a cell that was split, perhaps
        elif name not in structure or is_answer(structure[name]):
            own.append(Cell(name or f"cell {number}", cell["source"]))
    defined = {cell.name: _defined(cell.source) for cell in own}
    unwritten = [
        Cell(name, cell["source"])
        for name, cell in structure.items()
        if is_answer(cell)
        and cell["cell_type"] == "code"
        and not _is_replaced(cell["source"], defined.get(name, set()))
    ]
    return setup + unwritten + own


@lru_cache(2 * reader.MAX_CELLS)
def _defines_only(stub: str) -> frozenset[str]:
    """The functions and classes that a released answer defines; none if there is more in it than that."""
    try:
        body = ast.parse(stub).body
    except SyntaxError:  # what only Jupyter understands
        return frozenset()
    names = [statement.name for statement in body if isinstance(statement, ast.FunctionDef | ast.ClassDef)]
    return frozenset(names if len(names) == len(body) else ())


def _is_replaced(stub: str, defined: set[str]) -> bool:
    return bool(names := _defines_only(stub)) and names <= defined


# --- finding the released cells again ---------------------------------------------------------------


def _match(cells: list[CellDict], release: Release) -> dict[str, int]:
    """Where in `cells` each released graded cell is, by grade id; the surest sign is tried first."""
    found: dict[str, int] = {}
    signs: tuple[Callable[[CellDict, CellDict], bool], ...] = (_same_grade_id, _same_id, _same_text, _same_names)
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


def _same_text(cell: CellDict, given: CellDict) -> bool:
    return bool(_squeeze(cell["source"]) == _squeeze(given["source"]) != "")


def _same_names(cell: CellDict, given: CellDict) -> bool:
    return is_answer(given) and bool(_defined(cell["source"]) & _defined(given["source"]))


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
    written = [i for i in candidates if _squeeze(cells[i]["source"]) not in ("", _squeeze(given["source"]))]
    return (written if written and is_answer(given) else candidates)[-1]


@lru_cache(2 * reader.MAX_CELLS)  # every cell is compared with every released one
def _defined(source: str) -> set[str]:
    return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))


@lru_cache(2 * reader.MAX_CELLS)
def _squeeze(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


# --- mending one cell -------------------------------------------------------------------------------


def _restored(cell: CellDict, name: str, release: Release, mended: Mended) -> list[CellDict]:
    """A released cell as it should be, behind what the learner wrote in a cell that was not theirs."""
    given = release.structure[name]
    if nbgrader_of(cell).get("grade_id") != name:
        _note(mended, "name lost, found by what stands in it", name)
    elif cell["cell_type"] != given["cell_type"]:
        _note(mended, "type changed, restored", name)
    elif nbgrader_of(cell) != nbgrader_of(given):
        _note(mended, "grading metadata changed, restored", name)
    restored = _copy(given)
    if is_answer(given):
        restored["source"] = _without_fence(cell["source"]) if given["cell_type"] == "code" else cell["source"]
        if "attachments" in cell and given["cell_type"] != "code":
            restored["attachments"] = cell["attachments"]
        return [restored]
    if _squeeze(cell["source"]) == _squeeze(given["source"]):
        return [restored]
    _note(mended, "locked but changed, restored; what stood there was kept", name)
    return [*_own(cell, release, {}), restored]


def _own(cell: CellDict, release: Release, mended: Mended) -> list[CellDict]:
    """A cell of the learner's own: no grading metadata, and no copy of an instructor's cell."""
    for name, given in release.structure.items():
        if not is_answer(given) and _same_text(cell, given):
            _note(mended, "there twice, the copy removed", name)
            return []
    own_name = str(nbgrader_of(cell).get("grade_id", ""))
    if own_name in release.structure:
        _note(mended, "there twice, both kept", own_name)
    elif own_name:
        _note(mended, "not in the release, kept as the learner's own", clean(own_name, 40))
    for key in ("nbgrader", "deletable", "editable"):
        cell["metadata"].pop(key, None)
    return [cell]


def _without_fence(source: str) -> str:
    match = re.fullmatch(r"\s*```\w*\n(.*?)\n?```\s*", source, re.DOTALL)
    return match[1] if match else source


def _insert(cells: list[CellDict], name: str, release: Release) -> None:
    """Puts a missing cell behind the nearest released cell before it that is there."""
    order = list(release.structure)
    places = {nbgrader_of(cell).get("grade_id"): i for i, cell in enumerate(cells)}
    at = 0
    for earlier in order[: order.index(name)]:
        at = max(at, places.get(earlier, -1) + 1)
    cells.insert(at, _copy(release.structure[name]))


def _copy(cell: CellDict) -> CellDict:
    """A copy whose fields and metadata may be changed; what is deeper stays shared."""
    return {**cell, "metadata": {**cell["metadata"]}}


def _unique_ids(cells: list[CellDict]) -> None:
    seen: set[str] = {cell["id"] for cell in cells if nbgrader_of(cell)}
    for index, cell in enumerate(cells):
        if nbgrader_of(cell):
            continue
        base = cell["id"][:50]
        for attempt in itertools.count():
            if cell["id"] not in seen:
                break
            cell["id"] = f"{base}-{index}-{attempt}"
        seen.add(cell["id"])
