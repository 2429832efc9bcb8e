"""The capstone's experiments: real pools of examples, paired trials, tiny batches."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from gradwise import data, plots, reference
from gradwise.errors import NotWrittenYet
from gradwise.experiments import capstone

NETWORK = (reference.init_params, reference.init_state, reference.fit_network, reference.net_forward)


TANH = {"f": np.tanh, "df": reference.tanh_grad, "p": 0.0, "lam": 0.01}


def network(*sizes: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(1)
    params, state = reference.init_params(sizes, "he", rng), reference.init_state(sizes)
    for layer, running in zip(params[:-1], state, strict=True):
        layer[1:] = [rng.uniform(0.5, 2, len(b)) for b in layer[1:]]
        running[:] = [rng.uniform(0.5, 2, len(b)) for b in running]
    return params, state


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
    study.configurations = {}  # a run that is asked for again must come from memory
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


def test_a_few_examples_are_standardized_and_have_one_class_each() -> None:
    X, Y = capstone.small_batch("breast cancer", 20)
    assert X.shape == (20, 30)
    assert np.allclose(X.mean(axis=0), 0)
    assert Y.shape == (20, 2)
    assert np.array_equal(np.unique(Y), [0, 1])
    assert (Y.sum(axis=1) == 1).all()
