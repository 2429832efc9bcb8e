"""Compares a value with the wanted one: in words, as text side by side, and as tables that a picture can show."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises import Case, Script
from ..wording import counted
from .formatting import show

__all__ = ["Fault", "Pair", "advice_on_form", "difference", "faults", "in_words", "pairs", "side_by_side"]

DIGITS = (6, 9, 12, 17)  # that are shown, if fewer do not tell
LONG = 160  # characters; of values that take more only the first wrong part is shown
MOST_PLACES = 5  # that are named beside the first
FEWEST_DRAWN, MOST_DRAWN = 4, 1000  # numbers in an array that a picture shows
NAN = "nan (not a number): from 0/0, inf - inf, 0 * inf, or the log or root of a negative number"

Names = Sequence[str]  # what the parts of a tuple are called; empty where they have no names


@dataclass(frozen=True)
class Fault:
    """One part of a value that is wrong.

    Attributes:
        place: the indices that lead to it through tuples and lists; empty for the value itself.
        phrase: what is wrong.
    """

    place: tuple[int, ...]
    got: Any
    wanted: Any
    phrase: str


@dataclass(frozen=True)
class Pair:
    """A wrong array beside the right one of the same shape: a table of numbers, not too large to look at.

    Attributes:
        wrong: the entries that are not close enough.
    """

    name: str
    got: np.ndarray[Any, Any]
    wanted: np.ndarray[Any, Any]
    wrong: np.ndarray[Any, Any]


def difference(got: Any, wanted: Any, case: Case | Script) -> str:
    """Says what is wrong with a value, as a phrase; empty if nothing is."""
    return _phrase(list(faults(got, wanted, case)))


def faults(got: Any, wanted: Any, case: Case | Script, place: tuple[int, ...] = ()) -> Iterator[Fault]:
    """Every part that is wrong, in order; a list of plain values is one part.

    Args:
        got: a learner's value.
        wanted: the right one: an array, a number, a word, or tuples and lists of such.
        case: says how close is close enough.
        place: where in a larger value this one is.
    """
    if isinstance(wanted, tuple | list):
        if not isinstance(got, tuple | list) or len(got) != len(wanted):
            yield Fault(place, got, wanted, _how_many(got, wanted))
        elif isinstance(wanted, list) and wanted and all(map(_is_plain, (*wanted, *got))):
            if phrase := _list(got, wanted, case):
                yield Fault(place, got, wanted, phrase)
        else:
            for index, (part, right) in enumerate(zip(got, wanted, strict=True)):
                yield from faults(part, right, case, (*place, index))
    elif phrase := _single(got, wanted, case):
        yield Fault(place, got, wanted, phrase)


def in_words(got: Any, wanted: Any, wrong: list[Fault], case: Case | Script, names: Names) -> str:
    """Says what is wrong: in a phrase, or where the parts of a value have names a line for each.

    Such a line says that it is exact, how close it is, or what is wrong with it.
    """
    if not names:
        return _phrase(wrong)
    width = max(map(len, names))
    lines = [
        f"{name + ':':{width + 1}} {difference(part, right, case) or _how_close(part, right)}"
        for name, part, right in zip(names, got, wanted, strict=True)
    ]
    return "\n".join(lines)


def side_by_side(
    got: Any, wanted: Any, wrong: list[Fault], case: Case | Script, names: Names
) -> tuple[tuple[str, str], tuple[str, str]]:
    """Both values as rows, with as many digits as it takes to tell them apart, and with marks at what differs.

    Of long values the first part that is wrong is shown.
    """
    label, places = "", {fault.place: fault for fault in wrong}
    if wrong and wrong[0].place and max(len(show(value)) for value in (got, wanted)) > LONG:
        label = f"{_name(wrong[0].place, names)}: "
        got, wanted, places = wrong[0].got, wrong[0].wanted, {(): wrong[0]}
    marks = {place: _differing(fault, case) for place, fault in places.items()}
    texts = [(show(got, digits=digits, marks=marks), show(wanted, digits=digits, marks=marks)) for digits in DIGITS]
    mine, right = next((both for both in texts if both[0] != both[1]), texts[0])
    return ("got", label + mine), ("wanted", label + right)


def _differing(fault: Fault, case: Case | Script) -> Any:
    """Which numbers of a part are wrong: True or False for each, in the part's shape; True if all of it is wrong."""
    try:
        mine, right = np.asarray(fault.got, dtype=float), np.asarray(fault.wanted, dtype=float)
    except (TypeError, ValueError):
        return True
    if mine.shape != right.shape or right.size > MOST_DRAWN:
        return True
    return (~case.tolerance.near(mine, right)).tolist()


def pairs(wrong: list[Fault], case: Case | Script, names: Names) -> Iterator[Pair]:
    """The arrays that differ in their numbers alone, and are tables."""
    for fault in wrong:
        right = fault.wanted
        if isinstance(right, np.ndarray) and right.ndim > 1 and FEWEST_DRAWN <= right.size <= MOST_DRAWN:
            mine = np.asarray(fault.got)
            if mine.shape == right.shape and mine.dtype.kind in "biuf":
                name = _name(fault.place, names) if fault.place else ""
                yield Pair(name, mine.astype(float), right, ~case.tolerance.near(mine, right))


