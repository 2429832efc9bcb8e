"""Notebook 06, experiments: noise of batches, and learning rates put to the test, in one run or in a run for each."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from .. import bridge, plots, progress_bar, reference, training
from ..data import Split
from ..wording import counted

__all__ = [
    "FORMS",
    "adam_as_written",
    "apart",
    "draw_noise",
    "draw_range_tests",
    "draw_rulers",
    "draw_schedules",
    "draw_sweep",
    "gradient_noise",
    "range_test",
    "scheduled",
    "sweep",
    "train_each",
]

Array = npt.NDArray[np.float64]
Function = Callable[..., Any]
Sweep = dict[str, dict[float, tuple[float, float]]]


def gradient_noise(
    model: nn.Module, data: Split, sizes: Sequence[int], *, draws: int = 60, seed: int = 0
) -> dict[int, float]:
    """The noise of a minibatch's gradient: its typical distance from that of all examples, over the norm of that.

    Args:
        model: gives logits.
        data: the batches come from its training part, drawn with replacement.
        sizes: of the batches.
        draws: how many batches of each size.
        seed: which batches.
    """
    rng, X, y = np.random.default_rng(seed), torch.from_numpy(data.X_train), torch.from_numpy(data.y_train)

    def gradient(rows: npt.NDArray[np.int64]) -> Array:
        model.zero_grad()
        torch.autograd.backward(functional.cross_entropy(model(X[rows]), y[rows]))
        return np.concatenate([p.grad.numpy().ravel() for p in model.parameters() if p.grad is not None])

    whole = gradient(np.arange(len(X)))
    distances = {n: [gradient(rng.integers(len(X), size=n)) - whole for _ in range(draws)] for n in sizes}
    return {n: float(np.sqrt(np.mean(np.square(d).sum(axis=1))) / np.linalg.norm(whole)) for n, d in distances.items()}


def draw_noise(ax: Any, noise: dict[int, float], label: str) -> None:
    """Draws the noise of gradients over the batch size, with a line through 32 that falls as 1/√B."""
    sizes = np.array(list(noise))
    ax.loglog(sizes, list(noise.values()), "o", label=label)
    ax.loglog(sizes, noise[32] * np.sqrt(32 / sizes), color=ax.lines[-1].get_color(), linewidth=0.8)
    ax.set_xticks(sizes, sizes)
    ax.set_yticks([0.5, 1, 2, 5], ["0.5", "1", "2", "5"])
    ax.minorticks_off()
    ax.set(
        xlabel="batch size", ylabel="noise / size of the gradient", title="How noisy is the gradient of a minibatch?"
    )
    ax.legend()


def range_test(model: nn.Module, data: Split, function: Function, rates: Sequence[float], *, seed: int = 0) -> Array:
    """The loss of each minibatch of 32 while the learning rate goes through `rates`, one step for each.

    Args:
        model: gives logits; it is trained on the way.
        data: what to train on.
        function: a learner's step.
        rates: the learning rates, from small to large.
        seed: of the order of the examples.
    """
    X, y = torch.from_numpy(data.X_train), torch.from_numpy(data.y_train)
    optimizer = bridge.Optimizer(model.parameters(), function, 0.0)
    losses = []
    for rate, batch in zip(rates, _batches(len(X), np.random.default_rng(seed)), strict=False):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(X[batch]), y[batch])
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)


def _batches(n: int, rng: np.random.Generator) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of 32, one pass over the data after another without end."""
    for _ in itertools.count():
        yield from np.array_split(rng.permutation(n), max(1, n // 32))


def draw_range_tests(ax: Any, functions: dict[str, Function], data: Split, *, seeds: int = 3) -> dict[str, float]:
    """Draws the smoothed loss of range tests from 0.0001 to 10, one curve for each step function.

    Returns:
        For each function the rate at which the loss is lowest.
    """
    rates, lowest = np.geomspace(1e-4, 10, 150), {}
    for name, function in progress_bar.each(functions.items(), "range tests"):
        models = [
            training.mlp([data.X_train.shape[1], 32, 32, data.num_classes], nn.ReLU, seed=s) for s in range(seeds)
        ]
        losses = [range_test(model, data, function, rates.tolist(), seed=s) for s, model in enumerate(models)]
        smooth = np.convolve(np.mean(losses, axis=0), np.ones(7) / 7, "valid")
        lowest[name] = float(rates[3:-3][smooth.argmin()])
        ax.semilogx(rates[3:-3], smooth, label=f"{name}: lowest at {lowest[name]:.2g}")
    ax.set(
        xlabel="learning rate, growing at each step",
        ylabel=f"loss, smoothed, mean of {counted(seeds, 'seed')}",
        ylim=(0, 4),
    )
    ax.set_title("Range test")
    plots.legend_below(ax, 3)
    return lowest


def draw_schedules(curves: Sequence[dict[str, Callable[[int], float]]], times: Sequence[int]) -> Any:
    """Draws learning rates over time, a panel for each dictionary, with a legend below. Returns the figure."""
    figure, axes = plots.figure(len(curves), 3.4, share_y=True)
    for ax, panel in zip(axes, curves, strict=True):
        for name, curve in panel.items():
            ax.plot(times, [curve(t) for t in times], label=name)
        ax.set(xlabel="t", ylim=(0, 1.05))
        plots.legend_below(ax)
    axes[0].set_ylabel("learning rate")
    return figure


def scheduled(function: Function, schedule: Callable[[float, int], float]) -> Function:
    """A step whose rate follows a schedule.

    Args:
        function: a learner's step.
        schedule: the rate, from the optimizer's rate and the number of steps taken before, 0 at first.
    """

    def step(w: Array, g: Array, state: Any, lr: float) -> tuple[Array, Any]:
        inner, t = state or ({}, 0)
        w, inner = function(w, g, inner, schedule(lr, t))
        return w, (inner, t + 1)

    return step


def train_each(
    methods: Mapping[str, tuple[Function, float]], data: Split, *, seeds: int, num_epochs: int
) -> dict[str, list[training.Run]]:
    """Trains a network with two hidden layers of 32 units by each method, for several seeds.

    Args:
        methods: for each a learner's step, and its learning rate.
        data: what to train and test on.
        seeds: how many runs of each.
        num_epochs: how often each example is seen.
    """

    def make(seed: int) -> nn.Module:
        return training.mlp([data.X_train.shape[1], 32, 32, data.num_classes], nn.ReLU, seed=seed)

    def runs(name: str, step: Function, lr: float) -> list[training.Run]:
        def optimizer(params: Any) -> torch.optim.Optimizer:
            return bridge.Optimizer(params, bridge.yours(step), lr)

        return training.over_seeds(make, data, seeds=seeds, num_epochs=num_epochs, optimizer=optimizer, label=name)

    every = progress_bar.each(methods.items(), f"{counted(len(methods), 'method')} × {counted(seeds, 'seed')}")
    return {name: runs(name, step, lr) for name, (step, lr) in every}


def sweep(
    functions: dict[str, Function], data: Split, rates: Sequence[float], *, seeds: int = 2, num_epochs: int = 15
) -> Sweep:
    """Trains a small network by each step function at each rate.

    Returns:
        For each function and rate the training loss of the last epoch, and the typical size of an update over that of
        the weights: the geometric mean over the seeds, and of the medians over the steps.
    """
    results: Sweep = {name: {} for name in functions}
    trials = [(name, rate) for name in functions for rate in rates]
    for name, rate in progress_bar.each(trials, f"{len(trials)} rates × {counted(seeds, 'seed')}"):
        some = progress_bar.each(range(seeds), f"{name}, {rate:g}")
        runs = [_one(name, functions[name], data, rate, seed, num_epochs) for seed in some]
        loss, ratio = np.exp(np.mean(np.log(np.maximum(runs, 1e-12)), axis=0))
        results[name][rate] = (float(loss), float(ratio))
    return results


def _one(name: str, function: Function, data: Split, rate: float, seed: int, num_epochs: int) -> tuple[float, float]:
    made: list[bridge.Optimizer] = []

    def optimizer(params: Any) -> torch.optim.Optimizer:
        made.append(bridge.Optimizer(params, function, rate))
        return made[0]

    model = training.mlp([data.X_train.shape[1], 32, 32, data.num_classes], nn.ReLU, seed=seed)
    run = training.fit(
        model, data, num_epochs=num_epochs, batch_size=64, seed=seed, optimizer=optimizer, label=f"{name}, {rate:g}"
    )
    loss = run.losses[-1]
    return loss if np.isfinite(loss) else 100.0, float(np.median(made[0].update_ratios))


def draw_sweep(axes: Sequence[Any], results: Sweep) -> dict[str, float]:
    """Draws a sweep: the loss over the rate, and over the size of the updates.

    Returns:
        For each function the rate with the lowest loss.
    """
    best = {name: min(by_rate, key=lambda rate: by_rate[rate][0]) for name, by_rate in results.items()}
    for name, by_rate in results.items():
        losses, ratios = zip(*by_rate.values(), strict=True)
        (line,) = axes[0].loglog(list(by_rate), losses, ".-", label=f"{name}: best at {best[name]:g}")
        loss, ratio = by_rate[best[name]]
        axes[0].loglog(best[name], loss, "o", color=line.get_color(), markersize=9, fillstyle="none")
        axes[1].loglog(ratios, losses, ".", color=line.get_color(), alpha=0.4)
        axes[1].loglog(ratio, loss, "o", color=line.get_color(), label=f"{name}: {ratio:.3f}")
    axes[0].set(xlabel="learning rate", ylabel="training loss at the end", title="Which rate is best?")
    axes[1].set(xlabel="size of the update / size of the weights", title="How large are the updates there?")
    for ax in axes:
        ax.set_ylim(top=3)
        plots.legend_below(ax, 2, 0.17)
    return best


def apart(results: Sweep, best: dict[str, float]) -> str:
    """Says how far the best rates of a sweep are apart, and the sizes of the updates there."""
    sizes = [results[name][rate][1] for name, rate in best.items()]
    rates, ratios = (f"{max(values) / min(values):.0f}-fold" for values in (best.values(), sizes))
    return f"The best rates differ {rates}, the ratios there {ratios}."


def draw_rulers(axes: Sequence[Any], epsilons: Array, apart: Sequence[float], sizes: dict[str, list[float]]) -> None:
    """Draws how far two forms of Adam are apart over epsilon, and the steps of several forms on a constant gradient.

    Args:
        axes: two of them.
        epsilons: what is added in the denominator.
        apart: for each the largest difference.
        sizes: for each form the size of each step over the learning rate.
    """
    axes[0].loglog(epsilons, apart, "o-", color=plots.RED)
    axes[0].set(xlabel="ε", ylabel="largest |difference| in 50 steps", title="ε inside the root, against yours")
    for form, steps in sizes.items():
        label = f"{form}: {steps[0]:.2f}, then {steps[9]:.2f} at step 10"
        axes[1].plot(range(1, len(steps) + 1), steps, label=label)
    axes[1].set(xlabel="step", ylabel="step size / learning rate", title="The ruler: a constant gradient", ylim=(0, 10))
    axes[1].legend(loc="upper right")


FORMS = ("ε inside the root", "without powers of t", "without correction")


def adam_as_written(
    w: Array, g: Array, state: dict[str, Any], lr: float, betas: tuple[float, float], eps: float, form: str
) -> tuple[Array, dict[str, Any]]:
    """A step of Adam in one of the `FORMS` that lectures give it; all of them have epsilon inside the root.

    Args:
        w: weights.
        g: gradient.
        state: PyTorch's averages; an empty dictionary at the start.
        lr: learning rate.
        betas: how much of each average is kept.
        eps: what is added under the root.
        form: which one.
    """
    _, after = reference.adam(w, g, state, lr, betas, eps)
    power = {FORMS[0]: float(after["step"]), FORMS[1]: 1.0, FORMS[2]: np.inf}[form]
    first = torch.tensor(after["exp_avg"]) / (1 - betas[0] ** power)
    second = torch.tensor(after["exp_avg_sq"]) / (1 - betas[1] ** power)
    return np.asarray(w - lr * (first / torch.sqrt(second + eps)).numpy()), after
