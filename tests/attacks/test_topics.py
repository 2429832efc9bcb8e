"""Attacks on the course's own topics, a file each in `topics/`: none gains, and none is shown a hidden input.

The header of a file says what it `tries`, its `topic`, and what an exercise must get: points, or "at most" points.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from gradwise.check.formatting import show_call

from autograder.core.cell import Cell
from autograder.core.course import find_course
from autograder.core.results import ExerciseResult
from autograder.grading.grader import Grader
from autograder.grading.questions import calls_of, questions
from autograder.grading.session import open_grader
from autograder.sandbox.replies import Observation
from autograder.sandbox.submission import Submission

from ..conftest import SEED

FILES = sorted(Path(__file__).with_name("topics").glob("*.py"))
OTHER_SEED = "another seed of the tests"

GraderOf = Callable[[str], Grader]


@pytest.fixture(scope="module")
def grader_of() -> Iterator[GraderOf]:
    """Returns the grader of a topic, opened at its first use."""
    with ExitStack() as opened:
        yield cache(lambda slug: opened.enter_context(open_grader(find_course().topic(slug), SEED)))


def header(path: Path) -> dict[str, str]:
    text = path.read_text("utf-8").split('"""')[1]
    return dict(line.split(": ", 1) for line in text.strip().splitlines())


def results(grader: Grader, path: Path, seed: str) -> dict[str, ExerciseResult]:
    """Grades a file by the inputs of a seed. What is shown has the inputs of the grader's own seed."""
    own, grader.seed = grader.seed, seed
    try:
        graded = grader.grade_cells("attacker", [Cell("attack", path.read_text("utf-8"))])
    finally:
        grader.seed = own
    return {result.exercise: result for result in graded.exercises}


def shown(result: ExerciseResult) -> ExerciseResult:
    """Returns the part of a result that comes from what the learner's code returned, and not from a check."""
    return replace(result, checks=(), diagnoses=())


def leaks(grader: Grader, path: Path) -> list[str]:
    """Returns the exercises for which other hidden inputs make the learner see something else."""
    first, second = results(grader, path, SEED), results(grader, path, OTHER_SEED)
    return [name for name in first if shown(first[name]) != shown(second[name])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_attack_on_a_topic_gains(path: Path, grader_of: GraderOf) -> None:
    head = header(path)
    got = results(grader_of(head.pop("topic")), path, SEED)
    assert head.pop("tries")
    for exercise, points in head.items():
        most = float(points.removeprefix("at most "))
        if points.startswith("at most"):
            assert got[exercise].points <= most
        else:
            assert got[exercise].points == most


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_shown_is_the_same_for_other_hidden_inputs(path: Path, grader_of: GraderOf) -> None:
    assert leaks(grader_of(header(path)["topic"]), path) == []


def test_the_files_that_read_inputs_would_show_them(grader_of: GraderOf, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process_of_its_own(submission: Submission) -> Submission:
        return submission

    reading = [path for path in FILES if path.stem.startswith("input")]
    assert reading
    for path in reading:
        grader = grader_of(header(path)["topic"])
        results(grader, path, SEED)  # so that the solution has been asked, for which there is one sandbox
        with monkeypatch.context() as planted:
            planted.setattr(Submission, "afresh", no_process_of_its_own)
            planted.setattr(Submission, "close", lambda submission: None)
            assert leaks(grader, path), path.stem


def test_no_call_that_may_be_shown_is_a_call_of_a_check(grader_of: GraderOf) -> None:
    grader = grader_of("02_activations")
    solution = Submission(grader.sandbox, grader.solution)
    try:
        solution.load()
        for exercise, checks in grader.checks.items():
            solution.enter(exercise)
            graded = {check.name: calls_of(check, solution, SEED) for check in checks}
            known = {text(call) for calls in graded.values() for call in calls}
            for check in checks:
                anew = calls_of(check, solution, f"{SEED} anew")
                may = questions(anew, graded[check.name], solution, np.random.default_rng(0)).calls
                assert not {text(call) for call in may} & known
            assert known
    finally:
        solution.close()


def text(call: Observation) -> str:
    return show_call(call.function, call.args or ())
