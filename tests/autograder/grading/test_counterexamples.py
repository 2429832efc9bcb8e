"""What a learner sees of a failing exercise comes from a fresh process, with inputs that no grade depends on."""

from typing import Any

import numpy as np
import pytest

from autograder.core.cell import Cell
from autograder.core.results import Example, exercise_from_json
from autograder.grading.check import rng_for
from autograder.grading.counterexamples import RIGHT_HERE, first_wrong_call
from autograder.grading.grader import Grader
from autograder.grading.questions import questions
from autograder.sandbox.replies import Observation, Reply

from ...conftest import SEED, Submit
from ..conftest import SmallCourse

DOUBLE = "def f(x, factor=2.0):\n    return factor * x"
FIXED, DRAWN, AGAIN = np.array([0.125, 3.0]), np.array([0.7, 0.0]), np.array([0.2, 0.0])


def call(*args: Any) -> list[Observation]:
    """Returns a call as the solution answers it, which doubles."""
    return [Observation("f", Reply(2 * args[0]), None, args)]


def may_be_shown(submit: Submit, mine: list[Observation], graded: list[Observation]) -> tuple[Observation, ...]:
    return questions(mine, graded, submit(DOUBLE), np.random.default_rng(0)).calls


def test_a_wrong_call_is_shown_with_the_right_value(submit: Submit) -> None:
    asked = may_be_shown(submit, call(DRAWN), call(AGAIN))
    assert first_wrong_call(asked, submit("def f(x):\n    return x + 1")) == (
        Example("f(np.array([0.7, 0.]))", "[1.7, 1.]", "[1.4, 0.]"),
        True,
    )


def test_a_right_answer_has_no_wrong_call(submit: Submit) -> None:
    assert first_wrong_call(may_be_shown(submit, call(DRAWN), call(AGAIN)), submit(DOUBLE)) == (None, True)


def test_a_crash_is_not_an_example(submit: Submit) -> None:
    assert first_wrong_call(may_be_shown(submit, call(DRAWN), call(AGAIN)), submit("def f(x):\n    1 / 0")) == (
        None,
        False,
    )


def test_an_array_that_is_written_in_a_check_is_never_shown(submit: Submit) -> None:
    assert may_be_shown(submit, call(FIXED), call(FIXED)) == ()
    assert may_be_shown(submit, call([0.3, 0.4]), call([0.3, 0.4])) == ()


@pytest.mark.parametrize("fixed", [np.array([[-3, 1], [2, 5]]), np.zeros((2, 2)), np.array([4, 4, 4])], ids=str)
def test_small_integers_that_are_written_in_a_check_are_varied(submit: Submit, fixed: np.ndarray) -> None:
    (varied,) = may_be_shown(submit, call(fixed), call(fixed))
    assert varied.args is not None
    assert varied.reply is not None
    assert not np.array_equal(varied.args[0], fixed)
    assert set(varied.args[0].ravel()) == set(fixed.ravel())
    assert np.array_equal(varied.reply.value, 2 * varied.args[0])


def test_a_number_that_is_written_in_a_check_is_varied(submit: Submit) -> None:
    (varied,) = may_be_shown(submit, call(0.5), call(0.5))
    assert varied.args != (0.5,)


def test_what_is_true_is_said_where_other_inputs_are_answered_rightly(small: SmallCourse) -> None:
    graded = float(rng_for(SEED, "test_values").normal(0, 1, (2, 3))[0, 0])
    for_one_input = f"def double(x):\n    return 3 * x if x.ndim == 2 and abs(x[0, 0] - {graded}) < 1e-6 else 2 * x"
    (exercise,) = small.grade(for_one_input).exercises
    assert exercise.points < exercise.max_points
    assert exercise.example is None
    assert exercise.note == RIGHT_HERE
    assert exercise_from_json("double", exercise.to_json()) == exercise


def test_nothing_is_said_of_other_inputs_where_one_is_answered_wrongly(small: SmallCourse) -> None:
    (exercise,) = small.grade("def double(x):\n    return 3 * x").exercises
    assert exercise.example is not None
    assert exercise.note == ""


def test_no_learner_loses_what_is_shown_today(grader: Grader) -> None:
    text = "def elu(x, alpha=1.0):\n    import numpy as np\n    return np.where(x > 0, x, np.exp(x) - 1)"
    graded = grader.grade_cells("learner", [Cell("write_elu", text)])
    elu = {result.exercise: result for result in graded.exercises}["elu"]
    assert elu.example is not None
    assert elu.curves
    assert RIGHT_HERE not in (elu.note, elu.example.called)
