"""Initial weights made by a learner's functions, and layers that a learner moves from one network to another."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .calling import Function, call, tensor


class Initializer:
    """Fills linear layers with what a learner's function draws: for `training.mlp`.

    A learner's weights are (in, out); PyTorch stores (out, in). All layers of a network share one generator.

    Args:
        function: ``function(n_in, n_out, rng, *args)``, which gives W, or W and b. Without b, biases start at 0.
        args: what it gets besides, for instance a gain.
        seed: of the generator.

    Raises:
        NotWrittenYet: when it is used while the function is not written.
        ValueError: when the function gives another shape.
    """

    def __init__(self, function: Function, *args: float, seed: int = 0) -> None:
        self._function = function
        self._args = args
        self._rng = np.random.default_rng(seed)

    def __call__(self, layer: nn.Linear) -> None:
        """Fills a layer."""
        drawn = call(self._function, layer.in_features, layer.out_features, self._rng, *self._args)
        W, b = drawn if isinstance(drawn, tuple) else (drawn, np.zeros(layer.out_features))
        with torch.no_grad():
            layer.weight.copy_(_same_size(W, layer.weight.T).T)
            layer.bias.copy_(_same_size(b, layer.bias))


def transfer(function: Function, source: nn.Sequential, target: nn.Sequential, n: int) -> nn.Sequential:
    """Moves layers from a trained network into a new one, and freezes them, as a learner's function says.

    Args:
        function: ``function(src, dst, n) -> (params, trainable)`` for lists with one array for each layer.
        source: the network to take from.
        target: the network to change.
        n: how many layers are taken.

    Returns:
        The target.

    Raises:
        NotWrittenYet: the function is not written.
        ValueError: the function gives another number of layers, or another shape.
    """
    theirs, ours = _linear(source), _linear(target)
    weights = call(function, _values(theirs, "weight"), _values(ours, "weight"), n)
    biases = call(function, _values(theirs, "bias"), _values(ours, "bias"), n)
    for layer, W, b, trainable in zip(ours, weights[0], biases[0], weights[1], strict=True):
        with torch.no_grad():
            layer.weight.copy_(_same_size(W, layer.weight.T).T)
            layer.bias.copy_(_same_size(b, layer.bias))
        layer.requires_grad_(bool(trainable))
    return target


def _linear(model: nn.Sequential) -> list[nn.Linear]:
    return [layer for layer in model if isinstance(layer, nn.Linear)]


def _values(layers: list[nn.Linear], name: str) -> list[npt.NDArray[np.float64]]:
    """Copies of the weights, as (in, out), or of the biases: what a learner does to them must not reach the network."""
    return [np.array(getattr(layer, name).detach().numpy().T) for layer in layers]


def _same_size(value: Any, like: torch.Tensor) -> torch.Tensor:
    if np.shape(value) != tuple(like.shape):
        raise ValueError(f"your function gave shape {np.shape(value)}; wanted {tuple(like.shape)}")
    return tensor(value, like)
