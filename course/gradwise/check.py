"""The visible checks: what was called, what came, what was wanted, and one thing to try.

``check("elu")`` looks at the functions of the notebook it is called from; ``hint("elu")`` gives one hint more
each time. A check that fails raises, so that nbgrader's Validate works, but what a learner sees is the message
and, for a function of one variable, a picture; never our own stack.
"""

import inspect
import itertools
import re
import sys
import sysconfig
import textwrap
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .exercises import Case, Curve, Exercise, Property, by_id, of_topic, topics

__all__ = ["CheckFailed", "NotWrittenYet", "check", "hint"]

WIDTH = 84  # of a message, in characters
MOST_NUMBERS = 40  # an array with more than that is not printed

# Files that no learner wrote: ours, Python's and the packages'.
_NOT_THEIRS = (str(Path(__file__).parent), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))

_hints_given: dict[str, int] = {}


class CheckFailed(AssertionError):
    """A visible check found something wrong. In a notebook only the message is shown."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotWrittenYet(CheckFailed):
    """There is nothing to check yet."""


class _Complaint(Exception):
    """What is wrong with one call, and what to try if it is something else than the case's own advice."""

    def __init__(self, lines: str, advice: str | None = None) -> None:
        super().__init__(lines)
        self.advice = advice


def check(exercise: str, names: dict[str, Any] | None = None) -> None:
    """Checks what a learner has written for an exercise.

    Args:
        exercise: its name.
        names: where the learner's functions are; by default the notebook's.

    Raises:
        NotWrittenYet: a function is missing or still raises NotImplementedError, and the others are right.
        CheckFailed: an answer is wrong.
        KeyError: there is no such exercise.
    """
    spec = _find(exercise)
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    written = [name for name in spec.functions if _is_written(spec, name, names)]
    cases = [case for case in spec.cases if case.function in written]
    for number, case in enumerate(cases, start=1):
        try:
            _try(spec, case, names[case.function])
        except _Complaint as complaint:
            _draw(spec, case.function, names[case.function])
            place = f"✗ {exercise}: visible check {number} of {len(cases)}"
            raise CheckFailed(_wrapped(f"{place}\n{complaint}\n  try     {complaint.advice or case.advice}")) from None
    missing = [name for name in spec.functions if name not in written]
    if missing and (not written or not spec.side):
        raise NotWrittenYet(_unwritten(exercise, missing, names, len(cases)))
    rest = f" (Not written yet: {', '.join(missing)}.)" if missing else ""
    print(f"✓ {exercise}: {len(cases)} visible checks passed. Hidden checks run when you submit.{rest}")


def hint(exercise: str) -> None:
    """Prints the next of three hints: a question, then an equation, then a skeleton.

    Raises:
        KeyError: there is no such exercise.
    """
    hints = _find(exercise).hints
    given = min(_hints_given.get(exercise, 0) + 1, len(hints))
    _hints_given[exercise] = given
    for number, text in enumerate(hints[:given], start=1):
        print(f"hint {number} of {len(hints)}: {text}")


def _find(exercise: str) -> Exercise:
    try:
        return by_id(exercise)
    except KeyError:
        known = ", ".join(spec.id for slug in topics() for spec in of_topic(slug))
        raise KeyError(f"There is no exercise {exercise!r}. There are: {known}") from None


def _is_written(spec: Exercise, name: str, names: dict[str, Any]) -> bool:
    """Whether a function is there and does more than say that it is not written."""
    if name not in names:
        return False
    try:
        _try(spec, next(case for case in spec.cases if case.function == name), names[name])
    except NotImplementedError:
        return False
    except _Complaint:
        pass
    return True


def _unwritten(exercise: str, missing: list[str], names: dict[str, Any], passed: int) -> str:
    so_far = f"{passed} visible checks passed so far; " if passed else ""
    if missing[0] not in names:
        return f"○ {exercise}: {so_far}there is no `{missing[0]}` yet. Run the cell above, then this one."
    return f'○ {exercise}: {so_far}`{missing[0]}` is not written yet. `hint("{exercise}")` helps you to begin.'


# --- one call ---------------------------------------------------------------------------------------


def _try(spec: Exercise, case: Case | Property, function: Callable[..., Any]) -> None:
    if isinstance(case, Property):
        violation = _guarded(case.call, lambda: case.violation(function))
        if violation is not None:
            raise _Complaint(f"  called  {case.call}\n  found   {violation}")
        return
    from . import reference

    call = show_call(case.function, case.args)
    wanted = getattr(reference, case.function)(*case.args)
    args = [arg.copy() if isinstance(arg, np.ndarray) else arg for arg in case.args]
    with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn", invalid="warn", divide="warn"):
        warnings.simplefilter("always")
        got = _guarded(call, lambda: function(*args))
    lines = f"  called  {call}\n  got     {_show(got)}\n  wanted  {_show(wanted)}"
    if got is None:
        raise _Complaint(lines, "Your function returns nothing: is a `return` missing?")
    if trouble := _difference(got, wanted, case, spec.outputs):
        raise _Complaint(f"{lines}\n  but     {trouble}")
    for before, after in zip(case.args, args, strict=True):
        if isinstance(before, np.ndarray) and before.tobytes() != after.tobytes():
            advice = "x[...] = ... and x *= ... write into the argument; np.where and x * ... make a new array."
            raise _Complaint(f"  called  {call}\n  but     it changed its argument", advice)
    if numeric := [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]:
        raise _Complaint(f"  called  {call}\n  got     the right values, but on the way: {numeric[0]}")


