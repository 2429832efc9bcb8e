"""Marks the answers to questions about a learner's own code: makes the same questions again, in the sandbox.

The questions are put together on our side, from the text of the code. Only what the code does in small calls comes from
a process of its own, which has met no hidden input, as JSON that is checked like all that student code sends.
"""

import json
import logging
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from gradwise.exercises import Exercise, by_id
from gradwise.understanding import draws, maker, probe, tracing, values
from gradwise.understanding.question import Question
from gradwise.understanding.record import Record, last_of
from gradwise.understanding.source import Code, gather

from autograder.core.cell import Cell
from autograder.core.outcomes import GraderFault
from autograder.core.results import Understanding
from autograder.core.text import clean
from autograder.notebooks.reader import Notebook
from autograder.notebooks.release import Release, asked_names
from autograder.notebooks.runnable import learner_cells
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox

CHANGED = 'The code has changed since the questions were answered, so the answers do not count. Ask again: `ask("{}")`.'
OTHERS = "The stored answers belong to other questions than this code and this seed give, so they do not count."
BROKEN = "The questions could not be made again from this code, so the answers do not count."
MOST_JOBS = 12  # in one call of the sandbox

_log = logging.getLogger(__name__)


def marked(
    repaired: Notebook, release: Release, exercises: Collection[str], sandbox: Sandbox
) -> dict[str, Understanding]:
    """Returns for each exercise that was answered how many answers are right; nothing for the others.

    Args:
        repaired: the learner's notebook, with the answers that `ask` has stored.
        release: the notebook that learners got.
        exercises: the exercises to mark.
        sandbox: where the learner's code runs.

    Raises:
        GraderFault: the sandbox is broken.
    """
    found: dict[str, Understanding] = {}
    probe = probe_in(sandbox)
    for name in exercises:
        record = last_of(repaired.records, name)
        if record is None or not any(record.answers):
            continue
        try:
            found[name] = _marked(record, code_of(repaired, release, name), name, probe)
        except GraderFault:
            raise
        except Exception as error:  # what the code sends back, or its text, is such that no question can be made
            _log.warning("%s", clean(f"{name}: no questions, because of {type(error).__name__}: {error}", 500))
            found[name] = Understanding(0, 0, BROKEN)
    return found


def _marked(record: Record, code: Code, name: str, probe: Submission) -> Understanding:
    if maker.code_key(code) != record.code:
        return Understanding(0, 0, CHANGED.format(name))
    asked = questions_again(exercise_of(name), code, record.seed, probe)
    if not asked or maker.questions_key(asked) != record.questions or len(record.answers) != len(asked):
        return Understanding(0, 0, OTHERS)
    right = sum(answer == question.answer for answer, question in zip(record.answers, asked, strict=True))
    return Understanding(len(asked), right)


def exercise_of(name: str) -> Exercise:
    """Returns the public description of an exercise; one without calls for an exercise that has none."""
    try:
        return by_id(name)
    except KeyError:
        return Exercise(name, (), (), ("", "", ""))


def code_of(repaired: Notebook, release: Release, name: str) -> Code:
    """Returns a learner's code for an exercise, as the notebook defines it last."""
    functions = exercise_of(name).functions or tuple(asked_names(release).get(name, ()))
    return gather([cell.text for cell in learner_cells(repaired, release)], functions)


def questions_again(
    exercise: Exercise, code: Code, seed: int, probe: Submission, number: int = maker.QUESTIONS
) -> list[Question]:
    """Returns the questions about a learner's code; the code runs in a fresh process of the sandbox.

    Args:
        exercise: the exercise.
        code: the learner's code.
        seed: what the questions are drawn from.
        probe: what `probe_in` returns. All questions of a learner share its time.
        number: how many questions there are at most.

    Raises:
        StudentProblem: the code ended the process, or sent back something else.
        GraderFault: the sandbox is broken.
    """
    submission = probe.afresh()
    submission.enter("questions")
    try:
        return maker.questions(exercise, code, seed, lambda jobs: _run(submission, jobs), number)
    finally:
        submission.close()


def probe_in(sandbox: Sandbox) -> Submission:
    """Returns what runs a learner's code for questions, with the time that a submission has."""
    return Submission(sandbox, _probe())


@lru_cache(1)
def _probe() -> list[Cell]:
    """Returns the files of the library that run in the sandbox. They share one space of names there."""
    texts = {part.__name__: Path(str(part.__file__)).read_text("utf-8") for part in (draws, values, tracing, probe)}
    return [Cell(name, re.sub(r"^from [.].*$", "pass", text, flags=re.MULTILINE)) for name, text in texts.items()]


def _run(submission: Submission, jobs: list[dict[str, Any]]) -> list[Any]:
    results: list[Any] = []
    for first in range(0, len(jobs), MOST_JOBS):
        some = jobs[first : first + MOST_JOBS]
        packed = np.frombuffer(json.dumps(some).encode(), np.uint8)
        reply = json.loads(np.asarray(submission.call("run_packed", packed).value, np.uint8).tobytes())
        if not isinstance(reply, list) or len(reply) != len(some):
            raise ValueError("a reply of another length")
        results += reply
    return results
