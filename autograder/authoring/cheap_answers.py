"""Cheap answers: zeros, noise, the argument itself. No check may give points for them.

A cheap answer knows the form of the right one, its shapes and its types, and none of its numbers. It calls no function
that it is given, and raises nothing.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.results import ExerciseResult
from autograder.grading.behaviour import same
from autograder.grading.check import Check, run_checks
from autograder.grading.grader import Grader
from autograder.sandbox.replies import Observation, Reply
from autograder.sandbox.series import Args, one_by_one
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.packing import Blob, pack_as, unpack_as
from autograder.sandbox.wire.types import (
    ARRAY,
    BOOLEAN,
    HANDLE,
    INTEGER,
    NOTHING,
    TEXT,
    Handle,
    ListOf,
    OrNone,
    Seed,
    Spec,
)

MOST = 0.02  # the share of a topic's points that a cheap answer may earn

Numbers = npt.NDArray[Any]
_generator = np.random.default_rng
_noise = _generator(0)  # goes on from call to call, and begins anew for each cheap answer
_BEGINNING = _noise.bit_generator.state

# What becomes of the numbers of a right value. The second argument is the generator that the function was given.
FORMED: dict[str, Callable[[Numbers, np.random.Generator], Any]] = {
    "zeros": lambda right, _: np.zeros_like(right),
    "ones": lambda right, _: np.ones_like(right),
    "minus one": lambda right, _: -np.ones(right.shape),
    "a constant": lambda right, _: np.full(right.shape, 0.5),
    "nan": lambda right, _: np.full(right.shape, np.nan),
    "infinity": lambda right, _: np.full(right.shape, np.inf),
    "noise": lambda right, _: _noise.normal(size=right.shape),
    "uniform noise": lambda right, _: _noise.uniform(size=right.shape),
    "the same noise": lambda right, _: _generator(0).normal(size=right.shape),
    "noise from the generator": lambda right, rng: rng.normal(size=right.shape),
    "uniform noise from the generator": lambda right, rng: rng.uniform(size=right.shape),
    "the sign of the truth": lambda right, _: np.sign(right),
    "counting": lambda right, _: np.arange(right.size).reshape(right.shape),
    "alternating": lambda right, _: np.resize([1.0, -1.0], right.shape),  # many sums of it are 0
    "the identity": lambda right, _: np.eye(*right.shape) if right.ndim == 2 else np.ones_like(right),
    "empty arrays": lambda right, _: np.zeros((0,) * right.ndim),
}
# What becomes of the arguments; the second argument says how many values the check asks for, 0 for a single one.
GIVEN: dict[str, Callable[[tuple[Any, ...], int], Any]] = {
    "the first argument": lambda args, _: args[0],
    "the last argument": lambda args, _: args[-1],
    "twice the first argument": lambda args, _: 2 * np.asarray(args[0]),
    "the arguments": lambda args, parts: args[:parts] if parts else args[0],
    "zeros like the first argument": lambda args, _: np.zeros_like(args[0]),
    "ones like the first argument": lambda args, _: np.ones_like(args[0]),
    "None": lambda args, _: None,
    "an empty array": lambda args, _: np.array([]),
    "empty lists": lambda args, parts: ([],) * parts if parts else [],
    "zero": lambda args, parts: (0.0,) * parts if parts else 0.0,
    "an empty string": lambda args, _: "",
    "True": lambda args, _: True,
}


@dataclass(frozen=True)
class CheapTrial:
    """What one cheap answer earns, given to every exercise of a topic.

    Attributes:
        kind: the cheap answer.
        share: the share of the topic's points.
        passed: the names of the checks that it passes.
    """

    kind: str
    share: float
    passed: tuple[str, ...]

    @property
    def problem(self) -> str:
        """A phrase that says what is wrong with the checks; empty if the answer earns next to nothing."""
        if self.share <= MOST:
            return ""
        return f"the answer {self.kind!r} everywhere earns {self.share:.1%} of the points, by {', '.join(self.passed)}"


def try_cheap_answers(grader: Grader, kinds: Iterable[str] = (*FORMED, *GIVEN)) -> list[CheapTrial]:
    """Runs all checks of the grader's topic on cheap answers.

    Raises:
        GraderFault: a check or the sandbox is broken.
    """
    recorded = _record(grader)
    return [_trial(kind, grader, recorded) for kind in kinds]


@dataclass(frozen=True)
class _Asked:
    """A request of a check to the solution, and the value that the solution gave; None for an exception."""

    shown: str
    returns: Spec | None
    value: Any


class _Recorder(Submission):
    """The solution in the sandbox. Records what it is asked, and its values."""

    asked: list[_Asked]

    def request(self, shown: str, request: Any, returns: Any, *rest: Any, **options: Any) -> Reply:
        """Sends a request, as a submission does, and records it."""
        value = None
        try:
            reply = super().request(shown, request, returns, *rest, **options)
            value = reply.value
        finally:
            self.asked.append(_Asked(shown, returns, value))
        return reply

    def series_of(self, shown: str, name: str, target: Any, many: Sequence[Args], returns: Spec, *rest: Any) -> Any:
        """Makes a series of calls, as a submission does, and records each."""
        replies = super().series_of(shown, name, target, many, returns, *rest)
        self.asked += [_Asked(shown, returns, reply.value) for reply in replies]
        return replies


def _record(grader: Grader) -> dict[str, list[_Asked]]:
    """Returns what each check asks of the solution."""
    solution = _Recorder(grader.sandbox, grader.solution)
    solution.asked = []
    recorded = {}
    try:
        solution.load()
        for exercise, checks in grader.checks.items():
            solution.enter(exercise)
            for check in checks:
                recorded[check.name] = solution.asked = []
                check.outcome(solution, grader.seed)
    finally:
        solution.close()
    return recorded


class _Cheap(Submission):
    """A submission without a sandbox: it answers every request with a cheap answer.

    Args:
        kind: the cheap answer.
        asked: what the check that runs asks of the solution, in order.
    """

    def __init__(self, kind: str) -> None:
        super().__init__(None, [])  # type: ignore[arg-type]
        self._kind = kind
        self.asked: list[_Asked] = []
        self.is_right = True  # whether all its values are the solution's: twice the first argument may be the answer

    def call_target(self, shown: str, name: str, target: Any, args: tuple[Any, ...], returns: Spec) -> Reply:
        """Answers a call."""
        return self._answered(shown, args, returns)

    def series_of(
        self, shown: str, name: str, target: Any, many: Sequence[Args], returns: Spec, until: bool | None = None
    ) -> list[Reply]:
        """Answers a series of calls."""
        return one_by_one(lambda args: self._answered(shown, args, returns), many, until)

    def observe(self, shown: str, request: Any, returns: Spec, *rest: Any) -> Reply:
        """Answers a look at an attribute."""
        return self._answered(shown, (), returns)

    def request(self, shown: str, request: Any, returns: Any, *rest: Any, **options: Any) -> Reply:
        """Lets an attribute be set, which changes nothing."""
        self._next(shown, returns)
        return Reply(None)

    def _next(self, shown: str, returns: Spec | None) -> _Asked | None:
        """Returns what the solution was asked here; None if a check asks other things of an answer that is wrong."""
        right = self.asked.pop(0) if self.asked else None
        return right if right is not None and (right.shown, right.returns) == (shown, returns) else None

    def _answered(self, shown: str, args: tuple[Any, ...], returns: Spec) -> Reply:
        right = self._next(shown, returns)
        seed = next((arg.entropy for arg in args if isinstance(arg, Seed)), 0)
        try:
            if returns == HANDLE:
                value = Handle(0)
            elif self._kind in GIVEN:
                value = _crossed(
                    GIVEN[self._kind](args or (0.0,), len(returns) if type(returns) is tuple else 0), returns
                )
            else:
                honest = right.value if right is not None else None
                value = _formed(FORMED[self._kind], honest, returns, _generator(seed))
        except Exception:  # it has no such argument, or one that cannot be doubled
            problem = StudentProblem(Outcome.FAILED, f"`{shown}` returned a value of another type.")
            self.observations.append(Observation(shown, None, problem))
            self.is_right = False
            raise problem from None
        self.is_right = self.is_right and right is not None and same(value, right.value)
        reply = Reply(value, "ndarray")
        self.observations.append(Observation(shown, reply, None))
        return reply


def _crossed(value: Any, returns: Spec) -> Any:
    """Returns a value as it would come out of the sandbox."""
    blobs: list[bytes] = []
    tree = pack_as(value, returns, blobs, lambda _: Handle(0))
    return unpack_as(tree, returns, Blob(b"".join(blobs)))


def _formed(cheap: Callable[[Numbers, np.random.Generator], Any], right: Any, returns: Spec, rng: Any) -> Any:
    """Returns a cheap value of the form of the right one; if that is unknown, of the smallest form."""
    if isinstance(returns, OrNone):
        return None if right is None else _formed(cheap, right, returns.item, rng)
    if isinstance(returns, ListOf):
        return [_formed(cheap, item, returns.item, rng) for item in right or ()]
    if isinstance(returns, tuple):
        parts = right if right is not None else [None] * len(returns)
        return tuple(_formed(cheap, item, spec, rng) for item, spec in zip(parts, returns, strict=True))
    if returns in (NOTHING, TEXT):
        return "" if returns == TEXT else None
    if returns == HANDLE:
        return Handle(0)
    numbers = np.asarray(cheap(np.asarray(0.0 if right is None else right, np.float64), rng), np.float64)
    if returns == ARRAY:
        whole = right is not None and np.asarray(right).dtype.kind != "f" and np.isfinite(numbers).all()
        return numbers.astype(np.asarray(right).dtype) if whole else numbers
    number = float(numbers.sum())
    if returns == BOOLEAN:  # the sign of a truth value is that value, and not cheap
        return number > 0 if cheap is not FORMED["the sign of the truth"] else True
    return (int(number) if np.isfinite(number) else 0) if returns == INTEGER else number


def _trial(kind: str, grader: Grader, recorded: dict[str, list[_Asked]]) -> CheapTrial:
    results = []
    _noise.bit_generator.state = _BEGINNING
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for exercise, checks in grader.checks.items():
            submission = _Cheap(kind)
            cheap = [_told(check, submission, recorded[check.name]) for check in checks]
            graded, _ = run_checks(cheap, exercise, submission, grader.seed, learner="a cheap answer")
            if not submission.is_right:
                results.append(ExerciseResult(exercise, grader.release.points[exercise], tuple(graded)))
    points = sum(result.points for result in results)
    passed = [check.name for result in results for check in result.checks if check.outcome is Outcome.PASSED]
    return CheapTrial(kind, points / (sum(grader.release.points.values()) or 1.0), tuple(passed))


def _told(check: Check, submission: _Cheap, asked: list[_Asked]) -> Check:
    """Returns the check; when it runs, the submission first learns what was asked of the solution."""

    def run(given: Submission, seed: str) -> None:
        submission.asked = list(asked)
        check.run(given, seed)

    return replace(check, run=run)
