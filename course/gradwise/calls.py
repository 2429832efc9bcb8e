"""One visible call of a learner's function: what it gave, and what is wrong with that."""

import ast
import copy
import sysconfig
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .exercises import Case, Exercise, Property, Script
from .showing import show, show_call

DIGITS = (6, 9, 12, 17)  # that are shown, if fewer do not tell
FEWEST_DRAWN, MOST_DRAWN = 4, 1000  # numbers in an array that a picture shows

# Files that no learner wrote: ours, Python's and the packages'.
_NOT_THEIRS = (str(Path(__file__).parent), *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")))


@dataclass(frozen=True)
class Pair:
    """A wrong array beside the right one of the same shape: a table of numbers, not too large to look at."""

    name: str
    got: np.ndarray[Any, Any]
    wanted: np.ndarray[Any, Any]


class Complaint(Exception):
    """What is wrong with one call, and what to try if it is something else than the case's own advice.

    Attributes:
        pairs: arrays that a picture can show side by side.
    """

    def __init__(self, lines: str, advice: str | None = None, pairs: tuple[Pair, ...] = ()) -> None:
        super().__init__(lines)
        self.advice = advice
        self.pairs = pairs


def try_case(spec: Exercise, case: Case | Script | Property, function: Callable[..., Any]) -> None:
    """Tries one visible case of an exercise on a learner's function.

    Raises:
        Complaint: it does not do what it should.
        NotImplementedError: it is not written yet.
    """
    if isinstance(case, Property):
        violation = _guarded(case.call, lambda: case.violation(function))
        if violation is not None:
            raise Complaint(f"  called  {case.call}\n  found   {violation}")
        return
    from . import reference

    theirs = getattr(reference, case.function)
    if isinstance(case, Script):
        call, args = case.lines.replace("\n", "\n" + " " * 10), ()
        wanted = run_script(case, theirs)
    else:
        call, args = show_call(case.function, case.args), copy.deepcopy(case.args)
        wanted = theirs(*copy.deepcopy(case.args))
    with warnings.catch_warnings(record=True) as caught, np.errstate(over="warn", invalid="warn", divide="warn"):
        warnings.simplefilter("always")
        got = _guarded(call, lambda: run_script(case, function) if isinstance(case, Script) else function(*args))
    if got is None and wanted is not None:
        raise Complaint(_values(call, got, wanted), "Your function returns nothing: is a `return` missing?")
    if trouble := difference(got, wanted, case, spec.outputs):
        each = table(got, wanted, case, spec.outputs)
        advice = _form(got, wanted, case) or (_alone(got, wanted, case, spec) if each else None)
        pairs = tuple(_pairs(got, wanted, case, spec.outputs))
        raise Complaint(f"{_values(call, got, wanted)}\n  but     {each or trouble}", advice, pairs)
    if isinstance(case, Case) and not _untouched(case.args, args):
        advice = "x[...] = ... and x *= ... write into the argument; np.where and x * ... make a new array."
        raise Complaint(f"  called  {call}\n  but     it changed its argument", advice)
    if numeric := [str(warning.message) for warning in caught if issubclass(warning.category, RuntimeWarning)]:
        means = next((f"\n  means   {says}" for sign, says in _WARNED.items() if sign in numeric[0]), "")
        raise Complaint(f"  called  {call}\n  got     the right values, but on the way: {numeric[0]}{means}")


def run_script(script: Script, function: Callable[..., Any]) -> Any:
    """What the last line of a script gives, with this function under its name."""
    from . import reference

    tree = ast.parse(script.lines, "visible check")
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), script.lines
    names = {"np": np, "reference": reference, script.function: function}
    exec(compile(tree, "visible check", "exec"), names)
    return eval(compile(ast.Expression(last.value), "visible check", "eval"), names)


def _untouched(before: Any, after: Any) -> bool:
    """Whether the arrays in an argument, or in lists of them, are what they were."""
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
        where = f"\n  where   line {frames[-1].lineno}: {frames[-1].line}" if frames and frames[-1].line else ""
        advice = next(
            (says for sign, says in _ADVICE.items() if sign in f"{type(error).__name__}: {error}"), _ANY_ADVICE
        )
        raise Complaint(f"  called  {call}\n  raised  {type(error).__name__}: {error}{where}", advice) from None


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


# What NumPy's warnings mean.
_WARNED = {
    "overflow": "A number became too large on the way (np.exp(710.) is inf already): rewrite so that no exp grows.",
    "divide by zero": "Something is divided by 0, or is the logarithm of 0, on the way to the right values.",
    "invalid value": "inf - inf, 0 * inf or 0 / 0 was computed on the way: np.where computes both of its sides.",
}


def table(got: Any, wanted: Any, case: Case | Script, outputs: tuple[str, ...]) -> str:
    """A line for each of several outputs: exact, close with its largest difference, or what is wrong with it.

    It is empty if there is one output, or the number of them is wrong.
    """
    several = isinstance(wanted, tuple) and len(wanted) > 1 and len(outputs) == len(wanted)
    if not several or not isinstance(got, tuple | list) or len(got) != len(wanted):
        return ""
    width = max(map(len, outputs))
    lines = [
        f"{name + ':':{width + 1}} {difference(part, right, case) or _how_close(part, right)}"
        for name, part, right in zip(outputs, got, wanted, strict=True)
    ]
    return ("\n" + " " * 10).join(lines)


def _alone(got: Any, wanted: Any, case: Case | Script, spec: Exercise) -> str | None:
    """What to try if of several values one alone is wrong."""
    parts = zip(spec.outputs, got, wanted, strict=True)
    wrong = [name for name, part, right in parts if difference(part, right, case)]
    return spec.alone.get(wrong[0]) if len(wrong) == 1 else None


