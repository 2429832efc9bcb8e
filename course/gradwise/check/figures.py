"""The picture beside a visible check that fails: yours against the expected one, in words for a screen reader, too.

A function of one variable is drawn as a curve, random numbers as a histogram, a table of numbers as a heat map.
"""

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..exercises import Case, Curve, Exercise, Property, Script
from .cases import Complaint
from .differences import Pair

FEWEST_RANDOM = 100  # numbers that make a histogram
MOST_TABLES = 2

Function = Callable[..., Any]


def draw_difference(spec: Exercise, case: Case | Script | Property, complaint: Complaint, function: Function) -> None:
    """Shows the picture that says more than the words of a complaint, in a notebook, if there is one.

    Args:
        spec: the exercise.
        case: what was tried.
        complaint: what is wrong.
        function: the learner's.
    """
    if "IPython" not in sys.modules:
        return
    from .. import plots

    curves = [curve for curve in spec.curves if curve.function == case.function]
    if curves:
        sampled = [_sampled(curve, function) for curve in curves]
        if not all(np.allclose(wanted, got, rtol=1e-6, atol=1e-9) for _, wanted, got in sampled):
            plots.curves_compared([(_label(curve), *lines) for curve, lines in zip(curves, sampled, strict=True)])
            plots.show(". ".join(_curve_in_words(curve, *lines) for curve, lines in zip(curves, sampled, strict=True)))
    elif isinstance(case, Property):
        if random := _random(case, function):
            wanted, got = random
            plots.histograms_compared(case.call, wanted, got)
            plots.show(f"{case.call}: yours {_spread_in_words(got)}; expected {_spread_in_words(wanted)}")
    elif pairs := complaint.pairs[:MOST_TABLES]:
        plots.tables_compared([(pair.name, pair.wanted, pair.got) for pair in pairs])
        plots.show(". ".join(map(table_in_words, pairs)))


# --- curves -----------------------------------------------------------------------------------------


def _label(curve: Curve) -> str:
    return f"{curve.function}({', '.join(['x', *map(str, curve.args)])})"


def _curve_in_words(curve: Curve, x: Any, wanted: Any, got: Any) -> str:
    if np.isnan(got).all():
        return f"{_label(curve)}: yours gives nothing to draw"
    differs = x[~np.isclose(got, wanted, rtol=1e-6, atol=1e-9)]
    where = (
        f"differs from the expected curve between x = {differs[0]:g} and {differs[-1]:g}"
        if differs.size
        else "is right"
    )
    return f"{_label(curve)}: yours {where}"


def _sampled(curve: Curve, function: Function) -> tuple[Any, Any, Any]:
    """A grid, the expected curve on it, and the learner's (nan where it gives none)."""
    from .. import reference

    x = np.linspace(-4.0, 4.0, 401)
    wanted = getattr(reference, curve.function)(x, *curve.args)
    try:
        with np.errstate(all="ignore"):
            got = np.asarray(function(x.copy(), *curve.args), dtype=float)
    except Exception:
        got = np.full(x.shape, np.nan)
    return x, wanted, got if got.shape == x.shape else np.full(x.shape, np.nan)


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
    """Which entries differ, and where most."""
    apart = np.abs(pair.got - pair.wanted)
    apart[np.isnan(apart)] = np.inf
    wrong = ~np.isclose(pair.got, pair.wanted, rtol=1e-6, atol=1e-9, equal_nan=True)
    most = ", ".join(map(str, np.unravel_index(np.argmax(np.where(wrong, apart, -1.0)), apart.shape)))
    name = f"{pair.name}: " if pair.name else ""
    return (
        f"{name}expected, yours, and yours minus expected, entry by entry: {int(wrong.sum())} of {wrong.size} numbers "
        f"differ, most at [{most}]"
    )
