"""Shared by the museum's trainers: small data and small networks, in PyTorch."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

from .. import data, training  # training has PyTorch use one thread, which is quicker for these small networks, too

__all__ = [
    "Samples",
    "batches",
    "coins",
    "digits",
    "fitted",
    "moons",
    "network",
    "repeatable",
    "seeds",
    "share_right",
    "zeros_like",
]


@dataclass(frozen=True)
class Samples:
    """Features (n, d) and classes (n,) to learn from, to choose by and to be judged by."""

    X: Tensor
    y: Tensor
    X_val: Tensor
    y_val: Tensor
    X_test: Tensor
    y_test: Tensor


@cache
def digits() -> Samples:
    """Handwritten digits: 400 to learn from, 200 to choose by, 539 to be judged by."""
    return _samples(data.digits(), 400, 200)


@cache
def moons() -> Samples:
    """Two half-moons, with wrong labels among the 50 examples to learn from; 250 to choose by, 250 to be judged by."""
    split = data.moons(50, seed=3)
    X, y = torch.from_numpy(split.X_test).float(), torch.from_numpy(split.y_test)
    train = torch.from_numpy(split.X_train).float(), torch.from_numpy(split.y_train)
    return Samples(*train, X[:250], y[:250], X[250:], y[250:])


@cache
def coins() -> Samples:
    """Random numbers with coin flips for classes: nobody can be right more often than half of the time."""
    rng = np.random.default_rng(0)
    X, y = torch.from_numpy(rng.normal(size=(300, 10))).float(), torch.from_numpy(rng.integers(0, 2, 300))
    return Samples(X[:100], y[:100], X[100:200], y[100:200], X[200:], y[200:])


def fitted(hidden: Tensor, X: Tensor, y: Tensor) -> nn.Sequential:
    """A network for two classes with given weights (d, units) before its ReLU, and the best ones behind it.

    Args:
        hidden: the given weights.
        X: features, shape (n, d), that the output layer is fitted to by least squares.
        y: classes 0 and 1, shape (n,).
    """
    width, units = hidden.shape
    first, last = nn.Linear(width, units, bias=False), nn.Linear(units, 2, bias=False)
    net = nn.Sequential(first, nn.ReLU(), last).requires_grad_(False)
    first.weight.copy_(hidden.T)
    targets = nn.functional.one_hot(y, 2).float()
    last.weight.copy_(torch.linalg.lstsq(torch.relu(first(X)), targets).solution.T)
    return net


def _samples(split: data.Split, train: int, val: int) -> Samples:
    X, y = torch.from_numpy(split.X_train).float(), torch.from_numpy(split.y_train)
    chosen, judged = slice(train, train + val), torch.from_numpy(split.X_test).float()
    return Samples(X[:train], y[:train], X[chosen], y[chosen], judged, torch.from_numpy(split.y_test))


def network(*sizes: int) -> nn.Sequential:
    """Linear layers with ReLU between them."""
    pairs = [(nn.Linear(fan_in, fan_out), nn.ReLU()) for fan_in, fan_out in itertools.pairwise(sizes)]
    return nn.Sequential(*list(itertools.chain(*pairs))[:-1])


def zeros_like(net: nn.Module) -> list[Tensor]:
    """A zero for each number that the network learns."""
    return [torch.zeros_like(p) for p in net.parameters()]


def batches(X: Tensor, size: int) -> tuple[Tensor, ...]:
    """The places of all examples in a new order, cut into pieces of that size; the last may be shorter."""
    return torch.randperm(len(X)).tensor_split(tuple(range(size, len(X), size)))


def share_right(scores: Tensor, y: Tensor) -> float:
    """The share of examples whose largest score, in (n, classes), is that of their class, in (n,)."""
    return (scores.argmax(dim=1) == y).double().mean().item()


def seeds() -> range:
    """The seeds that each trainer runs with: 0, 1 and 2; where training is `quick`, 0."""
    return range(1 if training.quick() else 3)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """All of PyTorch's random numbers in here follow from the seed, and nobody else's change."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
