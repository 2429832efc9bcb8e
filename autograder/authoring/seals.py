"""Seals the misconceptions of a topic: so a visible check can name a mistake, and learners cannot read the list."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from gradwise.check import cases, differences, mistakes
from gradwise.exercises import Exercise, generated, of_topic

from autograder.core.cell import Cell
from autograder.core.course import Topic
from autograder.core.files import digest
from autograder.grading.misconceptions import Misconception, load_misconceptions
from autograder.notebooks import reader
from autograder.notebooks.release import read_release
from autograder.notebooks.runnable import learner_cells


def made_of(topic: Topic) -> str:
    """Returns a digest of all that the seals of a topic depend on.

    The layout of the file of misconceptions does not matter, only the entries that are read from it.
    """
    code = [Path(str(module.__file__)) for module in (mistakes, cases, differences)]
    code.append(generated.FOLDER.with_name(f"{topic.slug}.py"))
    answers = [cell.text for cell in _answers(topic)]
    entries = [repr(entry) for entry in load_misconceptions(topic)]
    return digest(*answers, *entries, *(path.read_bytes() for path in code))


def seals(topic: Topic) -> dict[str, dict[str, str]]:
    """Returns the sealed sentences of a topic: by exercise, and by the name of the seal.

    Mistakes that the visible cases cannot tell apart get no seal, for the check would name the wrong one.
    """
    entries = load_misconceptions(topic)
    sealed: dict[str, dict[str, str]] = {}
    for spec in of_topic(topic.slug):
        known: dict[str, set[str]] = {}
        texts: dict[str, str] = {}
        for entry in entries:
            if entry.exercise == spec.id and entry.function in spec.functions:
                pair = _seal(spec, entry, topic)
                if pair is not None:
                    known.setdefault(pair[0], set()).add(entry.twin_of or " + ".join(entry.names))
                    texts.setdefault(*pair)
        sealed[spec.id] = {name: text for name, text in sorted(texts.items()) if len(known[name]) == 1}
    return sealed


def _seal(spec: Exercise, entry: Misconception, topic: Topic) -> tuple[str, str] | None:
    seen = mistakes.values_seen(spec, entry.function, wrong_function(topic, entry))
    return mistakes.seal(spec.id, entry.function, seen, entry.sentence)


def wrong_function(topic: Topic, entry: Misconception) -> Callable[..., Any]:
    """Returns the function of a wrong answer, which calls the solution's other functions."""
    names = _solution(topic)
    exec(compile(ast.parse(f"import math\nimport numpy as np\n{entry.source}"), entry.id, "exec"), names)
    function: Callable[..., Any] = names[entry.function]
    return function


def _solution(topic: Topic) -> dict[str, Any]:
    """Runs the instructor's cells in a namespace of their own, and returns it."""
    names: dict[str, Any] = {"np": np}
    for cell in _answers(topic):
        exec(compile(cell.text, cell.name, "exec"), names)
    return names


def _answers(topic: Topic) -> list[Cell]:
    return learner_cells(reader.read(topic.source.read_bytes()), read_release(topic.release))
