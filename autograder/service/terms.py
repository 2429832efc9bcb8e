"""The terms of an assignment: how many attempts there are and when the next comes, what is shown, which one counts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, get_args

from autograder.core.outcomes import UsageError
from autograder.reports.feedback_page import Detail

DETAILS = get_args(Detail)
COUNTS = ("best", "last")
MOST_ATTEMPTS = 10_000
_ALMOST = 1e-9


@dataclass(frozen=True)
class Terms:
    """The terms of one assignment.

    Attributes:
        attempts: so many attempts each learner has at first; 0 for as many as they like.
        hours: after so many hours one more comes; 0 for none.
        counts: whether the "best" or the "last" attempt stands in the gradebook.
        detail: what is shown after each attempt: "full", "hints" or "score", one for each of the first attempts; the
            last one holds for all further ones.
        after_due: what is shown of it once the due date has passed; empty for the same.
        closed: whether nothing more is accepted.
    """

    attempts: int = 5
    hours: float = 2.0
    counts: str = "best"
    detail: tuple[str, ...] = ("full",)
    after_due: str = ""
    closed: bool = False

    def shown(self, number: int, due: float | None, now: float) -> Detail:
        """Returns how much a learner reads of an attempt.

        Args:
            number: its number, from 1.
            due: the due date, in seconds since 1970; None if there is none.
            now: the time, likewise.
        """
        if self.after_due and due is not None and now > due:
            return self.after_due  # type: ignore[return-value]
        return self.detail[min(number, len(self.detail)) - 1]  # type: ignore[return-value]

    def changed(self, tree: Any) -> "Terms":
        """Returns the terms with the values of a JSON object in their place.

        Raises:
            UsageError: a name or a value of it cannot be used; the text says which, and what can.
        """
        if not isinstance(tree, Mapping):
            raise UsageError('The terms of an assignment are a JSON object, as in {"attempts": 5}.')
        known = {field.name for field in fields(self)}
        if unknown := sorted(str(name) for name in tree.keys() - known):
            raise UsageError(f"{unknown[0]!r} is not one of the terms. There are: {', '.join(sorted(known))}.")
        return replace(self, **{name: _CHECKS[name](value) for name, value in tree.items()})

    def to_json(self) -> dict[str, Any]:
        """Returns the terms as JSON types."""
        return {**asdict(self), "detail": list(self.detail)}


def _attempts(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_ATTEMPTS:
        raise UsageError(f"`attempts` is a whole number from 0 (as many as one likes) to {MOST_ATTEMPTS}.")
    return value


def _hours(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 24 * 366:
        raise UsageError("`hours` is a number from 0 (no further attempt comes) to 8784, a year.")
    return float(value)


def _counts(value: Any) -> str:
    if value not in COUNTS:
        raise UsageError(f"`counts` is one of {', '.join(COUNTS)}.")
    return str(value)


def _detail(value: Any) -> tuple[str, ...]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not 1 <= len(words) <= 100 or any(word not in DETAILS for word in words):
        raise UsageError(f"`detail` is one of {', '.join(DETAILS)}, or a list of these, one for each attempt.")
    return tuple(words)


def _after_due(value: Any) -> str:
    if value not in ("", *DETAILS):
        raise UsageError(f"`after_due` is empty or one of {', '.join(DETAILS)}.")
    return str(value)


def _closed(value: Any) -> bool:
    if not isinstance(value, bool):
        raise UsageError("`closed` is true or false.")
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "attempts": _attempts,
    "hours": _hours,
    "counts": _counts,
    "detail": _detail,
    "after_due": _after_due,
    "closed": _closed,
}


@dataclass(frozen=True)
class Left:
    """The attempts that a learner has left.

    Attributes:
        left: how many; None for as many as one likes.
        of: how many there are at first.
        next: when one more comes, in seconds since 1970; None if none comes, or none is missing.
    """

    left: int | None
    of: int
    next: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns it as JSON types, with the time as text."""
        return {"left": self.left, "of": self.of, "next": None if self.next is None else iso(self.next)}


def left(terms: Terms, charged: Iterable[float], given: Iterable[tuple[float, int]], now: float) -> Left:
    """Returns the attempts that are left: a bucket of so many, into which one more comes after so many hours.

    Args:
        terms: the terms of the assignment.
        charged: when an attempt was used up, in seconds since 1970.
        given: when a teacher gave attempts back, and how many.
        now: the time.
    """
    if terms.attempts == 0:
        return Left(None, 0)
    every = terms.hours * 3600
    level, before = float(terms.attempts), 0.0
    for when, change in sorted([*((time, -1) for time in charged), *given]):
        level, before = max(0.0, _filled(level, when - before, every, terms.attempts) + change), when
    level = _filled(level, now - before, every, terms.attempts)
    whole = int(level + _ALMOST)
    comes = every and level < terms.attempts - _ALMOST
    return Left(whole, terms.attempts, now + (1 - (level - whole)) * every if comes else None)


def _filled(level: float, seconds: float, every: float, most: int) -> float:
    """Returns the level of the bucket after some time. What a teacher gave beyond its size stays."""
    if level >= most or not every:
        return level
    return min(float(most), level + max(seconds, 0.0) / every)


def iso(seconds: float) -> str:
    """Returns a time as text, in UTC: 2026-11-30T18:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds_of(text: Any) -> float:
    """Returns the seconds since 1970 of a time as text; without a zone it is UTC.

    Raises:
        UsageError: it is not a time.
    """
    try:
        when = datetime.fromisoformat(str(text))
    except ValueError:
        raise UsageError(f"{str(text)[:40]!r} is not a time. Write it like this: 2026-12-24T18:00Z.") from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
