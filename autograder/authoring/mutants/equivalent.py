"""Mutants that are not mistakes: they do the same as the solution wherever a learner's answer has to be right.

A topic's file marks each with a reason. A mark names a mutant by its statement in one normal form, so that line breaks,
comments and parentheses in the solution do not matter; a mark whose statement has changed is reported.

    [[equivalent]]
    function = "relu"
    was = "return max(0, x)"
    becomes = "return max(x, 0)"     # or a list of them
    reason = "The larger of two numbers does not depend on their order."
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from gradwise.mutants.planting import Mutant

from autograder.core.outcomes import GraderFault

_FIELDS = {"function", "was", "becomes", "reason", "place"}


@dataclass(frozen=True)
class EquivalentMutant:
    """The mark of a mutant that is not a mistake.

    Attributes:
        function: the function that the mutant is in.
        was: the statement of the solution, in its normal form.
        becomes: the statement of the mutant.
        reason: why the mutant is not a mistake.
        place: the number, from 1, among mutants with the same statements; None for all of them.
    """

    function: str
    was: str
    becomes: str
    reason: str
    place: int | None = None

    def fits(self, mutant: Mutant) -> bool:
        """Tells whether this is the mark of that mutant."""
        return mutant.key == (self.function, self.was, self.becomes) and self.place in (None, mutant.place)

    @property
    def words(self) -> str:
        """The change that it marks, for a message."""
        return f"`{self.was}` -> `{self.becomes}` in {self.function}"


@dataclass
class EquivalentMutants:
    """The marks of a topic, and those that some mutant has had (`used`)."""

    marks: list[EquivalentMutant]
    used: set[EquivalentMutant] = field(default_factory=set)

    def reason(self, mutant: Mutant) -> str:
        """Returns why a mutant is not a mistake; empty if it has no mark. The mark counts as used."""
        for mark in self.marks:
            if mark.fits(mutant):
                self.used.add(mark)
                return mark.reason
        return ""

    def stale(self, functions: Iterable[str]) -> list[EquivalentMutant]:
        """Returns the marks of these functions that no mutant has had."""
        wanted = set(functions)
        return [mark for mark in self.marks if mark not in self.used and mark.function in wanted]


def load_equivalent(path: Path) -> EquivalentMutants:
    """Reads the marks of a topic; a topic without a file has none.

    Raises:
        GraderFault: the file is malformed; the text says where.
    """
    if not path.is_file():
        return EquivalentMutants([])
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("equivalent", [])
    except tomllib.TOMLDecodeError as error:
        raise GraderFault(f"{path}: {error}.") from None
    return EquivalentMutants(
        [mark for number, entry in enumerate(entries, start=1) for mark in _marks(entry, f"{path}, {number}")]
    )


def _marks(entry: dict[str, object], where: str) -> list[EquivalentMutant]:
    if unknown := sorted(entry.keys() - _FIELDS):
        raise GraderFault(f"{where}: unknown key {', '.join(f'`{key}`' for key in unknown)}.")
    if missing := sorted(name for name in _FIELDS - {"place"} if not entry.get(name)):
        raise GraderFault(f"{where}: {', '.join(f'`{key}`' for key in missing)} is missing.")
    becomes, place = entry["becomes"], entry.get("place")
    if place is not None and not isinstance(place, int):
        raise GraderFault(f"{where}: the place is a whole number, from 1.")
    function, was, reason = (str(entry[name]) for name in ("function", "was", "reason"))
    texts = becomes if isinstance(becomes, list) else [becomes]
    return [EquivalentMutant(function, was, str(text), reason, place) for text in texts]
