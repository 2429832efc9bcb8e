"""What stands around the capstone: its network in PyTorch, paired trials, and the demo of seeds."""

import math
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference
from gradwise.demos import capstone as evidence
from gradwise.demos import seed_lottery
from gradwise.errors import NotWrittenYet
from gradwise.experiments import capstone
from scipy.stats import t as student
from torch import nn

NETWORK = (reference.init_params, reference.init_state, reference.fit_network, reference.net_forward)
TANH = {"f": np.tanh, "df": reference.tanh_grad, "p": 0.0, "lam": 0.01}


def network(*sizes: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    params, state = reference.init_params(sizes, "he", rng), reference.init_state(sizes)
    for layer, running in zip(params[:-1], state, strict=True):
        layer[1:] = [rng.uniform(0.5, 2, len(b)) for b in layer[1:]]
        running[:] = [rng.uniform(0.5, 2, len(b)) for b in running]
    return params, state


# --- in PyTorch -------------------------------------------------------------------------------------


def test_the_module_gives_the_networks_outputs_in_both_modes() -> None:
    params, state = network(3, 5, 4, 2)
    module = bridge.as_module(params, state, nn.Tanh, 0.25)
    X = np.random.default_rng(2).normal(size=(7, 3))
    for training in (False, True):
        module.train(training)
        for layer in module.modules():
            if isinstance(layer, nn.Dropout):
                layer.p = 0.0
        out = module(torch.from_numpy(X)).detach().numpy()
        assert np.allclose(out, reference.net_forward(params, state, X, TANH, training, None)[0])
    assert [type(layer).__name__ for layer in module] == ["Linear", "BatchNorm1d", "Tanh", "Dropout"] * 2 + ["Linear"]


def test_the_module_holds_copies() -> None:
    params, state = network(3, 4, 2)
    module = bridge.as_module(params, state, nn.Tanh)
    with torch.no_grad():
        for p in module.parameters():
            p.fill_(9.0)
    assert not any((array == 9.0).any() for layer in params for array in layer)


def test_the_table_of_gradients_names_the_array_that_is_wrong() -> None:
    params, state = network(3, 4, 2)
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(6, 3)), np.eye(2)[rng.integers(0, 2, 6)]

    def wrong(*args: Any) -> Any:
        loss, grads, new = reference.loss_and_grads(*args)
        grads[0][2] = grads[0][2] / 6
        grads[1][0] = grads[1][0] * (1 + 1e-6)
        return loss, grads, new

    module = bridge.as_module(params, state, nn.Tanh)
    right = bridge.gradient_table(reference.loss_and_grads, params, state, X, Y, TANH, module).split("\n")
    assert len(right) == 1 + 4 + 2
    assert all("as autograd" in line for line in right)
    lines = bridge.gradient_table(wrong, params, state, X, Y, TANH, module).split("\n")
    assert [line[:16].strip() for line in lines if "DIFFERENT" in line] == ["layer 1, gamma"]
    assert [line[:16].strip() for line in lines if "nearly" in line] == ["layer 2, W"]


# --- paired trials ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def biopsies() -> capstone.Pool:
    return capstone.pool("breast cancer")


def test_the_pools_are_real_and_their_test_examples_apart(biopsies: capstone.Pool) -> None:
    digits = capstone.pool("digits")
    assert (len(digits.X), len(digits.X_test), digits.num_classes) == (1198, 599, 10)
    assert (len(biopsies.X), len(biopsies.X_test), biopsies.num_classes) == (380, 189, 2)
    X, y = data.breast_cancer()
    assert np.bincount(y).tolist() == [212, 357]
    both = np.concatenate([biopsies.X, biopsies.X_test])
    assert len(np.unique(both, axis=0)) == len(np.unique(X, axis=0)) == 569


def test_a_draw_shares_nothing_and_is_scaled_by_its_training_part(biopsies: capstone.Pool) -> None:
    parts = biopsies.draw(3, 100, 60, reference.standardize)
    assert [len(X) for X, _ in parts] == [100, 60, 220]
    assert np.allclose(parts[0][0].mean(axis=0), 0)
    assert not np.allclose(parts[2][0].mean(axis=0), 0, atol=1e-3)
    assert all(Y.shape == (len(X), 2) and (Y.sum(axis=1) == 1).all() for X, Y in parts)
    assert sorted(biopsies.order(3)) == list(range(380))
    assert not np.array_equal(biopsies.order(3), biopsies.order(4))


def settings(**more: Any) -> dict[str, Any]:
    base = {"hidden": (8,), "scheme": "he", "batch_size": 32, "num_epochs": 2, "patience": 2}
    return {**TANH, **base, "lr": 0.02, "schedule": lambda lr, epoch, num_epochs: lr, **more}


