"""Notebook 06: a learner's step as a PyTorch optimizer, paths on surfaces, tests of learning rates."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import optimizers, surfaces
from torch import nn

PAIRS: list[tuple[Any, tuple[Any, ...], Any]] = [
    (reference.sgd_momentum, (0.9,), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
    (reference.sgd_nesterov, (0.9,), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True)),
    (reference.adagrad, (), lambda p: torch.optim.Adagrad(p, 0.01)),
    (reference.rmsprop, (0.9,), lambda p: torch.optim.RMSprop(p, 0.01, alpha=0.9)),
    (reference.adam, (), lambda p: torch.optim.Adam(p, 0.01)),
    (reference.adamw, ((0.9, 0.999), 1e-8, 0.1), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=0.1)),
]


def losses(optimizer: Any) -> list[float]:
    model = training.mlp([2, 8, 2], nn.ReLU)
    return training.fit(model, data.ring(100), num_epochs=3, optimizer=optimizer).losses


@pytest.mark.parametrize(("step", "args", "theirs"), PAIRS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_learners_step_trains_like_pytorchs_optimizer(step: Any, args: Any, theirs: Any) -> None:
    assert losses(lambda p: bridge.Optimizer(p, step, 0.01, *args)) == pytest.approx(losses(theirs), rel=1e-9)


def constant(w: Any, g: Any, state: Any, lr: float) -> Any:
    return w - lr, {"steps": state.get("steps", 0) + 1}


def test_each_parameter_has_a_state_and_schedulers_change_the_rate() -> None:
    one, two, idle = (nn.Parameter(torch.full((2,), 4.0)) for _ in range(3))
    optimizer = bridge.Optimizer([one, two, idle], constant, 1.0)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    one.grad, two.grad = torch.ones(2), torch.ones(2)
    for _ in range(2):
        optimizer.step()
        scheduler.step()
    assert one.tolist() == two.tolist() == [2.5, 2.5]
    assert idle.tolist() == [4.0, 4.0]
    assert optimizer.state[one]["yours"] == {"steps": 2}
    assert optimizer.update_ratios == pytest.approx([1 / 4, 0.5 / 3])
    assert one.dtype == torch.float32


def test_it_steps_with_a_closure() -> None:
    w = nn.Parameter(torch.ones(1))
    optimizer = bridge.Optimizer([w], constant, 0.25)

    def closure() -> float:
        loss = (w**2).sum()
        torch.autograd.backward(loss)
        return loss.item()

    assert optimizer.step(closure) == 1.0
    assert w.item() == 0.75
    assert optimizer.step() is None


def test_what_a_step_returns_is_checked() -> None:
    w = nn.Parameter(torch.ones(2))
    w.grad = torch.ones(2)

    def only_weights(w: Any, g: Any, state: Any, lr: float) -> Any:
        return w

    def missing(w: Any, g: Any, state: Any, lr: float) -> Any:
        raise NotImplementedError

    with pytest.raises(
        TypeError, match="your `only_weights` must return two things: the new weights and the new state"
    ):
        bridge.Optimizer([w], only_weights, 0.1).step()
    with pytest.raises(ValueError, match=r"your function gave shape \(1,\)"):
        bridge.Optimizer([w], lambda w, g, s, lr: (w[:1], s), 0.1).step()
    with pytest.raises(NotWrittenYet, match="needs your `missing`"):
        bridge.Optimizer([w], missing, 0.1).step()


# --- surfaces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", [surfaces.RAVINE, surfaces.OBLIQUE, surfaces.ROSENBROCK, surfaces.SADDLE])
def test_gradients_of_surfaces_are_those_of_their_losses(surface: surfaces.Surface) -> None:
    for w in np.random.default_rng(0).normal(0, 1, (5, 2)):
        h = 1e-6 * np.eye(2)
        numeric = (surface.value(w + h) - surface.value(w - h)) / 2e-6
        assert np.allclose(surface.gradient(w), numeric, rtol=1e-5, atol=1e-5)
        assert surface.value(w) >= surface.lowest


def test_the_turned_ravine_is_the_ravine_and_plain_descent_does_not_feel_the_turn() -> None:
    gd = lambda w, g, state: (w - 0.015 * g, state)  # noqa: E731
    here, there = (surfaces.descend(gd, surface, 50) for surface in (surfaces.RAVINE, surfaces.OBLIQUE))
    assert np.allclose(surfaces.RAVINE.value(here), surfaces.OBLIQUE.value(there))


def test_a_path_that_leaves_all_bounds_ends_in_nan() -> None:
    path = surfaces.descend(lambda w, g, state: (w - g, state), surfaces.RAVINE, 10)
    assert path[0].tolist() == list(surfaces.RAVINE.start)
    assert np.isnan(path[-1]).all()
    assert surfaces.steps_until(path, surfaces.RAVINE) is None
    assert surfaces.steps_until(np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]]), surfaces.RAVINE) == 1


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
    said = [text.get_text() for text in ax.get_legend().get_texts()]
    assert said == ["halving: 13", "resting: more than 30"]
    plt.close("all")


def test_lectures_adams_go_wrong_as_they_do_on_the_slides() -> None:
    def sizes(form: str) -> Any:
        update = lambda w, g, state: optimizers.adam_as_written(w, g, state, 1.0, (0.9, 0.999), 1e-8, form)  # noqa: E731
        return surfaces.step_sizes(update, 10)

    inside, no_powers, no_correction = (sizes(form) for form in optimizers.FORMS)
    assert inside == pytest.approx(np.ones(10))
    assert (no_powers[0], no_powers[9]) == pytest.approx((1.0, 2.06), rel=0.01)
    assert (no_correction[0], no_correction[9]) == pytest.approx((3.162, 6.53), rel=0.01)


# --- learning rates ---------------------------------------------------------------------------------


def test_a_range_test_goes_through_all_rates_and_finds_the_useful_ones() -> None:
    _, (ax,) = plots.figure()
    lowest = optimizers.draw_range_tests(ax, {"Adam": reference.adam}, data.ring(), seeds=1)
    assert 1e-3 < lowest["Adam"] < 1
    assert f"Adam: lowest at {lowest['Adam']:.2g}" in [line.get_label() for line in ax.lines]
    losses = optimizers.range_test(training.mlp([2, 4, 2], nn.ReLU), data.ring(), reference.adam, [0.0] * 30)
    assert losses.shape == (30,)
    plt.close("all")


def test_a_sweep_says_which_rate_is_best_and_how_large_the_updates_are() -> None:
    found = optimizers.sweep({"Adam": reference.adam}, data.ring(200), (1e-5, 0.03), seeds=1, num_epochs=4)
    (small, small_ratio), (large, large_ratio) = found["Adam"].values()
    assert large < small
    assert small_ratio < large_ratio
    _, axes = plots.figure(2)
    assert optimizers.draw_sweep(axes, found) == {"Adam": 0.03}
    assert axes[1].get_xlabel() == "size of the update / size of the weights"
    plt.close("all")


def test_a_run_that_diverges_counts_as_bad_and_not_as_nothing() -> None:
    def away(w: Any, g: Any, state: Any, lr: float) -> Any:
        return w * np.nan, state

    assert optimizers.sweep({"away": away}, data.ring(100), (1.0,), seeds=1, num_epochs=2)["away"][1.0][
        0
    ] == pytest.approx(100)
