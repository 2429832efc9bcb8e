"""A submission that repeats the answers of the solution, except for one, which it replaces by a hostile value.

That value has the type that was asked for, since no other can cross. Its shape and its numbers may be anything: empty,
infinite or enormous.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.core.outcomes import StudentProblem
from autograder.sandbox.process import Callback
from autograder.sandbox.replies import Reply
from autograder.sandbox.series import one_by_one
from autograder.sandbox.submission import Submission
from autograder.sandbox.wire.types import (
    ARRAY,
    BOOLEAN,
    DTYPES,
    HANDLE,
    INTEGER,
    MAX_INTEGER,
    NUMBER,
    TEXT,
    Handle,
    ListOf,
    OrNone,
    Spec,
)

Rng = np.random.Generator
Answer = tuple[Spec | None, Reply | StudentProblem]  # the type that was asked for, and the answer

_NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-320, 1e308, -1e308, 1e18, float("nan"), float("inf"), -float("inf"))
_INTEGERS = (0, 1, -1, 2, 7, 10**6, MAX_INTEGER - 1, 1 - MAX_INTEGER)
_TEXTS = ("", "healthy", "min", "\x00", "nan", "x" * 10_000, "\ud800")
_SHAPES = ((), (0,), (1,), (2,), (0, 3), (3, 0), (1, 1), (4, 1, 2), (1,) * 8, (100_000,))
_TYPES = tuple(sorted(DTYPES))


def hostile(spec: Spec, rng: Rng, honest: Any = None) -> Any:
    """Returns an unusual value of this type, or the honest value with one thing wrong in it."""
    if isinstance(spec, OrNone):
        return None if rng.random() < 0.3 else hostile(spec.item, rng, honest)
    if isinstance(spec, ListOf):
        return _hostile_list(spec, rng, honest)
    if isinstance(spec, tuple):
        parts = list(honest) if honest is not None else [None] * len(spec)
        at = int(rng.integers(len(spec)))
        return tuple(
            hostile(part, rng, old) if i == at or old is None else old
            for i, (part, old) in enumerate(zip(spec, parts, strict=True))
        )
    return _PLAIN[spec](rng, honest) if spec in _PLAIN else None


def _hostile_list(spec: ListOf, rng: Rng, honest: Any) -> list[Any]:
    items = list(honest or ())
    kind = rng.integers(5)
    if kind == 0 or not items:
        return [hostile(spec.item, rng) for _ in range(rng.choice([0, 1, 3, 50]))]
    if kind == 1:
        return items[:-1]
    if kind == 2:
        return [*items, items[0]]
    if kind == 3:
        return items[::-1]
    at = int(rng.integers(len(items)))
    return [hostile(spec.item, rng, item) if i == at else item for i, item in enumerate(items)]


def _hostile_array(rng: Rng, honest: Any) -> np.ndarray:
    base = np.asarray(honest) if honest is not None else rng.normal(0, 1, (2, 3))
    kind = rng.integers(6)
    if kind == 0:
        return np.full(_SHAPES[rng.integers(len(_SHAPES))], _NUMBERS[rng.integers(len(_NUMBERS))])
    if kind == 1 and base.size:
        spoiled = base.astype(float)
        spoiled.flat[int(rng.integers(base.size))] = _NUMBERS[rng.integers(len(_NUMBERS))]
        return spoiled
    if kind == 2:
        row = base.ravel()
        return (base.T, row, base[None], base[..., None], row[:0], row[:-1], row[None, None])[rng.integers(7)]
    with np.errstate(all="ignore"):
        if kind == 3:
            return base.astype(_TYPES[rng.integers(len(_TYPES))])
        if kind == 4:
            return np.full(base.shape, _NUMBERS[rng.integers(len(_NUMBERS))]).astype(_TYPES[rng.integers(len(_TYPES))])
        return base * _NUMBERS[rng.integers(len(_NUMBERS))]


_PLAIN: dict[Any, Callable[[Rng, Any], Any]] = {
    ARRAY: _hostile_array,
    NUMBER: lambda rng, honest: _NUMBERS[rng.integers(len(_NUMBERS))],
    INTEGER: lambda rng, honest: _INTEGERS[rng.integers(len(_INTEGERS))],
    BOOLEAN: lambda rng, honest: bool(rng.integers(2)) if honest is None else not honest,
    TEXT: lambda rng, honest: _TEXTS[rng.integers(len(_TEXTS))],
    HANDLE: lambda rng, honest: Handle(int(rng.integers(-1, 10**6))),
}


class Recorder(Submission):
    """A real submission that records the type of each request, and its answer."""

    answers: list[Answer]

    def request(self, shown: str, request: Any, returns: Any, *rest: Any, **options: Any) -> Reply:
        try:
            reply = super().request(shown, request, returns, *rest, **options)
        except StudentProblem as problem:
            self.answers.append((returns, problem))
            raise
        self.answers.append((returns, reply))
        return reply

    def series_of(self, shown: str, name: str, target: Any, many: Any, returns: Any, *rest: Any) -> list[Reply]:
        replies = super().series_of(shown, name, target, many, returns, *rest)
        self.answers += [(returns, reply) for reply in replies]
        return replies


class Haunted(Submission):
    """A submission without a sandbox: gives recorded answers, except for one, which is hostile.

    Args:
        answers: the recorded answers of the solution.
        rng: chooses the answer to replace, and the hostile value.
    """

    def __init__(self, answers: list[Answer], rng: Rng) -> None:
        super().__init__(None, [])  # type: ignore[arg-type]
        self._answers = answers
        self._rng = rng
        self._at = 0
        self._wrong = int(rng.integers(max(len(answers), 1)))

    def request(
        self,
        shown: str,
        request: Any,
        returns: Any,
        blobs: list[bytes] | None = None,
        callbacks: list[Callback] | None = None,
    ) -> Reply:
        at, self._at = self._at, self._at + 1
        asked, honest = self._answers[at] if at < len(self._answers) else (None, None)
        if at == self._wrong or honest is None or asked != returns:
            for callback in callbacks or ():
                self._call(callback)
            honest = honest if isinstance(honest, Reply) and asked == returns else Reply(None)
            value = None if returns is None else hostile(returns, self._rng, honest.value)
            notes = {"type_name": "x" * 50, "warnings": ("overflow invalid divide",) * 20, "changed": ("x", "9" * 999)}
            return replace(honest, value=value, **(notes if self._rng.random() < 0.2 else {}))
        if isinstance(honest, StudentProblem):
            raise honest
        return honest

    def series_of(
        self, shown: str, name: str, target: Any, many: Any, returns: Any, until: bool | None = None
    ) -> list[Reply]:
        return one_by_one(lambda args: self.request(shown, {}, returns), many, until)

    def _call(self, callback: Callback) -> None:
        """Calls a function of the check with hostile arguments; ignores errors other than a failed assertion."""
        for _ in range(3):
            try:
                callback.function(*(hostile(spec, self._rng) for spec in callback.takes))
            except AssertionError:
                raise
            except Exception:
                continue
