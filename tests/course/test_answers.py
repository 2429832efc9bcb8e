"""Right answers are accepted in whatever style, and an in-place change costs its own small check only."""

from pathlib import Path

import pytest
from gradwise import exercises

from autograder.course import find_course
from autograder.engine import open_grader
from autograder.notebook import from_python
from autograder.outcomes import Outcome
from autograder.repair import learner_cells
from autograder.results import SubmissionResult
from autograder.sample_class.students import CLASS

from ..conftest import SEED, SLUG

STYLES = sorted(find_course().topic(SLUG).answers.glob("*.py"))


@pytest.fixture(scope="module")
def grade(topic):  # type: ignore[no-untyped-def]
    with open_grader(topic, SEED) as grader:
        yield lambda source: grader.grade_cells("learner", learner_cells(from_python(source, "x.py"), grader.release))


def lost(result: SubmissionResult) -> dict[str, str]:
    """The checks that an attempted exercise lost, with their messages."""
    return {
        check.name: check.message
        for exercise in result.exercises
        if exercise.outcome is not Outcome.NOT_ATTEMPTED
        for check in exercise.checks
        if check.outcome is not Outcome.PASSED
    }


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.stem)
def test_a_right_answer_gets_full_points_in_any_style(style: Path, grade) -> None:  # type: ignore[no-untyped-def]
    result = grade(style.read_text())
    assert lost(result) == {}
    assert result.score == result.max_score == 25.0


def test_there_are_five_styles_of_every_core_exercise() -> None:
    core = {name for exercise in exercises.of_topic(SLUG) if not exercise.side for name in exercise.functions}
    for name in core:
        assert sum(f"def {name}(" in style.read_text() for style in STYLES) >= 5, name


IN_PLACE = """
import numpy as np
def relu(x):
    x[x < 0] = 0
    return x
def relu_backward(dout, x):
    dout *= x > 0
    return dout
def leaky_relu(x, a=0.01):
    x[x <= 0] = a * x[x <= 0]
    return x
"""


def test_changing_the_argument_loses_only_the_contract(grade) -> None:  # type: ignore[no-untyped-def]
    result = grade(IN_PLACE)
    by_name = {exercise.exercise: exercise for exercise in result.exercises}
    assert set(lost(result)) - {"test_leaky_relu_integers"} == {
        "test_relu_contract",
        "test_relu_backward_contract",
        "test_leaky_relu_contract",
        *(check.name for check in by_name["leaky_relu"].checks if "grad" in check.name),
    }
    assert by_name["relu"].points > 0.85 * by_name["relu"].max_points
    assert "writes into its first argument" in lost(result)["test_relu_contract"]


OTHER_RETURNS = """
import numpy as np
def dead_fraction(H): return np.array((H <= 0).all(0).sum() / H.shape[1])
def softmax_cross_entropy(Z, y):
    Z = Z - Z.max(1, keepdims=True)
    p = np.exp(Z); p /= p.sum(1, keepdims=True)
    loss = np.mean(np.log(np.exp(Z).sum(1)) - Z[np.arange(len(y)), y])
    p[np.arange(len(y)), y] -= 1
    return [np.array(loss), p / len(y)]
def sigmoid(x):
    e = np.exp(-abs(x))
    return (np.where(x >= 0, 1, e) / (1 + e)).tolist()
"""


def test_numbers_arrays_and_lists_that_are_right_are_right(grade) -> None:  # type: ignore[no-untyped-def]
    lost_checks = lost(grade(OTHER_RETURNS))
    assert lost_checks.pop("test_sigmoid_contract") == "It returns a list; the next layer needs an array."
    assert not [name for name in lost_checks if not name.startswith(("test_sigmoid_grad", "test_tanh_grad"))]


def test_the_sample_class_has_about_thirty_of_every_kind() -> None:
    assert 28 <= len(CLASS) <= 36
    assert len({student.name for student in CLASS}) == len(CLASS)
    assert len({student.style for student in CLASS if not student.wrong}) >= 6
    assert sum(bool(student.wrong) for student in CLASS) >= 8
    assert len({student.damage for student in CLASS}) >= 9
