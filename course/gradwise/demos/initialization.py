"""Notebook 04, live: how large a signal is after each layer, for weights of any size."""

from collections.abc import Callable
from functools import cache
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import plots, reference
from .frame import Demo, View, plain_logs, stage

Array = npt.NDArray[np.float64]

NAMES = ("linear", "tanh", "sigmoid", "relu", "leaky_relu", "elu", "selu", "silu")
LAYERS, WIDTH = 20, 64
SCALES = np.geomspace(0.25, 4.0, 17)  # of the weights: their standard deviation times the root of the fan-in


PRESETS: dict[str, dict[str, Any]] = {
    "Tanh with Xavier's weights": {},
    "Tanh with four times as much, as on a slide": {"scale": 4.0},
    "ReLU with Xavier's: half is lost in each layer": {"name": "relu"},
    "ReLU with He's: √2": {"name": "relu", "scale": 2.0**0.5},
    "PyTorch's default for a ReLU network": {"name": "relu", "scale": 2.0**-0.75},
    "Sigmoid does not care, and that is its trouble": {"name": "sigmoid", "scale": 1.0},
    "SELU keeps its signal with LeCun's": {"name": "selu"},
    "No activation at all, twice too large": {"name": "linear", "scale": 2.0},
}


def signal_explorer() -> Demo:
    """The signal's size by layer: an activation to choose, and the scale of the weights on a slider."""
    controls = {
        "name": ipywidgets.Dropdown(options=NAMES, value="tanh", description="activation"),
        "scale": ipywidgets.FloatLogSlider(value=1.0, base=2, min=-2, max=2, step=0.25, description="scale"),
    }
    return Demo("A signal on its way through 20 layers", explore, controls, PRESETS)


def explore(name: str, scale: float) -> View:
    """Draws how the signal fares, and says what is to be seen.

    Args:
        name: one of `NAMES`.
        scale: the standard deviation of the weights, times the root of the fan-in.
    """
    by_layer, last = stds(name, scale), at_the_end(name)
    limits = (last.min() / 3, max(1.0, last.max()) * 3)
    fig, (left, right) = stage(2)
    left.plot(range(1, LAYERS + 1), by_layer, marker=".", color=plots.BLUE)
    left.set(xlabel="layer", ylabel="standard deviation of h", yscale="log", ylim=limits)
    left.set_title(f"{name}, weights of std {scale:.2f}/√n")
    right.plot(SCALES, last, color=plots.GREY)
    right.plot(scale, by_layer[-1], "o", color=plots.BLUE)
    right.axvline(balance(name), color=plots.RED, linestyle="--", linewidth=1, label="1/√E[f(z)²]")
    right.set(
        xlabel="scale of the weights", ylabel=f"std after layer {LAYERS}", xscale="log", yscale="log", ylim=limits
    )
    right.set_xticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"])
    plain_logs(left)
    plain_logs(right)
    right.legend(frameon=False)
    return View(fig, finding(name, scale))


def finding(name: str, scale: float) -> str:
    """One sentence on what the picture shows, with its numbers."""
    first, last = stds(name, scale)[[0, -1]]
    sentence = f"{name} with weights of std {scale:.2f}/√n: the signal's std is {first:.2g} after layer 1"
    factor = (last / first) ** (1 / (LAYERS - 1))
    how = "about the same" if 0.98 < factor < 1.02 else f"{factor:.2g} times as large"
    return f"{sentence} and {last:.2g} after layer {LAYERS}; on average each layer leaves it {how}."


@cache
def stds(name: str, scale: float) -> Array:
    """The signal's standard deviation after each layer: PyTorch's, as in `reference`."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, WIDTH))
    Ws = [scale * rng.normal(size=(WIDTH, WIDTH)) / WIDTH**0.5 for _ in range(LAYERS)]
    return reference.signal_propagation(X, Ws, _function(name))


@cache
def at_the_end(name: str) -> Array:
    """The same after the last layer, for each of `SCALES`."""
    return np.array([stds(name, float(scale))[-1] for scale in SCALES])


@cache
def balance(name: str) -> float:
    """The scale at which normal numbers keep their size on average."""
    return reference.gain(_function(name))


def _function(name: str) -> Callable[[Array], Array]:
    special: dict[str, Callable[[Array], Array]] = {
        "linear": lambda z: z,
        "tanh": np.tanh,
        "leaky_relu": lambda z: reference.leaky_relu(z, 0.2),
    }
    return special[name] if name in special else getattr(reference, name)
