"""A learner's activations and losses in a real network."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from gradwise import bridge, data, plots, reference, training
from gradwise.errors import NotWrittenYet
from torch import nn


def sigmoid_grad(x: Any) -> Any:
    return reference.sigmoid(x) * (1 - reference.sigmoid(x))


def test_a_learners_activation_trains_like_pytorchs() -> None:
    digits = data.digits()
    mine = bridge.Activation(reference.elu, reference.elu_grad, 1.0)

    def losses(activation: nn.Module) -> list[float]:
        model = training.mlp([64, 16, 10], lambda: activation, seed=3)
        return training.fit(model, digits, num_epochs=2, lr=0.1).losses

    assert losses(mine) == pytest.approx(losses(nn.ELU()), rel=1e-9)


def test_forward_and_backward_are_the_learners_own() -> None:
    layer = bridge.Activation(lambda x, k: x * k, lambda x, k: np.full(x.shape, 7.0), 3.0)
    x = torch.ones(2, dtype=torch.float64, requires_grad=True)
    layer(x).sum().backward()
    assert layer(x).tolist() == [3.0, 3.0]
    assert x.grad is not None
    assert x.grad.tolist() == [7.0, 7.0]
    assert "3.0" in repr(layer)


def test_a_learner_who_writes_into_the_argument_does_not_reach_the_network() -> None:
    def relu(x: Any) -> Any:
        x[x < 0] = 0
        return x

    x = torch.tensor([-1.0, 2.0], dtype=torch.float64)
    assert bridge.Activation(relu, reference.relu)(x).tolist() == [0.0, 2.0]
    assert x.tolist() == [-1.0, 2.0]


def test_learned_slopes_follow_the_learners_gradient() -> None:
    x = torch.randn(5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    mine, theirs = bridge.PReLU(reference.prelu_backward, 3), nn.PReLU(3, dtype=torch.float64)
    for layer in (mine, theirs):
        layer(x).pow(2).sum().backward()
    assert mine.weight.grad is not None
    assert theirs.weight.grad is not None
    assert torch.allclose(mine.weight.grad, theirs.weight.grad)


def test_a_learners_loss_trains_like_pytorchs() -> None:
    def losses(**options: Any) -> list[float]:
        return training.fit(training.mlp([64, 16, 10], nn.ReLU), data.digits(), num_epochs=1, lr=0.1, **options).losses

    assert losses(loss=bridge.Loss(reference.softmax_cross_entropy)) == pytest.approx(losses(), rel=1e-9)


def test_an_experiment_that_stops_shows_no_empty_figure() -> None:
    def dead_fraction(H: Any) -> Any:
        raise NotImplementedError

    plots.figure()
    with pytest.raises(NotWrittenYet, match="needs your `dead_fraction`"):
        bridge.yours(dead_fraction)(1)
    assert plt.get_fignums() == []
    assert bridge.yours(len)([1, 2]) == 2


def test_a_missing_part_is_named() -> None:
    def elu(x: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="This experiment needs your `elu`: write it first"):
        bridge.Activation(elu, elu)(torch.ones(1))


def test_a_wrong_shape_is_said_in_shapes() -> None:
    with pytest.raises(ValueError, match=r"your function gave shape \(1,\) for an input of shape \(2,\)"):
        bridge.Activation(lambda x: x[:1], sigmoid_grad)(torch.ones(2))
