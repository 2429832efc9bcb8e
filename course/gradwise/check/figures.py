"""The picture beside a visible check that fails: yours against the expected one, in words for a screen reader, too.

A function of one variable is drawn as a curve, random numbers as a histogram, a table of numbers as a heat map.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..exercises import Case, Curve, Exercise, Property, Script
from ..wording import counted
from .cases import Complaint
from .differences import Pair

FEWEST_RANDOM = 100  # numbers that make a histogram
MOST_TABLES = 2

Array = npt.NDArray[np.float64]
Function = Callable[..., Any]


def draw_difference(spec: Exercise, case: Case | Script | Property, complaint: Complaint, function: Function) -> str:
    """Draws the picture that says more than the words of a complaint, in a notebook, and returns it as HTML.

    The text is empty if there is no such picture.

    Args:
        spec: the exercise.
        case: what was tried.
        complaint: what is wrong.
        function: the learner's.
    """
    if "IPython" not in sys.modules:
        return ""
    from .. import plots

    if drawn := [_drawn(curve, case, function) for curve in spec.curves if curve.function == case.function]:
        if any(curve.differs.any() for curve in drawn):
            plots.curves_compared([(curve.label, curve.x, curve.wanted, curve.got, curve.differs) for curve in drawn])
            return plots.pictures(". ".join(map(_curve_in_words, drawn)))
    elif isinstance(case, Property):
        if random := _random(case, function):
            wanted, got = random
            plots.histograms_compared(case.call, wanted, got)
            return plots.pictures(f"{case.call}: yours {_spread_in_words(got)}; expected {_spread_in_words(wanted)}")
    elif pairs := complaint.pairs[:MOST_TABLES]:
        plots.tables_compared([(pair.name, pair.wanted, pair.got, pair.wrong) for pair in pairs])
        return plots.pictures(". ".join(map(table_in_words, pairs)))
    return ""


# --- curves -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    """A learner's curve beside the expected one.

    Attributes:
        label: its title.
        x: the grid.
        wanted: the expected values.
        got: the learner's values, nan where there are none.
        differs: the places of the grid where the two are not close enough.
    """

    label: str
    x: Array
    wanted: Array
    got: Array
    differs: npt.NDArray[np.bool_]


def _drawn(curve: Curve, case: Case | Script | Property, function: Function) -> _Drawn:
    """Computes a curve by the reference and by the learner's function; the case says how close is close enough."""
    from .. import reference

    x = curve.grid()
    wanted = getattr(reference, curve.function)(x, *curve.args)
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(function(x.copy(), *curve.args), dtype=float)
    except Exception:
        got = np.full(x.shape, np.nan)
    if got.shape != x.shape:
        got = np.full(x.shape, np.nan)
    return _Drawn(curve.label, x, wanted, got, ~case.tolerance.near(got, wanted))


def _curve_in_words(curve: _Drawn) -> str:
    if np.isnan(curve.got).all():
        return f"{curve.label}: yours gives nothing to draw"
    places = curve.x[curve.differs]
    where = (
        f"differs from the expected curve between x = {places[0]:g} and {places[-1]:g}" if places.size else "is right"
    )
    return f"{curve.label}: yours {where}"


# --- random numbers ---------------------------------------------------------------------------------


def _random(case: Property, function: Function) -> tuple[Any, Any] | None:
    """The reference's random numbers and the learner's; None if there are too few of them to be drawn."""
    from .. import reference

    if case.drawn is None:
        return None
    wanted = np.ravel(case.drawn(getattr(reference, case.function)))
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(case.drawn(function), dtype=float).ravel()
    except Exception:
        return None
    got = got[np.isfinite(got)]
    return (wanted, got) if min(wanted.size, got.size) >= FEWEST_RANDOM else None


def _spread_in_words(values: Any) -> str:
    low, high = values.min(), values.max()
    return f"lie between {low:.3g} and {high:.3g}, with mean {values.mean():.3g} and std {values.std():.3g}"


# --- tables of numbers ------------------------------------------------------------------------------


def table_in_words(pair: Pair) -> str:
    """Says which entries differ, and where most."""
    apart = np.abs(pair.got - pair.wanted)
    apart[np.isnan(apart)] = np.inf
    most = ", ".join(map(str, np.unravel_index(np.argmax(np.where(pair.wrong, apart, -1.0)), apart.shape)))
    name = f"{pair.name}: " if pair.name else ""
    wrong = int(pair.wrong.sum())
    count = f"{wrong} of {counted(pair.wrong.size, 'number')} {'differ' if wrong > 1 else 'differs'}"
    return f"{name}expected, yours, and yours minus expected, entry by entry: {count}, most at [{most}]"
