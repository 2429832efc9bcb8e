"""Notebook 02 by PyTorch: activations, their derivatives, and the losses that go with output activations."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from .torch_numpy import Array, array, backward, derivative, drawn_seed, repeatable, tensor, value

# Older versions of PyTorch lose the digits of ELU and SELU near 0.
_KEEPS_DIGITS = bool(functional.elu(torch.tensor(-1e-20, dtype=torch.float64)) < 0)


def sigmoid(x: npt.ArrayLike) -> Array:
    """`torch.sigmoid`."""
    return value(torch.sigmoid, x)


def sigmoid_grad(x: npt.ArrayLike) -> Array:
    """The derivative of `torch.sigmoid` at `x`."""
    return derivative(torch.sigmoid, x)


def tanh_grad(x: npt.ArrayLike) -> Array:
    """The derivative of `torch.tanh` at `x`."""
    return derivative(torch.tanh, x)


def relu(x: npt.ArrayLike) -> Array:
    """`torch.relu`."""
    return value(torch.relu, x)


def relu_backward(dout: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """The gradient that `torch.relu` sends back: `dout` where it lets the signal through."""
    return backward(torch.relu, [x], dout)[0]


def leaky_relu(x: npt.ArrayLike, negative_slope: float = 0.01) -> Array:
    """`torch.nn.functional.leaky_relu`."""
    return value(functional.leaky_relu, x, negative_slope)


def leaky_relu_grad(x: npt.ArrayLike, negative_slope: float = 0.01) -> Array:
    """The derivative of `torch.nn.functional.leaky_relu` at `x`."""
    return derivative(functional.leaky_relu, x, negative_slope)


def prelu_backward(dout: npt.ArrayLike, x: npt.ArrayLike, weight: npt.ArrayLike) -> tuple[Array, Array]:
    """The gradients of `torch.nn.functional.prelu` with respect to `x` (N, C) and its slopes `weight` (C,)."""
    dx, dweight = backward(functional.prelu, [x, weight], dout)
    return dx, dweight


def elu(x: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """`torch.nn.functional.elu`, with all digits near 0 whatever the version of PyTorch."""
    return value(functional.elu if _KEEPS_DIGITS else _elu, x, alpha)


def elu_grad(x: npt.ArrayLike, alpha: float = 1.0) -> Array:
    """The derivative of `torch.nn.functional.elu` at `x`."""
    return derivative(functional.elu, x, alpha)


def rrelu(
    x: npt.ArrayLike, lower: float, upper: float, training: bool, rng: np.random.Generator | None = None
) -> Array:
    """`torch.nn.functional.rrelu`; in training its slopes are drawn from `rng`."""
    if not training:
        return array(functional.rrelu(tensor(x), lower, upper, training=False))
    with repeatable(drawn_seed(rng)):
        return array(functional.rrelu(tensor(x), lower, upper, training=True))


def crelu(x: npt.ArrayLike) -> Array:
    """`torch.relu` of `x` and of `-x`, side by side along axis 1 (Shang et al., 2016)."""
    t = tensor(x)
    return array(torch.cat([torch.relu(t), torch.relu(-t)], dim=1))


def selu(x: npt.ArrayLike) -> Array:
    """`torch.nn.functional.selu`, with all digits near 0 whatever the version of PyTorch."""
    return value(functional.selu if _KEEPS_DIGITS else _selu, x)


def gelu(x: npt.ArrayLike) -> Array:
    """`torch.nn.functional.gelu`, the exact form with erf."""
    return value(functional.gelu, x)


def silu(x: npt.ArrayLike) -> Array:
    """`torch.nn.functional.silu`, also known as Swish."""
    return value(functional.silu, x)


def mish(x: npt.ArrayLike) -> Array:
    """`torch.nn.functional.mish`."""
    return value(functional.mish, x)


def softmax_cross_entropy(Z: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, Array]:
    """`torch.nn.functional.cross_entropy` of logits `Z` (N, K) and classes `y` (N,), and its gradient."""
    classes = torch.tensor(np.asarray(y, dtype=np.int64))
    return _loss(lambda logits: functional.cross_entropy(logits, classes), Z)


def mse_loss(y_hat: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, Array]:
    """`torch.nn.functional.mse_loss` and its gradient with respect to `y_hat`."""
    return _loss(lambda prediction: functional.mse_loss(prediction, tensor(y)), y_hat)


def binary_cross_entropy_with_logits(z: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, Array]:
    """`torch.nn.functional.binary_cross_entropy_with_logits` and its gradient with respect to `z`."""
    return _loss(lambda logits: functional.binary_cross_entropy_with_logits(logits, tensor(y)), z)


def dead_fraction(H: npt.ArrayLike) -> float:
    """The share of columns of `H` (N, units) with no positive entry."""
    return float((tensor(H) <= 0).all(dim=0).double().mean())


def _elu(t: torch.Tensor, alpha: float) -> torch.Tensor:
    """ELU by the hyperbolic tangent, which keeps the digits near 0."""
    half = torch.tanh(-torch.relu(-t) / 2)
    return torch.relu(t) + alpha * 2 * half / (1 - half)


def _selu(t: torch.Tensor) -> torch.Tensor:
    scale = functional.selu(torch.ones(1, dtype=t.dtype))
    return scale * _elu(t, float(-functional.selu(torch.full((1,), -1e9, dtype=t.dtype)) / scale))


def _loss(function: Callable[[torch.Tensor], torch.Tensor], x: npt.ArrayLike) -> tuple[float, Array]:
    t = tensor(x).requires_grad_()
    with torch.enable_grad():
        loss = function(t)
        torch.autograd.backward(loss)
    assert t.grad is not None
    return loss.item(), array(t.grad)
