"""Surfaces with two weights, and paths on them."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import plots, reference
from gradwise.experiments import surfaces


@pytest.mark.parametrize("surface", [surfaces.RAVINE, surfaces.OBLIQUE, surfaces.ROSENBROCK, surfaces.SADDLE])
def test_gradients_of_surfaces_are_those_of_their_losses(surface: surfaces.Surface) -> None:
    for w in np.random.default_rng(0).normal(0, 1, (5, 2)):
        h = 1e-6 * np.eye(2)
        numeric = (surface.value(w + h) - surface.value(w - h)) / 2e-6
        assert np.allclose(surface.gradient(w), numeric, rtol=1e-5, atol=1e-5)
        assert surface.value(w) >= surface.lowest


def test_the_turned_ravine_is_the_ravine_and_plain_descent_does_not_feel_the_turn() -> None:
    gd = lambda w, g, state: (w - 0.015 * g, state)  # noqa: E731
    on_ravine, on_oblique = (surfaces.descend(gd, surface, 50) for surface in (surfaces.RAVINE, surfaces.OBLIQUE))
    assert np.allclose(surfaces.RAVINE.value(on_ravine), surfaces.OBLIQUE.value(on_oblique))


def test_a_path_that_leaves_all_bounds_ends_in_nan() -> None:
    path = surfaces.descend(lambda w, g, state: (w - g, state), surfaces.RAVINE, 10)
    assert path[0].tolist() == list(surfaces.RAVINE.start)
    assert np.isnan(path[-1]).all()
    assert surfaces.steps_until(path, surfaces.RAVINE) is None
    assert surfaces.steps_until(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]), surfaces.RAVINE) is None
    assert surfaces.steps_until(np.array([[1, 1], [0, 0], [1, 1], [0, 0], [0, 0.0]]), surfaces.RAVINE) == 3


def test_momentum_is_stable_up_to_its_limit_and_no_further() -> None:
    _, (ax,) = plots.figure()
    rule = lambda lr: lambda w, g, state: reference.sgd_momentum(w, g, state, lr, 0.5)  # noqa: E731
    assert 0.0290 < surfaces.largest_rate(ax, rule, 0.03, "momentum") <= 0.03
    assert ax.get_xlabel() == "learning rate"
    plt.close("all")


def test_the_two_forms_of_momentum_are_one_path() -> None:
    heavy = lambda w, g, state: reference.sgd_momentum(w, g, state, 0.01, 0.9)  # noqa: E731
    average = lambda w, g, state: reference.sgd_ema(w, g, state, 0.1, 0.9)  # noqa: E731
    assert surfaces.apart(heavy, average) < 1e-12
    assert surfaces.apart(heavy, lambda w, g, state: reference.sgd_ema(w, g, state, 0.01, 0.9)) > 0.1


def test_rules_are_compared_by_their_steps() -> None:
    _, (ax,) = plots.figure()
    half = lambda w, g, state: (w / 2, state)  # noqa: E731
    surfaces.compare(ax, {"halving": half, "resting": lambda w, g, state: (w, state)}, surfaces.RAVINE, num_steps=30)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["halving: 13", "resting: more than 30"]
    plt.close("all")
