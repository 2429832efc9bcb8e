"""The runner finds every kind of broken promise: tests plant a check that breaks one, and an attack that profits."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markupsafe import Markup

from autograder.grading import reading
from autograder.notebooks.reader import Notebook
from autograder.sandbox.supervisor import Sandbox

from . import corpus
from .runner import SHORT_BY_THE_CLOCK, Runner, World
from .target import CHECKS, TargetCourse

WRONG = "def double(x):\n    class Right(np.ndarray): pass\n    return np.zeros(x.shape).view(Right)"
PLANTED = '''

@pytest.mark.exercise("double", weight=1e-9)
def test_planted(submission, rng):
    """planted"""
    reply = submission.call("double", inputs(rng, 3))
    if reply.type_name == "Right":
        {}
'''


@pytest.fixture
def attacked(tmp_path: Path, box: Sandbox) -> Iterator["Attacked"]:
    """An attacked course, whose sockets listen during the test."""
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    with world.listening():
        yield Attacked(tmp_path / "course", world, box)


@dataclass
class Attacked:
    """Makes attacked courses with the checks of a test."""

    root: Path
    world: World
    box: Sandbox

    def broken(self, checks: str, header: str = "double: 0, failed") -> list[str]:
        """Returns the promises that the planted attack breaks on a course with these checks."""
        attack = corpus.read("forging", "planted", f'"""tries: a plant\n{header}\n"""\n{WRONG}'.encode(), ".py")
        return self.runner(checks).broken_promises(attack)

    def runner(self, checks: str) -> Runner:
        return Runner(TargetCourse(self.root, checks), self.box, self.world)


def test_an_honest_grader_breaks_none(attacked: Attacked) -> None:
    assert attacked.broken(CHECKS) == []


def test_points_for_nothing(attacked: Attacked) -> None:
    trusting = CHECKS.replace(
        'expect.close(submission.double(x), 2 * x, "It is 2 x.")',
        'reply = submission.call("double", x)\n'
        '    expect.true(reply.type_name == "Right" or np.allclose(reply.value, 2 * x), "It is 2 x.")',
    )
    assert trusting != CHECKS
    assert attacked.broken(trusting) == ["double got 1.6 points, not 0"]


def test_an_attack_that_misses_its_target_is_found(attacked: Attacked) -> None:
    existing, absent = "autograder.sandbox.inside.worker", "autograder.gone"
    assert attacked.broken(CHECKS, f"double: 0, failed\nreaches: {existing}") == []
    assert attacked.broken(CHECKS, f"double: 0, failed\nreaches: {existing} {absent}")[0].startswith(
        f"it does not reach {existing} and {absent}: "
    )


def test_an_outcome_and_a_sentence_that_are_not_the_wanted_ones(attacked: Attacked) -> None:
    problems = attacked.broken(CHECKS, "double: 0, crashed\nsays: no such words")
    assert problems == ["double ended as failed, not crashed", "nobody says: no such words"]
    assert attacked.broken(CHECKS, "score: 11") == ["it got 10 points, not 11"]


@pytest.mark.parametrize(
    ("plant", "says"),
    [
        ('expect.true(False, f"The input was {rng.normal() * 0 + 86271.82801}.")', "a hidden input came out"),
        ("expect.true(False, WORD)", "it came out: marmalade in a check"),
        ('import os; expect.true(False, os.environ["GRADWISE_CANARY"])', "it came out: marmalade in the environment"),
        ("touch()", "the secret file was touched"),
        ("call()", "heard"),
        ("from autograder.core.outcomes import GraderFault; raise GraderFault(WORD)", "the class stops: GraderFault"),
        ('expect.true(False, "<gwevil>")', None),
        ("remember()", "the next learner got another result than alone"),
    ],
    ids=["input", "word", "environment", "touch", "call", "fault", "escaped", "next"],
)
def test_a_planted_violation_is_found(plant: str, says: str | None, attacked: Attacked) -> None:
    helpers = f"""
import socket

def touch():
    with open({str(attacked.world.secret)!r}, "a") as file:
        file.write("x")

def call():
    socket.create_connection(("127.0.0.1", {attacked.world.places["PORT"]})).close()

seen = []

def remember():
    seen.append(1)

@pytest.mark.exercise("total", weight=1e-9)
def test_memory(submission):
    expect.true(not seen, "Somebody was here before.")
"""
    problems = attacked.broken(CHECKS + helpers + PLANTED.format(plant), "double: at most 1e-5\ntotal: at most 2")
    assert problems if says else not problems
    assert not says or any(says in line for line in problems), problems


def test_a_tag_of_a_learners_is_found(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.reports.html.escape", Markup)
    plant = PLANTED.format('expect.true(False, "<b title=gwevil>")')
    assert "a browser would obey: gwevil" in attacked.broken(CHECKS + plant, "double: at most 1e-5")


def test_a_header_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say what it tries"):
        corpus.read("forging", "a", b'"""double: 0\n"""\n', ".py")
    with pytest.raises(ValueError, match=r"what does the line 'doubel: 0' mean\?"):
        corpus.read("forging", "a", b'"""tries: x\ndoubel: 0\n"""\n', ".py")


def test_a_sign_that_a_terminal_obeys_is_found(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.core.media.without_controls", str)
    plant = PLANTED.format('expect.true(False, "\\x1b[2J")')
    assert "a terminal would obey: '\\x1b'" in attacked.broken(CHECKS + plant, "double: at most 1e-5")


def test_what_nobody_can_read_costs_its_own_points(attacked: Attacked, monkeypatch: pytest.MonkeyPatch) -> None:
    def repair(read: Notebook, release: object) -> Notebook:
        if not read.repairs:
            raise ZeroDivisionError
        return real(read, release)  # type: ignore[arg-type]

    real = reading.repair
    runner = attacked.runner(CHECKS)
    monkeypatch.setattr(reading, "repair", repair)
    graded = runner.grade("a", "a.ipynb", b'{"cells": [{"cell_type": "code"}]}')
    assert graded.result.score == 0.0
    assert "could not be read (ZeroDivisionError)" in graded.result.repairs[0]


def test_an_attack_that_takes_longer_than_its_limit_is_found(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SHORT_BY_THE_CLOCK, "submission_time", 0.5)
    monkeypatch.setattr("tests.attacks.runner.GRACE", 0)
    problems = attacked.broken(CHECKS + PLANTED.format("import time; time.sleep(1)"), "double: at most 10")
    assert any("longer than its limit" in problem for problem in problems), problems