def test_trials_are_repeatable_remembered_and_told_in_a_table(biopsies: capstone.Pool) -> None:
    study = capstone.Trials(biopsies, {"a": settings(), "b": settings(lr=1e-6)}, NETWORK, num_train=100, num_val=60)
    results = reference.ablation(study, ["a", "b"], [0, 1])
    again = capstone.Trials(biopsies, study.configurations, NETWORK, num_train=100, num_val=60)
    assert again("a", 1) == study.scores["a"][1] > study.scores["b"][1]
    study.configurations = {}  # whatever is asked again comes from memory
    assert study("a", 0) == study.scores["a"][0]
    first, second = study.table(results, ["a", "b"], [0, 1]).split("\n")[1:]
    assert first.startswith("a ")
    assert "±" in first
    assert second.endswith("0 of 2 seeds")


def test_the_predictor_takes_examples_as_they_are(biopsies: capstone.Pool) -> None:
    study = capstone.Trials(biopsies, {"a": settings(num_epochs=6)}, NETWORK, num_train=100, num_val=60)
    predict = study.predictor("a", 0)
    assert np.mean(predict(biopsies.X_test) == biopsies.y_test) > 0.85
    assert predict(biopsies.X_test[:1]).shape == (1,)


def test_an_unwritten_function_is_named(biopsies: capstone.Pool) -> None:
    def fit_network(*args: Any) -> Any:
        raise NotImplementedError

    functions = (*NETWORK[:2], fit_network, NETWORK[3])
    study = capstone.Trials(biopsies, {"a": settings()}, functions, num_train=100, num_val=60)
    with pytest.raises(NotWrittenYet, match="needs your `fit_network`"):
        study("a", 0)


def test_a_tiny_batch_is_learned_by_heart() -> None:
    spiral = data.spiral(20)
    start = network(2, 24, 3)
    batch = spiral.X_train, np.eye(3)[spiral.y_train]
    cfg = {**TANH, "lam": 0.0, "lr": 0.05}
    losses, ratios = capstone.tiny_steps(reference.loss_and_grads, reference.adam_step, start, batch, cfg, 40)
    assert losses[-1] < 0.1 * losses[0]
    assert len(ratios) == 40
    assert all(0 < ratio < 1 for ratio in ratios)


def test_lines_join_the_runs_of_a_seed() -> None:
    figure, (ax,) = plots.figure(1, 2.0)
    capstone.lines(ax, {"a": [0.5, 0.6, 0.7], "b": [0.6, 0.6, 0.5]})
    colours = [line.get_color() for line in ax.get_lines()]
    assert colours == [plots.BLUE, plots.GREY, plots.RED, "black"]
    plt.close(figure)


# --- the demo ---------------------------------------------------------------------------------------


def test_the_limits_are_students() -> None:
    assert [evidence.limit(n) for n in range(2, 31)] == pytest.approx(student.ppf(0.975, np.arange(1, 30)), abs=6e-4)


def test_pairing_shows_what_unpaired_seeds_hide() -> None:
    def found(**settings: Any) -> float:
        scores = [evidence.scores(lab=lab, **settings) for lab in range(60)]
        ts = [reference.ablation(lambda cfg, seed, s=s: s[cfg, seed], [0, 1], range(5))[1][2] for s in scores]
        return float(np.mean(np.array(ts) > evidence.limit(5)))

    base = {"seeds": 5, "gain": 1.0, "luck": 2.0, "noise": 0.5}
    assert found(**base, paired=True) > 0.6
    assert found(**base, paired=False) < 0.3
    assert found(**{**base, "gain": 0.0}, paired=True) < 0.15


def test_the_sentence_says_what_the_labs_report() -> None:
    ts = np.array([3.0, -3.0, 0.0, 4.0])
    assert evidence.finding(ts, 5, 0.5) == (
        "B is better by 0.5 %. Of 100 labs with 5 seeds, 50% can show it, 25% show the opposite, 25% cannot tell."
    )
    assert evidence.finding(ts, 5, 0.0) == (
        "There is no difference, and 75% of 100 labs with 5 seeds find one (|t| > 2.8)."
    )


def test_the_demo_asks_the_learners_function() -> None:
    asked = []

    def ablation(run: Any, cfgs: Any, seeds: Any) -> Any:
        asked.append(len(seeds))
        return [(0.0, 0.0, math.nan), (0.0, 0.0, 0.0)]

    demo = seed_lottery(ablation)
    assert asked == [5] * evidence.LABS
    demo.set(seeds=7)
    assert asked[-1] == 7
    assert "100% cannot tell" in demo.view().finding


def test_a_few_examples_are_standardized_and_have_one_class_each() -> None:
    X, Y = capstone.small_batch("breast cancer", 20)
    assert X.shape == (20, 30)
    assert np.allclose(X.mean(axis=0), 0)
    assert Y.shape == (20, 2)
    assert np.array_equal(np.unique(Y), [0, 1])
    assert (Y.sum(axis=1) == 1).all()
