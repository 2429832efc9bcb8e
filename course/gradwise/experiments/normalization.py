"""Notebook 03, experiments: signals through ten layers, running statistics, gradients, and sweeps of one setting."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from torch import nn

from .. import plots, progress_bar
from ..training import Run
from .networks import Function, through_layers

__all__ = [
    "compare_settings",
    "draw_batch_sizes",
    "draw_momenta",
    "largest_gradients",
    "running_means",
    "ten_layers",
    "two_sweeps",
    "two_variances",
]

Array = npt.NDArray[np.float64]


def compare_settings(
    ax: Axes,
    values: Sequence[float],
    methods: dict[str, Callable[[float], list[Run]]],
    *,
    xlabel: str,
    ylabel: str = "test accuracy",
    measure: Callable[[Run], float] = lambda run: run.accuracy,
) -> dict[str, list[float]]:
    """Trains networks for several values of a setting, and draws the result: means, standard errors, every run.

    Args:
        ax: where to draw; its x axis becomes logarithmic.
        values: of the setting.
        methods: what gives the runs, one for each seed, for a value of the setting; by name.
        xlabel: what the setting is.
        ylabel: what is measured.
        measure: takes it from a run; by default the accuracy on the test examples.

    Returns:
        The mean results of each method, in the order of the values.
    """
    trials = [(name, value) for name in methods for value in values]
    runs = [methods[name](value) for name, value in progress_bar.each(trials, xlabel)]
    results = np.array([[measure(run) for run in some] for some in runs])
    scores = dict(zip(methods, np.split(results, len(methods)), strict=True))
    averages = plots.means(ax, values, scores, xlabel=xlabel, ylabel=ylabel, dots=True)
    ax.set_ylim(bottom=0)
    ax.legend()
    return averages


def ten_layers(X: Array, normalize: Callable[[Array], Array] = lambda H: H) -> None:
    """Draws how large the inputs of ReLUs become through ten layers, and which share of tanh units is flat.

    Args:
        X: examples, shape (n, d).
        normalize: what stands before each activation.
    """

    def rectified(H: Array) -> Array:
        return np.maximum(H, 0)

    def flat(H: Array) -> float:
        return float(np.mean(1 - np.tanh(H) ** 2 < 0.06))

    figure, axes = plots.figure(2, 3.8)
    ends = []
    for ax, activation, measure in ((axes[0], rectified, np.std), (axes[1], np.tanh, flat)):
        for k in (0.5, 1.4, 4.0):
            ways = [through_layers(X, activation, measure, gain=k, normalize=normalize, seed=seed) for seed in range(3)]
            plots.spread(ax, ways, f"k = {k}", start=1)
            ends.append(np.mean(ways, axis=0)[-1])
    axes[0].set(yscale="log", ylim=(1e-6, 1e6), xlabel="layer", ylabel="standard deviation before ReLU", title="ReLU")
    axes[1].set(ylim=(-0.03, 1), xlabel="layer", ylabel="share of flat units", title="tanh")
    text = "before ReLU {:.2g}, {:.2g}, {:.2g}; flat tanh units {:.0%}, {:.0%}, {:.0%}".format(*ends)
    plots.caption(figure, f"Layer 10 for k = 0.5, 1.4 and 4 (mean of 3 seeds; bands: all):\n{text}.")
    plots.show()


def _feature(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).normal(3, 2, shape)


def running_means(update: Function, momentum: float, batches: int = 60) -> Array:
    """Two hundred running means side by side, after each batch of 16 examples of a feature: (batches + 1, 200).

    Args:
        update: a learner's `update_running`.
        momentum: what it gets.
        batches: how many.
    """
    means = [np.zeros(200)]  # each run is a column of X
    for batch in range(batches):
        means.append(update(means[-1], np.ones(200), _feature(batch, 16, 200), momentum)[0])
    return np.array(means)


def two_variances(forward: Function, update: Function, N: int) -> tuple[float, float]:
    """The mean of 4000 variances of N examples over the true one, biased and unbiased.

    Args:
        forward: a learner's `bn_forward_train`, whose variance is biased.
        update: a learner's `update_running`, whose variance is not.
        N: examples in a batch.
    """
    X, start = _feature(N, N, 4000), (np.zeros(4000), np.ones(4000))
    return float(forward(X, *start, 1e-5)[2].mean() / 4), float(update(*start, X, 1.0)[1].mean() / 4)


def draw_momenta(means: Mapping[str, Array], variances: Mapping[int, tuple[float, float]]) -> None:
    """Draws running means by convention, and biased and unbiased variances by batch size."""
    figure, (left, right) = plots.figure(2, 3.8)
    for name, some in means.items():
        plots.spread(left, some.T[:8].tolist(), name)
    left.set(
        xlabel="batch", ylabel="running mean\n(line: mean of 8 runs; band: all)", title="One number, two conventions"
    )
    right.plot([str(N) for N in variances], list(variances.values()), "o-", label=["biased", "unbiased"])
    right.set(xlabel="examples in a batch", ylabel="mean of 4000 estimates\n÷ true variance", title="Biased or not")
    right.legend()
    biased, unbiased = variances[2]
    ends = [some[-1].std() for some in means.values()]
    finding = (
        "Standard deviation of 200 running means after 60 batches: {:.2f} (PyTorch), {:.2f} (slides).\n"
        "For N = 2, dividing by the unbiased deviation would make x̂ {:.2f} times as large."
    )
    plots.caption(figure, finding.format(*ends, (biased / unbiased) ** 0.5))
    plots.show()


def largest_gradients(plain: nn.Module, normalized: nn.Module) -> str:
    """The largest gradients of each linear layer of two networks, as a table: weights and biases.

    For the normalized one also the gradient along the weights: what stretching all weights of a unit would change.
    """
    lines = ["largest |gradient|    plain: weights   biases     your BN: weights   biases   along the weights"]
    pairs = zip(_linear(plain), _linear(normalized), strict=True)
    for number, (one, other) in enumerate(pairs, start=1):
        assert isinstance(other.weight.grad, type(other.weight.data))
        along = (other.weight * other.weight.grad).sum(dim=1)
        gradients = [one.weight.grad, one.bias.grad, other.weight.grad, other.bias.grad, along]
        numbers = [float(gradient.detach().abs().max()) for gradient in gradients if gradient is not None]
        note = " (no BN behind it)" if number == 3 else ""
        lines.append("layer {}{:20} {:8.1e} {:8.1e} {:18.1e} {:8.1e} {:19.1e}".format(number, note, *numbers))
    return "\n".join(lines)


def _linear(model: nn.Module) -> list[nn.Linear]:
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)]


def two_sweeps(
    by_scale: dict[str, Callable[[float], list[Run]]], by_rate: dict[str, Callable[[float], list[Run]]]
) -> None:
    """Trains and draws networks by the scale of their weights, and by their learning rate.

    Args:
        by_scale: what gives the runs for a scale, by name.
        by_rate: what gives the runs for a learning rate, by name.
    """
    figure, axes = plots.figure(2, 3.6)
    sweeps: list[tuple[Axes, list[float], dict[str, Callable[[float], list[Run]]], str]] = [
        (axes[0], [0.03, 0.3, 1, 3, 10], by_scale, "weights, in units of He's standard deviation"),
        (axes[1], [0.01, 0.03, 0.1, 0.3, 1, 3], by_rate, "learning rate"),
    ]
    scales, rates = (
        compare_settings(ax, values, methods, xlabel=setting)
        for ax, values, methods, setting in progress_bar.each(sweeps, "2 sweeps, 88 networks")
    )
    worst = {name: (min(scales[name]), rates[name][-2], rates[name][-1]) for name in by_scale}
    summary = "; ".join("{}: {:.2f}, {:.2f} and {:.2f}".format(name, *three) for name, three in worst.items())
    finding = (
        f"Mean of 4 seeds with its standard error, 10 epochs; guessing gives {1 / 3:.2f}. "
        "Left: learning rate 0.1; right: scale 1; batches of 32.\n"
        f"At the worst scale, and at learning rates 1 and 3: {summary}."
    )
    plots.caption(figure, finding)
    plots.show()


def draw_batch_sizes(runs_for: dict[str, Callable[[float], list[Run]]]) -> None:
    """Draws test accuracy and training loss by batch size.

    Args:
        runs_for: what gives the runs for a batch size, by name; asked twice for each.
    """
    figure, (left, right) = plots.figure(2, 3.6)
    sizes = [2, 4, 8, 32]
    ends = compare_settings(left, sizes, runs_for, xlabel="batch size")
    loss = "training loss, last epoch"
    compare_settings(right, sizes, runs_for, xlabel="batch size", ylabel=loss, measure=lambda run: run.losses[-1])
    summary = "; ".join(f"{name} {', '.join(f'{accuracy:.2f}' for accuracy in ends[name])}" for name in ends)
    finding = (
        "Adam, 6 epochs, mean of 3 seeds with its standard error.\n"
        f"Test accuracy for batches of 2, 4, 8 and 32: {summary}."
    )
    plots.caption(figure, finding)
    plots.show()
