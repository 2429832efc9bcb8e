"""Notebook 06, live: a race of optimizers down a surface, and a switchboard of conventions.

Every path is PyTorch's own: `torch.optim` steps a tensor of two weights.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import ipywidgets
import numpy as np
import numpy.typing as npt
import torch

from .. import plots
from ..experiments.surfaces import OBLIQUE, RAVINE, ROSENBROCK, SADDLE, contours, steps_until
from ..wording import counted
from .frame import Demo, View, stage

Array = npt.NDArray[np.float64]
Make = Callable[[list[torch.Tensor]], torch.optim.Optimizer]

SURFACES = {surface.name: surface for surface in (RAVINE, OBLIQUE, ROSENBROCK, SADDLE)}
STEPS = 120
SWITCHES = (
    "momentum: average (lecture) or sum (PyTorch)",
    "momentum: rate inside (lecture) or outside (PyTorch)",
    "RMSProp: ε inside (lecture) or outside (PyTorch) the root",
    "running mean: momentum for the old (lecture, Keras) or the new value (PyTorch)",
)

# --- the race ---------------------------------------------------------------------------------------


RACES: dict[str, dict[str, Any]] = {
    "A ravine, 100 times steeper across": {},
    "SGD beyond its limit, 2/100": {"lr": 10**-1.6, "beta1": 0.0},
    "Momentum 0.9 holds at the same rate": {"lr": 10**-1.6},
    "Turned by 45°: one rate for each weight does not help": {"surface": OBLIQUE.name, "step": 80},
    "Rosenbrock's valley": {"surface": ROSENBROCK.name, "lr": 10**-2.3, "step": 120},
    "A saddle: who leaves it first?": {"surface": SADDLE.name, "lr": 10**-1.0, "step": 50},
    "Adam without momentum": {"surface": ROSENBROCK.name, "beta1": 0.0, "step": 120},
}
COMPARISONS: dict[str, dict[str, Any]] = {
    "Average or sum: a tenth of the speed": {},
    "Translated: the same path": {"rescale": True},
    "The rate inside or outside: the same …": {"switch": SWITCHES[1]},
    "… until the rate is cut": {"switch": SWITCHES[1], "cut": True},
    "Where ε stands: invisible at 1e-8": {"switch": SWITCHES[2]},
    "Where ε stands: plain at 0.1": {"switch": SWITCHES[2], "log_eps": -1},
    "Keras's momentum and PyTorch's": {"switch": SWITCHES[3]},
}


def optimizer_race() -> Demo:
    """Five optimizers run down a surface; the play button moves them, the sliders set their rates and betas."""
    late = {"readout_format": ".3g", "continuous_update": False}
    step = ipywidgets.IntSlider(value=40, min=0, max=STEPS, description="step")
    controls = {
        "surface": ipywidgets.Dropdown(options=list(SURFACES), description="surface"),
        "step": step,
        "lr": ipywidgets.FloatLogSlider(value=0.01, min=-4, max=0, step=0.1, description="rate, SGD …", **late),
        "adaptive_lr": ipywidgets.FloatLogSlider(
            value=0.1, min=-3, max=0.4, step=0.1, description="rate, Adam …", **late
        ),
        "beta1": ipywidgets.FloatSlider(value=0.9, min=0, max=0.99, step=0.01, description="momentum, β₁", **late),
        "beta2": ipywidgets.FloatSlider(value=0.95, min=0.5, max=0.999, step=0.001, description="α, β₂", **late),
    }
    play = ipywidgets.Play(value=step.value, min=0, max=STEPS, step=2, interval=250)
    ipywidgets.jslink((play, "value"), (step, "value"))
    return Demo("A race down a surface", race, controls, RACES, above=(play,))


def race(surface: str, step: int, lr: float, adaptive_lr: float, beta1: float, beta2: float) -> View:
    """Draws the paths up to a step, and says who is ahead.

    Args:
        surface: one of `SURFACES`.
        step: how far the race has gone.
        lr: the rate of SGD, momentum and Nesterov.
        adaptive_lr: the rate of RMSProp and Adam.
        beta1: the momentum, and Adam's first beta.
        beta2: RMSProp's alpha, and Adam's second beta.
    """
    paths = all_paths(surface, lr, adaptive_lr, beta1, beta2)
    floor = SURFACES[surface]
    fig, (left, right) = stage(2, 3.8)
    contours(left, floor)
    for name, path in paths.items():
        left.plot(*path[: step + 1].T, linewidth=1.6, marker="o", markevery=[step], markersize=5)
        right.plot(np.log10(np.maximum(floor.value(path) - floor.lowest, 1e-12))[: step + 1], label=name)
    right.axhline(-6, color=plots.GREY, linewidth=0.5)
    right.set(xlabel="step", ylabel="log10 of loss above the lowest", xlim=(0, STEPS), ylim=(-9, 3))
    left.set_title(surface)
    right.legend(loc="upper right")
    return View(fig, race_finding(surface, step, paths))


def race_finding(surface: str, step: int, paths: dict[str, Array]) -> str:
    """Says who is ahead, who is lost, and after how many steps each stays within a millionth of the lowest."""
    floor = SURFACES[surface]
    losses = {name: float(floor.value(path[step]) - floor.lowest) for name, path in paths.items()}
    alive = {name: loss for name, loss in losses.items() if np.isfinite(loss)}
    lost = [name for name in losses if name not in alive]
    first = min(alive, key=lambda name: alive[name]) if alive else ""
    parts = [f"After {counted(step, 'step')} {first} is lowest, at {alive[first]:.2g}."] if alive else []
    if lost:
        parts.append(f"{', '.join(lost)}: out of bounds.")
    steps = {name: steps_until(path, floor) for name, path in paths.items()}
    reached = ", ".join(f"{name} {count}" for name, count in steps.items() if count is not None)
    parts.append(
        f"Below 1e-6 to the end after: {reached}." if reached else f"Nobody stays below 1e-6 in {STEPS} steps."
    )
    return " ".join(parts)


@lru_cache(32)
def all_paths(surface: str, lr: float, adaptive_lr: float, beta1: float, beta2: float) -> dict[str, Array]:
    """The path of each optimizer, shape (STEPS + 1, 2)."""
    optim, floor = torch.optim, SURFACES[surface]
    racers: dict[str, Make] = {
        "SGD": lambda p: optim.SGD(p, lr),
        "momentum": lambda p: optim.SGD(p, lr, momentum=beta1),
        "Nesterov": lambda p: optim.SGD(p, lr, momentum=beta1, nesterov=beta1 > 0),
        "RMSProp": lambda p: optim.RMSprop(p, adaptive_lr, alpha=beta2),
        "Adam": lambda p: optim.Adam(p, adaptive_lr, betas=(beta1, beta2)),
    }
    return {name: ride(make, floor.gradient, floor.start, STEPS) for name, make in racers.items()}


def ride(make: Make, gradient: Callable[[Array], Array], start: Any, num_steps: int) -> Array:
    """The path of a PyTorch optimizer from a start, shape (num_steps + 1, 2); nan once it is out of bounds."""
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    path = np.full((num_steps + 1, len(start)), np.nan)
    path[0] = start
    w.grad = torch.zeros_like(w)
    here, slope = w.detach().numpy(), w.grad.numpy()
    for step in range(1, num_steps + 1):
        slope[:] = gradient(here)
        optimizer.step()
        if not np.all(np.abs(here) < 1e6):
            break
        path[step] = here
    return path


# --- the switchboard --------------------------------------------------------------------------------


def convention_switchboard() -> Demo:
    """Two conventions side by side: when does the choice change the numbers, and when is it invisible?"""
    controls = {
        "switch": ipywidgets.Dropdown(options=SWITCHES, description="convention"),
        "beta": ipywidgets.FloatSlider(value=0.9, min=0.0, max=0.99, step=0.01, description="β (momentum)"),
        "lr": ipywidgets.FloatLogSlider(value=0.01, min=-4, max=-1, step=0.1, description="learning rate"),
        "log_eps": ipywidgets.IntSlider(value=-8, min=-12, max=-1, description="log10 ε"),
        "cut": ipywidgets.Checkbox(value=False, description="cut the rate to a tenth at step 30", indent=False),
        "rescale": ipywidgets.Checkbox(value=False, description="translate: average's rate / (1 - β)", indent=False),
    }
    return Demo("The switchboard of conventions", switchboard, controls, COMPARISONS)


def switchboard(switch: str, beta: float, lr: float, log_eps: int, cut: bool, rescale: bool) -> View:
    """Draws one quantity under two conventions, and how far they are apart.

    Args:
        switch: one of `SWITCHES`.
        beta: the momentum, or RMSProp's alpha, or the momentum of a running mean.
        lr: learning rate.
        log_eps: the power of ten of RMSProp's epsilon.
        cut: whether the rate falls to a tenth half-way.
        rescale: whether the average's rate is divided by 1 - beta, which makes it the sum.
    """
    lecture, pytorch = both(switch, beta, lr, 10.0**log_eps, cut, rescale)
    apart = np.abs(lecture - pytorch)
    fig, (left, right) = stage(2, left=0.09)
    left.plot(pytorch, color=plots.BLUE, linewidth=4, alpha=0.4, label="PyTorch")
    left.plot(lecture, color=plots.RED, linewidth=1.3, label="the other convention")
    quantity = "running mean; the true one is 1" if switch == SWITCHES[3] else "$w_1$ on the way to 0"
    left.set(xlabel="step", ylabel=quantity)
    left.legend()
    right.plot(np.log10(np.maximum(apart, 1e-17)), color=plots.RED)
    right.set(xlabel="step", ylabel="log10 |difference|", ylim=(-17.5, 1))
    unused = {
        SWITCHES[0]: {"log_eps"},
        SWITCHES[1]: {"log_eps", "rescale"},
        SWITCHES[2]: {"rescale"},
        SWITCHES[3]: {"lr", "log_eps", "cut", "rescale"},
    }[switch]
    return View(fig, switch_finding(switch, float(np.nanmax(apart))), frozenset(unused))


def switch_finding(switch: str, apart: float) -> str:
    """Says how far two conventions are apart."""
    if apart < 1e-12:
        return f"The two agree up to rounding ({apart:.0e}): here the convention is invisible."
    visible = "no figure would show it" if apart < 1e-3 else "the same number means something else"
    return f"The two differ by up to {apart:.2g}: {visible}."


def both(switch: str, beta: float, lr: float, eps: float, cut: bool, rescale: bool) -> tuple[Array, Array]:
    """The quantity under the lecture's convention and under PyTorch's, 61 steps each."""
    rates = [lr * (0.1 if cut and step >= 30 else 1.0) for step in range(60)]
    if switch == SWITCHES[0]:
        share = 1.0 if rescale else 1 - beta  # the average's rate divided by 1 - beta undoes its 1 - beta
        return _scaled(rates, beta, [share] * 60), _scaled(rates, beta, [1.0] * 60)
    if switch == SWITCHES[1]:
        return _scaled([1.0] * 60, beta, rates), _scaled(rates, beta, [1.0] * 60)
    if switch == SWITCHES[2]:
        return _rms(rates, beta, eps, inside=True), _rms(rates, beta, eps, inside=False)
    return _running_mean(1 - beta), _running_mean(beta)


def _scaled(rates: list[float], beta: float, scales: list[float]) -> Array:
    """`torch.optim.SGD` on w²/2, with a rate and a factor on the gradient for each step."""
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=1.0, momentum=beta)
    path = [1.0]
    for rate, scale in zip(rates, scales, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        w.grad = scale * 10 * w.detach()
        optimizer.step()
        path.append(w.item())
    return np.array(path)


def _rms(rates: list[float], alpha: float, eps: float, *, inside: bool) -> Array:
    """`torch.optim.RMSprop` on w²/2, or the same with epsilon under the root of PyTorch's own average."""
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.RMSprop([w], alpha=alpha, eps=eps)
    path = [1.0]
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        before, w.grad = w.detach().clone(), w.detach().clone()
        optimizer.step()
        if inside:
            root = torch.sqrt(optimizer.state[w]["square_avg"] + eps)
            w.data = before - rate * w.grad / root
        path.append(w.item())
    return np.array(path)


def _running_mean(momentum: float) -> Array:
    """`torch.nn.BatchNorm1d`'s running mean of batches whose mean is 1."""
    layer = torch.nn.BatchNorm1d(1, momentum=momentum, dtype=torch.float64)
    batch = torch.tensor([[0.0], [2.0]], dtype=torch.float64)
    path = [0.0]
    for _ in range(60):
        layer(batch)
        assert layer.running_mean is not None
        path.append(layer.running_mean.item())
    return np.array(path)
