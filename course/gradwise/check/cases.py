"""Tries the visible cases of an exercise on a learner's functions: what each gave, and what is wrong with that."""

import ast
import copy
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..exercises import Case, Exercise, Property, Script
from .differences import Fault, Pair, advice_on_form, faults, in_words, pairs, side_by_side
from .formatting import as_line, show_call

# Files that no learner wrote: ours, Python's and the packages'.
_NOT_THEIRS = (str(Path(__file__).parents[1]), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


class Complaint(Exception):
    """Says what is wrong with one call, and what to try if the case's own advice does not fit.

    Attributes:
        rows: a word and a text each, as in ``("got", "[1., 2.]")``; what differs is in `formatting.MARKS`.
        pairs: arrays that a picture can show side by side.
    """

    def __init__(self, *rows: tuple[str, str], advice: str | None = None, pairs: tuple[Pair, ...] = ()) -> None:
        super().__init__("\n".join(map(as_line, rows)))
        self.rows = rows
        self.advice = advice
        self.pairs = pairs


AnyCase = Case | Script | Property


@dataclass(frozen=True)
class Trial:
    """The way of a learner's functions through their visible cases: up to the first that is wrong.

    Attributes:
        missing: the functions that are not defined, or do no more than raise NotImplementedError.
        cases: the cases of the others.
        passed: how many of these passed.
        complaint: what is wrong in the next one; None if it met a method that is not written, or if all passed.
    """

    missing: tuple[str, ...]
    cases: tuple[AnyCase, ...]
    passed: int
    complaint: Complaint | None

    @property
    def stopped_at(self) -> AnyCase | None:
        """The case that did not pass, if there is one."""
        return self.cases[self.passed] if self.passed < len(self.cases) else None


def try_all(spec: Exercise, functions: Sequence[str], names: Mapping[str, Any]) -> Trial:
    """Tries the visible cases of some functions of an exercise, in order, until one does not pass.

    Args:
        spec: the exercise.
        functions: the names of the functions.
        names: where the learner's functions are.
    """
    missing = tuple(name for name in functions if not _is_written(spec, name, names))
    cases = tuple(case for case in spec.cases if case.function in functions and case.function not in missing)
    for passed, case in enumerate(cases):
        try:
            try_case(spec, case, names[case.function])
        except Complaint as complaint:
            return Trial(missing, cases, passed, complaint)
        except NotImplementedError:  # a class may begin well and have a method that is not written
            return Trial(missing, cases, passed, None)
    return Trial(missing, cases, len(cases), None)


def _is_written(spec: Exercise, name: str, names: Mapping[str, Any]) -> bool:
    """Tells whether a function is defined and does more than say that it is not written, in its first visible case."""
    if name not in names:
        return False
    try:
        try_case(spec, next(case for case in spec.cases if case.function == name), names[name])
    except NotImplementedError:
        return False
    except Complaint:
        pass
    return True


def try_case(spec: Exercise, case: AnyCase, function: Callable[..., Any]) -> None:
    """Tries one visible case of an exercise on a learner's function.

    Raises:
        Complaint: it does not do what it should.
        NotImplementedError: it is not written yet.
    """
    if isinstance(case, Property):
        violation = _guarded(case.call, lambda: case.violation(function))
        if violation is not None:
            raise Complaint(("called", case.call), ("found", violation))
        return
    from .. import reference

    theirs = getattr(reference, case.function)
    if isinstance(case, Script):
        call, args = case.lines, ()
        wanted = run_script(case, theirs)
    else:
        call, args = show_call(case.function, case.args), copy.deepcopy(case.args)
        wanted = theirs(*copy.deepcopy(case.args))
    with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn", invalid="warn", divide="warn"):
        warnings.simplefilter("always")
        got = _guarded(call, lambda: run_script(case, function) if isinstance(case, Script) else function(*args))
    wrong = list(faults(got, wanted, case))
    forgotten = got is None and wanted is not None and not _may_be_none(spec, case.function)
    if wrong or forgotten:
        names = _names(case, got, wanted, spec)
        values = ("called", call), *side_by_side(got, wanted, wrong, case, names)
        if forgotten:
            raise Complaint(*values, advice="Your function returns nothing: is a `return` missing?")
        advice = advice_on_form(wrong[0]) or _advice_on_one_part(wrong, names, case, spec)
        but = ("but", in_words(got, wanted, wrong, case, names))
        raise Complaint(*values, but, advice=advice, pairs=tuple(pairs(wrong, case, names)))
    if isinstance(case, Case) and not _untouched(case.args, args):
        advice = "x[...] = ... and x *= ... write into the argument; np.where and x * ... make a new array."
        raise Complaint(("called", call), ("but", "it changed its argument"), advice=advice)
    if numeric := [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]:
        means = [("means", says) for sign, says in _WARNED.items() if sign in numeric[0]][:1]
        raise Complaint(("called", call), ("got", f"the right values, but on the way: {numeric[0]}"), *means)


def run_script(script: Script, function: Callable[..., Any]) -> Any:
    """Runs a script and gives the value of its last line, with this function under its name."""
    from .. import reference

    tree = ast.parse(script.lines, "visible check")
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), script.lines
    names = {"np": np, "reference": reference, script.function: function}
    exec(compile(tree, "visible check", "exec"), names)
    return eval(compile(ast.Expression(last.value), "visible check", "eval"), names)


