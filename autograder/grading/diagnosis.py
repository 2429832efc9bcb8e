"""Finds the misconceptions that behave like a submission.

The checks' calls into a failing submission were recorded. The same checks run on the solution and on each named wrong
answer. A wrong answer explains the submission if, where the two differ from the solution, they nearly always have the
same values. A diagnosis never changes a score. If no wrong answer fits, there is no diagnosis.
"""

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from autograder.core.results import Diagnosis

from . import chance, general
from .behaviour import (
    CHANGED,
    Behaviour,
    Observed,
    SideEffects,
    Site,
    behaviour,
    deviations,
    same,
    same_but_for_mask,
    same_but_for_shape,
    total,
    weights,
)
from .misconceptions import Misconception


class Diagnoser:
    """Compares submissions with the solution and every wrong answer of a topic, whose behaviour it keeps.

    Args:
        catalogue: the misconceptions of the topic.
        of_values: the names of the checks whose kind is "values".
        observe: runs the checks of an exercise on the solution with each of some misconceptions in it, and returns the
            calls, and the names of the checks that are lost; None among the misconceptions stands for the solution
            itself.
    """

    def __init__(
        self,
        catalogue: list[Misconception],
        of_values: Collection[str],
        observe: Callable[[str, list[Misconception | None]], Iterable[tuple[Observed, Collection[str]]]],
    ) -> None:
        self._catalogue = catalogue
        self._entries = {entry.id: entry for entry in catalogue}
        self._of_values = frozenset(of_values)
        self._observe = observe
        self._known: dict[str, tuple[Behaviour, list[_Wrong]]] = {}

    def explain(self, exercise: str, observed: Observed, lost: Collection[str]) -> tuple[Diagnosis, ...]:
        """Returns the misconceptions that explain a failing exercise, for each function and each of its outputs.

        A function that is wrong only because it calls another wrong function is explained by the other one.

        Args:
            exercise: the exercise.
            observed: the calls of its checks.
            lost: the names of the checks that the submission lost.
        """
        solution, wrong = self._behaviours(exercise)
        mine = behaviour(observed, solution)
        unexplained = deviations(mine.values, solution.values)
        explanations: list[Misconception] = []
        explained = dict(solution.side_effects)
        warned: set[str] = set()
        for function in dict.fromkeys(answer.entry.function for answer in wrong):
            if function in mine.silent:
                continue
            known = [answer for answer in wrong if answer.entry.function == function]
            known = [answer for answer in known if answer.may_explain(lost) and _changes_alike(answer, mine)]
            fitting = _explain_values(function, known, mine, unexplained, self._of_values, lost)
            for answer in fitting:
                unexplained -= _agreed(answer, mine, unexplained)
                explained = _joined(explained, answer.behaviour.side_effects)
            if fitting or not any(site.function == function for site in unexplained):
                further = _explain_side_effects(function, known, mine, explained)
                for answer in further:
                    explained = _joined(explained, answer.behaviour.side_effects)
                    warned |= {function} if not answer.changes else set()
                fitting += further
            explanations += [answer.entry for answer in fitting]
        names = dict.fromkeys(name for entry in explanations for name in entry.names)
        named = [Diagnosis(entry.id, entry.sentence) for entry in map(self._entries.__getitem__, names)]
        left = [
            (site, effect)
            for site in mine.side_effects.keys() & explained.keys()
            for effect in mine.side_effects[site] - explained[site]
        ]
        # a warning of a function whose values are wrong, or that warns of something else, may be the same fault
        faulty = {site.function for site in deviations(mine.values, solution.values)} | warned
        return (
            *named,
            *general.of_values(unexplained, mine, solution),
            *general.of_side_effects(sorted(left, key=str), faulty),
        )

    def know(self, exercise: str) -> None:
        """Observes the misconceptions of an exercise, unless they are known."""
        self._behaviours(exercise)

    def _behaviours(self, exercise: str) -> tuple[Behaviour, list["_Wrong"]]:
        if exercise not in self._known:
            entries = [entry for entry in self._catalogue if entry.exercise == exercise]
            (right, _), *wrong = self._observe(exercise, [None, *entries])
            solution = behaviour(right)
            self._known[exercise] = (
                solution,
                [
                    _wrong(entry, observed, solution, lost, self._of_values)
                    for entry, (observed, lost) in zip(entries, wrong, strict=True)
                ],
            )
        return self._known[exercise]


# --- explaining one function ------------------------------------------------------------------------

