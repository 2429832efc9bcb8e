"""A learner's regularizers in a real network."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, reference, training
from gradwise.errors import NotWrittenYet
from torch import nn
from torch.nn import functional


def test_dropout_masks_in_training_and_passes_in_evaluation() -> None:
    layer = bridge.Dropout(reference.dropout_forward, reference.dropout_backward, 0.3, seed=1)
    x = torch.full((200, 50), 2.0, dtype=torch.float64, requires_grad=True)
    out = layer(x)
    torch.autograd.backward(out.sum())
    assert set(out.detach().unique().tolist()) == {0.0, 2 / 0.7}
    assert x.grad is not None
    assert torch.equal(x.grad, out.detach() / 2)
    assert not torch.equal(layer(x), out)
    assert torch.equal(layer.eval()(x), x)
    assert "p=0.3" in repr(layer)


def test_backward_is_the_learners_own() -> None:
    layer = bridge.Dropout(lambda x, p, t, rng: (x, np.ones(x.shape)), lambda dout, mask: 5 * dout * mask)
    x = torch.ones((2, 3), dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(layer(x).sum())
    assert x.grad is not None
    assert torch.equal(x.grad, torch.full((2, 3), 5.0, dtype=torch.float64))


def test_what_is_done_in_training_is_not_done_in_evaluation() -> None:
    layer = bridge.InTraining(lambda X, rng: X + rng.normal(size=X.shape))
    x = torch.zeros(3, 4, dtype=torch.float64)
    assert layer(x).abs().min() > 0
    assert torch.equal(layer.eval()(x), x)


def test_smoothed_targets_give_pytorchs_loss() -> None:
    loss = bridge.SoftTargets(reference.smooth_labels, 4, 0.2)
    logits, y = torch.randn(5, 4, dtype=torch.float64), torch.tensor([0, 3, 1, 1, 2])
    assert torch.allclose(loss(logits, y), functional.cross_entropy(logits, y, label_smoothing=0.2))


def test_a_missing_part_is_named() -> None:
    def dropout_forward(x: Any, p: float, training: bool, rng: Any) -> Any:
        raise NotImplementedError

    layer = bridge.Dropout(dropout_forward, reference.dropout_backward)
    with pytest.raises(NotWrittenYet, match="needs your `dropout_forward`"):
        layer(torch.zeros(2, 3, dtype=torch.float64))


def stepped(make: Any, steps: int = 4) -> list[torch.Tensor]:
    """Returns the weight and bias of a small layer after some steps of the optimizer."""
    (layer,) = training.mlp([3, 2], nn.ReLU, seed=1)
    optimizer, x = make(layer), torch.linspace(-1, 1, 12, dtype=torch.float64).reshape(4, 3)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.autograd.backward(layer(x).square().mean())
        optimizer.step()
    return [layer.weight.detach(), layer.bias.detach()]


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam])
def test_a_penalty_is_weight_decay_on_the_weights_alone(kind: Any) -> None:
    def pytorchs(layer: nn.Module) -> torch.optim.Optimizer:
        decayed = {"params": [layer.weight], "weight_decay": 0.6}
        return kind([decayed, {"params": [layer.bias]}], lr=0.1)

    mine = stepped(lambda layer: bridge.penalized(kind(layer.parameters(), lr=0.1), reference.l2_penalty, 0.3))
    for tensor, expected in zip(mine, stepped(pytorchs), strict=True):
        assert torch.allclose(tensor, expected)


def test_a_proximal_step_moves_weights_by_the_learner_and_biases_by_pytorch() -> None:
    sgd = lambda layer: torch.optim.SGD(layer.parameters(), lr=0.1)  # noqa: E731
    plain = stepped(sgd)
    same = stepped(lambda layer: bridge.proximal(sgd(layer), reference.l1_prox_step, 0.0))
    assert all(torch.allclose(tensor, expected) for tensor, expected in zip(plain, same, strict=True))
    weight, bias = stepped(lambda layer: bridge.proximal(sgd(layer), reference.l1_prox_step, 1.0), steps=20)
    assert (weight == 0).any()
    assert (bias != 0).all()