def _values(call: str, got: Any, wanted: Any) -> str:
    """The call and both values, with as many digits as it takes to tell them apart."""
    texts = [(show(got, digits=digits), show(wanted, digits=digits)) for digits in DIGITS]
    there, right = next((both for both in texts if both[0] != both[1]), texts[0])
    return f"  called  {call}\n  got     {there}\n  wanted  {right}"


def _how_close(got: Any, wanted: Any) -> str:
    """How far a right value is from the wanted one."""
    if isinstance(wanted, list | tuple | str | bool | None):
        return "right"
    apart = np.abs(np.asarray(got, dtype=float) - np.asarray(wanted, dtype=float))
    apart = apart[np.isfinite(apart)]
    largest = float(apart.max()) if apart.size else 0.0
    return f"close (the largest difference is {largest:.0e})" if largest else "exact"


def difference(got: Any, wanted: Any, case: Case | Script, outputs: tuple[str, ...] = ()) -> str:
    """What is wrong with a value, as a phrase; empty if nothing is."""
    if isinstance(wanted, tuple | list):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return _how_many(got, wanted)
        names = outputs if isinstance(wanted, tuple) and outputs else [f"entry {i}" for i in range(len(wanted))]
        phrases = [difference(part, right, case) for part, right in zip(got, wanted, strict=True)]
        return "; ".join(f"{name}: {phrase}" for name, phrase in zip(names, phrases, strict=True) if phrase)
    if isinstance(wanted, str | bool | None):
        got = _plain(got)
        return "" if type(got) is type(wanted) and got == wanted else f"{wanted!r} is wanted"
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return f"a {type(got).__name__} is no array of numbers"
    if numbers.shape != np.shape(wanted):
        return f"the shape is {numbers.shape}; wanted {np.shape(wanted)}"
    same = np.isclose(numbers, wanted, rtol=case.rtol, atol=case.atol, equal_nan=True)
    if same.all():
        return ""
    if lost := int((np.isnan(numbers) & ~np.isnan(wanted)).sum()):
        what = f"{lost} of {same.size} numbers are nan" if same.ndim else "it is nan"
        return f"{what} (not a number): from 0/0, inf - inf, 0 * inf, or the log or root of a negative number"
    apart = np.abs(numbers - wanted)[~same]
    far = f", by up to {apart[np.isfinite(apart)].max():.2g}" if same.ndim and np.isfinite(apart).any() else ""
    return f"{int((~same).sum())} of {same.size} numbers differ{far}" if same.ndim else "the number differs"


def _pairs(got: Any, wanted: Any, case: Case | Script, names: tuple[str, ...], name: str = "") -> Iterator[Pair]:
    """The arrays that differ in their numbers alone, and are tables."""
    if isinstance(wanted, tuple | list):
        if isinstance(got, tuple | list) and len(got) == len(wanted):
            called = names if isinstance(wanted, tuple) and len(names) == len(wanted) else map(str, range(len(wanted)))
            for part, right, word in zip(got, wanted, called, strict=True):
                yield from _pairs(part, right, case, (), word)
    elif isinstance(wanted, np.ndarray) and wanted.ndim > 1 and FEWEST_DRAWN <= wanted.size <= MOST_DRAWN:
        numeric = np.shape(got) == wanted.shape and np.asarray(got).dtype.kind in "biuf"
        if numeric and difference(got, wanted, case):
            yield Pair(name, np.asarray(got, dtype=float), np.asarray(wanted, dtype=float))


def _plain(value: Any) -> Any:
    """NumPy's single strings and booleans, as `np.where` and comparisons give them, as Python's."""
    return value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value


def _form(got: Any, wanted: Any, case: Case | Script) -> str | None:
    """What to try if the first thing that is wrong is a spelling, a shape or a kind of number; None if it is not."""
    if isinstance(wanted, tuple | list):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return None
        pairs = ((part, right) for part, right in zip(got, wanted, strict=True) if difference(part, right, case))
        return _form(*next(pairs), case)
    if isinstance(wanted, str):
        same = _letters(str(_plain(got))) == _letters(wanted)
        return f"Spell it as in the text: {wanted!r}; capitals, spaces and hyphens count." if same else None
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return None
    if numbers.shape == np.shape(wanted):
        return _kind(np.asarray(got), np.asarray(wanted))
    if numbers.size != np.size(wanted) or numbers.ndim == np.ndim(wanted):
        return None
    return (
        "As many numbers as wanted, but in another shape: a number (), a vector (3,), a column (3, 1) and a row (1, 3) "
        f"are four things. Here it should be {np.shape(wanted)}."
    )


def _kind(got: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> str | None:
    """What to try if numbers of the right shape are of a kind that cannot be right."""
    if got.dtype.kind == "b" and wanted.dtype.kind == "f":
        return "It holds True and False: a comparison gives a mask, and the values are still to be computed from it."
    whole = got.dtype.kind in "iu" and wanted.dtype.kind == "f"
    if whole and not np.array_equal(wanted, np.round(wanted)):
        return "It holds whole numbers: an array of integers cuts fractions off. Make it a float array first."
    return None


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).lower()


def _how_many(got: Any, wanted: Any) -> str:
    if isinstance(wanted, tuple):
        return f"{len(wanted)} values are wanted, separated by a comma behind `return`"
    kind = f"one with {len(got)}" if isinstance(got, list | tuple) else f"a {type(got).__name__}"
    return f"a list with {len(wanted)} entries is wanted, and this is {kind}"
