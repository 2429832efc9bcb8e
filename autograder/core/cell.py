"""A learner's cell: a name and its source."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """A learner's cell: a name to speak of it by, and its source.

    Attributes:
        rest: cells behind it that begin indented, the rest of a cell that was split, or cells of their own.
    """

    name: str
    source: str
    rest: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join([self.source, *self.rest])
