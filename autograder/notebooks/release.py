"""The notebook that learners were given: its structure, its points, and what each cell of it is."""

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
