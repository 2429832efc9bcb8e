"""Assertions for hidden checks on plain values. A failure is a sentence that the learner reads.

A sentence says which property fails, the shape, one number, and the usual cause. It never holds an expected array or a
hidden input. Whatever a learner returned, these functions raise nothing but `CheckFailed`.

The tolerances of `close` are those of the hidden checks. The visible cases have the `Tolerance` of
`course/gradwise/exercises/spec.py`.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.core.outcomes import CheckFailed, Outcome, StudentProblem
from autograder.core.text import counted
from autograder.sandbox.problems import shape_words
from autograder.sandbox.replies import Reply

MOST_COUNTED = 49  # values, of which the wrong ones are counted
_LARGEST = np.finfo(np.float64).max  # an infinite distance is never near, even if the tolerance is infinite
_NUMERIC = {"overflow": "overflows", "invalid": "computes something undefined (nan)", "divide": "divides by zero"}


# Whoever loses a check of an edge loses it for the edge, and not for a guard that moves the sixth digit of every value:
# that is for the checks of values and of stability to say.
_RTOL = {"edges": 1e-5}
_kind: ContextVar[str] = ContextVar("kind", default="values")


@contextmanager
def of_kind(kind: str) -> Iterator[None]:
    """Sets the tolerance of `close` to that of a kind of checks, one of `gradwise.exercises.KINDS`."""
    before = _kind.set(kind)
    try:
        yield
    finally:
        _kind.reset(before)


def close(got: Any, want: npt.ArrayLike, cause: str, *, rtol: float | None = None, atol: float = 1e-12) -> None:
    """Asserts that `got` equals `want` up to rounding, with nan only where `want` has it.

    Args:
        got: the learner's value, an array or a number.
        want: the right value.
        cause: one sentence on the usual cause of a wrong value.
        rtol: relative tolerance, as in `numpy.allclose`; by default 1e-7, or 1e-5 in a check of an edge.
        atol: absolute tolerance; 0 if values near 0 must be relatively precise, too.

    Raises:
        CheckFailed: the shape or a value is wrong.
    """
    has_shape(got, np.shape(want), cause)
    rtol = _RTOL.get(_kind.get(), 1e-7) if rtol is None else rtol
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if _near(got, want, rtol, atol):
        return
    same = np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    if same.all():
        return
    count = _count(same) if same.ndim else "The value"
    if not np.isfinite(got[~same]).all() and np.isfinite(want[~same]).all():
        fault = "not finite"
    elif np.isfinite(got[~same]).all() and np.isfinite(want[~same]).all():
        fault = f"wrong, by up to {float(np.abs(got[~same] - want[~same]).max()):.1g}"
    else:
        fault = "wrong"
    verb = "is" if not same.ndim or count.startswith("1 of ") else "are"
    shape = f" (shape {want.shape})" if same.ndim else ""
    raise CheckFailed(f"{count} {verb} {fault}{shape}.", cause)


def _count(same: npt.NDArray[np.bool_]) -> str:
    """Says how many of some values are wrong; of many values only about how many."""
    wrong = int((~same).sum())
    if same.size <= MOST_COUNTED:
        return f"{wrong} of {counted(same.size, 'value')}"
    part = "All" if wrong == same.size else "Most" if 2 * wrong > same.size else "Some"
    return f"{part} of {same.size} values"


def _near(got: npt.NDArray[np.float64], want: npt.NDArray[np.float64], rtol: float, atol: float) -> bool:
    """Tells whether all values are near and finite: the common case, in a fraction of the time of `numpy.isclose`."""
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(got - want)
        return bool((distance <= np.minimum(atol + rtol * np.abs(want), _LARGEST)).all())


def has_shape(got: Any, shape: tuple[int, ...], cause: str) -> None:
    """Asserts that `got` is an array of this shape.

    Raises:
        CheckFailed: its shape is another one.
    """
    if np.shape(got) != shape:
        raise CheckFailed(f"The shape is {shape_words(np.shape(got), shape)}; wanted {shape}.", cause)


def true(condition: Any, message: str, cause: str = "") -> None:
    """Asserts that a condition holds.

    Args:
        condition: what must hold.
        message: what is wrong if it does not.
        cause: one sentence on the usual cause.

    Raises:
        CheckFailed: it does not hold; the learner reads the message and the cause.
    """
    if not condition:
        raise CheckFailed(message, cause)


def word(got: str, want: str, known: Collection[str], cause: str) -> None:
    """Asserts that `got` is the word `want`. Another word is shown if it is known: any other could be a hidden input.

    Raises:
        CheckFailed: it is another word.
    """
    if got != want:
        raise CheckFailed(f"It says {repr(got) if got in known else 'another word'}.", cause)


def quiet(reply: Reply, cause: str) -> None:
    """Asserts that a call raised no numeric warning, such as an overflow in an intermediate value.

    Raises:
        CheckFailed: it raised one.
    """
    for word, fault in _NUMERIC.items():
        if any(word in text for text in reply.warnings):
            raise CheckFailed(f"The values may be right, but the function {fault} on the way.", cause)


def unchanged(reply: Reply) -> None:
    """Asserts that a call did not change the arrays and lists in its arguments.

    Raises:
        CheckFailed: it wrote into an argument.
    """
    if reply.changed:
        places = ("first", "second", "third", "fourth")
        place = min(reply.changed, key=lambda path: path.endswith("."))  # an array says more than the list it is in
        index = place.split(".")[0]  # this text may come from student code, so it may be any
        which = places[int(index)] if index in ("0", "1", "2", "3") else "own"
        what = ("a list in ", "list") if place.endswith(".") else ("", "array")
        raise CheckFailed(
            f"It writes into {what[0]}its {which} argument. Work on a new {what[1]}: the caller needs the old one."
        )


def is_array(reply: Reply) -> None:
    """Asserts that a learner's function returned a NumPy array or a number, and not a list or tuple.

    Raises:
        CheckFailed: it returned a list or tuple.
    """
    if reply.type_name in ("list", "tuple"):
        raise CheckFailed(f"It returns a {reply.type_name}; the next layer needs an array.")


def raises(attempt: Callable[[], object], kind: str, cause: str) -> None:
    """Asserts that a call raises a built-in exception of this name, or a class that the learner derived from it.

    Args:
        attempt: makes the call.
        kind: the exception's name, for instance "ValueError".
        cause: one sentence on what to do.

    Raises:
        CheckFailed: the call returns a value, or raises another exception.
        StudentProblem: the learner's code crashed, ran out of time or is not written.
    """
    try:
        attempt()
    except StudentProblem as problem:
        if problem.outcome is Outcome.CRASHED and problem.kind == kind:
            return
        if problem.outcome is not Outcome.FAILED:
            raise
    raise CheckFailed(f"It raises no {kind}. {cause}")
