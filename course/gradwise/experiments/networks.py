"""Notebooks 01, 03 and 04, experiments: activations with slopes, weights, signals through layers, a band by layer."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from torch import nn

from .. import plots, reference

__all__ = [
    "ACTIVATIONS",
    "Function",
    "by_layer",
    "layer_spread",
    "random_weights",
    "share_right",
    "through_layers",
    "weights_of",
]

Array = npt.NDArray[np.float64]

Function = Callable[..., Any]

# Name -> (f, its slope), both by PyTorch. Notebook 02 asks for them in NumPy.
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "sigmoid": (reference.sigmoid, reference.sigmoid_grad),
    "tanh": (np.tanh, reference.tanh_grad),
    "ReLU": (reference.relu, lambda z: reference.relu_backward(np.ones(np.shape(z)), z)),
    "leaky ReLU": (lambda z: reference.leaky_relu(z, 0.1), lambda z: reference.leaky_relu_grad(z, 0.1)),
}


def random_weights(sizes: Sequence[int], scale: float = 1.0, seed: int = 0) -> tuple[list[Array], list[Array]]:
    """Weights and biases of a network, layer by layer: normal numbers, and zeros.

    Args:
        sizes: number of features, of units in each hidden layer, and of outputs.
        scale: a weight's standard deviation is ``scale / sqrt(inputs of its layer)``.
        seed: which numbers.
    """
    rng = np.random.default_rng(seed)
    pairs = list(itertools.pairwise(sizes))
    Ws = [rng.normal(0, scale / np.sqrt(fan_in), (fan_in, fan_out)) for fan_in, fan_out in pairs]
    return Ws, [np.zeros(fan_out) for _, fan_out in pairs]


def weights_of(model: nn.Sequential) -> list[Array]:
    """The weights of the linear layers of an `mlp`, as (in, out), the first layer's first."""
    return [np.array(layer.weight.detach().numpy().T) for layer in model if isinstance(layer, nn.Linear)]


def share_right(scores: npt.ArrayLike, y: npt.NDArray[np.int64]) -> float:
    """The share of examples whose largest score, of those in its row (N, K), is that of their class."""
    return float(np.mean(np.argmax(scores, axis=1) == y))


def through_layers(
    X: Array,
    activation: Callable[[Array], Array],
    measure: Callable[[Array], float],
    *,
    gain: float,
    normalize: Callable[[Array], Array],
    seed: int,
    depth: int = 10,
    width: int = 64,
) -> list[float]:
    """Measures what goes into each activation of a network without biases.

    Args:
        X: examples, shape (n, d).
        activation: of every layer.
        measure: one number for the input of an activation, shape (n, width).
        gain: the weights' standard deviation times the square root of the number of a layer's inputs.
        normalize: what stands before each activation.
        seed: of the weights.
        depth: number of layers.
        width: units in each.
    """
    rng, H, numbers = np.random.default_rng(seed), X, []
    for _ in range(depth):
        H = normalize(H @ rng.normal(0, gain / np.sqrt(H.shape[1]), (H.shape[1], width)))
        numbers.append(float(measure(H)))
        H = activation(H)
    return numbers


def by_layer(ax: Axes, curves: Sequence[Sequence[float]], label: str, **style: Any) -> None:
    """Draws a number for each layer from 1 on, on a log axis: the median of several runs, and a band over all."""
    values = np.asarray(curves)
    layers = np.arange(1, values.shape[1] + 1)
    (line,) = ax.plot(layers, np.median(values, axis=0), marker=".", label=label, **style)
    ax.fill_between(layers, values.min(axis=0), values.max(axis=0), color=line.get_color(), alpha=0.2, linewidth=0)
    ax.set(yscale="log", xlabel="layer")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def layer_spread(ax: Axes, runs: Sequence[Sequence[float]], label: str, *, says: str, title: str) -> None:
    """Draws standard deviations by layer, with numbers of the middle run in the legend.

    Args:
        ax: where to draw.
        runs: a standard deviation for each layer, for each run.
        label: what is drawn.
        says: what the legend adds, with {last} and {first_to_last} of the middle run in it.
        title: of the panel.
    """
    middle = np.median(runs, axis=0)
    numbers = says.format(last=middle[-1], first_to_last=middle[0] / middle[-1])
    by_layer(ax, runs, f"{label}: {numbers}")
    ax.set(ylabel="standard deviation", title=title)
    plots.legend_below(ax)
