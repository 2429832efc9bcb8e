"""Notebook 01, live: how large signals and gradients are in each layer of a deep network, and what clipping changes."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import data, plots, reference
from ..experiments import networks
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

NAMES = tuple(networks.ACTIVATIONS)
_WIDTH, _EXAMPLES = 50, 64


@dataclass(frozen=True)
class Sizes:
    """Root mean squares, one number a layer from the first to the last.

    Attributes:
        activations: of what the hidden layers give.
        deltas: of the gradients with respect to the pre-activations.
        weights: of the gradients with respect to the weights.
        norm: the norm of the gradients of all weights and biases together.
        ratio: the first delta over the last.
        label: what the report calls that.
    """

    activations: Array
    deltas: Array
    weights: Array
    norm: float
    ratio: float
    label: str


PRESETS: dict[str, dict[str, Any]] = {
    "20 layers of sigmoids: nothing arrives": {},
    "The gradients of the weights look healthy": {"name": "tanh", "scale": 10**-0.3},
    "ReLU at He's scale": {"name": "ReLU", "scale": 10**0.15},
    "ReLU, a little too large": {"name": "ReLU", "scale": 10**0.4},
    "Exploding, and clipped": {"name": "ReLU", "scale": 10**0.6, "clip": True},
    "Few layers forgive everything": {"name": "sigmoid", "depth": 2},
}


def gradient_flow() -> Demo:
    """A deep network before its first step, with depth, activation, weight scale and clipping on controls."""
    controls = {
        "name": ipywidgets.Dropdown(options=NAMES, value="sigmoid", description="activation"),
        "depth": ipywidgets.IntSlider(value=20, min=1, max=30, description="hidden layers"),
        "scale": ipywidgets.FloatLogSlider(value=1.0, min=-1, max=1.5, step=0.05, description="weight scale"),
        "clip": ipywidgets.Checkbox(value=False, description="clip the gradient's norm", indent=False),
        "max_norm": ipywidgets.FloatLogSlider(value=1.0, min=-3, max=3, step=0.25, description="max norm"),
    }
    return Demo("Gradients in a deep network", flow, controls, PRESETS)


def flow(name: str, depth: int, scale: float, clip: bool = False, max_norm: float = 1.0) -> View:
    """Draws how large activations, deltas and gradients of weights are in each layer, and says what is to be seen.

    Args:
        name: one of `NAMES`.
        depth: number of hidden layers.
        scale: a weight's standard deviation times the square root of its layer's inputs.
        clip: whether the gradient is clipped.
        max_norm: the largest norm that clipping leaves.
    """
    sizes = measure(name, depth, scale)
    fig, (left, right) = stage(2, 3.6, left=0.095)
    layers = np.arange(1, depth + 2)
    left.plot(layers[:-1], _drawn(sizes.activations), ".-", color=plots.BLUE, label="activations")
    left.plot(layers, _drawn(sizes.deltas), ".-", color=plots.RED, label="deltas")
    right.plot(layers, _drawn(sizes.weights), ".-", color=plots.GREY, label="gradients of the weights")
    if clip:
        right.plot(layers, _drawn(sizes.weights * _factor(sizes, max_norm)), ".-", color=plots.GREEN, label="clipped")
    for ax in (left, right):
        ax.set(xlabel="layer", xticks=range(1, depth + 2, 1 + depth // 8))
        ax.legend(ncols=2, frameon=False, loc="lower center", bbox_to_anchor=(0.5, 0.99))
    left.set(ylabel="log10 of the size (RMS)")
    return View(fig, finding(sizes, clip, max_norm), frozenset(() if clip else ("max_norm",)))


def measure(name: str, depth: int, scale: float) -> Sizes:
    """One pass forward and one back, on digits."""
    (f, df), digits = networks.ACTIVATIONS[name], _digits()
    Ws, bs = networks.random_weights([64, *[_WIDTH] * depth, 10], scale)
    out, zs, hs = reference.mlp_forward(digits.X_train[:_EXAMPLES], Ws, bs, f)
    _, dout = reference.softmax_cross_entropy(out, digits.y_train[:_EXAMPLES])
    dWs, dbs, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
    rms, ratio, label = reference.gradient_report(deltas)
    activations = reference.gradient_report(hs[1:-1])[0]
    norm = reference.clip_grad_norm([*dWs, *dbs], 1.0)[1]
    return Sizes(activations, rms, reference.gradient_report(dWs)[0], norm, ratio, label)


def finding(sizes: Sizes, clip: bool, max_norm: float) -> str:
    """One sentence or two on what the picture shows, with its numbers."""
    first = f"Layer 1 gets {sizes.ratio:.1e} of the last layer's delta: {sizes.label}."
    if not clip:
        return f"{first} The norm of the whole gradient is {sizes.norm:.1e}."
    factor = _factor(sizes, max_norm)
    if factor == 1:
        return f"{first} The norm is {sizes.norm:.1e}, not above {max_norm:.1e}: clipping changes nothing."
    return f"{first} The norm is {sizes.norm:.1e}: clipping multiplies all gradients by {factor:.1e}; no ratio changes."


@cache
def _digits() -> data.Split:
    return data.digits()


def _factor(sizes: Sizes, max_norm: float) -> float:
    return min(1.0, max_norm / (sizes.norm + 1e-6))


def _drawn(sizes: Array) -> Array:
    """Powers of ten: they are drawn three times as fast as a logarithmic axis. Nothing is drawn for 0."""
    return np.log10(np.where(sizes > 0, sizes, np.nan))
