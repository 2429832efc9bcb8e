"""A submission may have hidden inputs of its own: points come from these, explanations from the course's inputs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading import reference, session
from autograder.grading.session import Task, grade_one
from autograder.sandbox.policy import LIMIT
from autograder.sandbox.submission import Submission

from ..conftest import SmallCourse

RIGHT = b"def double(x):\n    return 2 * x\n"
SQUARE = b"def double(x):\n    return x * x\n"


@pytest.fixture
def _warm() -> Iterator[None]:
    yield
    session.keep(1)
    session.forget()


def asked(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Keeps the arrays that submissions are asked about."""
    seen: list[bytes] = []
    call = Submission.call

    def noting(self: Submission, name: str, *args: object, **options: object) -> object:
        seen.extend(arg.tobytes() for arg in args if hasattr(arg, "tobytes") and arg.ndim == 2)
        return call(self, name, *args, **options)

    monkeypatch.setattr(Submission, "call", noting)
    return seen


@pytest.mark.usefixtures("_warm")
def test_each_secret_gives_inputs_of_its_own_and_the_same_ones_again(
    small: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    grade_one(small.topic, "course", Task("ada", "a.py", RIGHT))
    seen = asked(monkeypatch)
    inputs = []
    for secret in ("one", "two", "one"):
        seen.clear()
        assert grade_one(small.topic, "course", Task("ada", "a.py", RIGHT, secret=secret)).result.score == 3
        inputs.append(tuple(seen))
    assert inputs[0] == inputs[2] != inputs[1]
    assert len(inputs[0]) == 1


@pytest.mark.usefixtures("_warm")
def test_a_wrong_answer_is_named_without_looking_at_the_misconceptions_anew(
    small: SmallCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    grader = session.ready(small.topic, "course")
    grade_one(small.topic, "course", Task("ada", "a.py", SQUARE))
    monkeypatch.setattr(grader.catalogue, "look", None)  # looking once more would fail
    for secret in ("one", "two"):
        (result,) = grade_one(small.topic, "course", Task("ada", "a.py", SQUARE, secret=secret)).result.exercises
        assert [diagnosis.misconception for diagnosis in result.diagnoses] == ["double-square"]
        assert result.example is not None
        assert result.points < 3


@pytest.mark.usefixtures("_warm")
def test_what_loops_is_not_run_once_more(small: SmallCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMIT, "exercise_time", 0.5)
    monkeypatch.setitem(LIMIT, "call_time", 0.5)
    grader = session.ready(small.topic, "course")
    began: list[str] = []
    run_checks = grader._run_checks

    def noting(student: str, submission: Submission, exercises: list[str], secret: str) -> object:
        began.append(secret)
        return run_checks(student, submission, exercises, secret)

    monkeypatch.setattr(grader, "_run_checks", noting)
    task = Task("ada", "a.py", b"def double(x):\n    while True:\n        pass\n", secret="one")
    (result,) = grade_one(small.topic, "course", task).result.exercises
    assert str(result.outcome) == "timed out"
    assert began == ["one"]
    began.clear()
    grade_one(small.topic, "course", Task("ada", "a.py", SQUARE, secret="one"))
    assert began == ["one", "course"]


@pytest.mark.usefixtures("_warm")
def test_what_was_asked_for_one_submission_is_forgotten(small: SmallCourse) -> None:
    reference._answers["kept"] = 1
    with reference.for_once():
        reference._answers["passing"] = 2
    assert "passing" not in reference._answers
    assert reference._answers.pop("kept") == 1


@pytest.mark.usefixtures("_warm")
def test_a_process_keeps_a_grader_for_each_topic_in_one_sandbox(tmp_path: Path) -> None:
    one, other = (SmallCourse(tmp_path / name).topic for name in ("one", "other"))
    session.keep(2)
    first = session.ready(one, "course")
    second = session.ready(other, "course")
    assert session.ready(one, "course") is first
    assert first.sandbox is second.sandbox
    session.keep(1)
    session.ready(one, "course", one.release)
    assert session.ready(one, "course") is not first
