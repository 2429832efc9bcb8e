"""The locks of a topic: what lets a visible check name a typical mistake, without the course carrying any.

`course/gradwise/exercises/<slug>.locks.json` is generated, committed, and proven fresh by a test.
"""

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from gradwise.check import mistakes
from gradwise.exercises import Exercise, of_topic, topics

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.files import digest, write_whole
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.runnable import learner_cells


def locks_path(topic: Topic) -> Path:
    """Where the locks of a topic are."""
    return topic.root / "course" / "gradwise" / "exercises" / f"{topic.slug}.locks.json"


def write_locks(topic: Topic) -> None:
    """Writes the locks of a topic that has exercises of the course, unless they are made of what is there now."""
    path = locks_path(topic)
    if topic.slug not in topics() or not path.parent.is_dir():
        return
    if not path.is_file() or json.loads(path.read_text("ascii")).get("made_of") != made_of(topic):
        write_whole(path, locks_text(topic))


def made_of(topic: Topic) -> str:
    """A digest of all that the locks of a topic depend on."""
    room = Path(mistakes.__file__).parent
    code = [room / name for name in ("recognition.py", "calls.py", f"exercises/{topic.slug}.py")]
    answers = [cell.text for cell in _answers(topic)]
    return digest(*answers, *(path.read_bytes() for path in (topic.misconceptions, *code)))


def locks_text(topic: Topic) -> str:
    """The locks of a topic, by exercise, as JSON.

    Mistakes that the visible cases cannot tell apart get none: a name must be the right one.
    """
    entries = load_misconceptions(topic)
    found: dict[str, Any] = {"made_of": made_of(topic)}
    for spec in of_topic(topic.slug):
        known: dict[str, set[str]] = {}
        locked: dict[str, str] = {}
        for entry in entries:
            if entry.exercise == spec.id and entry.function in spec.functions:
                pair = _lock(spec, entry, topic)
                if pair is not None:
                    known.setdefault(pair[0], set()).add(entry.twin_of or entry.id)
                    locked.setdefault(*pair)
        found[spec.id] = {name: text for name, text in sorted(locked.items()) if len(known[name]) == 1}
    return json.dumps(found, indent=1) + "\n"


def _lock(spec: Exercise, entry: Misconception, topic: Topic) -> tuple[str, str] | None:
    seen = mistakes.values_seen(spec, entry.function, wrong_function(topic, entry))
    return mistakes.lock(spec.id, entry.function, seen, entry.sentence)


def wrong_function(topic: Topic, entry: Misconception) -> Callable[..., Any]:
    """A named wrong answer, beside the solution's other functions."""
    names = _solution(topic)
    exec(compile(ast.parse(f"import math\nimport numpy as np\n{entry.source}"), entry.id, "exec"), names)
    function: Callable[..., Any] = names[entry.function]
    return function


def _solution(topic: Topic) -> dict[str, Any]:
    """The names that the instructor's cells define, in a namespace of their own."""
    names: dict[str, Any] = {"np": np}
    for cell in _answers(topic):
        exec(compile(cell.text, cell.name, "exec"), names)
    return names


def _answers(topic: Topic) -> list[Cell]:
    return learner_cells(reader.read(topic.source.read_bytes()), read_release(topic.release))
