"""Reads the `exercise` marker of a hidden check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    pass


MARKER = (
    "exercise(id, weight=1, kind='values'): the exercise that a hidden check belongs to, its share of the points, "
    "and what it looks at: values, edges, contract, randomness or stability"
)


def weight(item: pytest.Item) -> float:
    """The share of an exercise's points that a check stands for."""
    marker = item.get_closest_marker("exercise")
    return float(marker.kwargs.get("weight", 1)) if marker else 0.0


def kind(item: pytest.Item) -> str:
    """What a check looks at: one of `gradwise.exercises.KINDS`."""
    marker = item.get_closest_marker("exercise")
    return str(marker.kwargs.get("kind", "values")) if marker else ""


def title(item: pytest.Item) -> str:
    """The property that a check checks, in a learner's words: the first line of its docstring.

    A parametrized check may name its parameters in braces.
    """
    doc = getattr(getattr(item, "function", None), "__doc__", None) or item.name
    line = str(doc).strip().splitlines()[0].rstrip(".")
    for name, value in getattr(getattr(item, "callspec", None), "params", {}).items():
        line = line.replace(f"{{{name}}}", str(value))
    return line


def exercise_of(item: pytest.Item) -> str | None:
    """The exercise that a check belongs to; None if the test is not a hidden check."""
    marker = item.get_closest_marker("exercise")
    return str(marker.args[0]) if marker and marker.args else None
