"""A learner's batch normalization inside a PyTorch network."""

from typing import Any

import numpy as np
import pytest
import torch
from gradwise import bridge, data, reference, training
from gradwise.errors import NotWrittenYet
from torch import nn


def layer(num_features: int = 3, **options: float) -> bridge.Normalization:
    return bridge.Normalization(reference.BatchNorm, reference.bn_backward, num_features, **options)


def batch(n: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(2, 3, (n, 3))).requires_grad_()


def test_a_learners_batch_norm_trains_like_pytorchs() -> None:
    digits = data.digits()

    def run(norm: Any) -> training.Run:
        return training.fit(training.mlp([64, 16, 10], nn.ReLU, norm=norm, seed=3), digits, num_epochs=2, lr=0.1)

    mine, theirs = run(layer), run(lambda units: nn.BatchNorm1d(units, dtype=torch.float64))
    assert mine.losses == pytest.approx(theirs.losses, rel=1e-9)
    assert mine.accuracies == theirs.accuracies


@pytest.mark.parametrize("mode", [True, False])
def test_output_and_gradients_are_pytorchs_in_both_modes(mode: bool) -> None:
    mine, theirs = layer(eps=0.1, momentum=0.3), nn.BatchNorm1d(3, 0.1, 0.3, dtype=torch.float64)
    results = []
    for norm in (mine, theirs):
        with torch.no_grad():
            norm.weight.copy_(torch.tensor([2.0, -1.0, 0.5]))
            norm.bias.copy_(torch.tensor([1.0, 0.0, -3.0]))
        norm(batch(5, seed=1))
        norm.train(mode)
        x = batch(4)
        out = norm(x)
        out.pow(3).sum().backward()
        results.append([out.detach(), x.grad, norm.weight.grad, norm.bias.grad])
    for actual, expected in zip(*results, strict=True):
        assert torch.allclose(actual, expected)


def test_the_memory_is_the_learners_objects() -> None:
    norm = layer(momentum=0.5)
    norm(batch(6))
    assert [name for name, _ in norm.named_buffers()] == []
    assert np.allclose(norm.learners.running_mean, 0.5 * batch(6).detach().numpy().mean(axis=0))


def test_the_layer_is_told_its_mode_at_each_call() -> None:
    norm = layer()
    norm(batch(4))
    before = norm.learners.running_mean
    norm.eval()
    norm(batch(1))
    assert not norm.learners.training
    assert np.array_equal(norm.learners.running_mean, before)
    norm.train()
    with pytest.raises(ValueError, match="Expected more than 1 value"):
        norm(batch(1))


def test_the_learner_cannot_change_the_parameters() -> None:
    class Greedy(reference.BatchNorm):
        def __call__(self, X: Any) -> Any:
            X[...] = 0.0
            return super().__call__(X)

    norm, x = bridge.Normalization(Greedy, reference.bn_backward, 3), batch(4)
    norm(x)
    assert x.abs().min() > 0


def test_what_is_missing_is_named() -> None:
    class BatchNorm:
        def __init__(self, num_features: int, eps: float, momentum: float) -> None:
            self.begun = True

        def __call__(self, X: Any) -> Any:
            raise NotImplementedError

    class Nothing(BatchNorm):
        def __init__(self, *args: Any) -> None:
            raise NotImplementedError

    def bn_backward(*args: Any) -> Any:
        raise NotImplementedError

    with pytest.raises(NotWrittenYet, match="needs your `Nothing`"):
        bridge.Normalization(Nothing, bn_backward, 3)
    with pytest.raises(NotWrittenYet, match="needs your `BatchNorm`"):
        bridge.Normalization(BatchNorm, bn_backward, 3)(batch(4))
    with pytest.raises(NotWrittenYet, match="needs your `bn_backward`"):
        bridge.Normalization(reference.BatchNorm, bn_backward, 3)(batch(4)).sum().backward()
