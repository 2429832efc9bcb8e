"""Trusted side: the sentences that a learner reads when a call gives no value that could be compared.

All fields of an error report come from student code. They are checked against closed lists, cut to a length and cleaned
before any of them is shown.
"""

import builtins
import math
import re
import sys
from collections.abc import Collection, Sequence
from typing import Any

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.text import clean, counted

from .inside.stubs import EXPLAINED
from .policy import LIMIT, PATIENCE
from .wire.types import ARRAY, BOOLEAN, HANDLE, INTEGER, NOTHING, NUMBER, TEXT, ListOf, OrNone, ProtocolError, Spec

_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)

MOST_AXES = 4  # of a shape that is told
MOST_IN_A_SHAPE = 500  # at most so large is the product of its lengths, each increased by 1

_WORDS = {
    ARRAY: "an array",
    NUMBER: "a number",
    INTEGER: "an integer",
    BOOLEAN: "True or False",
    TEXT: "a string",
    NOTHING: "nothing",
    HANDLE: "an object",
}


# The descriptions that the far side may give of a value. Any other text could come from student code and spell out a
# hidden input.
_DTYPE = r"bool|u?int(8|16|32|64)|float(16|32|64|128)|longdouble|complex(64|128)|object|(str|bytes)\d{0,4}"
_BUILTIN = "|".join(name for name, value in vars(builtins).items() if isinstance(value, type))
_KNOWN = re.compile(
    "|".join(
        [
            "None",
            "a very large integer",
            "a value that is too large",
            "a masked array",
            "an array that is too large",
            rf"an array of dtype ({_DTYPE})",
            rf"an array of shape \((\d{{0,3}}(, ?\d{{1,3}}){{0,3}},?)\)( and dtype ({_DTYPE}))?",
            r"a (list|tuple) (of \d{1,3}|whose rows differ in length)",
            r"1 value|\d{1,3} values",
            rf"an? ({_BUILTIN}|{_DTYPE}|matrix|Generator|function|method|ufunc|ndarray)",
        ]
    )
)


def raised(
    subject: str, report: dict[str, Any], cell: str | None, source: str | None, imported: Collection[str] = ()
) -> StudentProblem:
    """Makes the problem for an exception that the learner's code raised.

    Args:
        subject: the cell or function that raised it, in a learner's words.
        report: the far side's report, not checked yet.
        cell: the name of the cell where it was raised, if the line may be shown.
        source: that cell's source.
        imported: the modules that the learner's code imports: a sentence may name them.
    """
    kind = report.get("type")
    kind = kind if isinstance(kind, str) and kind in _EXCEPTIONS else "Exception"
    if kind == "NotImplementedError":
        return StudentProblem(Outcome.NOT_ATTEMPTED, f"{subject} is not written yet.", kind)
    place = _place(None if f"`{cell}`" in subject else cell, source, report.get("line"))
    if kind == "MemoryError":
        return StudentProblem(Outcome.OUT_OF_MEMORY, f"{subject} ran out of memory{place}.", kind)
    library = report.get("missing")
    if isinstance(library, str) and (library in EXPLAINED or library in imported):
        text = f"{subject} uses {library}{place}, which is not there for grading: NumPy alone will do."
        return StudentProblem(Outcome.CRASHED, text, "NotInTheGrader")
    if kind == "RecursionError":
        return StudentProblem(Outcome.CRASHED, f"{subject} calls itself without end{place}.", kind)
    words = clean(report["text"], 200) if isinstance(report.get("text"), str) else ""
    quotation = f" It said: {words}" if words else ""
    newer = _newer_python(source, report.get("line")) if kind == "SyntaxError" else ""
    return StudentProblem(Outcome.CRASHED, f"{subject} raised {kind}{place}.{newer}{quotation}", kind)


# Syntax that only newer versions of Python know, by the first of them.
_NEWER = (
    (
        (3, 12),
        re.compile(r"\b(?:f|fr|rf)[\"']|^\s*(?:type\s+\w+|(?:async\s+)?def\s+\w+\[|class\s+\w+\[)", re.IGNORECASE),
    ),
    ((3, 14), re.compile(r"\b(?:t|tr|rt)[\"']|^\s*except\s+\w+\s*,", re.IGNORECASE)),
)


def _newer_python(source: str | None, line: Any) -> str:
    """Returns the sentence for a line that only newer versions of Python may understand; empty if all do."""
    lines = (source or "").split("\n")
    if type(line) is int and 1 <= line <= len(lines):
        for version, syntax in _NEWER:
            if sys.version_info < version and syntax.search(lines[line - 1]):
                theirs, ours = number(version), number(sys.version_info)
                return (
                    f" Python {theirs} may understand it; it was graded with Python {ours}. "
                    "Write the line in a way that both understand."
                )
    return ""


def number(version: Sequence[Any]) -> str:
    """Returns a version of Python as people write it: 3.12."""
    return f"{version[0]}.{version[1]}"


