"""The visible checks: what was called, what came, what was wanted, and one thing to try.

``check("elu")`` looks at the functions of the notebook it is called from; ``hint("elu")`` gives one hint more
each time. A check that fails raises, so that nbgrader's Validate works, but what a learner sees is the message
and, where one says more, a picture (a curve, a histogram or tables: see `figures`); never our own stack.
"""

import contextlib
import inspect
import io
import itertools
import textwrap
from typing import Any

from .. import kernel
from ..errors import CheckFailed, NotWrittenYet, UnknownName
from ..exercises import Exercise, of_topic, topics
from ..exercises.generated import check_counts
from ..wording import counted
from .cases import AnyCase, Trial, try_all
from .figures import draw_difference
from .formatting import as_line
from .mistakes import named
from .page import announced, page
from .which_notebook import remember

__all__ = ["CheckFailed", "NotWrittenYet", "check", "hint"]

WIDTH = 84  # of a message, in characters


_hints_given: dict[str, int] = {}
_attempted: set[str] = set()  # exercises of which something that was written has been checked


def check(exercise: str, names: dict[str, Any] | None = None, *, draw: bool = True) -> None:
    """Checks what a learner has written for an exercise.

    Args:
        exercise: its name.
        names: where the learner's functions are; by default the notebook's.
        draw: whether a picture is shown where it says more.

    Raises:
        NotWrittenYet: a function of an exercise with points is missing or still raises NotImplementedError, and
            the others are right.
        CheckFailed: an answer is wrong.
        UnknownName: there is no such exercise.
    """
    spec = find_exercise(exercise)
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    trial = try_all(spec, spec.functions, names)
    if trial.cases:
        _attempted.add(spec.id)
    if (case := trial.stopped_at) is not None and trial.complaint is not None:
        picture = draw_difference(spec, case, trial.complaint, names[case.function]) if draw else ""
        raise _failure(spec, trial, case, names, picture)
    unwritten = case.function if case is not None else next(iter(trial.missing), "")
    if unwritten and (case is not None or not spec.side):
        functions = _by_function(spec, names) if trial.passed else {}
        raise announced(NotWrittenYet(_unwritten(exercise, unwritten, names, trial.passed)), [*functions.values()])
    if not trial.cases:  # a bonus that is left out is not a failure: Validate must be able to succeed without it
        text = _unwritten(exercise, unwritten, names, 0)
        kernel.show(page(text), text)
        return
    rest = f" (Not written yet: {', '.join(trial.missing)}.)" if trial.missing else ""
    verdict = f"✓ {exercise}: {counted(trial.passed, 'visible check')} passed. Hidden checks run when you submit.{rest}"
    kinds = ", ".join(f"{count} on {kind}" for kind, count in check_counts(exercise)[1].items())
    rows = [("hidden", kinds)] if kinds else []
    rows.append(("next", f'`ask("{exercise}")` asks you about your own code.'))
    shown = page(verdict, [*_by_function(spec, names).values()], rows)
    kernel.show(shown, "\n".join([verdict, *map(as_line, rows)]))


def hint(exercise: str) -> None:
    """Shows the next of three hints: a question, then an equation, then a skeleton.

    Where a formula is to be derived, the second and the third come after an attempt: a check of something written.

    Raises:
        UnknownName: there is no such exercise.
    """
    spec = find_exercise(exercise)
    hints, most = spec.hints, 1 if spec.derived and exercise not in _attempted else len(spec.hints)
    wanted = min(_hints_given.get(exercise, 0) + 1, len(hints))
    given = _hints_given[exercise] = min(wanted, most)
    rows = [(f"hint {number} of {len(hints)}", text) for number, text in enumerate(hints[:given], start=1)]
    if wanted > most:
        rows.append(
            ("next", "The next hint comes after an attempt: write a first version, run its cell and its check.")
        )
    kernel.show(page("", rows=rows), "\n".join(f"{which}: {text}" for which, text in rows))


def find_exercise(exercise: str) -> Exercise:
    """Returns an exercise by its name, and keeps in mind which notebook it belongs to.

    Raises:
        UnknownName: there is no such exercise.
    """
    for slug in topics():
        for spec in of_topic(slug):
            if spec.id == exercise:
                remember(slug)
                return spec
    known = ", ".join(spec.id for slug in topics() for spec in of_topic(slug))
    raise UnknownName(f"There is no exercise {exercise!r}. There are: {known}")


def _failure(spec: Exercise, trial: Trial, case: AnyCase, names: dict[str, Any], picture: str) -> CheckFailed:
    """Says which check failed, how, what the mistake may be, what to try, and how the other functions are."""
    assert trial.complaint is not None
    verdict = f"✗ {spec.id}: visible check {trial.passed + 1} of {len(trial.cases)}"
    rows = [*trial.complaint.rows]
    rows += [("likely", sentence) for sentence in named(spec, case.function, names[case.function])]
    rows.append(("try", trial.complaint.advice or case.advice))
    functions = _by_function(spec, names)
    also = [("also", line) for name, line in functions.items() if name != case.function and not line.startswith("✓")]
    text = _wrapped("\n".join([verdict, *map(as_line, rows + also)]))
    return announced(CheckFailed(text), [*functions.values()], verdict, rows, picture)


def _by_function(spec: Exercise, names: dict[str, Any]) -> dict[str, str]:
    """A line for each function of an exercise that has several; those of a bonus that are not written are left out."""
    lines = {}
    for name in spec.functions if len(spec.functions) > 1 else ():
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints was to be read once
            trial = try_all(spec, [name], names)
        if trial.complaint is not None:
            lines[name] = f"✗ `{name}`: visible check {trial.passed + 1} of {len(trial.cases)} fails"
        elif trial.missing or trial.stopped_at is not None:
            lines |= {} if spec.side else {name: f"○ `{name}` is not written yet"}
        else:
            lines[name] = f"✓ `{name}`: {counted(trial.passed, 'visible check')} passed"
    return lines


def _unwritten(exercise: str, missing: str, names: dict[str, Any], passed: int) -> str:
    so_far = f"{counted(passed, 'visible check')} passed so far; " if passed else ""
    if missing not in names:
        return f"○ {exercise}: {so_far}there is no `{missing}` yet. Run the cell above, then this one."
    return f'○ {exercise}: {so_far}`{missing}` is not written yet. `hint("{exercise}")` helps you to begin.'


def _wrapped(message: str) -> str:
    """The message in lines short enough for a narrow window, and for nbgrader, which cuts longer ones off."""
    lines = (
        textwrap.wrap(line, WIDTH, subsequent_indent=" " * 10, break_long_words=False) for line in message.split("\n")
    )
    return "\n".join(itertools.chain.from_iterable(lines))