def _untouched(before: Any, after: Any) -> bool:
    """Tells whether the arrays in an argument, or in lists of them, are what they were."""
    if isinstance(before, list | tuple):
        return len(before) == len(after) and all(map(_untouched, before, after))
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_untouched(before[key], after[key]) for key in before)
    return not isinstance(before, np.ndarray) or before.tobytes() == after.tobytes()


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
        line = (frames[-1].line if frames else None) or ""
        where = [("where", f"line {frames[-1].lineno}: {line}")] if line else []
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        advice = next((says for sign, says in _ADVICE.items() if sign in what), _ANY_ADVICE)
        # What a learner raises was meant to be raised: then the question is when, and the case knows that.
        meant = line.startswith(("raise ", "assert "))
        rows = ("called", call), ("raised", what), *where
        raise Complaint(*rows, advice=None if meant else advice) from None


# What an exception usually means, by what its name or text says.
_ADVICE = {
    "NameError": "Is the name spelled as where you defined it, and has that cell run?",
    "truth value": "`if` and `max` look at one number; np.where and np.maximum look at each entry of an array.",
    "0-dimensional": "math.* takes one number; np.* takes arrays.",
    "only length-1": "math.* takes one number; np.* takes arrays.",
    "could not be broadcast": "Print the shapes of both sides: an axis is missing, or keepdims=True.",
    "mismatch in its core": "Print the shapes of both sides of the @: the inner two must agree. Is one transposed?",
    "'NoneType' object": "Something here is None: find out which argument of the call is, and what that asks for.",
    "index out of range": "Print the index and the length of the list: counting begins at 0.",
    "too many indices": "Print the shape: the array has fewer axes than you ask for.",
    "KeyError": "Print the keys that the dictionary has at this moment.",
    "positional argument": "The function must take the arguments of the call above, in that order.",
    "Cannot cast": "An integer array cannot hold these values: make a float array, for instance with np.where.",
}
_ANY_ADVICE = "It stopped with this error: print what goes into that line, and its shape."


# What NumPy's warnings mean.
_WARNED = {
    "overflow": "A number became too large on the way (np.exp(710.) is inf already): rewrite so that no exp grows.",
    "divide by zero": "Something is divided by 0, or is the logarithm of 0, on the way to the right values.",
    "invalid value": "inf - inf, 0 * inf or 0 / 0 was computed on the way: np.where computes both of its sides.",
}


def _names(case: Case | Script, got: Any, wanted: Any, spec: Exercise) -> tuple[str, ...]:
    """The names of several values: as the exercise says, or as the last line of a script has them.

    Empty if there is only one value, or if got and wanted differ in their number.
    """
    if not (isinstance(wanted, tuple) and isinstance(got, tuple | list) and len(got) == len(wanted) > 1):
        return ()
    if len(spec.outputs) == len(wanted):
        return spec.outputs
    last = ast.parse(case.lines).body[-1] if isinstance(case, Script) else None
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Tuple):
        return tuple(map(ast.unparse, last.value.elts))
    return ()


def _may_be_none(spec: Exercise, function: str) -> bool:
    """Tells whether None is an answer that a function of the exercise gives in another visible case."""
    from .. import reference

    cases = [case for case in spec.cases if isinstance(case, Case) and case.function == function]
    return any(getattr(reference, function)(*copy.deepcopy(case.args)) is None for case in cases)


def _advice_on_one_part(wrong: list[Fault], names: tuple[str, ...], case: Case | Script, spec: Exercise) -> str | None:
    """Advises on one of several values that alone is wrong; None if more are wrong, or if there is only one."""
    which = {fault.place[0] for fault in wrong if fault.place}
    if len(which) != 1 or not names or names != spec.outputs:
        return None
    if case is next(other for other in spec.cases if other.function == case.function):
        return spec.alone.get(names[wrong[0].place[0]])
    right = [name for number, name in enumerate(names) if number not in which]
    return f"{' and '.join(right)} {'is' if len(right) == 1 else 'are'} right. {case.advice}"
