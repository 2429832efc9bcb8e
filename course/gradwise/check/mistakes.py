"""Recognising a typical mistake by what a function gives on the visible cases.

The course carries no wrong answer and no list of them. What it carries for each typical mistake is a seal: the
sentence about it, which only the very values of that mistake can open. The lookup is by value, so a mistake is named
only where all visible cases agree with it and at least one value is wrong.
"""

import base64
import copy
import hashlib
import itertools
import json
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..exercises import Case, Exercise, Property, Script
from ..exercises.generated import seals
from .cases import run_script
from .differences import difference

__all__ = ["named", "opened", "seal", "values_seen"]

RIGHT = "="
SCALE = 1e8 / np.sqrt(2)  # irrational: no number that a person would choose lies where rounding tips over
ENOUGH = 6  # evidence that values do not agree by chance
MOST_VALUES = 6  # of one function; more are not taken apart

# For each of a function's values a word for each case: RIGHT, or a digest of what came.
Seen = dict[int, tuple[str, ...]]


def named(spec: Exercise, function: str, call: Callable[..., Any]) -> list[str]:
    """The sentences for the mistakes that a learner's function makes; none if it makes no typical one."""
    sealed = seals(spec.id)
    if not sealed:
        return []
    return opened(spec.id, function, values_seen(spec, function, call), sealed)


def values_seen(spec: Exercise, function: str, call: Callable[..., Any]) -> Seen:
    """Collects what a function gives on its visible cases, value by value."""
    rows = [_row(case, call) for case in spec.cases if case.function == function and not isinstance(case, Property)]
    width = max((len(row) for row in rows), default=0)
    if width > MOST_VALUES:
        return {}
    return {part: tuple(row[part] if part < len(row) else RIGHT for row in rows) for part in range(width)}


def seal(exercise: str, function: str, seen: Seen, sentence: str) -> tuple[str, str] | None:
    """A sentence under the values of a mistake: a name and a sealed text.

    None if no value is wrong, or if what is wrong could be the same by chance: one whole number, for instance.
    """
    wrong = [part for part, words in seen.items() if set(words) != {RIGHT}]
    words = [word for part in wrong for word in seen[part] if word != RIGHT]
    if any(word.startswith("!") for word in words):
        return None
    if sum(int(word.split()[0]) for word in words) < ENOUGH:
        return None
    key = _key(exercise, function, wrong, seen)
    return _name(key), base64.b85encode(_mixed(sentence.encode(), key)).decode("ascii")


def opened(exercise: str, function: str, seen: Seen, sealed: dict[str, str]) -> list[str]:
    """The sentences that these values open. One mistake may explain several values, and then explains them alone."""
    left = [part for part, words in seen.items() if set(words) != {RIGHT}]
    sentences: list[str] = []
    for size in range(len(left), 0, -1):
        for parts in itertools.combinations(left, size):
            if not set(parts) <= set(left):
                continue
            key = _key(exercise, function, parts, seen)
            if (text := sealed.get(_name(key))) is not None:
                sentences.append(_mixed(base64.b85decode(text), key).decode())
                left = [part for part in left if part not in parts]
    return sentences


# --- keys -------------------------------------------------------------------------------------------


def _key(exercise: str, function: str, parts: Iterable[int], seen: Seen) -> bytes:
    words = [[part, *seen[part]] for part in parts]
    return hashlib.sha256(json.dumps([exercise, function, words]).encode()).digest()


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name" + key).hexdigest()[:16]


def _mixed(data: bytes, key: bytes) -> bytes:
    """Text with a stream of bytes from a key; the same again undoes it."""
    blocks = (hashlib.sha256(key + bytes([number])).digest() for number in range(len(data) // 32 + 1))
    stream = b"".join(blocks)
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))


# --- values -----------------------------------------------------------------------------------------


_asked: dict[int, tuple[Case | Script, Any]] = {}  # a case by its id, itself, and what it should give


def _wanted(case: Case | Script) -> Any:
    from .. import reference

    if id(case) not in _asked:
        theirs = getattr(reference, case.function)
        right = run_script(case, theirs) if isinstance(case, Script) else theirs(*copy.deepcopy(case.args))
        _asked[id(case)] = case, right
    return _asked[id(case)][1]


def _row(case: Case | Script, call: Callable[..., Any]) -> list[str]:
    """A word for each value of one call."""
    wanted = _wanted(case)
    rights = wanted if isinstance(wanted, tuple) else (wanted,)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            got = run_script(case, call) if isinstance(case, Script) else call(*copy.deepcopy(case.args))
    except Exception as error:
        return [f"!{type(error).__name__}"] * len(rights)
    if isinstance(wanted, tuple):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            return ["!form"] * len(rights)
        return [_word(part, right, case) for part, right in zip(got, wanted, strict=True)]
    return [_word(got, wanted, case)]


def _word(got: Any, wanted: Any, case: Case | Script) -> str:
    if not difference(got, wanted, case):
        return RIGHT
    return f"{_evidence(got, wanted, case)} {hashlib.sha256(_plain(got).encode()).hexdigest()[:16]}"


def _evidence(got: Any, wanted: Any, case: Case | Script) -> int:
    """Weighs how unlikely a wrong value is by chance: 4 for an odd number, 2 for one in an array, 1 for 2 or 0.5."""
    if isinstance(wanted, list) and isinstance(got, list | tuple) and len(got) == len(wanted):
        return sum(_evidence(part, right, case) for part, right in zip(got, wanted, strict=True))
    try:
        numbers, right = np.broadcast_arrays(np.asarray(got, dtype=float), np.asarray(wanted, dtype=float))
    except (TypeError, ValueError):
        return 1
    wrong = np.unique(numbers[~case.tolerance.near(numbers, right)])
    odd = np.isfinite(wrong) & (64 * wrong != np.rint(64 * wrong))
    return int(np.where(odd, 4, 2 if numbers.ndim else 1).sum())


def _plain(value: Any) -> str:
    """A value as text that does not depend on the last digits."""
    if isinstance(value, list | tuple):
        return f"[{','.join(map(_plain, value))}]"
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return repr(value)
    size = np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)
    with np.errstate(all="ignore"):
        scaled = np.round(numbers / (size or 1.0) * SCALE) + 0.0
    return f"{numbers.shape} {size:.5e} {[float(number) for number in scaled.ravel()]}"
