"""The visible checks: what was called, what came, what was wanted, and one thing to try.

``check("elu")`` looks at the functions of the notebook it is called from; ``hint("elu")`` gives one hint more
each time. A check that fails raises, so that nbgrader's Validate works, but what a learner sees is the message
and, for a function of one variable, a picture; never our own stack.
"""

import inspect
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .exercises import Case, Curve, Exercise, Property, by_id, of_topic, topics

__all__ = ["CheckFailed", "NotWrittenYet", "check", "hint"]

_OURS = str(Path(__file__).parent)
_hints_given: dict[str, int] = {}


class CheckFailed(AssertionError):
    """A visible check found something wrong. In a notebook only the message is shown."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotWrittenYet(CheckFailed):
    """There is nothing to check yet."""


class _Complaint(Exception):
    """What is wrong with one call."""


def check(exercise: str, names: dict[str, Any] | None = None) -> None:
    """Checks what a learner has written for an exercise.

    Args:
        exercise: its name.
        names: where the learner's functions are; by default the notebook's.

    Raises:
        NotWrittenYet: a function is missing or still raises NotImplementedError.
        CheckFailed: an answer is wrong.
        KeyError: there is no such exercise.
    """
    spec = _find(exercise)
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    unwritten = [name for name in spec.functions if not _is_written(spec, name, names)]
    if unwritten and (not spec.side or len(unwritten) == len(spec.functions)):
        raise NotWrittenYet(_unwritten(exercise, unwritten[0], names))
    cases = [case for case in spec.cases if case.function not in unwritten]
    for number, case in enumerate(cases, start=1):
        try:
            _try(case, names[case.function])
        except _Complaint as complaint:
            _draw(spec, case.function, names[case.function])
            place = f"visible check {number} of {len(cases)}"
            raise CheckFailed(f"✗ {exercise}: {place}\n{complaint}\n  try     {case.advice}") from None
    rest = f" (Not written yet: {', '.join(unwritten)}.)" if unwritten else ""
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
    case = next(case for case in spec.cases if case.function == name)
    try:
        _try(case, names[name])
    except NotImplementedError:
        return False
    except _Complaint:
        pass
    return True


def _unwritten(exercise: str, name: str, names: dict[str, Any]) -> str:
    if name not in names:
        return f"○ {exercise}: there is no `{name}` yet. Run the cell above, then this one."
    return f'○ {exercise}: `{name}` is not written yet. `hint("{exercise}")` helps you to begin.'


# --- one call ---------------------------------------------------------------------------------------


def _try(case: Case | Property, function: Callable[..., Any]) -> None:
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
    if trouble := _difference(got, wanted, case):
        raise _Complaint(f"{lines}\n  but     {trouble}" if trouble != "values" else lines)
    for before, after in zip(case.args, args, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"):
            raise _Complaint(f"  called  {call}\n  but     it changed its argument: work on a new array")
    if numeric := [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]:
        raise _Complaint(f"  called  {call}\n  got     the right values, but on the way: {numeric[0]}")


def _guarded(call: str, compute: Callable[[], Any]) -> Any:
    """Runs learner's code; an exception in it becomes a complaint that points at the learner's line."""
    try:
        return compute()
    except NotImplementedError:
        raise
    except Exception as error:
        stack = traceback.extract_tb(error.__traceback__)
        frames = [frame for frame in stack if not frame.filename.startswith(_OURS)]
        where = f"\n  where   line {frames[-1].lineno}: {frames[-1].line}" if frames and frames[-1].line else ""
        raise _Complaint(f"  called  {call}\n  raised  {type(error).__name__}: {error}{where}") from None


def _difference(got: Any, wanted: Any, case: Case) -> str:
    """What is wrong with a value: a phrase, "values" if only the numbers differ, empty if nothing is."""
    if got is None:
        return "your function returned nothing: is a `return` missing?"
    if isinstance(wanted, tuple):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return f"{len(wanted)} values are wanted, separated by a comma behind `return`"
        parts = (_difference(g, w, case) for g, w in zip(got, wanted, strict=True))
        return next((part for part in parts if part), "")
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return f"a {type(got).__name__} is no array of numbers"
    if numbers.shape != np.shape(wanted):
        return f"the shape is {numbers.shape}; wanted {np.shape(wanted)}"
    same = np.allclose(numbers, wanted, rtol=case.rtol, atol=case.atol, equal_nan=True)
    return "" if same else "values"


# --- showing ----------------------------------------------------------------------------------------


def show_call(function: str, args: tuple[Any, ...]) -> str:
    """The call as a learner could type it."""
    return f"{function}({', '.join(_show(arg, code=True) for arg in args)})"


def _show(value: Any, *, code: bool = False) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(_show(part) for part in value) + ")"
    if isinstance(value, np.ndarray):
        text = np.array2string(value, separator=", ", precision=6, threshold=40, max_line_width=10_000)
        text = " ".join(text.split())
        return f"np.array({text})" if code else text
    if isinstance(value, float | np.floating):
        return f"{value:.7g}"
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


def _draw(spec: Exercise, name: str, function: Callable[..., Any]) -> None:
    """Draws the learner's curves over the expected ones, in a notebook."""
    curves = [curve for curve in spec.curves if curve.function == name]
    if not curves or "IPython" not in sys.modules:
        return
    from . import plots

    plots.curves_compared([(_label(curve), *_sampled(curve, function)) for curve in curves])
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
