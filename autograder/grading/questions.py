"""Calls of the checks that may be shown to a learner: short, and with inputs that no grade depends on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from gradwise.check.formatting import show_call

from autograder.core.outcomes import GraderFault, StudentProblem
from autograder.sandbox.replies import Observation, copied
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.types import Handle

from .check import Check

MOST_NUMBERS = 24  # in the arguments of a call that is shown
MOST_CALLS = 12  # of one check
SMALL = 10  # integers up to this size may be among the inputs of a grade, too


@dataclass(frozen=True)
class Questions:
    """Calls of a check that may be shown, as the solution answered them.

    Attributes:
        calls: the calls.
        all_of_it: whether these are all calls that the check makes.
    """

    calls: tuple[Observation, ...]
    all_of_it: bool


def calls_of(check: Check, solution: Submission, seed: str) -> list[Observation]:
    """Runs a check on the solution, and returns its calls with their arguments."""
    solution.observations, solution.keeps_args = [], True
    try:
        check.outcome(solution, seed)
    except GraderFault:
        return []  # the check works for some inputs only
    finally:
        solution.keeps_args = False
    return solution.observations


def questions(
    calls: list[Observation], graded: list[Observation], solution: Submission, rng: np.random.Generator
) -> Questions:
    """Returns the calls that may be shown: with inputs drawn anew, or with a variation of inputs that are fixed.

    Args:
        calls: the calls of a check into the solution, with inputs drawn anew.
        graded: its calls with the inputs that are graded. An array that is the same in both is the check's secret.
        solution: answers the variations.
        rng: chooses them.
    """
    allowed = []
    for call, other in zip(calls, graded, strict=False):
        if call.reply is None or not _is_short(call.args) or not _is_drawn(call.args, other.args):
            continue
        if not _has_handle(call.reply.value) and (question := _unlike(call, other, solution, rng)) is not None:
            allowed.append(question)
        if len(allowed) == MOST_CALLS:
            break
    return Questions(tuple(allowed), len(allowed) == len(calls))


def _unlike(
    call: Observation, graded: Observation, solution: Submission, rng: np.random.Generator
) -> Observation | None:
    """Returns a call, varied if it is the graded one; None if the solution cannot answer a variation."""
    assert call.args is not None
    assert graded.args is not None
    secret = show_call("", graded.args)
    if show_call("", call.args) != secret:
        return call
    for varied in (_varied(call.args, rng), _varied(call.args, rng), tuple(map(_doubled, call.args))):
        if show_call("", varied) == secret or not _is_short(varied):
            continue
        try:
            reply = solution.call(call.function, *copied(varied), returns=call.returns)
        except StudentProblem:
            continue
        return replace(call, args=varied, reply=reply)
    return None


def _varied(value: Any, rng: np.random.Generator) -> Any:
    """Returns a value with the numbers of each array and list in another order, and other single numbers."""
    if isinstance(value, np.ndarray):
        return rng.permutation(value.ravel()).reshape(value.shape)
    if isinstance(value, list | tuple):
        if any(isinstance(item, list | tuple | np.ndarray) for item in value) or isinstance(value, tuple):
            return type(value)(_varied(item, rng) for item in value)
        return [value[place] for place in rng.permutation(len(value))]
    if isinstance(value, float) and np.isfinite(value):
        return round(value * float(rng.uniform(0.6, 1.4)), 2)
    return value + int(rng.integers(3)) if type(value) is int else value


def _doubled(value: Any) -> Any:
    """Returns an array or a list of numbers with everything in it twice, for inputs such as zeros."""
    if isinstance(value, np.ndarray) and value.ndim:
        return np.concatenate([value, value])
    if isinstance(value, list | tuple) and any(isinstance(item, np.ndarray) for item in value):
        return type(value)(map(_doubled, value))
    return [*value, *value] if isinstance(value, list) else value


def _is_short(args: tuple[Any, ...] | None) -> bool:
    if args is None:
        return False
    sizes = [_numbers(arg) for arg in args]
    return None not in sizes and sum(size or 0 for size in sizes) <= MOST_NUMBERS


def _is_drawn(args: Any, graded: Any) -> bool:
    """Tells whether all arrays and lists in a call come from random numbers.

    Small integers may be the same in places, as labels are. A number outside an array or list may be fixed: it says
    which case the check tries, as its title does.
    """
    if graded is None or len(args) != len(graded):
        return False
    several = [(a, b) for a, b in zip(args, graded, strict=True) if isinstance(a, list | tuple | np.ndarray)]
    return all(_entries_are_drawn(a, b) for a, b in several)


def _entries_are_drawn(value: Any, other: Any) -> bool:
    if isinstance(value, list | tuple):
        return len(value) == len(other) and all(map(_entries_are_drawn, value, other))
    if np.shape(value) != np.shape(other):
        return False
    try:
        a, b = np.asarray(value, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return False
    return bool(((a != b) | ((a == np.rint(a)) & (np.abs(a) <= SMALL))).all())


def _numbers(value: Any) -> int | None:
    """Counts the numbers that a person would have to read in a value; None if the value is not plain data."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, list | tuple):
        sizes = [_numbers(item) for item in value]
        return None if None in sizes else sum(size or 0 for size in sizes)
    if isinstance(value, dict):
        return 0 if not value else None
    return 1 if isinstance(value, int | float | str | None) else None


def _has_handle(value: Any) -> bool:
    return isinstance(value, Handle) or (isinstance(value, list | tuple) and any(map(_has_handle, value)))
