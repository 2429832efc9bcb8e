"""Counts the hidden checks of each exercise by kind, for the notebook's overview."""

from collections import Counter
from typing import Any

from gradwise.exercises import KINDS

from autograder.core.course import Topic
from autograder.grading.collection import collect_checks
from autograder.notebooks.release import read_release


def check_counts(topic: Topic) -> dict[str, Any]:
    """Returns for every exercise of a topic its points, and the number of hidden checks of each kind."""
    points = read_release(topic.release).points
    counts = {name: Counter[str]() for name in points}
    for check in collect_checks(topic):
        counts[check.exercise][check.kind] += 1
    return {
        name: {"points": points[name], "checks": {kind: count[kind] for kind in KINDS if count[kind]}}
        for name, count in counts.items()
    }
