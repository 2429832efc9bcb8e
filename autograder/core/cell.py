"""A learner's cell: a name and its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a learner's notebook.

    Attributes:
        name: the name by which messages mention it.
        source: its code.
        rest: the sources of the cells after it that begin with an indented line. They continue a cell that was split,
            or are cells of their own.
        checked: the exercises whose check stands above it.
    """

    name: str
    source: str
    rest: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The source, followed by that of the indented cells after it."""
        return "\n".join([self.source, *self.rest])
