"""Compares behaviour: where submissions differ from the solution, and if two of them differ in the same way.

The same checks run on all of them, so their calls correspond. A call that returns a tuple is compared part by part, so
that a diagnosis of the loss does not depend on the gradient. Each part of each call is a `Site`.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import numpy as np

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox import problems
from autograder.sandbox.replies import Observation
from autograder.sandbox.wire.types import Handle

MOST_NUMBERS = 10_000  # in a value that is compared, beyond four times as many as the solution's

_LARGE = problems.too_much()

Observed = dict[str, list[Observation]]


@dataclass(frozen=True)
class Site:
    """One value that is compared between submissions.

    Attributes:
        check: the name of the check that made the call.
        call: the number of the call in the check.
        shown: the function or method that was called.
        part: the position in a returned tuple; None for a single value.
    """

    check: str
    call: int
    shown: str
    part: int | None

    @property
    def function(self) -> str:
        """The learner's function; for a method, its class."""
        return self.shown.split(".")[0]

    @property
    def whole(self) -> "Site":
        """The call, without a part."""
        return replace(self, part=None)

    @property
    def component(self) -> tuple[str, int | None]:
        """The output, whatever the inputs: the dw of a function that returns loss, dw and db, for instance."""
        return self.shown, self.part


SideEffects = dict[Site, frozenset[str]]
CHANGED = "changed "  # begins a side effect that names a changed argument


@dataclass(frozen=True)
class Behaviour:
    """The values that the checks of an exercise observed, and the side effects of the calls.

    Attributes:
        values: the value at each site, or the problem in its place.
        side_effects: the warnings and changed arguments of each call, by its site without a part.
        silent: the functions of which a call gave no behaviour, because nothing was written or time ran out.
        integers: the calls with an array of whole numbers among the arguments, by their sites without a part.
    """

    values: dict[Site, Any]
    side_effects: SideEffects
    silent: frozenset[str]
    integers: frozenset[Site] = frozenset()


def behaviour(observed: Observed, like: "Behaviour | None" = None) -> Behaviour:
    """Returns the behaviour in the calls that were observed.

    Args:
        observed: the calls that each check made.
        like: the solution's behaviour, which says how many values a call that gave a problem should have returned.
    """
    values: dict[Site, Any] = {}
    side_effects: SideEffects = {}
    silent: set[str] = set()
    integers: set[Site] = set()
    shape = _parts(like) if like is not None else {}
    for check, observations in observed.items():
        for call, observation in enumerate(observations):
            if _is_silent(observation):
                silent.add(observation.function.split(".")[0])
            value = observation.reply.value if observation.reply is not None else observation.problem
            parts = shape.get((check, call))
            if isinstance(value, tuple) and parts != [None]:
                values |= {Site(check, call, observation.function, part): item for part, item in enumerate(value)}
            else:
                for part in parts or [None]:
                    values[Site(check, call, observation.function, part)] = value
            whole = Site(check, call, observation.function, None)
            side_effects[whole] = _side_effects(observation)
            integers |= {whole} if observation.integers else set()
    if like is not None:
        values = {
            site: value if _is_comparable(value, like.values.get(site)) else _LARGE for site, value in values.items()
        }
    return Behaviour(values, side_effects, frozenset(silent), frozenset(integers))


def sharing(observed: Observed, right: Observed) -> Observed:
    """Returns what was observed, with the solution's own objects for values that are equal to the byte.

    Of a misconception's values most are the solution's, and of a topic they may take some hundred megabytes.
    """
    return {
        check: [_sharing_one(mine, theirs) for mine, theirs in zip_longest(seen, right.get(check, [])[: len(seen)])]
        for check, seen in observed.items()
    }


def _sharing_one(mine: Observation, right: Observation | None) -> Observation:
    if mine.reply is None or right is None or right.reply is None:
        return mine
    return replace(mine, reply=replace(mine.reply, value=_shared(mine.reply.value, right.reply.value)))


def _shared(value: Any, right: Any) -> Any:
    if type(value) is not type(right):
        return value
    if isinstance(value, list | tuple):
        return type(value)(map(_shared, value, right)) if len(value) == len(right) else value
    if isinstance(value, np.ndarray) and value.dtype == right.dtype and value.shape == right.shape:
        return right if value.tobytes() == right.tobytes() else value
    return value


def _is_comparable(value: Any, right: Any) -> bool:
    """Tells whether a value may be compared with each misconception's. One that is far too large is like none."""
    return _size(value) <= MOST_NUMBERS + 4 * _size(right)


def _size(value: Any) -> int:
    """Returns how many numbers and items there are in a value."""
    if isinstance(value, list | tuple):
        return len(value) + sum(map(_size, value))
    return value.size if isinstance(value, np.ndarray) else 1


def _parts(solution: Behaviour) -> dict[tuple[str, int], list[int | None]]:
    parts: dict[tuple[str, int], list[int | None]] = {}
    for site in solution.values:
        parts.setdefault((site.check, site.call), []).append(site.part)
    return parts


def deviations(values: dict[Site, Any], solution: dict[Site, Any]) -> frozenset[Site]:
    """Returns the sites where values differ from the solution's, among the sites that both have."""
    return frozenset(site for site, value in values.items() if site in solution and not same(value, solution[site]))


