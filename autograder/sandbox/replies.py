"""Replies to a check's calls, and the calls that the diagnosis compares."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem

from .wire.types import ARRAY, Spec


@dataclass(frozen=True)
class Reply:
    """Reply to a call.

    Attributes:
        value: plain data of the type that was asked for.
        type_name: the type's name on the far side, before it crossed (``"ndarray"``, ``"list"``).
        warnings: the texts of the warnings raised in the call.
        changed: the places of the arrays and lists in the arguments that the call changed: "0", or "1.2" for an item
            of a list; that of a list ends with a point.
    """

    value: Any
    type_name: str = ""
    warnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """One call, or one read of an attribute, as the diagnosis compares it.

    Attributes:
        function: the function, or the class with its method or attribute.
        reply: the reply; None if there was a problem.
        problem: the problem; None if there was a reply.
        args: the arguments of a function's call, if `Submission.keeps_args` was set.
        returns: the type that was asked for, if the arguments are kept.
        integers: true if an array of whole numbers was among the arguments.
    """

    function: str
    reply: Reply | None
    problem: StudentProblem | None
    args: tuple[Any, ...] | None = None
    returns: Spec = ARRAY
    integers: bool = False


def copied(value: Any) -> Any:
    """Returns a value with copies of its arrays, which their owner may change later."""
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def bytes_in(value: Any) -> int:
    """Returns the size of a value's arrays."""
    if isinstance(value, list | tuple):
        return sum(map(bytes_in, value))
    return value.nbytes if isinstance(value, np.ndarray) else 0


def holds_integers(value: Any) -> bool:
    """Tells whether there is an array of whole numbers in a value."""
    if isinstance(value, list | tuple):
        return any(map(holds_integers, value))
    return isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.integer)
