"""What a hidden check can demand of a plain value, and the sentence when it does not hold.

A sentence says which property fails, the shape, one number, and the usual cause. It never holds an expected
array or a hidden input. Nothing here raises anything but `CheckFailed`, whatever a learner returned.
"""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.core.outcomes import CheckFailed, Outcome, StudentProblem
from autograder.sandbox.problems import shape_words
from autograder.sandbox.submission import Reply

_LARGEST = np.finfo(np.float64).max  # infinitely far is not near, however far the other one is
_NUMERIC = {"overflow": "overflows", "invalid": "computes something undefined (nan)", "divide": "divides by zero"}


def close(got: Any, want: npt.ArrayLike, cause: str, *, rtol: float = 1e-7, atol: float = 1e-12) -> None:
    """`got` equals `want` up to rounding; nan only where it is wanted.

    Args:
        got: what came back, an array or a number.
        want: what is right.
        cause: one sentence on the usual cause when it is not.
        rtol: relative tolerance, as in `numpy.allclose`.
        atol: absolute tolerance; 0 for values near 0 that must keep their digits.

    Raises:
        CheckFailed: it does not.
    """
    has_shape(got, np.shape(want), cause)
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if _near(got, want, rtol, atol):
        return
    same = np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    if same.all():
        return
    count = f"{int((~same).sum())} of {same.size} values" if same.ndim else "The value"
    if not np.isfinite(got[~same]).all() and np.isfinite(want[~same]).all():
        how = "not finite"
    elif np.isfinite(got[~same]).all() and np.isfinite(want[~same]).all():
        how = f"wrong, by up to {float(np.abs(got[~same] - want[~same]).max()):.2g}"
    else:
        how = "wrong"
    verb = "is" if not same.ndim else "are"
    shape = f" (shape {want.shape})" if same.ndim else ""
    raise CheckFailed(f"{count} {verb} {how}{shape}. {cause}")


def _near(got: npt.NDArray[np.float64], want: npt.NDArray[np.float64], rtol: float, atol: float) -> bool:
    """All are near and finite: the common case, in a fraction of the time that `numpy.isclose` takes."""
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(got - want)
        return bool((distance <= np.minimum(atol + rtol * np.abs(want), _LARGEST)).all())


def has_shape(got: Any, shape: tuple[int, ...], cause: str) -> None:
    """`got` is an array of this shape.

    Raises:
        CheckFailed: it is not.
    """
    if np.shape(got) != shape:
        raise CheckFailed(f"The shape is {shape_words(np.shape(got))}; wanted {shape}. {cause}")


def true(condition: Any, message: str) -> None:
    """A condition holds.

    Raises:
        CheckFailed: it does not; `message` is all the learner reads.
    """
    if not condition:
        raise CheckFailed(message)


def word(got: str, want: str, known: Collection[str], cause: str) -> None:
    """`got` is the wanted word. A wrong one is shown if it is known: any other could spell out a hidden input.

    Raises:
        CheckFailed: it is another word.
    """
    if got != want:
        raise CheckFailed(f"It says {repr(got) if got in known else 'another word'}. {cause}")


def quiet(reply: Reply, cause: str) -> None:
    """The call raised no numeric warning: nothing overflowed on the way to a value.

    Raises:
        CheckFailed: something did.
    """
    for word, says in _NUMERIC.items():
        if any(word in text for text in reply.warnings):
            raise CheckFailed(f"The values may be right, but the function {says} on the way. {cause}")


def unchanged(reply: Reply) -> None:
    """The call left its arguments as they were.

    Raises:
        CheckFailed: it wrote into one.
    """
    if reply.changed:
        places = ("first", "second", "third", "fourth")
        index = reply.changed[0].split(".")[0]  # student code wrote this: it may be anything
        which = places[int(index)] if index in ("0", "1", "2", "3") else "own"
        raise CheckFailed(f"It writes into its {which} argument. Work on a new array: the caller needs the old one.")


def is_array(reply: Reply) -> None:
    """What came back was a NumPy array, or a NumPy number, on the far side.

    Raises:
        CheckFailed: it was a list or another type.
    """
    if reply.type_name in ("list", "tuple"):
        raise CheckFailed(f"It returns a {reply.type_name}; the next layer needs an array.")


def raises(attempt: Callable[[], object], kind: str, cause: str) -> None:
    """A call raises a built-in exception of this name, or one derived from it by the learner.

    Args:
        attempt: makes the call.
        kind: the exception's name, for instance "ValueError".
        cause: one sentence on what to do.

    Raises:
        CheckFailed: it gives a value, or stops for another reason.
    """
    try:
        attempt()
    except StudentProblem as problem:
        if problem.outcome is Outcome.CRASHED and problem.kind == kind:
            return
        if problem.outcome is not Outcome.FAILED:
            raise
    raise CheckFailed(f"It raises no {kind}. {cause}")
