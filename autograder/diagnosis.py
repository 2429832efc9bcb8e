"""Which misconception behaves like this submission.

The checks' calls into a failing submission were written down. The same checks are put to the solution and to
each named wrong answer. A wrong answer explains the submission if, where the two differ from the solution, they
nearly always differ by the same values. It never changes a score, and when nothing fits it is silent.
"""

import ast
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .course import Topic, need
from .outcomes import GraderFault, Outcome
from .results import Diagnosis
from .submission import Observation, Reply
from .values import Handle

Observed = dict[str, list[Observation]]
_Place = tuple[str, int]  # a check, and the number of the call in it


@dataclass(frozen=True)
class Misconception:
    """A named wrong answer.

    Attributes:
        id: its name, unique in the topic.
        exercise: the exercise it answers wrongly.
        function: the name that it defines, a learner's function or class.
        sentence: what to tell the learner.
        source: the wrong answer as a learner would write it.
        twin_of: another misconception with the same outputs, if there is one.
    """

    id: str
    exercise: str
    function: str
    sentence: str
    source: str
    twin_of: str | None = None


def load_misconceptions(topic: Topic) -> list[Misconception]:
    """Reads a topic's wrong answers. They are data: the file is read and not run.

    Raises:
        GraderFault: the file is missing, or an entry in it is malformed.
    """
    path = need(topic.misconceptions, "Every topic needs one.")
    source = path.read_text("utf-8")
    entries = []
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise GraderFault(f"{path}:{error.lineno}: {error.msg}.") from None
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            try:
                entries.append(_entry(node, source))
            except (ValueError, AttributeError, IndexError):
                raise GraderFault(f"{path}:{node.lineno}: `{node.name}` is no well-formed misconception.") from None
    ids = [entry.id for entry in entries]
    if double := sorted({name for name in ids if ids.count(name) > 1}):
        raise GraderFault(f"{path}: more than one misconception is called {', '.join(double)}.")
    return entries


def _entry(node: ast.FunctionDef | ast.ClassDef, source: str) -> Misconception:
    (decorator,) = node.decorator_list
    assert isinstance(decorator, ast.Call)
    exercise, name = (ast.literal_eval(arg) for arg in decorator.args)
    options = {word.arg: ast.literal_eval(word.value) for word in decorator.keywords}
    sentence = " ".join(inspect.cleandoc(ast.get_docstring(node) or "").split())
    if not sentence:
        raise ValueError("no sentence")
    lines = source.split("\n")[node.lineno - 1 : node.end_lineno]
    return Misconception(name, exercise, node.name, sentence, "\n".join(lines), options.get("twin_of"))


class Diagnoser:
    """Knows how the solution and every wrong answer of a topic behave, as far as it has been asked.

    Args:
        observe: puts the checks of an exercise to a submission and writes down the calls: first to the
            solution (None), then to the solution with one misconception in it.
    """

    def __init__(
        self, catalogue: list[Misconception], observe: Callable[[str, Misconception | None], Observed]
    ) -> None:
        self._catalogue = catalogue
        self._observe = cache(observe)

    def explain(self, exercise: str, observed: Observed) -> tuple[Diagnosis, ...]:
        """The misconceptions that explain a failing exercise, at most one for each function of it.

        A function that is wrong only because it calls another wrong one is explained by that other one.
        """
        expected = self._observe(exercise, None)
        entries = [entry for entry in self._catalogue if entry.exercise == exercise]
        wrong = {entry.id: self._observe(exercise, entry) for entry in entries}
        found: list[Diagnosis] = []
        explained: set[str] = set()
        for function in dict.fromkeys(entry.function for entry in entries):
            if function in explained:
                continue
            likeness = {
                e.id: _likeness(function, observed, wrong[e.id], expected) for e in entries if e.function == function
            }
            best = max(likeness, key=lambda name: likeness[name])
            if likeness[best] >= ALIKE:
                found.append(Diagnosis(best, next(entry.sentence for entry in entries if entry.id == best)))
                explained |= {
                    other
                    for other in _functions(wrong[best])
                    if _likeness(other, observed, wrong[best], expected) >= ALIKE
                }
        return tuple(found)


# --- comparing behaviour ----------------------------------------------------------------------------

# The share of deviations that must agree. Not all of them: a learner's code may lose a digit besides.
ALIKE = 0.75


def _likeness(function: str, observed: Observed, wrong: Observed, expected: Observed) -> float:
    """How far a submission differs from the solution just as a wrong answer does, in one function: 0 to 1."""
    mine, theirs, right = (_calls(function, calls) for calls in (observed, wrong, expected))
    places = mine.keys() & theirs.keys() & right.keys()
    if any(_is_silent(mine[place]) for place in places):
        return 0.0
    by_value = [p for p in places if not (_same_value(mine[p], right[p]) and _same_value(theirs[p], right[p]))]
    if by_value:
        return sum(_same_value(mine[p], theirs[p]) for p in by_value) / len(by_value)
    by_manner = [p for p in places if _manners(mine[p]) | _manners(theirs[p]) != _manners(right[p])]
    if by_manner:
        return sum(_manners(mine[p]) == _manners(theirs[p]) for p in by_manner) / len(by_manner)
    return 0.0


def _functions(observed: Observed) -> set[str]:
    return {_name(observation) for observations in observed.values() for observation in observations}


def _name(observation: Observation) -> str:
    return observation.function.split(".")[0]  # a method is spoken of by its class


def _calls(function: str, observed: Observed) -> dict[_Place, Observation]:
    return {
        (check, index): observation
        for check, observations in observed.items()
        for index, observation in enumerate(observations)
        if _name(observation) == function
    }


def _is_silent(observation: Observation) -> bool:
    """Nothing was written, or it ran out of time: there is no behaviour to explain."""
    problem = observation.problem
    return problem is not None and problem.outcome in (Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT)


def _same_value(one: Observation, other: Observation) -> bool:
    if one.reply is None or other.reply is None:
        return one.reply is other.reply and _problem_kind(one) == _problem_kind(other)
    return _equal(one.reply.value, other.reply.value)


def _problem_kind(observation: Observation) -> tuple[Outcome, str] | None:
    problem = observation.problem
    return None if problem is None else (problem.outcome, problem.kind)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, Handle) and isinstance(other, Handle):
        return True  # the numbers say only how many objects there were before: earlier checks may have ended early
    if isinstance(one, tuple | list):
        return (
            isinstance(other, tuple | list)
            and len(one) == len(other)
            and all(_equal(a, b) for a, b in zip(one, other, strict=True))
        )
    if isinstance(one, np.ndarray | float) and isinstance(other, np.ndarray | float):
        if np.shape(one) != np.shape(other):
            return False
        a, b = np.asarray(one, float), np.asarray(other, float)
        finite = np.abs(b[np.isfinite(b)])
        scale = float(finite.max()) if finite.size else 0.0
        return bool(np.allclose(a, b, rtol=1e-6, atol=1e-13 * scale, equal_nan=True))
    return bool(one == other)


def _manners(observation: Observation) -> set[str]:
    reply: Reply | None = observation.reply
    if reply is None:
        return set()
    warned = {word for word in ("overflow", "invalid", "divide") for text in reply.warnings if word in text}
    return warned | {f"changed {place}" for place in reply.changed}
