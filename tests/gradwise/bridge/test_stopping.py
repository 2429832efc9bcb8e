"""A network whose weights are one array, and a learner's loop over epochs with it."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from torch import nn
from torch.nn import functional


def examples() -> list[tuple[Any, Any]]:
    digits = data.digits()
    cuts = (slice(0, 70), slice(70, 110), slice(110, 200))
    return [(digits.X_train[cut], digits.y_train[cut]) for cut in cuts]


def network(mean: Any = reference.epoch_mean) -> bridge.Epochs:
    return bridge.Epochs(training.mlp([64, 8, 10], nn.ReLU, seed=1), *examples(), mean=mean, seed=2)


def test_weights_and_network_share_their_memory() -> None:
    model = training.mlp([3, 4, 2], nn.ReLU)
    before = [p.detach().clone() for p in model.parameters()]
    w = bridge.shared_weights(model)
    assert w.shape == (3 * 4 + 4 + 4 * 2 + 2,)
    assert all(torch.equal(p, old) for p, old in zip(model.parameters(), before, strict=True))
    w[...] = 0.0
    assert model(torch.ones(5, 3, dtype=torch.float64)).abs().sum().item() == 0.0
    with torch.no_grad():
        next(iter(model.parameters())).fill_(7.0)
    assert (w[:12] == 7.0).all()


def test_an_epoch_is_what_pytorch_does() -> None:
    net, model = network(), training.mlp([64, 8, 10], nn.ReLU, seed=1)
    (X, y), *_ = examples()
    steps, rng, losses = torch.optim.Adam(model.parameters(), lr=3e-3), np.random.default_rng(2), []
    order = rng.permutation(70)
    for rows in (order[:32], order[32:64], order[64:]):
        steps.zero_grad()
        loss = functional.cross_entropy(model(torch.from_numpy(X[rows])), torch.from_numpy(y[rows]))
        loss.backward()
        steps.step()
        losses.append(loss.item())
    net.step(net.w, 0)
    assert np.allclose(net.w, np.concatenate([p.detach().ravel() for p in model.parameters()]))
    assert net.train_losses == pytest.approx([np.dot(losses, [32, 32, 6]) / 70])
    assert net.accuracies[0] == net.accuracy(net.w)
    assert net.val_losses[0] == net.val(net.w)


def test_a_learners_loop_restores_the_best_network() -> None:
    net = network()
    best_w, best = reference.fit_with_restore(net.w, net.step, net.val, 6)
    assert best == min(net.val_losses)
    assert net.val(best_w) == best
    assert net.accuracy(best_w) == net.accuracies[int(np.argmin(net.val_losses))]
    assert len(net.train_losses) == len(net.val_accuracies) == 6


def test_a_learner_may_train_a_copy() -> None:
    net, twin = network(), network()
    w = net.w.copy()
    for epoch in range(3):
        net.step(w, epoch)
        twin.step(twin.w, epoch)
    assert np.array_equal(w, twin.w)


def test_a_missing_mean_is_named() -> None:
    def epoch_mean(losses: Any, sizes: Any) -> Any:
        raise NotImplementedError

    net = network(epoch_mean)
    with pytest.raises(NotWrittenYet, match="needs your `epoch_mean`"):
        net.step(net.w, 0)
