"""Notebook 04 by PyTorch: initial weights, the gain of an activation, symmetry, and transferred layers."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from .torch_numpy import Array, array, drawn_seed, repeatable, tensor


def fan_in_out(shape: Sequence[int]) -> tuple[int, int]:
    """Fan-in and fan-out of a weight in PyTorch's layout, (out, in, *kernel)."""
    fan_in, fan_out = nn.init._calculate_fan_in_and_fan_out(torch.empty(tuple(shape), device="meta"))
    return fan_in, fan_out


def xavier_uniform(n_in: int, n_out: int, rng: np.random.Generator, gain: float = 1) -> Array:
    """`torch.nn.init.xavier_uniform_`, as (in, out)."""
    return _drawn(lambda t, source: nn.init.xavier_uniform_(t, gain=gain, generator=source), n_in, n_out, rng)


def he_normal(n_in: int, n_out: int, rng: np.random.Generator, gain: float = 1) -> Array:
    """`torch.nn.init.kaiming_normal_` for ReLU, times `gain`, as (in, out)."""
    return gain * _drawn(
        lambda t, source: nn.init.kaiming_normal_(t, nonlinearity="relu", generator=source), n_in, n_out, rng
    )


def lecun_normal(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    """`torch.nn.init.kaiming_normal_` for a linear layer, which is LeCun's scheme, as (in, out)."""
    return _drawn(
        lambda t, source: nn.init.kaiming_normal_(t, nonlinearity="linear", generator=source), n_in, n_out, rng
    )


def orthogonal(n_in: int, n_out: int, rng: np.random.Generator, gain: float = 1) -> Array:
    """`torch.nn.init.orthogonal_`, as (in, out)."""
    return _drawn(lambda t, source: nn.init.orthogonal_(t, gain=gain, generator=source), n_in, n_out, rng)


def torch_linear_default(n_in: int, n_out: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """The parameters of a new `torch.nn.Linear(n_in, n_out)`: weights as (in, out), and biases."""
    with repeatable(drawn_seed(rng)):
        layer = nn.Linear(n_in, n_out, dtype=torch.float64)
    return array(layer.weight.T), array(layer.bias)


def gain(f: Callable[[Array], npt.ArrayLike]) -> float:
    """By what weights must be scaled so that normal numbers go through `f` and keep their size.

    Where `torch.nn.init.calculate_gain` derives its number (ReLU, leaky ReLU, linear), this gives the same.
    """
    z = torch.linspace(-12.0, 12.0, 120_001, dtype=torch.float64)
    share = torch.softmax(-z.square() / 2, dim=0)  # of each z under N(0, 1)
    return float(torch.rsqrt((share * tensor(f(array(z))).square()).sum()))


def signal_propagation(X: npt.ArrayLike, Ws: Sequence[npt.ArrayLike], f: Callable[[Array], npt.ArrayLike]) -> Array:
    """The standard deviation of each layer's output f(h W), from the first to the last."""
    h, stds = tensor(X), []
    for W in Ws:
        h = tensor(f(array(h @ tensor(W))))
        stds.append(h.std(correction=0))
    return array(torch.stack(stds))


def distinct_units(W: npt.ArrayLike, b: npt.ArrayLike, V: npt.ArrayLike) -> int:
    """Counts the different units of a hidden layer: weights in (d, H), biases (H,), weights out (H, K)."""
    units = torch.cat([tensor(W).T, tensor(b)[:, None], tensor(V)], dim=1)
    return len(torch.unique(units, dim=0))


def transfer_layers(
    src: Sequence[npt.ArrayLike], dst: Sequence[npt.ArrayLike], n: int
) -> tuple[list[Array], list[bool]]:
    """Copies of the first `n` arrays of `src` and of the others of `dst`; and which of them are to be trained."""
    params = [array(tensor(W)) for W in [*src[:n], *dst[n:]]]
    return params, [layer >= n for layer in range(len(params))]


def _drawn(
    fill: Callable[[torch.Tensor, torch.Generator], torch.Tensor], n_in: int, n_out: int, rng: np.random.Generator
) -> Array:
    """PyTorch's weight (out, in), filled at random, as (in, out)."""
    weight = torch.empty(n_out, n_in, dtype=torch.float64)
    return array(fill(weight, torch.Generator().manual_seed(drawn_seed(rng))).T)
