"""A learner's initial weights in real layers, and layers that move to another network."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from gradwise.experiments import networks
from torch import nn


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def ramp(n_in: int, n_out: int, generator: np.random.Generator, start: float = 0.0) -> Any:
    return np.arange(start, start + n_in * n_out).reshape(n_in, n_out)


def test_a_learners_weights_are_transposed_into_the_layer_and_biases_are_zero() -> None:
    layer = nn.Linear(3, 2, dtype=torch.float64)
    bridge.Initializer(ramp, 5.0)(layer)
    assert layer.weight.tolist() == [[5.0, 7.0, 9.0], [6.0, 8.0, 10.0]]
    assert layer.bias.tolist() == [0.0, 0.0]
    x = torch.tensor([[1.0, 0.0, 2.0]], dtype=torch.float64)
    assert np.allclose(layer(x).detach(), x.numpy() @ ramp(3, 2, rng(), 5.0))


def test_biases_are_the_learners_if_there_are_any() -> None:
    model = training.mlp([4, 3, 2], nn.Tanh, init=bridge.Initializer(reference.torch_linear_default, seed=3))
    W, b = reference.torch_linear_default(4, 3, rng(3))
    first = model[0]
    assert isinstance(first, nn.Linear)
    assert np.allclose(first.weight.detach(), W.T)
    assert np.allclose(first.bias.detach(), b)


def test_a_network_filled_by_a_learner_trains_like_one_filled_by_pytorch() -> None:
    def theirs(layer: nn.Linear) -> None:
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(reference.he_normal(layer.in_features, layer.out_features, source).T))
            nn.init.zeros_(layer.bias)

    source, digits = rng(1), data.digits()
    losses = [
        training.fit(training.mlp([64, 16, 10], nn.ReLU, init=init), digits, num_epochs=1).losses
        for init in (theirs, bridge.Initializer(reference.he_normal, seed=1))
    ]
    assert losses[0] == losses[1]


def test_a_missing_or_misshapen_initializer_is_named() -> None:
    def he_normal(n_in: int, n_out: int, generator: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `he_normal`"):
        bridge.Initializer(he_normal)(nn.Linear(3, 2))
    with pytest.raises(ValueError, match=r"your function gave shape \(2, 3\); wanted \(3, 2\)"):
        bridge.Initializer(lambda n_in, n_out, generator: np.zeros((n_out, n_in)))(nn.Linear(3, 2))


def two_networks() -> tuple[nn.Sequential, nn.Sequential]:
    return training.mlp([3, 5, 4, 2], nn.ReLU, seed=1), training.mlp([3, 5, 4, 6], nn.ReLU, seed=2)


def test_transferred_layers_are_those_of_load_state_dict_and_frozen() -> None:
    source, target = two_networks()
    wanted = two_networks()[1]
    for index in (0, 2):
        wanted[index].load_state_dict(source[index].state_dict())
    assert bridge.transfer(reference.transfer_layers, source, target, 2) is target
    for mine, theirs in zip(target.parameters(), wanted.parameters(), strict=True):
        assert torch.equal(mine, theirs)
    assert [p.requires_grad for p in target.parameters()] == [False] * 4 + [True] * 2


def test_training_the_new_network_leaves_the_old_one_and_the_frozen_layers_alone() -> None:
    source, target = two_networks()
    before = [p.detach().clone() for p in source.parameters()]
    bridge.transfer(reference.transfer_layers, source, target, 1)
    frozen = networks.weights_of(target)[0]
    X = rng().normal(size=(12, 3))
    training.fit(target, data.Split(X, np.arange(12) % 6, X, np.arange(12) % 6), num_epochs=2)
    assert all(torch.equal(p, old) for p, old in zip(source.parameters(), before, strict=True))
    assert np.array_equal(networks.weights_of(target)[0], frozen)
    assert not np.array_equal(networks.weights_of(target)[1], networks.weights_of(two_networks()[1])[1])
