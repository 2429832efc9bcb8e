"""Notebook 6's experiments: lectures' Adams, range tests, sweeps."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import data, plots, reference, training
from gradwise.experiments import optimizers, surfaces
from torch import nn


def losses(optimizer: Any) -> list[float]:
    model = training.mlp([2, 8, 2], nn.ReLU)
    return training.fit(model, data.ring(100), num_epochs=3, optimizer=optimizer).losses


def test_lectures_adams_go_wrong_as_they_do_on_the_slides() -> None:
    def sizes(form: str) -> Any:
        update = lambda w, g, state: optimizers.adam_as_written(w, g, state, 1.0, (0.9, 0.999), 1e-8, form)  # noqa: E731
        return surfaces.step_sizes(update, 10)

    inside, no_powers, no_correction = (sizes(form) for form in optimizers.FORMS)
    assert inside == pytest.approx(np.ones(10))
    assert (no_powers[0], no_powers[9]) == pytest.approx((1.0, 2.06), rel=0.01)
    assert (no_correction[0], no_correction[9]) == pytest.approx((3.162, 6.53), rel=0.01)


def test_a_range_test_goes_through_all_rates_and_finds_the_useful_ones() -> None:
    _, (ax,) = plots.figure()
    lowest = optimizers.draw_range_tests(ax, {"Adam": reference.adam}, data.ring(), seeds=1)
    assert 1e-3 < lowest["Adam"] < 1
    assert f"Adam: lowest at {lowest['Adam']:.2g}" in [line.get_label() for line in ax.lines]
    losses = optimizers.range_test(training.mlp([2, 4, 2], nn.ReLU), data.ring(), reference.adam, [0.0] * 30)
    assert losses.shape == (30,)
    plt.close("all")


def test_a_sweep_says_which_rate_is_best_and_how_large_the_updates_are() -> None:
    results = optimizers.sweep({"Adam": reference.adam}, data.ring(200), (1e-5, 0.03), seeds=1, num_epochs=4)
    (small, small_ratio), (large, large_ratio) = results["Adam"].values()
    assert large < small
    assert small_ratio < large_ratio
    _, axes = plots.figure(2)
    assert optimizers.draw_sweep(axes, results) == {"Adam": 0.03}
    assert axes[1].get_xlabel() == "size of the update / size of the weights"
    plt.close("all")


def test_a_run_that_diverges_counts_as_bad_and_not_as_nothing() -> None:
    def away(w: Any, g: Any, state: Any, lr: float) -> Any:
        return w * np.nan, state

    assert optimizers.sweep({"away": away}, data.ring(100), (1.0,), seeds=1, num_epochs=2)["away"][1.0][
        0
    ] == pytest.approx(100)
