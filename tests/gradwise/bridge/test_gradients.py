"""Notebook 01 around a learner's code: a network that uses it, clipping, its reference and its helpers."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import networks
from torch import nn

SGD = torch.optim.SGD


def network(kind: str = "tanh", seed: int = 0, **passes: Any) -> nn.Module:
    forward = passes.get("forward", reference.mlp_forward)
    backward = passes.get("backward", reference.mlp_backward)
    Ws, bs = networks.random_weights([64, 12, 8, 10], 1.0, seed)
    return bridge.Network(forward, backward, Ws, bs, *networks.ACTIVATIONS[kind])


def torch_network(seed: int = 0) -> nn.Module:
    """Returns the same network, written in PyTorch alone."""
    Ws, bs = networks.random_weights([64, 12, 8, 10], 1.0, seed)
    layers: list[nn.Module] = []
    for W, b in zip(Ws, bs, strict=True):
        linear = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        layers += [linear, nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def test_a_learners_network_trains_like_pytorchs() -> None:
    digits = data.digits()
    mine, theirs = (training.fit(net, digits, num_epochs=2, lr=0.3) for net in (network(), torch_network()))
    assert mine.losses == pytest.approx(theirs.losses, rel=1e-9)
    assert mine.accuracies == theirs.accuracies


def test_a_learners_backward_pass_is_used() -> None:
    def backward(dout: Any, zs: Any, hs: Any, Ws: Any, df: Any) -> Any:
        return [np.full(W.shape, 7.0) for W in Ws], [np.full(W.shape[1], 3.0) for W in Ws], []

    net = network(backward=backward)
    net(torch.ones(2, 64, dtype=torch.float64)).sum().backward()
    assert {p.grad.unique().item() for p in net.parameters() if p.grad is not None} == {7.0, 3.0}


def test_a_learner_who_writes_into_the_weights_does_not_reach_the_network() -> None:
    def forward(X: Any, Ws: Any, bs: Any, f: Any) -> Any:
        result = reference.mlp_forward(X, Ws, bs, f)
        Ws[0][...] = 0
        X[...] = 0
        return result

    net, X = network(forward=forward), torch.ones(2, 64, dtype=torch.float64)
    first = net(X)
    assert torch.equal(first, net(X))


def test_what_is_missing_or_misshapen_is_said() -> None:
    def mlp_forward(*args: Any) -> Any:
        raise NotImplementedError

    X = torch.ones(2, 64, dtype=torch.float64)
    with pytest.raises(NotWrittenYet, match="needs your `mlp_forward`"):
        network(forward=mlp_forward)(X)
    with pytest.raises(ValueError, match=r"your function gave shape \(1, 10\) for an input of shape \(2, 10\)"):
        network(forward=lambda X, Ws, bs, f: (np.zeros((1, 10)), [], []))(X)


def test_clipping_before_each_step_is_pytorchs() -> None:
    digits, net, clipped_by_hand = data.digits(), torch_network(), torch_network()
    steps = bridge.clipped(lambda p: SGD(p, lr=0.5), reference.clip_grad_norm, 0.1)
    mine = training.fit(net, digits, num_epochs=1, optimizer=steps)

    class Clipping(SGD):
        def step(self, closure: Any = None) -> Any:
            nn.utils.clip_grad_norm_(clipped_by_hand.parameters(), 0.1)
            return super().step(closure)

    theirs = training.fit(clipped_by_hand, digits, num_epochs=1, optimizer=lambda p: Clipping(p, lr=0.5))
    plain = training.fit(torch_network(), digits, num_epochs=1, lr=0.5)
    assert mine.losses == pytest.approx(theirs.losses, rel=1e-9)
    assert mine.losses != pytest.approx(plain.losses, rel=1e-3)


def test_gradients_may_come_alone_and_without_a_clip_nothing_changes() -> None:
    p = nn.Parameter(torch.zeros(2, dtype=torch.float64))
    p.grad = torch.tensor([3.0, -0.1], dtype=torch.float64)
    bridge.clipped(lambda ps: SGD(ps, lr=1.0), reference.clip_grad_value, 0.5)([p]).step()
    assert p.tolist() == [-0.5, 0.1]
    bridge.clipped(lambda ps: SGD(ps, lr=1.0))([p]).step()
    assert p.tolist() == [-1.0, 0.2]
