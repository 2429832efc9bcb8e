"""Comparing behaviour: where two submissions differ from the solution, and whether they differ alike.

The same checks are put to all of them, so their calls stand side by side. A call that gives a tuple is taken apart:
what is said of the loss must not depend on the gradient. Each place where two can be compared is a `Spot`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.sandbox.submission import Observation
from autograder.sandbox.wire.types import Handle

Observed = dict[str, list[Observation]]


@dataclass(frozen=True)
class Spot:
    """One place where submissions are compared.

    Attributes:
        check: the check that made the call.
        call: the number of the call in it.
        shown: what was called, a function or a method.
        part: which of several values, or None where there is one.
    """

    check: str
    call: int
    shown: str
    part: int | None

    @property
    def function(self) -> str:
        """The learner's function or class: a method is spoken of by its class."""
        return self.shown.split(".")[0]

    @property
    def component(self) -> tuple[str, int | None]:
        """What comes back here, whatever the inputs: the dw of a function that gives loss, dw and db."""
        return self.shown, self.part


Manners = dict[Spot, frozenset[str]]


@dataclass(frozen=True)
class Behaviour:
    """What the checks of an exercise saw: a value at each spot, and how it came about.

    Attributes:
        values: a plain value, or the problem in its place.
        manners: warnings and changed arguments, where there were any.
        silent: functions of which a call came to nothing, because nothing was written or time ran out.
    """

    values: dict[Spot, Any]
    manners: Manners
    silent: frozenset[str]


def behaviour(observed: Observed, like: "Behaviour | None" = None) -> Behaviour:
    """The behaviour in what was observed.

    Args:
        observed: the calls that each check made.
        like: the solution's; where a call gave a problem this says how many values there should have been.
    """
    values: dict[Spot, Any] = {}
    manners: Manners = {}
    silent: set[str] = set()
    shape = _parts(like) if like is not None else {}
    for check, observations in observed.items():
        for call, seen in enumerate(observations):
            if _is_silent(seen):
                silent.add(seen.function.split(".")[0])
            value = seen.reply.value if seen.reply is not None else seen.problem
            parts = shape.get((check, call))
            if isinstance(value, tuple) and parts != [None]:
                values |= {Spot(check, call, seen.function, part): each for part, each in enumerate(value)}
            else:
                for part in parts or [None]:
                    values[Spot(check, call, seen.function, part)] = value
            manners[Spot(check, call, seen.function, None)] = _manners(seen)
    return Behaviour(values, manners, frozenset(silent))


def _parts(solution: Behaviour) -> dict[tuple[str, int], list[int | None]]:
    found: dict[tuple[str, int], list[int | None]] = {}
    for spot in solution.values:
        found.setdefault((spot.check, spot.call), []).append(spot.part)
    return found


def deviations(one: dict[Spot, Any], solution: dict[Spot, Any]) -> frozenset[Spot]:
    """The spots where one differs from the solution, of those that both reached."""
    return frozenset(spot for spot, value in one.items() if spot in solution and not same(value, solution[spot]))


def weights(spots: Iterable[Spot]) -> dict[Spot, float]:
    """Each check counts once for each component, however often it calls."""
    spots = list(spots)
    often = Counter((spot.check, spot.component) for spot in spots)
    return {spot: 1 / often[spot.check, spot.component] for spot in spots}


def total(spots: Iterable[Spot], weight: dict[Spot, float]) -> float:
    """How much spots count together."""
    return sum(weight[spot] for spot in spots)


# --- values -----------------------------------------------------------------------------------------


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same up to rounding, or two problems of the same kind."""
    if isinstance(one, StudentProblem) or isinstance(other, StudentProblem):
        return isinstance(one, StudentProblem) and isinstance(other, StudentProblem) and _kind(one) == _kind(other)
    if isinstance(one, Handle) and isinstance(other, Handle):
        return True  # the numbers say only how many objects there were before: earlier checks may have ended early
    if isinstance(one, tuple | list):
        return isinstance(other, tuple | list) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray | float) and isinstance(other, np.ndarray | float):
        return np.shape(one) == np.shape(other) and _close(np.asarray(one, float), np.asarray(other, float))
    return bool(one == other)


def same_but_for_shape(one: Any, other: Any) -> bool:
    """Whether two values hold the same numbers, in whatever shape: a column and a row, or one number many times."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_but_for_shape, one, other))
    if not (isinstance(one, np.ndarray | float) and isinstance(other, np.ndarray | float)):
        return False
    a, b = np.asarray(one, float), np.asarray(other, float)
    if a.size == b.size:
        return _close(a.ravel(), b.ravel())
    return min(a.size, b.size) == 1 and _close(*np.broadcast_arrays(a.ravel(), b.ravel()))


def _close(a: Any, b: Any) -> bool:
    if a.tobytes() == b.tobytes():
        return True
    finite = np.abs(b[np.isfinite(b)])
    scale = float(finite.max()) if finite.size else 0.0
    return bool(np.allclose(a, b, rtol=1e-6, atol=1e-13 * scale, equal_nan=True))


def _kind(problem: StudentProblem) -> tuple[Outcome, str]:
    """What a problem is; a value of the wrong type is described, an exception has a name."""
    return problem.outcome, problem.kind or (str(problem) if problem.outcome is Outcome.FAILED else "")


def telling(value: Any) -> int:
    """How much it says if two submissions give this value: an array of odd numbers much, 0 or True little."""
    if isinstance(value, list | tuple):
        return sum(map(telling, value))
    if not isinstance(value, np.ndarray | float):
        return 0
    numbers = np.unique(np.asarray(value, float))
    return int((np.isfinite(numbers) & (numbers != np.rint(numbers))).sum())


# --- manners ----------------------------------------------------------------------------------------


def _is_silent(observation: Observation) -> bool:
    """Nothing was written, or it ran out of time: there is no behaviour to explain."""
    problem = observation.problem
    return problem is not None and problem.outcome in (Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT)


def _manners(observation: Observation) -> frozenset[str]:
    reply = observation.reply
    if reply is None:
        return frozenset()
    warned = {word for word in ("overflow", "invalid", "divide") for text in reply.warnings if word in text}
    return frozenset(warned | {f"changed {place}" for place in reply.changed})
