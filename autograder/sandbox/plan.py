"""Trusted side: which statements of a submission are run, and which of them an exercise depends on."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.core.cell import Cell
from autograder.core.outcomes import Outcome

from .wire.types import ProtocolError

MOST_IMPORTED = 32  # libraries whose names a sentence may tell: the choice of one says no more than 5 bits

Numbers = dict[str, list[int]]  # of statements, by the cell's name


@dataclass(frozen=True)
class CellProblem:
    """A cell that did not run to its end, or a statement of it, and the sentence that says why.

    Attributes:
        name: the cell.
        outcome: how it ended.
        message: the sentence.
        kind: the kind of problem, as in `StudentProblem`.
        number: the number of the statement that was skipped; None if it is the cell as a whole.
        binds: the names that the statement would have defined.
    """

    name: str
    outcome: Outcome
    message: str
    kind: str
    number: int | None = None
    binds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """What the far side has found out, before any of the learner's code ran.

    Attributes:
        run: the statements to run.
        needs: for each exercise, those of them that it needs.
        depends: for each exercise, the statements that it depends on.
        wide: for each exercise, what is to run if it is lost: also what could change its values under other names.
        early: for each exercise, what would be run if the notebook ended at its check; nothing if that is the same.
    """

    run: Numbers
    needs: dict[str, Numbers]
    depends: dict[str, Numbers]
    wide: dict[str, Numbers]
    early: dict[str, Numbers] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Any, wanted: Collection[str], cells: dict[str, Cell]) -> "Plan":
        """Checks a reply and returns its plan.

        Raises:
            ProtocolError: it is malformed.
        """
        if not isinstance(tree, dict) or tree.keys() != set(wanted):
            raise ProtocolError("a broken plan")
        plans: list[dict[str, Numbers]] = [{}, {}, {}, {}]
        for exercise, lists in tree.items():
            if not isinstance(lists, list) or len(lists) != len(plans):
                raise ProtocolError("a broken plan")
            for plan, numbers in zip(plans, lists, strict=True):
                plan[exercise] = _numbers(numbers, cells)
        needed = plans[0]
        return cls(_together(needed.values(), cells), *plans)

    def only_for(self, exercises: Collection[str]) -> "Plan":
        """Returns the plan for some of the exercises."""
        needs = {exercise: self.needs[exercise] for exercise in exercises}
        return replace(self, run=_together(needs.values(), self.run), needs=needs)

    def without(self, cells: Collection[str]) -> "Plan":
        """Returns the plan in which nothing of these cells is run."""
        run = {name: [] if name in cells else numbers for name, numbers in self.run.items()}
        return replace(self, run=run)

    def trimmed(self, cells: Collection[str]) -> "Plan":
        """Returns the plan in which only that is run of these cells on which exercises depend, and no more."""
        needs = {
            exercise: {name: self.depends[exercise].get(name, []) if name in cells else n for name, n in needs.items()}
            for exercise, needs in self.needs.items()
        }
        return replace(self, run=_together(needs.values(), self.run), needs=needs)

    def in_need_of(self, cells: Collection[str]) -> list[str]:
        """Returns the exercises that need a statement of one of these cells."""
        return [exercise for exercise, needs in self.needs.items() if any(needs.get(name) for name in cells)]

    def widened(self, exercises: Collection[str]) -> "Plan | None":
        """Returns the plan for what could give some exercises another result; None if nothing could."""
        differing = {
            exercise: wide
            for exercise in exercises
            if (wide := self.wide.get(exercise))
            and any(not set(wide[name]).issubset(numbers) for name, numbers in self.run.items())
        }
        return Plan(_together(differing.values(), self.run), differing, differing, {}) if differing else None

    def at_its_check(self, exercise: str) -> "Plan | None":
        """Returns the plan for an exercise as if the notebook ended at its check; None if that is the same."""
        early = {exercise: self.early.get(exercise, {})}
        return Plan(_together(early.values(), self.run), early, early, {}) if any(early[exercise].values()) else None

    def matters(self, problem: CellProblem, lost: Collection[str]) -> bool:
        """Tells whether one of the lost exercises depends on what did not run."""
        numbers = [number for exercise in lost for number in self.depends.get(exercise, {}).get(problem.name, [])]
        return problem.number in numbers if problem.number is not None else bool(numbers)


def _together(plans: Iterable[Numbers], cells: Iterable[str]) -> Numbers:
    run: dict[str, set[int]] = {name: set() for name in cells}
    for plan in plans:
        for name, numbers in plan.items():
            run[name].update(numbers)
    return {name: sorted(numbers) for name, numbers in run.items()}


def _numbers(lists: Any, cells: dict[str, Cell]) -> Numbers:
    if not isinstance(lists, list) or len(lists) != len(cells):
        raise ProtocolError("a broken plan")
    for numbers in lists:
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise ProtocolError("a broken plan")
    return dict(zip(cells, lists, strict=True))


def imported_names(sources: Iterable[str]) -> list[str]:
    """Returns the names of the first modules that code imports."""
    names: dict[str, None] = {}
    for source in sources:
        for match in re.finditer(r"^[ \t]*(?:import|from)[ \t]+([^\W\d]\w{0,40})", source, re.MULTILINE):
            names[match[1]] = None
            if len(names) >= MOST_IMPORTED:
                return list(names)
    return list(names)
