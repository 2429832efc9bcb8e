"""A learner's own test of gradients, from notebook 1, judges a backward pass before the visible check does."""

import contextlib
import functools
import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..errors import NotWrittenYet
from ..wording import counted
from .store import is_right, load

__all__ = ["judge"]

Function = Callable[..., Any]

TEST = ("numerical_gradient", "relative_error")  # what notebook 1 asks for
STEP, SMALLER_STEP = 1e-5, 1e-7
ROUNDING = 1e-8  # errors below are not told apart
RIGHT = 1e-6  # an error that rounding may leave; a bug leaves far more
NOTHING = 1e-7  # a gradient of this size, next to the others, is 0


def judge(
    loss: Function, point: Mapping[str, Any], gradients: Function, *, test: tuple[Function, Function] | None = None
) -> None:
    """Measures the gradients of a loss, and says for each whether the computed one agrees.

    A kink near the point is found by a smaller step: its error goes away, that of a bug stays.

    Args:
        loss: gives a number; it is called with an array for each name in `point`, in order.
        point: the arrays at which the gradients are taken, by name.
        gradients: called with no argument; gives an array for each of them, in the same order.
        test: `numerical_gradient` and `relative_error`; by default those that notebook 1 has saved. Where one is
            missing or wrong, the library's, and a sentence says so.

    Raises:
        NotWrittenYet: a function that `loss` or `gradients` needs is not written yet.
    """
    slope_of, error_of = _test(test)
    arrays = [np.array(value, dtype=float) for value in point.values()]
    try:
        computed = gradients()
        measured = [_measured(slope_of, loss, arrays, number, STEP) for number in range(len(arrays))]
    except NotWrittenYet:
        raise
    except Exception as error:  # it is a learner's; the visible check shows where
        print(f"✗ Your code stopped with {type(error).__name__}: {str(error)[:200]}. The check below says more.")
        return
    if not isinstance(computed, Sequence | np.ndarray) or len(computed) != len(arrays):
        wanted = counted(len(arrays), "gradient: that", "gradients: those")
        print(f"✗ There should be {wanted} of {', '.join(point)}. The check below says more.")
        return
    largest = max(float(np.linalg.norm(slope)) for slope in measured)
    lines, wrong = [f"{'gradient of':16} {'size':>9} {'error':>9}"], []
    for number, (name, mine) in enumerate(zip(point, computed, strict=True)):
        again = functools.partial(_measured, slope_of, loss, arrays, number, SMALLER_STEP)
        size, gap, verdict = _verdict(mine, measured[number], again, error_of, largest)
        lines.append(f"{name:16} {size:9.2g} {_rough(gap):>9}  {verdict}")
        wrong += [name] if verdict.startswith("✗") else []
    print("\n".join(lines))
    if wrong:
        print(f"The test finds a mistake in the gradient of {', '.join(wrong)}.")
    else:
        print("The test finds no mistake: your gradients are the slopes of your own loss.")


def _verdict(mine: Any, slope: Any, again: Function, error_of: Function, largest: float) -> tuple[float, float, str]:
    """The size of a measured gradient, the error of the computed one, and what follows from them."""
    size = float(np.linalg.norm(slope))
    try:
        mine = np.asarray(mine, dtype=float)
    except (TypeError, ValueError):
        return size, math.nan, f"✗ expected numbers, got a {type(mine).__name__}"
    if mine.shape != slope.shape:
        return size, math.nan, f"✗ its shape is {mine.shape}, and should be {slope.shape}"
    if not np.isfinite(mine).all():
        return size, math.nan, "✗ not all of it is finite"
    if size <= NOTHING * largest and float(np.linalg.norm(mine)) <= NOTHING * largest:
        return 0.0, math.nan, "✓ both are 0, up to rounding: a relative error of two roundings says nothing"
    error = float(error_of(mine, slope))
    if error <= RIGHT:
        return size, error, "✓"
    smaller = float(error_of(mine, again()))
    if smaller < error / 10 and smaller < 1e-3:
        return size, error, f"✓ a kink: with a smaller step the error is {_rough(smaller)}"
    return size, error, f"✗{_factor(mine, slope)}"


def _rough(error: float) -> str:
    """An error as text; the digits of what rounding leaves are chance, and differ from one machine to the next."""
    return "–" if math.isnan(error) else f"{error:.1e}" if error > ROUNDING else f"< {ROUNDING:.0e}"


def _factor(mine: Any, slope: Any) -> str:
    """Says so if a gradient is only wrong by a factor."""
    whole = float(np.sum(slope * slope))
    factor = float(np.sum(mine * slope)) / whole if whole else 0.0
    if factor and np.linalg.norm(mine - factor * slope) < 1e-5 * np.linalg.norm(mine):
        return f" it is {factor:.4g} times the measured one"
    return ""


def _measured(slope_of: Function, loss: Function, arrays: list[Any], number: int, step: float) -> Any:
    """The measured gradient with respect to one of the arrays."""

    def along(value: Any) -> float:
        return float(loss(*arrays[:number], value, *arrays[number + 1 :]))

    return np.asarray(slope_of(along, arrays[number].copy(), step), dtype=float)


def _test(given: tuple[Function, Function] | None) -> list[Function]:
    """The learner's test of gradients; where a part of it is missing or wrong, the library's."""
    if given is None:
        mine = load(*TEST)
        return [getattr(mine, name) for name in TEST]
    from .. import reference

    chosen: list[Function] = []
    for name, function in zip(TEST, given, strict=True):
        with contextlib.redirect_stdout(io.StringIO()):
            right = is_right(name, function)
        chosen.append(function if right else getattr(reference, name))
        if not right:
            print(f'○ {name} is PyTorch\'s here: yours does not pass check("gradient_check") yet.')
    return chosen
