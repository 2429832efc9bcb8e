"""Tells a notebook of another topic, or of another course, from one whose learner has written nothing yet."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from . import reader
from .reader import Notebook, nbgrader_of
from .release import Release, is_answer, is_check, is_manual

FOREIGN = "This notebook "  # the beginning of every sentence about a notebook that is not the topic's
_NOTHING_IN_IT = (
    "The file is not a notebook",
    "The file is damaged: no cell",
    "The file is l",  # larger, or longer, than what is read
    "The notebook holds no cells",
    "The zip archive ",
    "The archive ",
)


def doubt(repairs: Iterable[str]) -> str:
    """Returns the sentence that says that a whole submission is not what it should be; empty if there is none."""
    return next((repair for repair in repairs if repair.startswith((FOREIGN, *_NOTHING_IN_IT))), "")


def foreign(submitted: Notebook, release: Release, located: Iterable[str]) -> str:
    """Returns a sentence if a notebook is another topic's, or holds no exercise of this one; else an empty text.

    Args:
        submitted: the notebook as it was read.
        release: the notebook that learners were given.
        located: the names of the released cells that were found in the submitted one.
    """
    exercises = {name for name, cell in release.structure.items() if _is_exercise(cell)}
    hits = len(exercises.intersection(located))
    if 2 * hits > len(exercises) or not exercises or not any(cell["source"].strip() for cell in submitted.cells):
        return ""
    topic = release.path.stem if release.path else "this topic"
    ids = {nbgrader_of(cell).get("grade_id") for cell in submitted.cells}
    others = {slug: len(ids & theirs) for slug, theirs in _others(release).items()}
    best = max(others, key=lambda slug: others[slug], default="")
    if best and others[best] > hits:
        return f"{FOREIGN}is that of {best}, not of {topic}."
    return "" if hits else f"{FOREIGN}holds none of the exercises of {topic}."


def _is_exercise(cell: reader.CellDict) -> bool:
    return (is_check(cell) or is_answer(cell)) and not is_manual(cell)


def _others(release: Release) -> dict[str, frozenset[str]]:
    """Returns the names of the exercises of the other topics, whose releases lie beside this one."""
    if release.path is None:
        return {}
    paths = (path for path in release.path.parents[1].glob("*/*.ipynb") if path.stem == path.parent.name)
    return {path.stem: _exercises(path, path.stat().st_mtime_ns) for path in paths if path.stem != release.path.stem}


@lru_cache(64)
def _exercises(path: Path, changed: int) -> frozenset[str]:
    cells = reader.read(path.read_bytes()).cells
    return frozenset(nbgrader_of(cell).get("grade_id", "") for cell in cells if _is_exercise(cell))