# The sentence for the time of more than one call, by the row of the policy.
_OVERRUN = {
    "exercise_time": "The calls of this exercise took more than {} together.",
    "submission_time": "The whole notebook took more than {}.",
}


def timed_out(row: str, *, by_clock: bool) -> StudentProblem:
    """Makes the problem for code that used up the processor time, or the time by the clock, of a row of the policy."""
    if by_clock:
        text = _OVERRUN.get(row, "It did not answer within {}.").format(f"{PATIENCE[row]:g} seconds")
        return StudentProblem(Outcome.TIMED_OUT, f"{text} Does it sleep, or wait for something?")
    text = _OVERRUN.get(row, "It needed more than {}.").format(f"{LIMIT[row]:g} seconds of processor time")
    return StudentProblem(Outcome.TIMED_OUT, f"{text} Is there a loop that does not end?")


def idle() -> StudentProblem:
    """Makes the problem for a learner's process that has done nothing for as long as the policy allows."""
    text = (
        f"Your notebook waited for {LIMIT['idle_time']:g} seconds in all without computing anything. "
        "Does it sleep, or wait for something?"
    )
    return StudentProblem(Outcome.TIMED_OUT, text)


def died() -> StudentProblem:
    """Makes the problem for a learner's process that has ended itself, or its connection to the grader."""
    text = "It ended the whole Python process. Is there an exit, a very deep recursion, or an `os.close`?"
    return StudentProblem(Outcome.CRASHED, text)


def killed() -> StudentProblem:
    """Makes the problem for a learner's process that was killed while the machine had no memory left."""
    text = "It was ended from outside, because the machine had no memory left. Does it need very much?"
    return StudentProblem(Outcome.OUT_OF_MEMORY, text)


def used_up() -> StudentProblem:
    """Makes the problem for a call after the submission's time is used up, or after too many ends of its process."""
    return StudentProblem(Outcome.TIMED_OUT, "The notebook had used up all its time before this was asked.")


def too_much() -> StudentProblem:
    """Makes the problem for values that are too large in total to be kept for the diagnosis."""
    return StudentProblem(Outcome.FAILED, "It sent back more than is kept.")


def nonsense(error: ProtocolError) -> StudentProblem:
    """Makes the problem for an invalid reply. The text of the error is the grader's own."""
    return StudentProblem(
        Outcome.CRASHED,
        f"Your code broke the connection to the grader: it sent back {error}. Does it write to open files or sockets?",
    )


def mismatch(shown: str, what: Any, wanted: Spec | None) -> StudentProblem:
    """Makes the problem for a value of another type than the check asked for."""
    what = what if isinstance(what, str) and _is_known(what) else "an object of another type"
    what = re.sub(r"\b(str|bytes)\d+", r"\1", what)  # the length of the longest text is nobody's business
    if what == "None":
        return StudentProblem(Outcome.FAILED, f"`{shown}` returned None: is a `return` missing?")
    return StudentProblem(Outcome.FAILED, f"`{shown}` returned {what}; wanted {_spec_words(wanted)}.")


def _is_known(what: str) -> bool:
    if _KNOWN.fullmatch(what) is None:  # first: it bounds the digits of what is read as numbers below
        return False
    shape = re.search(r"shape \(([\d, ]*)\)", what)
    return _is_small(tuple(int(n) for n in re.findall(r"\d+", shape[1])) if shape else ())


def shape_words(shape: tuple[int, ...], wanted: tuple[int, ...] = ()) -> str:
    """Returns a shape from student code as text. A large one is not shown: it could spell out a hidden input.

    A shape whose axes are all as long as some axis of the wanted shape, or 1, is shown whatever its size.
    """
    of_wanted = len(shape) <= MOST_AXES and set(shape) <= {*wanted, 1}
    return str(shape) if of_wanted or _is_small(shape) else f"one of {counted(len(shape), 'axis', 'axes')}"


def _is_small(shape: tuple[int, ...]) -> bool:
    """There are some 50,000 such shapes: the choice of one says 16 bits."""
    return len(shape) <= MOST_AXES and math.prod(n + 1 for n in shape) <= MOST_IN_A_SHAPE


def _place(cell: str | None, source: str | None, line: Any) -> str:
    """Returns the place in the learner's code: the line, and its cell if the sentence does not name it already."""
    if source is None or type(line) is not int:
        return ""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    quoted = clean(lines[line - 1], 80).replace("`", "'")
    of_cell = f" of the cell `{cell}`" if cell is not None else ""
    return f" in line {line}{of_cell} (`{quoted}`)"


def _spec_words(spec: Spec | None) -> str:
    if isinstance(spec, tuple):
        return f"{len(spec)} values: " + " and ".join(_spec_words(part) for part in spec)
    if isinstance(spec, ListOf):
        return f"a list, each item {_spec_words(spec.item)}"
    if isinstance(spec, OrNone):
        return f"{_spec_words(spec.item)} or None"
    return _WORDS.get(spec or "", "a plain value")
