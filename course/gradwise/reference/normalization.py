"""Notebook 03 by PyTorch: batch normalization forward, backward, at test time and folded, and its relatives."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import fusion

from .torch_numpy import Array, array, backward, tensor


def bn_forward_train(
    X: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """`torch.nn.functional.batch_norm` in training, and the mean and biased variance of each column of `X` (N, D)."""
    x = tensor(X)
    out = functional.batch_norm(x, None, None, tensor(gamma), tensor(beta), training=True, eps=eps)
    var, mean = torch.var_mean(x, dim=0, correction=0)
    return array(out), array(mean), array(var)


def update_running(
    running_mean: npt.ArrayLike, running_var: npt.ArrayLike, X: npt.ArrayLike, momentum: float = 0.1
) -> tuple[Array, Array]:
    """The running statistics that `torch.nn.functional.batch_norm` leaves after one training step."""
    mean, var = tensor(running_mean), tensor(running_var)
    functional.batch_norm(tensor(X), mean, var, training=True, momentum=momentum)
    return array(mean), array(var)


def bn_eval(
    X: npt.ArrayLike,
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    running_mean: npt.ArrayLike,
    running_var: npt.ArrayLike,
    eps: float = 1e-5,
) -> Array:
    """`torch.nn.functional.batch_norm` in evaluation."""
    mean, var, weight, bias = map(tensor, (running_mean, running_var, gamma, beta))
    return array(functional.batch_norm(tensor(X), mean, var, weight, bias, training=False, eps=eps))


def bn_backward(
    dout: npt.ArrayLike, X: npt.ArrayLike, gamma: npt.ArrayLike, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """The gradients of `torch.nn.functional.batch_norm` in training with respect to `X`, gamma and beta."""

    def forward(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        return functional.batch_norm(x, None, None, weight, bias, training=True, eps=eps)

    dX, dgamma, dbeta = backward(forward, [X, gamma, np.zeros(np.shape(gamma))], dout)
    return dX, dgamma, dbeta


def fold_bn(
    W: npt.ArrayLike,
    b: npt.ArrayLike,
    gamma: npt.ArrayLike,
    beta: npt.ArrayLike,
    running_mean: npt.ArrayLike,
    running_var: npt.ArrayLike,
    eps: float = 1e-5,
) -> tuple[Array, Array]:
    """`torch.nn.utils.fuse_linear_bn_weights` for weights `W` (in, out): the transpose of PyTorch's."""
    mean, var, weight, bias = map(tensor, (running_mean, running_var, gamma, beta))
    folded, shift = fusion.fuse_linear_bn_weights(tensor(W).T, tensor(b), mean, var, eps, weight, bias)
    return array(folded.T), array(shift)


class BatchNorm:
    """`torch.nn.BatchNorm1d` for NumPy arrays.

    Args:
        num_features: how many columns its input has.
        eps: added to the variance.
        momentum: the weight of the new batch in the running statistics.

    Attributes:
        training: whether it normalizes by the batch, or by its running statistics.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self._layer = nn.BatchNorm1d(num_features, eps, momentum, dtype=torch.float64)

    def __call__(self, X: npt.ArrayLike) -> Array:
        """The layer's output for `X` (N, D).

        Raises:
            ValueError: there is only one example, and it is training.
        """
        return array(self._layer(tensor(X)))

    def __getattr__(self, name: str) -> Any:
        return array(getattr(self._layer, _PYTORCHS[name])) if name in _PYTORCHS else getattr(self._layer, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _PYTORCHS:
            with torch.no_grad():
                getattr(self._layer, _PYTORCHS[name]).copy_(tensor(value))
        elif name == "training":
            self._layer.train(value)
        else:
            super().__setattr__(name, value)


_PYTORCHS = {"gamma": "weight", "beta": "bias", "running_mean": "running_mean", "running_var": "running_var"}


def bn2d(X: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, eps: float = 1e-5) -> Array:
    """`torch.nn.functional.batch_norm` in training, for images `X` (N, C, H, W)."""
    return array(functional.batch_norm(tensor(X), None, None, tensor(gamma), tensor(beta), training=True, eps=eps))


def layer_norm(X: npt.ArrayLike, gamma: npt.ArrayLike, beta: npt.ArrayLike, eps: float = 1e-5) -> Array:
    """`torch.nn.functional.layer_norm` over the features of `X` (N, D)."""
    return array(functional.layer_norm(tensor(X), np.shape(gamma), tensor(gamma), tensor(beta), eps))


def weight_standardization(W: npt.ArrayLike, eps: float = 1e-5) -> Array:
    """Weights `W` (in, out) with each unit's own mean taken away and divided by its own standard deviation.

    Qiao et al. (2019); computed as the batch normalization of `W`.
    """
    return array(functional.batch_norm(tensor(W), None, None, training=True, eps=eps))
