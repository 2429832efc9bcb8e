"""Which misconception behaves like this submission.

The checks' calls into a failing submission were written down. The same checks are put to the solution and to
each named wrong answer. A wrong answer explains the submission if, where the two differ from the solution, they
nearly always differ by the same values. It never changes a score, and when nothing fits it is silent.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from autograder.core.results import Diagnosis

from .behaviour import (
    Behaviour,
    Manners,
    Observed,
    Spot,
    behaviour,
    deviations,
    same,
    same_but_for_shape,
    total,
    weights,
)
from .misconceptions import Misconception


class Diagnoser:
    """Knows how the solution and every wrong answer of a topic behave, as far as it has been asked.

    Args:
        observe: puts the checks of an exercise to the solution (None), and to the solution with each of some
            misconceptions in it, and writes down the calls.
    """

    def __init__(
        self,
        catalogue: list[Misconception],
        observe: Callable[[str, list[Misconception | None]], Iterable[Observed]],
    ) -> None:
        self._catalogue = catalogue
        self._observe = observe
        self._known: dict[str, tuple[Behaviour, list[_Wrong]]] = {}

    def explain(self, exercise: str, observed: Observed) -> tuple[Diagnosis, ...]:
        """The misconceptions that explain a failing exercise, for each function of it and each value it gives.

        A function that is wrong only because it calls another wrong one is explained by that other one.
        """
        solution, wrong = self._behaviours(exercise)
        mine = behaviour(observed, solution)
        unexplained = deviations(mine.values, solution.values)
        found: list[Misconception] = []
        for function in dict.fromkeys(each.entry.function for each in wrong):
            if function in mine.silent:
                continue
            known = [each for each in wrong if each.entry.function == function]
            here = _explain_values(function, known, mine, unexplained)
            if not here and not any(spot.function == function for spot in unexplained):
                here = _explain_manners(function, known, mine, solution)
            for each in here:
                unexplained -= _agreed(each, mine, unexplained)
            found += [each.entry for each in here]
        return tuple(Diagnosis(entry.id, entry.sentence) for entry in found)

    def _behaviours(self, exercise: str) -> tuple[Behaviour, list["_Wrong"]]:
        if exercise not in self._known:
            entries = [entry for entry in self._catalogue if entry.exercise == exercise]
            right, *wrong = self._observe(exercise, [None, *entries])
            solution = behaviour(right)
            self._known[exercise] = solution, [_wrong(*each, solution) for each in zip(entries, wrong, strict=True)]
        return self._known[exercise]


# --- explaining one function ------------------------------------------------------------------------

# The share of deviations that must agree. Not all of them: a learner's code may lose a digit besides.
ALIKE = 0.75


@dataclass(frozen=True)
class _Wrong:
    """A wrong answer, how it and the solution behave, and where they differ."""

    entry: Misconception
    behaviour: Behaviour
    solution: Behaviour
    deviations: frozenset[Spot]


def _wrong(entry: Misconception, observed: Observed, solution: Behaviour) -> _Wrong:
    theirs = behaviour(observed, solution)
    return _Wrong(entry, theirs, solution, deviations(theirs.values, solution.values))


def _agreed(wrong: _Wrong, mine: Behaviour, deviating: frozenset[Spot]) -> frozenset[Spot]:
    """The spots where a submission and a wrong answer both differ from the solution, by the same value."""
    theirs = wrong.behaviour.values
    both = deviating & wrong.deviations
    return frozenset(spot for spot in both if _alike(mine.values[spot], theirs[spot], wrong.solution.values[spot]))


def _alike(mine: object, theirs: object, right: object) -> bool:
    """Whether two wrong values are the same; if it is not their shape that is wrong, then in any shape."""
    return same(mine, theirs) or (same_but_for_shape(mine, theirs) and not same_but_for_shape(theirs, right))


def _explain_values(function: str, known: list[_Wrong], mine: Behaviour, unexplained: frozenset[Spot]) -> list[_Wrong]:
    """Wrong answers that differ from the solution as the submission does, wherever one of the two does so."""
    left = frozenset(spot for spot in unexplained if spot.function == function)
    weight = weights(spot for spot in mine.values if spot.function == function)
    found: list[_Wrong] = []
    while left:
        best, most = None, 0.0
        for wrong in known:
            agreed = _agreed(wrong, mine, left)
            alike = total(agreed, weight) - total((wrong.deviations - agreed) & weight.keys(), weight)
            if alike > most and _fits(wrong, agreed, left, weight):
                best, most = wrong, alike
        if best is None:
            break
        found.append(best)
        components = {spot.component for spot in best.deviations}
        left = frozenset(spot for spot in left if spot.component not in components)
    return found


def _fits(wrong: _Wrong, agreed: frozenset[Spot], left: frozenset[Spot], weight: dict[Spot, float]) -> bool:
    """Whether they agree in each component that the wrong answer changes."""
    for component in {spot.component for spot in wrong.deviations if spot in weight}:
        either = {spot for spot in left | wrong.deviations if spot.component == component and spot in weight}
        here = [spot for spot in agreed if spot.component == component]
        if total(here, weight) < ALIKE * total(either, weight):
            return False
    return True


def _explain_manners(function: str, known: list[_Wrong], mine: Behaviour, solution: Behaviour) -> list[_Wrong]:
    """The misconception with right values whose side effects (warnings, changed arguments) match the submission's."""
    best, most = None, 0.0
    for wrong in known:
        if any(spot.function == function for spot in wrong.deviations):
            continue
        alike = _alike_in_manner(function, mine.manners, wrong.behaviour.manners, solution.manners)
        if alike > most:
            best, most = wrong, alike
    return [best] if best is not None and most >= ALIKE else []


def _alike_in_manner(function: str, mine: Manners, theirs: Manners, right: Manners) -> float:
    spots = [spot for spot in mine.keys() & theirs.keys() & right.keys() if spot.function == function]
    either = [spot for spot in spots if mine[spot] | theirs[spot] != right[spot]]
    return sum(mine[spot] == theirs[spot] for spot in either) / len(either) if either else 0.0
