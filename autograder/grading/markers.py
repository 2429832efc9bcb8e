"""Reads the `exercise` marker of a hidden check."""

from __future__ import annotations

import pytest

MARKER = (
    "exercise(id, weight=1, kind='values'): the exercise that a hidden check belongs to, its share of the points, "
    "and what it looks at: values, edges, contract, randomness or stability"
)


def weight(item: pytest.Item) -> float:
    """Returns a check's share of its exercise's points, relative to the other checks; 0 for other tests."""
    marker = item.get_closest_marker("exercise")
    return float(marker.kwargs.get("weight", 1)) if marker else 0.0


def kind(item: pytest.Item) -> str:
    """Returns the kind of property that a check is about, as the marker says it; empty for other tests."""
    marker = item.get_closest_marker("exercise")
    return str(marker.kwargs.get("kind", "values")) if marker else ""


def title(item: pytest.Item) -> str:
    """Returns the property that is checked, in a learner's words: the first line of the check's docstring.

    A name in braces stands for the value of that parameter of a parametrized check.
    """
    doc = getattr(getattr(item, "function", None), "__doc__", None) or item.name
    line = str(doc).strip().splitlines()[0].rstrip(".")
    for name, value in getattr(getattr(item, "callspec", None), "params", {}).items():
        line = line.replace(f"{{{name}}}", str(value))
    return line


def exercise_of(item: pytest.Item) -> str | None:
    """Returns the exercise that a check belongs to; None if the test is not a hidden check."""
    marker = item.get_closest_marker("exercise")
    return str(marker.args[0]) if marker and marker.args else None