# The share of deviations that must agree. It is not 1: a learner's code may also lose precision, for instance.
ALIKE = 0.75

# Two wrong numbers are the same if they differ by less than this share of how wrong they are.
NEAR = 0.005


@dataclass(frozen=True)
class _Wrong:
    """A wrong answer, its behaviour and the solution's, and how they differ.

    Attributes:
        deviations: the sites where the values differ.
        components: the components of these sites.
        changes: for each call that changes arguments, and should not, which ones.
        lost: the checks that it loses, those of its function's values among them.
        lost_values: the checks of its function's values that it loses.
    """

    entry: Misconception
    behaviour: Behaviour
    solution: Behaviour
    deviations: frozenset[Site]
    components: frozenset[tuple[str, int | None]]
    changes: dict[Site, frozenset[str]]
    lost: frozenset[str]
    lost_values: frozenset[str]

    def may_explain(self, lost: Collection[str]) -> bool:
        """Tells whether a submission that lost these checks may have made this mistake.

        A name says why something was lost, so at least one check is lost by both. And an answer that passes a check of
        values that this one loses is another: where numbers are drawn, two answers may have the same values by chance,
        for instance the same examples of a shuffled array in parts that overlap and in parts that do not.
        """
        together = not self.lost or not self.lost.isdisjoint(lost)
        return together and self.lost_values.issubset(lost)


def _wrong(
    entry: Misconception, observed: Observed, solution: Behaviour, lost: Collection[str], of_values: frozenset[str]
) -> _Wrong:
    theirs = behaviour(observed, solution)
    differing = deviations(theirs.values, solution.values)
    changes = {site: _changes(theirs, site) - _changes(solution, site) for site in theirs.side_effects}
    return _Wrong(
        entry,
        theirs,
        solution,
        differing,
        frozenset(site.component for site in differing),
        {site: changed for site, changed in changes.items() if changed},
        frozenset(lost),
        of_values & frozenset(lost) & {site.check for site in theirs.values if site.function == entry.function},
    )


def _agreed(wrong: _Wrong, mine: Behaviour, deviating: frozenset[Site]) -> frozenset[Site]:
    """Returns the sites where a submission and a wrong answer differ from the solution and have the same value."""
    theirs = wrong.behaviour.values
    both = deviating & wrong.deviations
    return frozenset(site for site in both if _alike(mine.values[site], theirs[site], wrong.solution.values[site]))


def _alike(mine: object, theirs: object, right: object) -> bool:
    """Tells whether two wrong values are the same. Shapes may differ, unless it is only the shape that is wrong.

    A single number may differ a little, compared with how wrong it is: an integral over another grid, a loss that is
    capped by another small constant.
    """
    if isinstance(mine, float) and isinstance(theirs, float) and isinstance(right, float):
        return same(mine, theirs) or abs(mine - theirs) < NEAR * abs(mine - right) < math.inf
    if same(mine, theirs) or same_but_for_mask(mine, theirs, right):
        return True
    return same_but_for_shape(mine, theirs) and not same_but_for_shape(theirs, right)


def _changes_alike(wrong: _Wrong, mine: Behaviour) -> bool:
    """Tells whether a submission changes its arguments nearly wherever a wrong answer wrongly does.

    "It writes into w" is not said of code that copied w first, whatever its values are.
    """
    changing = [site for site in wrong.changes if site in mine.side_effects]
    return sum(wrong.changes[site] <= _changes(mine, site) for site in changing) >= ALIKE * len(changing)


def _changes(behaviour: Behaviour, site: Site) -> frozenset[str]:
    return frozenset(effect for effect in behaviour.side_effects.get(site, ()) if effect.startswith(CHANGED))


