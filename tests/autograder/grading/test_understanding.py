"""Answers about a learner's own code are marked by questions that are made again, and nothing forged counts."""

import contextlib
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from gradwise.exercises import by_id
from gradwise.understanding import maker
from gradwise.understanding.question import Question
from gradwise.understanding.record import MIME, Record
from gradwise.understanding.source import gather

from autograder.core.course import Topic
from autograder.core.outcomes import Outcome, StudentProblem
from autograder.core.results import CheckResult, ExerciseResult, Understanding, exercise_from_json
from autograder.grading.understanding import BROKEN, CHANGED, OTHERS, marked, probe_in, questions_again
from autograder.notebooks import reader
from autograder.notebooks.cell_report import cell_report
from autograder.notebooks.reader import Notebook, code_cell
from autograder.notebooks.release import Release, read_release
from autograder.notebooks.repair import repair
from autograder.sandbox.supervisor import Sandbox

from ...gradwise.understanding.test_maker import STYLES, VECTOR

SEED = 11


@pytest.fixture(scope="module")
def release(topic: Topic) -> Release:
    return read_release(topic.release)


@cache
def questions(text: str) -> list[Question]:
    return maker.questions(by_id("elu"), gather([text], by_id("elu").functions), SEED)


def record(text: str, **changes: Any) -> Record:
    code, asked = gather([text], by_id("elu").functions), questions(text)
    answers = tuple(question.answer for question in asked)
    return replace(Record("elu", SEED, maker.code_key(code), maker.questions_key(asked), answers), **changes)


def notebook(text: str, *records: Record, release: Release) -> Notebook:
    """A notebook as a learner hands it in, with the answers in the output of its last cells."""
    cells: list[dict[str, Any]] = [code_cell(text, "answer")]
    for number, one in enumerate(records):
        output = {"output_type": "display_data", "metadata": {}, "data": {MIME: one.to_json(), "text/plain": "elu"}}
        cells.append({**code_cell('ask("elu")', f"ask-{number}"), "outputs": [output]})
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return repair(reader.read(json.dumps(document).encode()), release)


def mark(text: str, *records: Record, release: Release, box: Sandbox) -> Understanding | None:
    return marked(notebook(text, *records, release=release), release, ["elu"], box).get("elu")


@pytest.mark.parametrize("style", STYLES)
def test_the_same_questions_are_made_in_the_sandbox(style: str, release: Release, box: Sandbox) -> None:
    text = STYLES[style]
    assert mark(text, record(text), release=release, box=box) == Understanding(3, 3)


def test_wrong_and_missing_answers_are_not_right(release: Release, box: Sandbox) -> None:
    first, second, _ = questions(VECTOR)
    wrong = second.choices[(second.right + 1) % len(second.choices)]
    half = record(VECTOR, answers=(first.answer, wrong, None))
    assert mark(VECTOR, half, release=release, box=box) == Understanding(3, 1)
    nothing = record(VECTOR, answers=(None, None, None))
    assert mark(VECTOR, nothing, release=release, box=box) is None
    assert mark(VECTOR, release=release, box=box) is None


def test_code_that_changed_makes_the_answers_void_and_a_comment_does_not(release: Release, box: Sandbox) -> None:
    changed = VECTOR.replace("alpha * np.expm1", "np.expm1")
    assert mark(changed, record(VECTOR), release=release, box=box) == Understanding(0, 0, CHANGED.format("elu"))
    commented = VECTOR.replace("# exp sees", "# the exponential sees")
    assert mark(commented, record(VECTOR), release=release, box=box) == Understanding(3, 3)


@pytest.mark.parametrize("change", [{"questions": "0" * 16}, {"seed": SEED + 1}, {"answers": ("a",)}])
def test_answers_to_other_questions_do_not_count(change: dict[str, Any], release: Release, box: Sandbox) -> None:
    forged = record(VECTOR, **change)
    assert mark(VECTOR, forged, release=release, box=box) == Understanding(0, 0, OTHERS)


def test_of_several_records_the_last_one_counts(release: Release, box: Sandbox) -> None:
    guesses = [record(VECTOR, answers=tuple(q.choices[n] for q in questions(VECTOR))) for n in (0, 1, 2)]
    alone = mark(VECTOR, guesses[-1], release=release, box=box)
    assert mark(VECTOR, *guesses, release=release, box=box) == alone


def result(understanding: Understanding | None, *outcomes: Outcome) -> ExerciseResult:
    checks = tuple(CheckResult(f"test_{n}", f"check {n}", 1.0, outcome) for n, outcome in enumerate(outcomes))
    return ExerciseResult("elu", 5.0, checks, understanding=understanding, understanding_points=1.0)


def test_understanding_gives_its_part_of_the_points_as_far_as_the_code_is_right() -> None:
    right, wrong = Outcome.PASSED, Outcome.FAILED
    assert result(Understanding(3, 3), right).points == 5.0
    assert result(None, right).points == 4.0
    assert result(Understanding(0, 0, "void"), right).points == 4.0
    assert result(Understanding(2, 2), right).points == pytest.approx(4 + 2 / 3)  # two questions are not three
    assert result(Understanding(3, 3), right, wrong).points == 2.5
    assert result(Understanding(3, 3), wrong).points == 0.0


def test_the_result_survives_as_json_and_the_report_tells_it() -> None:
    one = result(Understanding(3, 2), Outcome.PASSED)
    assert exercise_from_json("elu", one.to_json()) == one
    assert "2 of 3 questions about your own code answered right" in cell_report(one)
    assert CHANGED.format("elu").split(",")[0] in cell_report(
        result(Understanding(0, 0, CHANGED.format("elu")), Outcome.PASSED)
    )
    old = one.to_json()
    del old["understanding"], old["understanding_points"]  # as an earlier version wrote it
    assert exercise_from_json("elu", old).understanding is None


# What a forger may try: code that patches, in its own process, what notes its values, ends it, or lies to it.
PATCHED = VECTOR.replace(
    "def elu(x, alpha=1.0):",
    """def _patched():
    import gc
    for one in gc.get_objects():
        names = getattr(one, "__globals__", {})
        if getattr(one, "__name__", "") == "run_packed" and "json" in names:
            names["told"] = names["exactly"] = lambda value: "7"
            names["noted_value"] = lambda value: ["7", True, ""]
    return True

_is_patched = _patched()

def elu(x, alpha=_is_patched):""",
)
ENDED = VECTOR.replace("negative = np", "__import__('os')._exit(0); negative = np")


@pytest.mark.parametrize("forged", [PATCHED, ENDED], ids=["patched", "ended"])
def test_code_that_tampers_with_its_own_process_gains_no_answer(forged: str, release: Release, box: Sandbox) -> None:
    code = gather([forged], by_id("elu").functions)
    with contextlib.suppress(StudentProblem):  # nothing that it could answer comes out, not even for its author
        assert questions_again(by_id("elu"), code, SEED, probe_in(box)) == []
    found = mark(forged, Record("elu", SEED, maker.code_key(code), "0" * 16, ("7", "7", "7")), release=release, box=box)
    assert found is not None
    assert (found.asked, found.right) == (0, 0)
    assert found.note in (OTHERS, BROKEN)
