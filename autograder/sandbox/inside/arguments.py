"""What is in the arrays and lists that a learner's function gets, so that a change of it is seen."""

from typing import Any

import numpy as np


def contents(args: list[Any], prefix: str = "") -> list[tuple[str, Any, Any]]:
    """Returns the arrays and lists in the arguments, each with its place and with what is in it now.

    The place is "0" for the first argument, "1.2" for an item of a list. That of a list ends with a point.
    """
    kept: list[tuple[str, Any, Any]] = []
    for index, arg in enumerate(args):
        if isinstance(arg, np.ndarray):
            kept.append((f"{prefix}{index}", arg, arg.tobytes()))
        elif isinstance(arg, list | tuple):
            kept += contents(list(arg), f"{prefix}{index}.")
            if isinstance(arg, list):
                kept.append((f"{prefix}{index}.", arg, list(arg)))
    return kept


def differs(kept: Any, old: Any) -> bool:
    """Tells whether an array holds other numbers than before, or a list other items."""
    if isinstance(kept, np.ndarray):
        return bool(kept.tobytes() != old)
    return len(kept) != len(old) or not all(map(_is_still, kept, old))


def _is_still(item: Any, old: Any) -> bool:
    """Tells whether an item of a list is the old one, or an equal array or number in its place."""
    if item is old:
        return True
    if type(item) is not type(old):
        return False
    if isinstance(item, np.ndarray):
        return bool(item.dtype == old.dtype and item.shape == old.shape and item.tobytes() == old.tobytes())
    return isinstance(item, int | float | str) and bool(item == old)
