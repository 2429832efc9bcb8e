"""The visible checks: what was called, what came, what was wanted, and one thing to try.

``check("elu")`` looks at the functions of the notebook it is called from; ``hint("elu")`` gives one hint more
each time. A check that fails raises, so that nbgrader's Validate works, but what a learner sees is the message
and, where one says more, a picture (a curve, a histogram or tables: see `figures`); never our own stack.
"""

import inspect
import itertools
import textwrap
from typing import Any

from ..errors import CheckFailed, NotWrittenYet
from ..exercises import Exercise, by_id, of_topic, topics
from ..exercises.generated import check_counts
from .cases import AnyCase, Trial, try_all
from .figures import draw_difference
from .mistakes import named

__all__ = ["CheckFailed", "NotWrittenYet", "check", "hint"]

WIDTH = 84  # of a message, in characters


_hints_given: dict[str, int] = {}


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
        KeyError: there is no such exercise.
    """
    spec = _find(exercise)
    if names is None:
        names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    trial = try_all(spec, spec.functions, names)
    if (case := trial.stopped_at) is not None:
        if trial.complaint is None:
            raise NotWrittenYet(_unwritten(exercise, case.function, names, trial.passed))
        if draw:
            draw_difference(spec, case, trial.complaint, names[case.function])
        raise CheckFailed(_wrapped(_message(spec, trial, case, names[case.function])))
    if trial.missing and not spec.side:
        raise NotWrittenYet(_unwritten(exercise, trial.missing[0], names, trial.passed))
    if not trial.cases:  # a bonus that is left out is not a failure: Validate must be able to succeed without it
        print(_unwritten(exercise, trial.missing[0], names, 0))
        return
    rest = f" (Not written yet: {', '.join(trial.missing)}.)" if trial.missing else ""
    print(f"✓ {exercise}: {_checks(trial.passed)} passed. Hidden checks run when you submit.{rest}")
    if hidden := check_counts(exercise)[1]:
        print("  hidden  " + ", ".join(f"{count} on {kind}" for kind, count in hidden.items()))


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


def _message(spec: Exercise, trial: Trial, case: AnyCase, function: Any) -> str:
    """Says which check failed, how, what the mistake may be, and what to try."""
    lines = [f"✗ {spec.id}: visible check {trial.passed + 1} of {len(trial.cases)}", str(trial.complaint)]
    lines += [f"  likely  {sentence}" for sentence in named(spec, case.function, function)]
    advice = trial.complaint.advice if trial.complaint else None
    return "\n".join([*lines, f"  try     {advice or case.advice}"])


def _checks(number: int) -> str:
    return f"{number} visible check{'s' if number != 1 else ''}"


def _unwritten(exercise: str, missing: str, names: dict[str, Any], passed: int) -> str:
    so_far = f"{_checks(passed)} passed so far; " if passed else ""
    if missing not in names:
        return f"○ {exercise}: {so_far}there is no `{missing}` yet. Run the cell above, then this one."
    return f'○ {exercise}: {so_far}`{missing}` is not written yet. `hint("{exercise}")` helps you to begin.'


def _wrapped(message: str) -> str:
    """The message in lines short enough for a narrow window, and for nbgrader, which cuts longer ones off."""
    lines = (
        textwrap.wrap(line, WIDTH, subsequent_indent=" " * 10, break_long_words=False) for line in message.split("\n")
    )
    return "\n".join(itertools.chain.from_iterable(lines))