def _explain_values(
    function: str,
    known: list[_Wrong],
    mine: Behaviour,
    unexplained: frozenset[Site],
    of_values: frozenset[str],
    lost: Collection[str],
) -> list[_Wrong]:
    """Returns the wrong answers that explain the values of a function, one after another until no further one fits.

    What passes a check may differ from the solution: where numbers are drawn, or where training magnifies rounding.
    That does not speak against an answer which is like the solution there.
    """
    of_values = of_values.intersection(lost)
    left = frozenset(site for site in unexplained if site.function == function)
    weight = weights(site for site in mine.values if site.function == function)
    fitting: list[_Wrong] = []
    seen: list[frozenset[Site]] = []
    while left:
        best, most = None, (0, 0)
        for wrong in known:
            agreed = _agreed(wrong, mine, left)
            counted = frozenset(site for site in left if site.check in lost)
            contradicted = _concerned(wrong, counted, weight) - agreed
            both = contradicted & left & wrong.deviations
            light = frozenset(site for site in both if site.check not in of_values)
            alike = total(agreed, weight) - _against(contradicted, light, weight), -len(contradicted)
            if (
                alike > most
                and _fits(agreed, contradicted, light, weight, of_values)
                and not chance.disagree_in_words(contradicted, mine, wrong.solution)
                and not chance.only_breakdowns(agreed, mine, wrong.behaviour, wrong.deviations)
            ):
                best, most = wrong, alike
        if best is None:
            break
        fitting.append(best)
        seen.append(_agreed(best, mine, left))
        left = frozenset(site for site in left if site.component not in best.components)
    left = frozenset(site for site in left if site.check in lost)
    return [
        wrong
        for wrong, agreed in zip(fitting, seen, strict=True)
        if not chance.leaves_a_state_unexplained(agreed, left, mine, wrong.solution)
    ]


def _concerned(wrong: _Wrong, left: frozenset[Site], weight: dict[Site, int]) -> frozenset[Site]:
    """Returns the sites where a submission or a wrong answer deviates, of the components that the latter changes."""
    return frozenset(site for site in left | wrong.deviations if site.component in wrong.components and site in weight)


def _against(contradicted: Collection[Site], light: frozenset[Site], weight: dict[Site, int]) -> int:
    """Returns the weight of contradictions. The light ones, where both are wrong, and not alike, count half.

    A mistake is the same with another guard against 0/0, and only checks of edges and of stability see the guard.
    """
    return total(contradicted, weight) - total(light.intersection(contradicted), weight) // 2


def _fits(
    agreed: frozenset[Site],
    contradicted: frozenset[Site],
    light: frozenset[Site],
    weight: dict[Site, int],
    of_values: frozenset[str],
) -> bool:
    """Tells whether a submission agrees with a wrong answer in each component that the wrong answer changes.

    It must agree wholly in each check of values that it loses: another value there is another mistake. In those that
    both pass, the values may differ: where numbers are drawn, or where training magnifies rounding, they do.
    """
    if any(site.check in of_values for site in contradicted):
        return False
    for component in {site.component for site in contradicted}:
        here = total([site for site in agreed if site.component == component], weight)
        there = _against([site for site in contradicted if site.component == component], light, weight)
        if here < ALIKE * (here + there):
            return False
    return True


def _explain_side_effects(function: str, known: list[_Wrong], mine: Behaviour, before: SideEffects) -> list[_Wrong]:
    """Returns the misconceptions with right values whose side effects (warnings, changed arguments) are seen.

    Args:
        function: the function.
        known: the misconceptions that may explain it.
        mine: the submission's behaviour.
        before: the side effects that are explained already.
    """
    explained = dict(before)
    right = [wrong for wrong in known if not any(site.function == function for site in wrong.deviations)]
    found: list[_Wrong] = []
    while True:
        seen = [(_seen_of(wrong, function, mine.side_effects, explained), wrong) for wrong in right]
        most, best = max(seen, key=lambda rated: rated[0], default=((0, 0.0), None))
        if best is None or most == (0, 0.0):
            return found
        found.append(best)
        explained = _joined(explained, best.behaviour.side_effects)


def _seen_of(wrong: _Wrong, function: str, mine: SideEffects, explained: SideEffects) -> tuple[int, float]:
    """Returns how many side effects of a wrong answer are seen and not explained yet, and how nearly they agree.

    Both are 0 if they agree in less than `ALIKE` of the calls. Effects of another kind, such as an argument that is
    changed beside a warning, may have another cause.
    """
    theirs = wrong.behaviour.side_effects
    sites = [site for site in mine.keys() & theirs.keys() & explained.keys() if site.function == function]
    claimed = {site: theirs[site] - explained[site] for site in sites}
    kinds = frozenset().union(*claimed.values())
    seen = {site: (mine[site] - explained[site]) & kinds for site in sites}
    either = [site for site in sites if claimed[site] or seen[site]]
    agreed = [site for site in either if claimed[site] == seen[site]]
    if len(agreed) < ALIKE * len(either):
        return 0, 0.0
    return sum(len(claimed[site]) for site in agreed), len(agreed) / max(1, len(either))


def _joined(effects: SideEffects, more: SideEffects) -> SideEffects:
    """Returns the side effects of calls together with further ones."""
    return {site: seen | more.get(site, frozenset()) for site, seen in effects.items()}