def advice_on_form(wrong: Fault) -> str | None:
    """Advises on a wrong spelling, shape or kind of number; None if something else is wrong."""
    got, wanted = wrong.got, wrong.wanted
    if isinstance(wanted, tuple | list):
        return None
    if isinstance(wanted, str):
        same = _letters(str(_plain(got))) == _letters(wanted)
        return f"Spell it as in the text: {wanted!r}; capitals, spaces and hyphens count." if same else None
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return None
    if numbers.shape == np.shape(wanted):
        return _advice_on_kind(np.asarray(got), np.asarray(wanted))
    if numbers.size != np.size(wanted) or numbers.ndim == np.ndim(wanted):
        return None
    return (
        "As many numbers as wanted, but in another shape: a number (), a vector (3,), a column (3, 1) and a row (1, 3) "
        f"are four things. Here it should be {np.shape(wanted)}."
    )


def _advice_on_kind(got: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any]) -> str | None:
    """Advises on numbers of the right shape whose kind cannot be right."""
    if got.dtype.kind == "b" and wanted.dtype.kind == "f":
        return "It holds True and False: a comparison gives a mask, and the values are still to be computed from it."
    whole = got.dtype.kind in "iu" and wanted.dtype.kind == "f"
    if whole and not np.array_equal(wanted, np.round(wanted)):
        return "It holds whole numbers: an array of integers cuts fractions off. Make it a float array first."
    return None


# --- phrases ----------------------------------------------------------------------------------------


def _phrase(wrong: list[Fault]) -> str:
    """The first fault in words, and where the others are."""
    if not wrong:
        return ""
    first, *others = wrong
    if not first.place:
        return first.phrase
    text = f"{_name(first.place, ())}: {first.phrase}"
    if others:
        places = [_index(fault.place) for fault in others]
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        text += f"; wrong, too: {', '.join(places[:MOST_PLACES])}{more}"
    return text


def _name(place: tuple[int, ...], names: Names) -> str:
    """The name of a place: ``grads[0][1]`` with a name, ``entry [0][1]`` or ``entry 2`` without one."""
    if not names:
        return f"entry {place[0]}" if len(place) == 1 else f"entry {_index(place)}"
    first, *rest = place
    inside = _index(tuple(rest))
    return f"{names[first]}, entry {inside}" if inside and " " in names[first] else names[first] + inside


def _index(place: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in place)


def _single(got: Any, wanted: Any, case: Case | Script) -> str:
    """Says what is wrong with an array, a number, a word, a truth value or None; empty if nothing is."""
    if isinstance(wanted, str | bool | None):
        got = _plain(got)
        return "" if type(got) is type(wanted) and got == wanted else f"{wanted!r} is wanted"
    try:
        numbers = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return f"expected numbers, got {_article(type(got).__name__)}"
    if numbers.shape != np.shape(wanted):
        return f"the shape is {numbers.shape}; wanted {np.shape(wanted)}"
    return _numbers(numbers, np.asarray(wanted, dtype=float), case)


def _numbers(got: np.ndarray[Any, Any], wanted: np.ndarray[Any, Any], case: Case | Script) -> str:
    same = case.tolerance.near(got, wanted)
    if same.all():
        return ""
    if lost := int((np.isnan(got) & ~np.isnan(wanted)).sum()):
        return f"{_of(lost, same) if same.ndim else 'it'} {'are' if lost > 1 else 'is'} {NAN}"
    if missed := int((np.isnan(wanted) & ~np.isnan(got)).sum()):
        return f"{_of(missed, same) if same.ndim else 'it'} should be nan (not a number)"
    apart = np.abs(got - wanted)[~same]
    far = f", by up to {apart[np.isfinite(apart)].max():.2g}" if same.ndim and np.isfinite(apart).any() else ""
    wrong = int((~same).sum())
    return f"{_of(wrong, same)} {'differ' if wrong > 1 else 'differs'}{far}" if same.ndim else "the number differs"


def _of(number: int, numbers: np.ndarray[Any, Any]) -> str:
    return f"{number} of {counted(numbers.size, 'number')}"


def _list(got: Sequence[Any], wanted: list[Any], case: Case | Script) -> str:
    """Says what is wrong with a list of plain values of the right length; empty if nothing is."""
    if all(map(_is_number, (*got, *wanted))):
        return _numbers(np.asarray(got, dtype=float), np.asarray(wanted, dtype=float), case)
    wrong = [index for index, (part, right) in enumerate(zip(got, wanted, strict=True)) if _single(part, right, case)]
    if not wrong:
        return ""
    first = f"entry {wrong[0]}: {show(wanted[wrong[0]])} is wanted"
    return first if len(wrong) == 1 else f"{len(wrong)} of {len(wanted)} entries are wrong; {first}"


def _how_close(got: Any, wanted: Any) -> str:
    """Says how far a right value is from the wanted one."""
    if isinstance(wanted, list | tuple | str | bool | None):
        return "right"
    apart = np.abs(np.asarray(got, dtype=float) - np.asarray(wanted, dtype=float))
    apart = apart[np.isfinite(apart)]
    largest = float(apart.max()) if apart.size else 0.0
    return f"close (the largest difference is {largest:.0e})" if largest else "exact"


def _how_many(got: Any, wanted: Any) -> str:
    if isinstance(wanted, tuple) and len(wanted) == 1:
        return "a tuple of one value is wanted: `return (value,)`"
    if isinstance(wanted, tuple):
        return f"{len(wanted)} values are wanted, separated by a comma behind `return`"
    kind = f"one with {len(got)}" if isinstance(got, list | tuple) else _article(type(got).__name__)
    return f"a list with {counted(len(wanted), 'entry', 'entries')} is wanted, and this is {kind}"


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _is_plain(value: Any) -> bool:
    return _is_number(value) or isinstance(value, str | bool | np.bool_ | None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """NumPy's single strings and booleans, as `np.where` and comparisons give them, as Python's."""
    return value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).lower()
