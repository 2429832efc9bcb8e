"""The released notebook: its structure, its points, and the role of each cell."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.core.course import need

from . import reader
from .reader import CellDict, nbgrader_of

SETUP = "setup"  # the grade id of the released cell whose imports every answer may use


@dataclass(frozen=True)
class Release:
    """The notebook that learners were given.

    Attributes:
        cells: all cells, in order.
        metadata: the notebook's own metadata.
        path: the file; None if it was not read from one.
    """

    cells: list[CellDict]
    metadata: dict[str, object] = field(default_factory=dict)
    path: Path | None = None

    @cached_property
    def structure(self) -> dict[str, CellDict]:
        """The cells with a grade id, by that id, in the notebook's order."""
        return {nbgrader_of(cell)["grade_id"]: cell for cell in self.cells if "grade_id" in nbgrader_of(cell)}

    @property
    def points(self) -> dict[str, float]:
        """The points of each exercise. The grade id of an exercise's grade cell is the exercise's id."""
        return {name: float(nbgrader_of(cell)["points"]) for name, cell in self.structure.items() if is_check(cell)}

    @property
    def understanding(self) -> dict[str, float]:
        """The part of an exercise's points that is for questions about the learner's code, where there is one."""
        cells = {name: cell["metadata"].get("gradwise") for name, cell in self.structure.items() if is_check(cell)}
        return {name: float(meta["understanding"]) for name, meta in cells.items() if isinstance(meta, dict)}

    @property
    def manual_points(self) -> float:
        """The sum of the points that a person gives."""
        return sum(float(nbgrader_of(cell)["points"]) for cell in self.structure.values() if is_manual(cell))


def read_release(path: Path) -> Release:
    """Reads the released notebook.

    Raises:
        GraderFault: the file does not exist.
    """
    given = reader.read(need(path, "Run `autograder build` first.").read_bytes())
    return Release(given.cells, given.metadata, path)


def asked_names(release: Release) -> dict[str, list[str]]:
    """Returns for each exercise the names that learners define for it: those in the answers above its grade cell."""
    asked: dict[str, list[str]] = {}
    names: list[str] = []
    for name, cell in release.structure.items():
        if is_answer(cell) and cell["cell_type"] == "code":
            names += re.findall(r"^(?:(?:async[ ]+)?def[ ]+|class[ ]+)?(\w+)(?=\s*[=(:])", cell["source"], re.MULTILINE)
        elif is_check(cell):
            asked[name], names = names, []
    if asked:
        asked[list(asked)[-1]] += names
    return asked


def is_check(cell: CellDict) -> bool:
    """Tells whether this is the grade cell of an exercise that is graded by checks."""
    meta = nbgrader_of(cell)
    return bool(meta.get("grade")) and not meta.get("solution")


def is_manual(cell: CellDict) -> bool:
    """Tells whether this cell is an answer that a person grades."""
    meta = nbgrader_of(cell)
    return bool(meta.get("grade")) and bool(meta.get("solution"))


def is_answer(cell: CellDict) -> bool:
    """Tells whether learners write their answer in this cell."""
    return bool(nbgrader_of(cell).get("solution"))
