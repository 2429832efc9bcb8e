"""The sentences for code that gives no value: what a learner reads when there is nothing to compare.

Everything a report says comes from student code. It is checked against closed lists, capped and stripped
before a word of it is shown.
"""

import builtins
import math
import re
from typing import Any

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.text import clean

from .inside.stubs import EXPLAINED
from .policy import LIMIT, PATIENCE
from .wire.types import ARRAY, BOOLEAN, HANDLE, INTEGER, NOTHING, NUMBER, TEXT, ListOf, OrNone, ProtocolError, Spec

_EXCEPTIONS = frozenset(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)
)

_WORDS = {
    ARRAY: "an array",
    NUMBER: "a number",
    INTEGER: "an integer",
    BOOLEAN: "True or False",
    TEXT: "a string",
    NOTHING: "nothing",
    HANDLE: "an object",
}


# What the far side may call a value; any other words would be the learner's own, and could spell out a hidden input.
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
            r"\d{1,3} values",
            rf"an? ({_BUILTIN}|{_DTYPE}|matrix|Generator|function|method|ufunc|ndarray)",
        ]
    )
)


def raised(subject: str, report: dict[str, Any], cell: str | None, source: str | None) -> StudentProblem:
    """The learner's code raised an exception. Its text is shown for cells only, where it knows no secret."""
    kind = report.get("type")
    kind = kind if isinstance(kind, str) and kind in _EXCEPTIONS else "Exception"
    if kind == "NotImplementedError":
        return StudentProblem(Outcome.NOT_ATTEMPTED, f"{subject} is not written yet.", kind)
    place = _place(None if f"`{cell}`" in subject else cell, source, report.get("line"))
    if kind == "MemoryError":
        return StudentProblem(Outcome.OUT_OF_MEMORY, f"{subject} ran out of memory{place}.", kind)
    library = report.get("missing")
    if isinstance(library, str) and library in EXPLAINED:
        text = f"{subject} uses {library}{place}, which is not there for grading: NumPy alone will do."
        return StudentProblem(Outcome.CRASHED, text, "NotInTheGrader")
    if kind == "RecursionError":
        return StudentProblem(Outcome.CRASHED, f"{subject} calls itself without end{place}.", kind)
    words = clean(report["text"], 200) if isinstance(report.get("text"), str) else ""
    said = f" It said: {words}" if words else ""
    return StudentProblem(Outcome.CRASHED, f"{subject} raised {kind}{place}.{said}", kind)


# Whose time ran out, if not one call's: by the row of the policy.
_OVERRUN = {
    "exercise_time": "The calls of this exercise took more than {} together.",
    "submission_time": "The whole notebook took more than {}.",
}


def late(row: str, *, by_clock: bool) -> StudentProblem:
    """The learner's code used up what a row of the policy grants: of processor time, or of time by the clock."""
    if by_clock:
        text = _OVERRUN.get(row, "It did not answer within {}.").format(f"{PATIENCE[row]:g} seconds")
        return StudentProblem(Outcome.TIMED_OUT, f"{text} Does it sleep, or wait for something?")
    text = _OVERRUN.get(row, "It needed more than {}.").format(f"{LIMIT[row]:g} seconds of processor time")
    return StudentProblem(Outcome.TIMED_OUT, f"{text} Is there a loop that does not end?")


def died() -> StudentProblem:
    """The learner's process is gone."""
    text = "It ended the whole Python process. Is there an exit, or a very deep recursion?"
    return StudentProblem(Outcome.CRASHED, text)


def killed() -> StudentProblem:
    """Somebody else has ended the learner's process."""
    text = "It was ended from outside, most likely because the machine had no memory left. Does it need very much?"
    return StudentProblem(Outcome.OUT_OF_MEMORY, text)


def used_up() -> StudentProblem:
    """All the time that a submission has is gone, or its process has ended too often."""
    return StudentProblem(Outcome.TIMED_OUT, "The notebook had used up all its time before this was asked.")


def too_much() -> StudentProblem:
    """So much came back that it is not kept."""
    return StudentProblem(Outcome.FAILED, "It sent back more than is kept.")


def nonsense(error: ProtocolError) -> StudentProblem:
    """The learner's process sent something that is not a reply. The error's text is ours."""
    return StudentProblem(
        Outcome.CRASHED,
        f"Your code broke the connection to the grader: it sent back {error}. Does it write to open files or sockets?",
    )


def mismatch(shown: str, what: Any, wanted: Spec | None) -> StudentProblem:
    """The learner's function returned something else than what was asked for."""
    what = what if isinstance(what, str) and _is_known(what) else "an object of another type"
    if what == "None":
        return StudentProblem(Outcome.FAILED, f"`{shown}` returned None: is a `return` missing?")
    return StudentProblem(Outcome.FAILED, f"`{shown}` returned {what}; wanted {_spec_words(wanted)}.")


def _is_known(what: str) -> bool:
    shape = re.search(r"shape \(([\d, ]*)\)", what)
    sizes = tuple(int(n) for n in re.findall(r"\d+", shape[1])) if shape else ()
    return _KNOWN.fullmatch(what) is not None and _is_small(sizes)


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape from student code. A large one is not shown: it could spell out a hidden input."""
    return str(shape) if _is_small(shape) else f"one of {len(shape)} axes"


def _is_small(shape: tuple[int, ...]) -> bool:
    """There are a million such shapes: the choice of one says no more than 20 bits."""
    return len(shape) <= 4 and math.prod(n + 1 for n in shape) <= 10_000


def _place(cell: str | None, source: str | None, line: Any) -> str:
    """Where in the learner's code: the line, and its cell if that was not named already."""
    if source is None or type(line) is not int:
        return ""
    lines = source.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    quoted = clean(lines[line - 1], 80).replace("`", "'")
    where = f" of the cell `{cell}`" if cell is not None else ""
    return f" in line {line}{where} (`{quoted}`)"


def _spec_words(spec: Spec | None) -> str:
    if isinstance(spec, tuple):
        return f"{len(spec)} values: " + " and ".join(_spec_words(part) for part in spec)
    if isinstance(spec, ListOf):
        return f"a list, each item {_spec_words(spec.item)}"
    if isinstance(spec, OrNone):
        return f"{_spec_words(spec.item)} or None"
    return _WORDS.get(spec or "", "a plain value")
