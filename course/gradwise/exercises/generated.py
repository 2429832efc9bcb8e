"""Reads what `make build` has generated for a topic: counts of its hidden checks, names in its cells, sealed sentences.

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


@cache
def cell_names(topic: str) -> dict[str, dict[str, list[str]]]:
    """The names that a notebook's cells define, by a cell's first line: for "learners" cells, and for "given" ones."""
    path = FOLDER / f"{topic}.json"
    tree = json.loads(path.read_text("ascii")) if path.is_file() else {}
    names: dict[str, dict[str, list[str]]] = tree.get("cell_names", {"learners": {}, "given": {}})
    return names


@cache
def _of_all_topics(part: str) -> dict[str, Any]:
    """One part of all generated files, by exercise."""
    merged: dict[str, Any] = {}
    for slug in topics():
        path = FOLDER / f"{slug}.json"
        if path.is_file():
            merged |= json.loads(path.read_text("ascii"))[part]
    return merged
