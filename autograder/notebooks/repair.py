"""Restores the structure of the released notebook in a submitted one, and keeps the learner's code.

Learners copy, split, delete, move and retype cells, and editors lose metadata and ids. The release says which graded
cells a notebook must have. Each is found by its grade id, else its cell id, else its content. The instructor's cells
are restored, and answers are kept as they are. All other cells are the learner's own.
"""

import itertools
import re
from collections.abc import Iterable

from autograder.core.text import clean

from .foreign import foreign
from .matching import defined_names, locate, same_text, squeezed
from .reader import CellDict, Notebook, nbgrader_of
from .release import Release, is_answer, is_manual

Mended = dict[str, list[str]]  # each kind of damage, and the names of the cells that had it

LOST = "an answer in words, missing; what was written there is not in the file"
MOST_REMEMBERED = 300  # texts of cells that stay cached between submissions; within one there may be many more


def repair(submitted: Notebook, release: Release) -> Notebook:
    """Returns the submitted notebook with the release's structure, and a sentence for each kind of damage mended."""
    cells = [_copy(cell) for cell in submitted.cells]
    located = locate(cells, release)
    names = {index: name for name, index in located.items()}
    mended: Mended = {}
    result: list[CellDict] = []
    for index, cell in enumerate(cells):
        result += _restored(cell, names[index], release, mended) if index in names else _own(cell, release, mended)
    for name in release.structure:
        if name not in located:
            _insert(result, name, release)
            if not submitted.is_script or is_answer(release.structure[name]):
                _note(mended, LOST if is_manual(release.structure[name]) else "missing, put back", name)
    _unique_ids(result)
    places = [located[name] for name in release.structure if name in located]
    moved = [] if places == sorted(places) else ["Cells stand in another order; they were run as they stand."]
    if wrong := foreign(submitted, release, located):
        repairs = [*submitted.repairs, wrong]  # what its cells lack here says nothing about them
    else:
        repairs = [*submitted.repairs, *(_sentence(what, who) for what, who in mended.items()), *moved]
    metadata = {**release.metadata, "gradwise": {"repairs": repairs}} if repairs else {**release.metadata}
    for remembered in (squeezed, defined_names):
        if remembered.cache_info().currsize > MOST_REMEMBERED:
            remembered.cache_clear()
    return Notebook(result, metadata, repairs, records=submitted.records)


def _note(mended: Mended, what: str, name: str) -> None:
    mended.setdefault(what, []).append(f"`{name}`")


def lost_answer(name: str, repairs: Iterable[str]) -> bool:
    """Tells whether the sentences about a submission say that this answer in words was not in it."""
    return any(repair.endswith(f": {LOST}.") and f"`{name}`" in repair for repair in repairs)


def _sentence(what: str, who: list[str]) -> str:
    named = who if len(who) <= 4 or what == LOST else [*who[:3], f"and {len(who) - 3} more"]
    return f"{'Cells' if named[1:] else 'Cell'} {', '.join(named)}: {what}."


# --- mending one cell -------------------------------------------------------------------------------


def _restored(cell: CellDict, name: str, release: Release, mended: Mended) -> list[CellDict]:
    """Returns a released cell restored; before it, as the learner's own, what they wrote into an instructor's cell."""
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
    if squeezed(cell["source"]) == squeezed(given["source"]):
        return [restored]
    _note(mended, "locked but changed, restored; what stood there was kept", name)
    return [*_own(cell, release, {}), restored]


def _own(cell: CellDict, release: Release, mended: Mended) -> list[CellDict]:
    """Returns a cell as the learner's own, without grading metadata; none if it copies an instructor's cell."""
    for name, given in release.structure.items():
        if not is_answer(given) and same_text(cell, given):
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
    """Inserts a missing cell after the nearest released cell before it that the notebook has."""
    order = list(release.structure)
    places = {nbgrader_of(cell).get("grade_id"): i for i, cell in enumerate(cells)}
    at = 0
    for earlier in order[: order.index(name)]:
        at = max(at, places.get(earlier, -1) + 1)
    cells.insert(at, _copy(release.structure[name]))


def _copy(cell: CellDict) -> CellDict:
    """Returns a copy whose fields and metadata may be changed. Values nested deeper are shared."""
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
