"""Slow cells cost the exercises that need them, and no other: those that need them are put off."""

from collections.abc import Callable

import pytest

from autograder.core.cell import Cell
from autograder.core.outcomes import StudentProblem
from autograder.grading.session import open_grader
from autograder.sandbox import turns
from autograder.sandbox.policy import LIMIT
from autograder.sandbox.submission import Submission
from autograder.sandbox.supervisor import Sandbox
from autograder.sandbox.wire.types import NUMBER

from ...conftest import SEED
from ..conftest import SmallCourse

BEGIN = "import time\nend = time.process_time() + 0.15\n"
SLOW = BEGIN + "while time.process_time() < end: "
F, G = "def f(x): return x + eps", "def g(x): return 2 * x"
WANTED = {"e": ["f"], "d": ["g"]}


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "MOST_TOGETHER", 0.4)
    monkeypatch.setattr(turns, "SLOW", 0.1)


@pytest.fixture
def submission(box: Sandbox) -> Callable[..., Submission]:
    def run(*sources: str) -> Submission:
        cells = [Cell(f"cell {n}", source) for n, source in enumerate(sources)]
        made = Submission(box, cells, WANTED, in_turns=True)
        try:
            made.load()
        finally:
            made.close()
        return made

    return run


def value(submission: Submission, name: str) -> float | str:
    submission.enter(name)
    try:
        return submission.call(name, 1.0, returns=NUMBER).value  # type: ignore[no-any-return]
    except StudentProblem as problem:
        return str(problem)
    finally:
        submission.close()


@pytest.mark.parametrize(
    "slow",
    [
        f"{SLOW}eps = 1",  # a setting that an answer reads
        f"{SLOW}pass\ndef f(x): return x + 1",  # an answer once more, in a cell with an experiment
        f"{BEGIN}def run():\n    global eps\n    while time.process_time() < end: eps = 1\nrun()",
    ],
)
def test_an_exercise_that_needs_slow_cells_is_put_off(submission: Callable[..., Submission], slow: str) -> None:
    made = submission(F, *[slow] * 4, G)
    assert made.put_off == ["e"]
    assert value(made, "g") == 2.0
    later = made.later([])
    assert later is not None
    assert later[1] == ["e"]
    assert value(later[0], "f") == 2.0


def test_slow_cells_that_all_need_are_put_off(submission: Callable[..., Submission]) -> None:
    made = submission(F, *[f"{SLOW}globals()['eps'] = 1"] * 4, G)
    assert made.put_off == []
    assert value(made, "g") == 2.0
    assert "NameError" in str(value(made, "f"))
    later = made.later(["e"])
    assert later is not None
    assert value(later[0], "f") == 2.0
    assert made.later([]) is None


@pytest.mark.parametrize(
    "end", ["import os; os._exit(0)", "while True: pass", "m = []\nwhile True: m.append(bytes(1 << 20))"]
)
def test_a_cell_that_ends_the_process_below_an_answer_keeps_the_answer(
    box: Sandbox, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMIT, "cell_time", 0.5)
    sources = [f"eps = 1\n{F}\n{end}", f"{end}\n{G}"]
    made = Submission(box, [Cell(f"cell {n}", source) for n, source in enumerate(sources)], WANTED)
    assert value(made, "f") == value(made, "g") == 2.0
    assert made.problems_told([]) == ()


def test_cells_that_are_quick_or_not_needed_put_nothing_off(submission: Callable[..., Submission]) -> None:
    made = submission("eps = 1", F, *[f"{SLOW}y = f(1)"] * 9, f"{SLOW}eps = 1", G)
    assert made.put_off == []
    assert made.later(["e", "d"]) is None
    assert value(made, "f") == value(made, "g") == 2.0


def test_the_points_of_the_others_are_kept(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Experiments that take all the time of a submission, with a setting that a wrong answer reads."""
    monkeypatch.setitem(LIMIT, "submission_time", 2.0)
    with open_grader(small.topic, SEED) as grader:
        right = "def double(x):\n    return 2 * x"
        cells = [Cell(f"cell {n}", source) for n, source in enumerate([right, *[f"{SLOW}exec('k = 1')"] * 12])]
        assert grader.grade_cells("ada", cells).score == 3.0