def weights(sites: Iterable[Site]) -> dict[Site, int]:
    """Returns the weight of each site. Those of one check and one component share the same weight.

    Weights are whole numbers, so that a sum of them does not depend on the order of a set, and even ones.
    """
    sites = list(sites)
    counts = Counter((site.check, site.component) for site in sites)
    shared = 2 * math.lcm(*counts.values())
    return {site: shared // counts[site.check, site.component] for site in sites}


def total(sites: Iterable[Site], weight: dict[Site, int]) -> int:
    """Returns the sum of the weights of some sites."""
    return sum(weight[site] for site in sites)


# --- values -----------------------------------------------------------------------------------------


def same(value: Any, other: Any, size: float = 0.0) -> bool:
    """Tells whether two values are the same up to rounding, or two problems are of the same kind.

    Args:
        value: a value.
        other: another one.
        size: the largest number of the list that they stand in. Beside it, an array of numbers like 1e-17 is zeros up
            to rounding, and two answers never have the same ones.
    """
    if isinstance(value, StudentProblem) or isinstance(other, StudentProblem):
        return isinstance(value, StudentProblem) and isinstance(other, StudentProblem) and _kind(value) == _kind(other)
    if isinstance(value, Handle) and isinstance(other, Handle):
        return True  # their numbers only count the objects made before, and earlier checks may have ended early
    if isinstance(value, tuple | list):
        if not isinstance(other, tuple | list) or len(value) != len(other):
            return False
        size = size or _largest(other)
        return all(same(*pair, size) for pair in zip(value, other, strict=True))
    if isinstance(value, np.ndarray | float) and isinstance(other, np.ndarray | float):
        return np.shape(value) == np.shape(other) and _close(np.asarray(value, float), np.asarray(other, float), size)
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):  # an array, and None or a word
        return False
    return bool(value == other)


def same_but_for_shape(value: Any, other: Any) -> bool:
    """Tells whether two values hold the same numbers in any shapes: a column and a row, or a number and its copies."""
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(same_but_for_shape, value, other))
    if not (isinstance(value, np.ndarray | float) and isinstance(other, np.ndarray | float)):
        return False
    a, b = np.asarray(value, float), np.asarray(other, float)
    if a.size == b.size:
        return _close(a.ravel(), b.ravel())
    one, other_one = np.broadcast_arrays(a.ravel(), b.ravel()) if min(a.size, b.size) == 1 else (a, b)
    return min(a.size, b.size) == 1 and _close(one, other_one)


def same_but_for_mask(value: Any, other: Any, right: Any) -> bool:
    """Tells whether two arrays are the right one with numbers set to 0 at random, and the rest alike.

    Who draws a mask from another generator, or in another order, makes the same mistake with other zeros. The shares of
    zeros are those of two draws with one probability, up to three standard errors.
    """
    if not (isinstance(value, np.ndarray) and isinstance(other, np.ndarray) and isinstance(right, np.ndarray)):
        return False
    if not value.shape == other.shape == right.shape or right.size < FEWEST_DRAWN or not np.all(right):
        return False
    a, b = np.asarray(value, float) / right, np.asarray(other, float) / right
    zeros, other_zeros = np.mean(a == 0), np.mean(b == 0)
    share = (zeros + other_zeros) / 2
    near = abs(zeros - other_zeros) <= 3 * math.sqrt(2 * share * (1 - share) / right.size)
    if not (near and 0 < zeros < 1 and 0 < other_zeros < 1):
        return False
    left, other_left = a[a != 0], b[b != 0]
    factor = np.full(left.size, other_left[0])
    return _close(left, factor) and _close(other_left, np.full(other_left.size, other_left[0]))


FEWEST_DRAWN = 12  # numbers of an array whose zeros may be a mask


def _largest(value: Any) -> float:
    """Returns the size of the largest finite number in a value, 0 if there is none."""
    if isinstance(value, tuple | list):
        return max(map(_largest, value), default=0.0)
    if not isinstance(value, np.ndarray | float):
        return 0.0
    numbers = np.abs(np.asarray(value, float))
    return float(numbers[np.isfinite(numbers)].max(initial=0.0))


def _close(a: Any, b: Any, size: float = 0.0) -> bool:
    if a.tobytes() == b.tobytes():
        return True
    finite = np.abs(b[np.isfinite(b)])
    scale = float(finite.max(initial=size))
    if a.size and finite.size == b.size:  # the same as below, five times as fast
        return bool((np.abs(a - b) <= 1e-13 * scale + 1e-6 * np.abs(b)).all())
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-13 * scale, equal_nan=True))


def _kind(problem: StudentProblem) -> tuple[Outcome, str]:
    """Returns the outcome of a problem with the exception's name, or with the text that describes a wrong type."""
    return problem.outcome, problem.kind or (str(problem) if problem.outcome is Outcome.FAILED else "")


# --- side effects -----------------------------------------------------------------------------------


def _is_silent(observation: Observation) -> bool:
    """Tells whether a call shows no behaviour, because nothing was written or it ran out of time."""
    problem = observation.problem
    return problem is not None and problem.outcome in (Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT)


def _side_effects(observation: Observation) -> frozenset[str]:
    reply = observation.reply
    if reply is None:
        return frozenset()
    warned = {word for word in ("overflow", "invalid", "divide") for text in reply.warnings if word in text}
    return frozenset(warned | {CHANGED + place for place in reply.changed})
