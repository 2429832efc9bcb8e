"""The transparency card of a topic: how many hidden checks of each kind an exercise has, and its points.

`course/gradwise/exercises/<slug>.card.json` is generated, committed, and proven fresh by a test. It holds counts only.
"""

import json
from collections import Counter
from pathlib import Path

from gradwise.exercises import KINDS, topics

from autograder.core.course import Topic
from autograder.core.files import write_whole
from autograder.grading.collection import collect
from autograder.notebooks.release import read_release


def card_path(topic: Topic) -> Path:
    """Where the card of a topic is."""
    return topic.root / "course" / "gradwise" / "exercises" / f"{topic.slug}.card.json"


def write_card(topic: Topic) -> None:
    """Writes the card of a topic that has exercises of the course, if it is another one."""
    path = card_path(topic)
    if topic.slug in topics() and path.parent.is_dir() and (text := card_text(topic)) != _read(path):
        write_whole(path, text)


def card_text(topic: Topic) -> str:
    """The card of a topic, as JSON."""
    counts = {name: Counter[str]() for name in read_release(topic.release).points}
    for check in collect(topic):
        counts[check.exercise][check.kind] += 1
    points = read_release(topic.release).points
    card = {
        name: {"points": points[name], "checks": {kind: count[kind] for kind in KINDS if count[kind]}}
        for name, count in counts.items()
    }
    return json.dumps(card, indent=1) + "\n"


def _read(path: Path) -> str:
    return path.read_text("ascii") if path.is_file() else ""
