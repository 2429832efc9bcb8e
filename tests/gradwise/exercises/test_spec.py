"""The form of an exercise's description, for its checks, texts and pictures."""

import numpy as np
import pytest
from gradwise import demos
from gradwise.exercises import Case, Curve, Script, Tolerance

from autograder.grading import counterexamples
from autograder.reports import svg


def test_a_curve_has_one_label_and_one_grid_for_everybody() -> None:
    assert Curve("relu").label == "relu(x)"
    assert Curve("elu", (0.5,)).label == "elu(x, 0.5)"
    grid = Curve.grid()
    assert (grid[0], grid[200], grid[-1]) == (-4.0, 0.0, 4.0)
    assert np.array_equal(counterexamples.GRID, Curve.grid(81))
    assert svg.REACH == Curve.REACH
    x = demos.activation_explorer().view().figure.axes[0].lines[-1].get_xdata()
    assert np.array_equal(np.asarray(x), grid)


@pytest.mark.parametrize("kind", [Case("f", (), ""), Script("f", "f(1)", "")])
def test_a_case_is_as_strict_as_a_hidden_check_unless_it_says_otherwise(kind: Case | Script) -> None:
    assert kind.tolerance == Tolerance(rtol=1e-7, atol=1e-12)
    assert Case("f", (), "", rtol=1e-3).tolerance.rtol == 1e-3


def test_near_tells_each_number_and_takes_nan_for_nan() -> None:
    wanted = np.array([1.0, np.nan, np.inf, 0.0])
    got = np.array([1 + 2e-7, np.nan, np.inf, 1e-13])
    assert Tolerance().near(got, wanted).tolist() == [False, True, True, True]
    assert Tolerance(rtol=1e-6, atol=0.0).near(got, wanted).tolist() == [True, True, True, False]
