"""Names that need no catalogue: what a function does to its numbers or its arguments, whatever it computes.

Each is a fact that was observed, so it is true of any code. The names of the catalogue say more, and come first.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import numpy as np

from autograder.core.results import Diagnosis
from autograder.core.text import counted

from .behaviour import CHANGED, Behaviour, Site, same

KINDS = ("rounded", "integers", "negated", "scaled", "writes", "warns")


def general_names(function: str) -> set[str]:
    """Returns the names that a function may get without an entry in the catalogue."""
    return {f"{kind}-{function}" for kind in KINDS}


def of_values(unexplained: frozenset[Site], mine: Behaviour, solution: Behaviour) -> list[Diagnosis]:
    """Returns what can be said of the values that no entry explains, one sentence for each function at most."""
    found = []
    for function in sorted({site.function for site in unexplained}):
        components = sorted({site.component for site in unexplained if site.function == function}, key=str)
        sites = [site for site in mine.values if site.component in components and site in solution.values]
        pairs = [(mine.values[site], solution.values[site]) for site in sites]
        if (places := decimal_places(pairs)) is not None:
            where = counted(places, "decimal place")
            sentence = (
                f"Your `{function}` rounds what it returns, to {where}. Return the numbers as they are, and round "
                "where you print them."
            )
            found.append(Diagnosis(f"rounded-{function}", sentence))
            continue
        of_components = (_of_component(function, component, mine, solution) for component in components)
        found += [diagnosis for diagnosis in of_components if diagnosis is not None][:1]
    return found


def _of_component(
    function: str, component: tuple[str, int | None], mine: Behaviour, solution: Behaviour
) -> Diagnosis | None:
    """Returns what can be said of one output of a function."""
    sites = [site for site in mine.values if site.component == component and site in solution.values]
    if _are_cut_off(sites, mine, solution):
        sentence = (
            f"Your `{function}` cuts fractions off where an argument holds whole numbers. An array that is made like "
            "such an argument (np.zeros_like(x), x.copy()) can hold whole numbers only: say dtype=float, or let a "
            "computation make the array."
        )
        return Diagnosis(f"integers-{function}", sentence)
    _, part = component
    factor = _factor((mine.values[site], solution.values[site]) for site in sites)
    if factor is None or (part or 0) >= len(_ORDINALS):
        return None
    which = "that" if part is None else f"in the {_ORDINALS[part]} value that"
    is_what = "has the wrong sign" if factor == -1 else f"is {_FACTORS[factor]} what it should be"
    kind = "negated" if factor == -1 else "scaled"
    return Diagnosis(f"{kind}-{function}", f"Every number {which} your `{function}` returns {is_what}.")


_ORDINALS = ("first", "second", "third", "fourth")
_FACTORS = {-1.0: "", 2.0: "twice", 0.5: "half of", 3.0: "three times", 4.0: "four times", 0.25: "a quarter of"}


# --- rounding -----------------------------------------------------------------------------------------

MOST_PLACES = 10
ENOUGH = 4  # numbers that agree by chance are fewer


def decimal_places(pairs: Iterable[tuple[Any, Any]]) -> int | None:
    """Returns the decimal places to which all values are the right ones, rounded; None if there is no such number.

    Args:
        pairs: values, each with the right one.
    """
    numbers = [_numbers(value, right) for value, right in pairs]
    if any(pair is None for pair in numbers) or sum(pair[0].size for pair in numbers if pair) < ENOUGH:
        return None
    for places in range(MOST_PLACES):
        if all(_is_rounded(mine, right, places) for mine, right in filter(None, numbers)):
            return places
    return None


def _is_rounded(mine: Any, right: Any, places: int) -> bool:
    """Tells whether numbers are the right ones to some places, and have no digit beyond: `same` does not see that."""
    return np.array_equal(mine, np.round(mine, places), equal_nan=True) and same(mine, np.round(right, places))


def _numbers(value: Any, right: Any) -> tuple[Any, Any] | None:
    if isinstance(value, list) and isinstance(right, list) and len(value) == len(right) > 0:
        parts = [_numbers(*pair) for pair in zip(value, right, strict=True)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return np.concatenate([mine for mine, _ in known]), np.concatenate([theirs for _, theirs in known])
    if not (isinstance(value, np.ndarray | float) and isinstance(right, np.ndarray | float)):
        return None
    mine, theirs = np.asarray(value, float), np.asarray(right, float)
    return (mine.ravel(), theirs.ravel()) if mine.shape == theirs.shape else None


# --- whole numbers, and factors -----------------------------------------------------------------------


def _are_cut_off(sites: list[Site], mine: Behaviour, solution: Behaviour) -> bool:
    """Tells whether values lose their fractions in calls with whole numbers, and are right in others."""
    wrong = [site for site in sites if not same(mine.values[site], solution.values[site])]
    others = [site for site in sites if site.whole not in solution.integers]
    if not others or any(site in wrong for site in others):
        return False
    pairs = [_numbers(mine.values[site], solution.values[site]) for site in wrong]
    known = [pair for pair in pairs if pair is not None]
    enough = sum(theirs.size for _, theirs in known) >= ENOUGH
    return enough and len(known) == len(pairs) and all(np.array_equal(a, np.trunc(b)) for a, b in known)


def _factor(pairs: Iterable[tuple[Any, Any]]) -> float | None:
    """Returns the factor by which all numbers are off; None if there is no such factor."""
    numbers = [_numbers(value, right) for value, right in pairs]
    known = [pair for pair in numbers if pair is not None]
    if len(known) < len(numbers) or sum(np.count_nonzero(theirs) for _, theirs in known) < ENOUGH:
        return None
    return next((factor for factor in _FACTORS if all(same(mine, factor * theirs) for mine, theirs in known)), None)


# --- side effects -------------------------------------------------------------------------------------

SideEffect = tuple[Site, str]
_WARNED = {"overflow": "overflows", "divide": "divides by 0", "invalid": "is not a number"}


def of_side_effects(seen: list[SideEffect], faulty: Collection[str]) -> Iterator[Diagnosis]:
    """Yields what can be said of side effects that no entry explains.

    Args:
        seen: the side effects, each with its call.
        faulty: the functions whose warnings may come from a fault that shows elsewhere. They are not named for them.
    """
    for function in dict.fromkeys(site.function for site, _ in seen):
        here = [(site, effect) for site, effect in seen if site.function == function]
        if changed := [(site, effect) for site, effect in here if effect.startswith(CHANGED)]:
            site, effect = changed[0]
            place = effect.removeprefix(CHANGED)
            index = place.split(".")[0]
            which = _ORDINALS[int(index)] if index in ("0", "1", "2", "3") else "own"
            what, new = ("a list in ", "list") if place.endswith(".") else ("", "array")
            sentence = f"Your `{site.shown}` writes into {what}its {which} argument. Make a new {new} and return that."
            yield Diagnosis(f"writes-{function}", sentence)
        warned = [word for word in _WARNED if any(effect == word for _, effect in here)]
        if warned and function not in faulty:
            sentence = (
                f"Your `{function}` returns what it should, but something {_WARNED[warned[0]]} on the way. np.where, "
                "for instance, computes both of its pieces everywhere: give each of them only numbers that it can take."
            )
            yield Diagnosis(f"warns-{function}", sentence)
