"""Many networks trained side by side learn what each would learn alone."""

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.experiments import networks, parallel_training
from torch import nn


def test_parallel_networks_learn_like_networks_one_by_one() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(3)]
    trained = parallel_training.train(splits, sizes=(2, 8, 2), num_epochs=25)
    for seed, split in enumerate(splits):
        alone = training.mlp([2, 8, 2], nn.ReLU, seed=seed)
        adam = lambda weights: torch.optim.AdamW(weights, lr=0.01, weight_decay=0.0)  # noqa: E731
        run = training.fit(alone, split, num_epochs=25, batch_size=20, optimizer=adam)
        assert np.allclose(trained.probability(seed)(split.X_test), training.probability(run.model)(split.X_test))
        assert trained.on_test(splits).accuracy[seed] == run.accuracy


def test_each_part_of_a_method_is_used() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(2)]
    train = lambda method: parallel_training.train(splits, method, sizes=(2, 8, 2), num_epochs=5)  # noqa: E731
    plain = train(None).probabilities(splits[0].X_test)
    seen: list[bool] = []
    layer = lambda: bridge.InTraining(lambda X, rng: seen.append(True) or X / 2)  # noqa: E731
    for method in (
        parallel_training.Method(examples=lambda X, Y, rng: (X, Y[::-1].copy())),
        parallel_training.Method(penalty=lambda W: W),
        parallel_training.Method(shrink=lambda W, lr: W * (1 - lr)),
        parallel_training.Method(hidden=layer),
    ):
        assert not np.allclose(train(method).probabilities(splits[0].X_test), plain)
    assert seen


def test_each_method_is_tuned_on_validation_examples_and_compared_with_none() -> None:
    sets = [data.moons(40, test=30, seed=seed) for seed in range(2)]
    for split in sets:  # what is learned can be learned: two blobs, and validation labels that agree
        split.X_train[:] += 10 * split.y_train[:, None]
    methods = {"decay": ([0.0, 1e6], lambda lam: parallel_training.Method(shrink=lambda W, lr: W / (1 + lam)))}
    title, first, second = parallel_training.tune_and_compare(sets, methods).splitlines()
    assert "difference" in title
    assert "seeds)" not in first
    assert "0.0: 2, 1000000.0: 0" in second
    assert second.endswith("0 of 2 seeds)")


def test_a_seed_makes_the_same_network_alone_and_among_others() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(3)]
    together = parallel_training.train(splits, num_epochs=3)
    alone = parallel_training.train(splits[2:], num_epochs=3, first_seed=2)
    X = splits[2].X_test
    assert np.allclose(together.probability(2)(X), alone.probability(0)(X))


def test_ensembles_grow_from_one_member_to_all() -> None:
    splits = [data.moons(20, test=30, seed=seed) for seed in range(2)]
    members = parallel_training.ensembles(splits, members=3, bagging=True, num_epochs=5)
    assert members.shape == (2, 3, 30, 2)
    assert not np.allclose(members[0, 0], members[0, 1])
    growth = parallel_training.growth(members, splits, reference.ensemble_predict)
    assert growth.shape == (2, 3)
    alone = np.mean([networks.share_right(member, splits[0].y_test) for member in members[0]])
    assert growth[0, 0] == pytest.approx(alone)
