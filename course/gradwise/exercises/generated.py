"""Reads what `make build` has generated for a topic: counts of hidden checks, names in cells, sealed sentences.

`generated/<slug>.json` is committed, and a test proves it fresh. It holds no check and no sentence that can be read.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from . import by_id, topics

FOLDER = Path(__file__).with_name("generated")


def check_counts(exercise: str) -> tuple[float, dict[str, int]]:
    """The points of an exercise, and how many hidden checks of each kind it has.

    Raises:
        KeyError: there is no such exercise.
    """
    by_id(exercise)
    counts = _of_all_topics("check_counts").get(exercise, {"points": 0.0, "checks": {}})
    return counts["points"], counts["checks"]


def seals(exercise: str) -> dict[str, str]:
    """The sealed sentences about typical mistakes in an exercise, by the name of what opens each."""
    sealed: dict[str, str] = _of_all_topics("seals").get(exercise, {})
    return sealed


def cell_names(topic: str) -> dict[str, dict[str, list[str]]]:
    """The names that a notebook's cells define, by a cell's first line: for "learners" cells, and for "given" ones."""
    names: dict[str, dict[str, list[str]]] = _of_topic(topic).get("cell_names", {"learners": {}, "given": {}})
    return names


def predictions(topic: str) -> list[str]:
    """The experiments of a notebook before which a learner writes a guess, in order."""
    names: list[str] = _of_topic(topic).get("predictions", [])
    return names


@cache
def _of_topic(topic: str) -> dict[str, Any]:
    path = FOLDER / f"{topic}.json"
    tree: dict[str, Any] = json.loads(path.read_text("ascii")) if path.is_file() else {}
    return tree


@cache
def _of_all_topics(part: str) -> dict[str, Any]:
    """One part of all generated files, by exercise."""
    merged: dict[str, Any] = {}
    for slug in topics():
        merged |= _of_topic(slug).get(part, {})
    return merged
