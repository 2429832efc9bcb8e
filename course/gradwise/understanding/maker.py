"""Makes questions about a learner's own code: the same ones for the same code and the same seed."""

import hashlib
import json
import random
from collections.abc import Sequence

from ..exercises import Exercise
from .kinds import KINDS
from .proving import is_proved
from .question import Question
from .record import VERSION
from .runs import Run, run_here, runs_of
from .source import MOST_CHARACTERS, Code

QUESTIONS = 3
MOST_FUNCTIONS = 2  # of an exercise that are looked at, where these give enough
MOST_TURNS = 4  # with other numbers and other mistakes, where the first ones do not give enough


def code_key(code: Code) -> str:
    """Returns a short text that changes when the code does, and not with its comments and layout."""
    return hashlib.sha256(code.key.encode()).hexdigest()[:16]


def questions(
    exercise: Exercise, code: Code, seed: int, run: Run = run_here, number: int = QUESTIONS
) -> list[Question]:
    """Returns questions about the functions of an exercise: of different kinds and about different lines, if possible.

    Args:
        exercise: the exercise.
        code: the learner's code.
        seed: what the numbers, the lines and the order of the choices are drawn from.
        run: runs code where it may run.
        number: how many questions; fewer are returned where the code gives no more.
    """
    rng = random.Random(f"{VERSION} {exercise.id} {seed}")
    functions = [name for name in code.functions if name in exercise.functions]
    if not functions or len(code.text) > MOST_CHARACTERS:
        return []
    rng.shuffle(functions)
    found: list[list[Question]] = [[] for _ in KINDS]
    asked: list[Question] = []
    for turn in range(MOST_TURNS):
        chosen = functions if turn else functions[:MOST_FUNCTIONS]
        looked_at = [runs for name in chosen if (runs := runs_of(exercise, name, code, rng, run)) is not None]
        if not looked_at and turn:
            break
        for kept, kind in zip(found, KINDS, strict=True):
            kept += [question for runs in looked_at for question in kind(runs, rng)]
        asked = _chosen(found, number, rng, run)
        if len(asked) >= number:
            break
    return asked


def _chosen(found: Sequence[list[Question]], number: int, rng: random.Random, run: Run) -> list[Question]:
    """Takes a question of each kind in turn, about lines that have not been asked about, as long as there are any."""
    groups = [rng.sample(group, len(group)) for group in found]
    rng.shuffle(groups)
    chosen: list[Question] = []
    for is_new in (_other_line, _other_question):
        while len(chosen) < number:
            before = len(chosen)
            for group in groups:
                if len(chosen) < number:
                    chosen += _first_proved(group, [one for one in group if is_new(one, chosen)], run)
            if len(chosen) == before:
                break
    return chosen


def _first_proved(group: list[Question], new: list[Question], run: Run) -> list[Question]:
    """Returns the first new question of a group whose right answer comes out twice; takes others out of the group."""
    for question in new:
        if is_proved(question, run):
            return [question]
        group.remove(question)
    return []


def _other_line(question: Question, chosen: list[Question]) -> bool:
    return all(question.about[1] != other.about[1] for other in chosen)


def _other_question(question: Question, chosen: list[Question]) -> bool:
    return all(question.about != other.about for other in chosen)


def questions_key(asked: list[Question]) -> str:
    """Returns a short text that is the same for the same questions and choices, whatever the layout of the code."""
    text = json.dumps([[question.kind, question.scene, question.choices] for question in asked])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
