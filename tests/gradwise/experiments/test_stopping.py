"""Notebook 7's experiments: regressions, noisy labels, the first stop."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import data, plots, reference
from gradwise.errors import NotWrittenYet
from gradwise.experiments import stopping


def test_quarters_share_no_car_and_are_scaled_by_the_first() -> None:
    cars, mpg = data.auto_mpg()
    (X, y), (X_val, y_val) = stopping.quarters(cars, mpg, 3)
    assert X.shape == X_val.shape == (98, 7)
    assert np.allclose(X.mean(axis=0), 0)
    assert np.allclose(X.std(axis=0), 1)
    assert not np.allclose(X_val.mean(axis=0), 0, atol=1e-3)
    assert len(y) == len(y_val) == 98
    assert not {tuple(row) for row in X} & {tuple(row) for row in X_val}


def test_a_regression_learns_and_its_errors_are_in_miles_per_gallon() -> None:
    cars, mpg = data.auto_mpg()
    train, val = stopping.quarters(cars, mpg, 0)
    run, again = (stopping.regress((8,), train, val, seed=1, num_epochs=60, lr=0.03) for _ in range(2))
    assert run.train == again.train
    assert run.train[0] > 6 > 4 > run.train[-1]
    assert run.val[-1] < 4.5


def test_noisy_labels_err_about_as_often_as_they_should() -> None:
    y = np.zeros(4000, dtype=np.int64)
    wrong = np.mean(stopping.noisy_labels(y, np.random.default_rng(0)) != 0)
    assert wrong == pytest.approx(0.2 * 0.9, abs=0.02)


def test_the_first_stop_is_the_last_epoch_if_there_is_none() -> None:
    assert stopping.first_stop(reference.EarlyStopping(2), [3.0, 2.0, 2.5, 2.5, 9.0]) == 3
    assert stopping.first_stop(reference.EarlyStopping(2), [3.0, 2.0, 1.0]) == 2


def test_a_step_that_is_not_written_is_named() -> None:
    class Stopper:
        def step(self, value: float) -> bool:
            raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `step`"):
        stopping.first_stop(Stopper(), [1.0])


def test_strips_and_bands_have_their_labels() -> None:
    figure, (left, right) = plots.figure(2)
    stopping.strips(left, np.array([[1.0, 2.0, 3.0], [2.0, 2.5, 2.0]]), ["small", "large"], {"min": 0, "1se": 1})
    assert [text.get_text() for text in left.get_xticklabels()] == ["small", "large"]
    legend = left.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["picked by min", "picked by 1se"]
    stopping.band(right, np.array([1, 10]), np.array([[0.0, 1.0], [0.5, 1.0]]), "mean")
    assert right.lines[0].get_ydata().tolist() == [0.25, 1.0]  # type: ignore[union-attr]
    plt.close(figure)
