"""Notebook 06, live: the race and the switchboard."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise.demos import convention_switchboard, optimizer_race
from gradwise.demos.frame import as_html
from gradwise.demos.optimizers import (
    STEPS,
    SURFACES,
    SWITCHES,
    all_paths,
    both,
    race,
    race_finding,
    ride,
    switch_finding,
)
from gradwise.experiments.surfaces import RAVINE

SETTING = (0.01, 0.1, 0.9, 0.95)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_race_can_be_drawn_at_any_step(surface: str) -> None:
    for step in (0, STEPS):
        view = race(surface, step, *SETTING)
        assert view.finding == race_finding(surface, step, all_paths(surface, *SETTING))
        assert f"After {step} steps" in view.finding
        as_html(view)
    assert not plt.get_fignums()


def test_the_paths_are_pytorchs() -> None:
    path = ride(lambda p: torch.optim.SGD(p, 0.01), RAVINE.gradient, RAVINE.start, 3)
    assert np.allclose(path[-1], np.array(RAVINE.start) * [0.99**3, 0.0])


def test_the_sentence_counts_steps_and_names_the_lost() -> None:
    fine = race(RAVINE.name, 40, *SETTING)
    assert fine.finding == "After 40 steps RMSProp is lowest, at 5.7e-43. Below 1e-6 to the end after: Nesterov 116."
    wild = race(RAVINE.name, STEPS, 0.05, 0.1, 0.0, 0.95)
    assert "SGD, momentum, Nesterov: out of bounds." in wild.finding
    slow = race(RAVINE.name, 10, 1e-4, 1e-3, 0.9, 0.95)
    assert f"Nobody stays below 1e-6 in {STEPS} steps." in slow.finding
    plt.close("all")


def test_the_race_runs_when_a_control_moves() -> None:
    demo = optimizer_race()
    surface, step, lr, *_ = demo.controls.values()
    (play,) = [child for child in demo.widget.children[0].children if type(child).__name__ == "Play"]
    assert play.value == step.value  # the browser makes them equal at once
    step.value = 10
    assert "After 10 steps" in demo.picture.value
    surface.value = "saddle"
    lr.value = 0.1
    assert "After 10 steps" in demo.picture.value


@pytest.mark.parametrize(
    ("switch", "eps", "cut", "rescale", "says"),
    [
        (0, 1e-8, False, True, "here the convention is invisible"),
        (0, 1e-8, True, True, "here the convention is invisible"),
        (0, 1e-8, False, False, "the same number means something else"),
        (1, 1e-8, False, False, "here the convention is invisible"),
        (1, 1e-8, True, False, "the same number means something else"),
        (2, 1e-8, False, False, "no figure would show it"),
        (2, 1e-1, False, False, "the same number means something else"),
        (3, 1e-8, False, False, "the same number means something else"),
    ],
)
def test_a_convention_is_visible_or_not(switch: int, eps: float, cut: bool, rescale: bool, says: str) -> None:
    first, second = both(SWITCHES[switch], 0.9, 0.01, eps, cut, rescale)
    assert first.shape == second.shape == (61,)
    assert says in switch_finding(SWITCHES[switch], float(np.abs(first - second).max()))


def test_keras_and_pytorch_agree_at_one_half_only() -> None:
    for beta, agree in ((0.5, True), (0.9, False)):
        first, second = both(SWITCHES[3], beta, 0.01, 1e-8, False, False)
        assert np.allclose(first, second) == agree


def test_the_switchboard_shuts_off_what_makes_no_difference() -> None:
    demo = convention_switchboard()
    switch, beta, lr, log_eps, cut, rescale = demo.controls.values()
    assert (log_eps.disabled, rescale.disabled) == (True, False)
    rescale.value = True
    assert "invisible" in demo.picture.value
    switch.value = SWITCHES[3]
    assert [control.disabled for control in (beta, lr, log_eps, cut, rescale)] == [False, True, True, True, True]
    switch.value = SWITCHES[2]
    assert (log_eps.disabled, rescale.disabled) == (False, True)
