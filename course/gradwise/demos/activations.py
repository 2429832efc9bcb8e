"""Notebook 02, live: an activation, its derivative, and what a slope or an alpha does to both."""

from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt

from .. import plots, reference
from ..exercises import Curve
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]

_X = Curve.grid()
NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish")


PRESETS: dict[str, dict[str, Any]] = {
    "Leaky ReLU lets a little through": {},
    "The slide's max(αz, z), a slope above 1": {"alpha": 2.0, "slide_form": True},
    "ReLU: nothing comes back from the left": {"name": "relu"},
    "Sigmoid: a quarter at most": {"name": "sigmoid"},
    "Tanh: steep in the middle, flat outside": {"name": "tanh"},
    "ELU with α = 1: no corner": {"name": "elu", "alpha": 1.0},
    "ELU with α = 0.3: a corner": {"name": "elu", "alpha": 0.3},
    "GELU: it dips below zero": {"name": "gelu"},
}


def activation_explorer() -> Demo:
    """An activation and its derivative, with its parameter on a slider and the lecture's leaky ReLU on a switch."""
    controls = {
        "name": ipywidgets.Dropdown(options=NAMES, value="leaky_relu", description="activation"),
        "alpha": ipywidgets.FloatSlider(value=0.1, min=0.0, max=2.5, step=0.1, description="slope / α"),
        "slide_form": ipywidgets.Checkbox(value=False, description="max(αz, z), as on a slide", indent=False),
    }
    return Demo("Activations and their slopes", explore, controls, PRESETS)


def explore(name: str, alpha: float, slide_form: bool = False) -> View:
    """Draws an activation and its derivative, and says what is to be seen.

    Args:
        name: one of `NAMES`.
        alpha: the slope of leaky_relu or the alpha of elu; the others have none.
        slide_form: draw leaky ReLU as max(alpha z, z).
    """
    value, slope = curve(name, alpha, slide_form)
    fig, (left, right) = stage(2)
    for ax, y, label in ((left, value, "f(x)"), (right, slope, "f'(x)")):
        ax.axhline(0, color=plots.GREY, linewidth=0.5)
        ax.axvline(0, color=plots.GREY, linewidth=0.5)
        ax.plot(_X, y, color=plots.BLUE)
        ax.set(xlabel="x", ylabel=label, title=f"{name}: {label}")
    if slide_form and name == "leaky_relu":
        left.lines[-1].set_label("max(αz, z)")
        left.plot(_X, curve(name, alpha)[0], color=plots.RED, linestyle="--", label="leaky ReLU")
        left.legend()
    unused = {"leaky_relu": (), "elu": ("slide_form",)}.get(name, ("alpha", "slide_form"))
    return View(fig, finding(name, alpha, slide_form), frozenset(unused))


def curve(name: str, alpha: float, slide_form: bool = False) -> tuple[Array, Array]:
    """The activation and its derivative on the grid, by PyTorch."""
    if name == "leaky_relu" and slide_form:
        value = np.maximum(alpha * _X, _X)
        return value, np.gradient(value, _X)
    if name == "tanh":
        return np.tanh(_X), reference.tanh_grad(_X)
    args = (alpha,) if name in ("leaky_relu", "elu") else ()
    value = getattr(reference, name)(_X, *args)
    return value, np.gradient(value, _X)


def finding(name: str, alpha: float, slide_form: bool = False) -> str:
    """One sentence on what the picture shows, with its numbers."""
    value, slope = curve(name, alpha, slide_form)
    if name == "leaky_relu":
        if slide_form and alpha > 1:
            wrong = float(np.abs(value - curve(name, alpha)[0]).max())
            return f"With a slope of {alpha:.1f}, max(αz, z) picks the wrong piece on both sides, by up to {wrong:.1f}."
        return f"Left of 0 the slope is {alpha:.1f}: {_passing(alpha)} of a gradient passes there."
    if name == "elu":
        jump = abs(1 - alpha)
        corner = "no corner at 0" if jump < 0.05 else f"a corner at 0, where the slope jumps by {jump:.1f}"
        return f"With α = {alpha:.1f} the left side goes down to {-alpha:.1f}, and there is {corner}."
    return f"{name}'s slope is {slope.max():.2f} at most and {abs(slope[0]):.3f} at x = {_X[0]:g}."


def _passing(alpha: float) -> str:
    return "nothing" if alpha == 0 else f"{100 * alpha:.0f} %"