def _guarded(call: str, compute: Callable[[], Any]) -> Any:
    """Runs learner's code; an exception in it becomes a complaint that points at the learner's own line."""
    try:
        return compute()
    except NotImplementedError:
        raise
    except Exception as error:
        frames = [
            frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_NOT_THEIRS)
        ]
        where = f"\n  where   line {frames[-1].lineno}: {frames[-1].line}" if frames and frames[-1].line else ""
        advice = next(
            (says for sign, says in _ADVICE.items() if sign in f"{type(error).__name__}: {error}"), _ANY_ADVICE
        )
        raise _Complaint(f"  called  {call}\n  raised  {type(error).__name__}: {error}{where}", advice) from None


# What an exception usually means, by what its name or text says.
_ADVICE = {
    "NameError": "Is the name spelled as where you defined it, and has that cell run?",
    "truth value": "`if` and `max` look at one number; np.where and np.maximum look at each entry of an array.",
    "0-dimensional": "math.* takes one number; np.* takes arrays.",
    "only length-1": "math.* takes one number; np.* takes arrays.",
    "could not be broadcast": "Print the shapes of both sides: an axis is missing, or keepdims=True.",
    "positional argument": "The function must take the arguments of the call above, in that order.",
    "Cannot cast": "An integer array cannot hold these values: make a float array, for instance with np.where.",
}
_ANY_ADVICE = "The line above stopped with this error: print what goes into it, and its shape."


def _difference(got: Any, wanted: Any, case: Case, outputs: tuple[str, ...] = ()) -> str:
    """What is wrong with a value, as a phrase; empty if nothing is."""
    if isinstance(wanted, tuple):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return f"{len(wanted)} values are wanted, separated by a comma behind `return`"
        phrases = [_difference(part, right, case) for part, right in zip(got, wanted, strict=True)]
        return "; ".join(f"{name}: {phrase}" for name, phrase in zip(outputs, phrases, strict=True) if phrase)
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return f"a {type(got).__name__} is no array of numbers"
    if numbers.shape != np.shape(wanted):
        return f"the shape is {numbers.shape}; wanted {np.shape(wanted)}"
    same = np.isclose(numbers, wanted, rtol=case.rtol, atol=case.atol, equal_nan=True)
    if same.all():
        return ""
    return f"{int((~same).sum())} of {same.size} numbers differ" if same.ndim else "the number differs"


# --- showing ----------------------------------------------------------------------------------------


def _wrapped(message: str) -> str:
    """The message in lines short enough for a narrow window, and for nbgrader, which cuts longer ones off."""
    lines = (
        textwrap.wrap(line, WIDTH, subsequent_indent=" " * 10, break_long_words=False) for line in message.split("\n")
    )
    return "\n".join(itertools.chain.from_iterable(lines))


def show_call(function: str, args: tuple[Any, ...]) -> str:
    """The call as a learner could type it."""
    return f"{function}({', '.join(_show(arg, code=True) for arg in args)})"


def _show(value: Any, *, code: bool = False) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_show(part) for part in value) + ")"
    if isinstance(value, np.ndarray) and value.size <= MOST_NUMBERS:
        text = _numbers(value.tolist())
        return "np.array(" + re.sub("inf|nan", lambda name: f"np.{name[0]}", text) + ")" if code else text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return _numbers(value)
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def _numbers(value: Any) -> str:
    """Numbers as Python would read them, with as many digits as a person wants to."""
    if isinstance(value, list):
        return "[" + ", ".join(_numbers(item) for item in value) + "]"
    if not isinstance(value, float):
        return repr(value)
    text = f"{value:.6g}"
    return text if any(char in text for char in ".einf") else f"{text}."


def _draw(spec: Exercise, name: str, function: Callable[..., Any]) -> None:
    """Draws the learner's curves over the expected ones, in a notebook, if there is a difference to see."""
    curves = [curve for curve in spec.curves if curve.function == name]
    if not curves or "IPython" not in sys.modules:
        return
    sampled = [_sampled(curve, function) for curve in curves]
    if all(np.allclose(wanted, got, rtol=1e-6, atol=1e-9) for _, wanted, got in sampled):
        return
    from . import plots

    plots.curves_compared([(_label(curve), *lines) for curve, lines in zip(curves, sampled, strict=True)])
    plots.show()


def _label(curve: Curve) -> str:
    return f"{curve.function}({', '.join(['x', *map(str, curve.args)])})"


def _sampled(curve: Curve, function: Callable[..., Any]) -> tuple[Any, Any, Any]:
    """A grid, the expected curve on it, and the learner's (nan where it gives none)."""
    from . import reference

    x = np.linspace(-4.0, 4.0, 401)
    wanted = getattr(reference, curve.function)(x, *curve.args)
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(function(x.copy(), *curve.args), dtype=float)
    except Exception:
        got = np.full(x.shape, np.nan)
    return x, wanted, got if got.shape == x.shape else np.full(x.shape, np.nan)
