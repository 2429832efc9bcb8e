"""Notebook 04, experiments: signals on their way through a deep network, and gradients on their way back."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.axes import Axes
from torch import nn

from .. import bridge, data, plots, progress_bar, training
from . import seeds
from .networks import Function, layer_spread, weights_of

__all__ = [
    "ResidualLayer",
    "draw_detective",
    "draw_glorot",
    "draw_starts",
    "draw_symmetry",
    "draw_transfer",
    "histograms",
    "residual_mlp",
    "starts_table",
    "there_and_back",
    "torch_adam",
    "units",
]

Array = npt.NDArray[np.float64]


def there_and_back(
    X: Array, Ws: Sequence[npt.ArrayLike], activation: Callable[[torch.Tensor], torch.Tensor], *, seed: int = 0
) -> tuple[list[Array], list[Array]]:
    """Sends examples through layers h = activation(h W), and a random gradient back, by PyTorch.

    Args:
        X: examples, shape (n, d).
        Ws: weights (in, out), the first layer's first.
        activation: for instance `torch.tanh`.
        seed: of the gradient that arrives at the output, normal with standard deviation 1.

    Returns:
        For each layer its output, and the gradient with respect to what goes into its activation.
    """
    h = torch.from_numpy(X)
    inputs, outputs = [], []
    for W in Ws:
        z = (h @ torch.from_numpy(np.array(W, dtype=np.float64))).requires_grad_()
        z.retain_grad()
        h = activation(z)
        inputs.append(z)
        outputs.append(h)
    dout = np.random.default_rng(seed).normal(size=tuple(h.shape))
    torch.autograd.backward(h, torch.from_numpy(dout))
    gradients = [z.grad.numpy() for z in inputs if z.grad is not None]
    return [h.detach().numpy() for h in outputs], gradients


class ResidualLayer(nn.Module):
    """A layer h + s f(h W + b): what it computes is scaled and added to its input.

    Args:
        width: number of inputs, and of outputs.
        activation: makes the activation.
        scale: the number s.
    """

    def __init__(self, width: int, activation: Callable[[], nn.Module], scale: float) -> None:
        super().__init__()
        self.scale = scale
        self.branch = nn.Sequential(nn.Linear(width, width, dtype=torch.float64), activation())

    def forward(self, h: torch.Tensor) -> torch.Tensor:
        """Adds what the layer computes to its input, shape (n, width)."""
        added: torch.Tensor = h + self.scale * self.branch(h)
        return added


def residual_mlp(
    width: int, depth: int, activation: Callable[[], nn.Module], *, seed: int = 0, add: bool = True
) -> nn.Sequential:
    """A network for digits: one layer 64 to width, so many layers of this width, one layer to 10. PyTorch's weights.

    Args:
        width: units in each hidden layer.
        depth: number of hidden layers behind the first.
        activation: makes the activation.
        seed: of the weights; they are the same with and without `add`.
        add: whether each layer adds its input to what it computes, divided by the root of `depth`.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        first = nn.Linear(64, width, dtype=torch.float64)
        layers = [ResidualLayer(width, activation, depth**-0.5) for _ in range(depth)]
        last = nn.Linear(width, 10, dtype=torch.float64)
    return nn.Sequential(first, activation(), *(layer if add else layer.branch for layer in layers), last)


def units(model: nn.Sequential, *, decimals: int = 6) -> tuple[Array, Array, Array]:
    """The hidden units of an `mlp` with one hidden layer, by their numbers.

    Args:
        model: two linear layers with an activation between them.
        decimals: the numbers are rounded to so many, because equal sums may differ in their last digits.

    Returns:
        Weights in (d, H), biases (H,) and weights out (H, K).
    """
    first, last = model[0], model[-1]
    assert isinstance(first, nn.Linear)
    assert isinstance(last, nn.Linear)
    parts = [p.detach().numpy().round(decimals) for p in (first.weight.T, first.bias, last.weight.T)]
    return parts[0], parts[1], parts[2]


def histograms(ax: Axes, layers: Sequence[Array], *, reach: float, title: str, xlabel: str) -> None:
    """Draws how the values of each layer are spread between -reach and reach: one outline for each, light to dark."""
    colours = plots.shades(len(layers))
    for number, (values, colour) in enumerate(zip(layers, colours, strict=True), start=1):
        share, edges = np.histogram(values, bins=80, range=(-reach, reach), density=True)
        ax.plot((edges[:-1] + edges[1:]) / 2, share, color=colour, linewidth=1.2, label=f"layer {number}")
    ax.set(xlabel=xlabel, ylabel="density", yscale="log")
    ax.set_xticks(np.linspace(-reach, reach, 5))
    ax.set_title(title)


def draw_starts(digits: data.Split, results: Mapping[str, tuple[list[nn.Sequential], list[training.Run]]]) -> None:
    """Draws the outputs of layers before training, and the training, for several starts of a tanh network.

    Args:
        digits: the examples.
        results: for each start the networks as they were, and their runs.
    """
    figure, (left, right) = plots.figure(2, 4.4)
    ends = []
    title = "Outputs of the layers before training"
    for name, (models, runs) in results.items():
        before = [there_and_back(digits.X_train, weights_of(model)[:-1], torch.tanh)[0] for model in models]
        stds = [[float(h.std()) for h in hs] for hs in before]
        layer_spread(left, stds, name, says="ends at {last:.2g}", title=title)
        paths = [
            [training.accuracy(model, digits.X_test, digits.y_test), *run.accuracies]
            for model, run in zip(models, runs, strict=False)
        ]
        plots.spread(right, paths, f"{name}: {seeds.summary(runs)}")
        ends.append(f"{np.mean([np.abs(hs[-1]) > 0.95 for hs in before]):.0%}")
    right.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), title="Training")
    finding = f"Three seeds. Outputs of the tenth layer beyond ±0.95, before training: {', '.join(ends)}."
    plots.caption(figure, finding)
    plots.show()


def draw_glorot(X: Array, starts: Mapping[str, Function]) -> None:
    """Draws figures 6 and 7 of Glorot and Bengio (2010): activations and gradients of six layers of 300 tanh units.

    Args:
        X: examples, shape (n, 64).
        starts: for each of two starts what draws weights, from (n_in, n_out, rng).
    """
    figure, axes = plots.figure(2, 5.6, rows=2)
    sizes, summaries = [64, *[300] * 6], []
    for column, (name, draw) in enumerate(starts.items()):
        ends = []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            Ws = [draw(n_in, n_out, rng) for n_in, n_out in itertools.pairwise(sizes)]
            hs, gradients = there_and_back(X, Ws, torch.tanh, seed=seed)
            ends.append([hs[-1].std() / hs[0].std(), gradients[0].std() / gradients[-1].std()])
        histograms(axes[column], hs, reach=1, title=f"{name}: activations", xlabel="h")
        histograms(axes[2 + column], gradients, reach=3, title=f"{name}: gradients", xlabel="dL/dz")
        forth, back = np.mean(ends, axis=0)
        summaries.append(f"{name.split(',')[0].capitalize()}: {forth:.2f}, {back:.2f}.")
    axes[1].legend()
    finding = (
        "Std, mean of 3 seeds: activations of layer 6 over layer 1, then gradients of layer 1 over "
        f"layer 6 (a random gradient arrives). {' '.join(summaries)}"
    )
    plots.caption(figure, finding)
    plots.show()


def draw_detective(rows: Mapping[str, Function], propagate: Function, sizes: Sequence[int]) -> None:
    """Draws the std of activations and gradients through tanh layers, for several ways to draw weights.

    Args:
        rows: for each way what draws weights, from (n_in, n_out, rng).
        propagate: a learner's `signal_propagation`.
        sizes: of the layers, the input's first.
    """
    figure, (left, right) = plots.figure(2, 4.8)
    ends = []
    for name, draw in rows.items():
        forward, backward = [], []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            X = rng.normal(size=(200, sizes[0]))
            Ws = [draw(n_in, n_out, rng) for n_in, n_out in itertools.pairwise(sizes)]
            hs, gradients = there_and_back(X, Ws, torch.tanh, seed=seed)
            forward.append(propagate(X, Ws, np.tanh))
            backward.append([float(gradient.std()) for gradient in gradients])
        ends.append(f"{name}: {np.mean(np.abs(hs[-1]) > 0.95):.0%}")
        layer_spread(left, forward, name, says="ends at {last:.2f}", title="Activations →")
        layer_spread(right, backward, name, says="first is {first_to_last:.2g} × last", title="← Gradients")
    plots.caption(figure, f"Units beyond ±0.95 in the last: {'; '.join(ends)}.")
    plots.show()


def draw_symmetry(digits: data.Split, starts: Mapping[str, Function], count: Function) -> None:
    """Trains networks of 16 hidden units from several starts, and draws how many different units they have.

    Args:
        digits: what to train and test on.
        starts: for each start what draws weights, or weights and biases, from (n_in, n_out, rng).
        count: a learner's `distinct_units`.
    """
    figure, (left, right) = plots.figure(2, 4.2)
    end = {}
    for name, start in progress_bar.each(starts.items(), "4 starts × 3 seeds"):

        def make(seed: int, start: Function = start) -> nn.Module:
            return training.mlp([64, 16, 10], nn.Tanh, init=bridge.Initializer(start, seed=seed))

        options: dict[str, Any] = {"num_epochs": 100, "lr": 0.5, "batch_size": 2000, "label": name}
        runs = training.over_seeds(make, digits, seeds=3, watch=lambda model: count(*units(model)), **options)
        found, end[name] = sorted({run.watched[-1] for run in runs}), np.mean([run.accuracy for run in runs])
        style = "--" if "all 0.1" in name else "-"  # some lines lie on top of others
        plots.spread(left, [run.watched for run in runs], f"{name}: {', '.join(map(str, found))}", style=style)
        plots.spread(right, [[np.nan, *r.accuracies] for r in runs], f"{name}: {seeds.summary(runs)}", style=style)
    left.set(xlabel="step", ylabel="distinct units of 16", ylim=(0, 17), yticks=[1, 4, 8, 12, 16])
    right.set(xlabel="step", ylabel="test accuracy", ylim=(0, 1))
    finding = (
        f"16 copies of one unit (all 0.1) reach a test accuracy of {end['all 0.1']:.2f}, units with "
        f"different biases {end['all 0.1, biases random']:.2f} (3 seeds; numbers compared to 6 decimals)."
    )
    plots.caption(figure, finding)
    plots.show()


def torch_adam(lr: float) -> Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]:
    """Returns what makes PyTorch's Adam of parameters, with a learning rate."""
    return lambda parameters: torch.optim.Adam(parameters, lr=lr)


def draw_transfer(ways: Mapping[str, Callable[[int], nn.Module]], rates: Sequence[float]) -> None:
    """Trains networks on two new spirals with 9 to 120 points, and draws their accuracies by the way they start.

    Args:
        ways: for each way what gives the network of a seed, with its frozen layers.
        rates: Adam's rate for each way.
    """
    figure, axes = plots.figure(2, 4.8, share_y=True)
    sizes, ahead = [3, 5, 10, 40], []
    for ax, turn in progress_bar.each(list(zip(axes, (5.0, -5.0), strict=True)), "2 tasks, 160 networks"):
        scores = np.zeros((len(ways), len(sizes), 5))
        for way, k, seed in progress_bar.each(list(np.ndindex(*scores.shape)), "80 networks"):
            task = data.few(data.spiral(200, turn=turn, rotate=0.5, order=(1, 2, 0), seed=1 + seed), sizes[k])
            model = list(ways.values())[way](seed)
            scores[way, k, seed] = training.fit(model, task, num_epochs=50, optimizer=torch_adam(rates[way])).accuracy
        by_way = dict(zip(ways, scores, strict=True))
        plots.means(ax, [3 * k for k in sizes], by_way, xlabel="training points", ylabel="test accuracy")
        ax.set_title(f"New task: {'the same spiral, rotated' if turn > 0 else 'wound the other way'}")
        ahead.append(", ".join(f"{gap:+.2f}" for gap in (scores[1] - scores[0]).mean(axis=1)))
    finding = f"5 seeds, mean ± standard error. Last layer minus scratch: {ahead[0]} left, {ahead[1]} right."
    plots.caption(figure, finding)
    plots.show()


def starts_table(digits: data.Split, starts: Sequence[tuple[str, str, Function]]) -> str:
    """Trains ten hidden layers of 32 units from several starts, and returns their accuracies as a table.

    Args:
        digits: what to train and test on.
        starts: for each network its activation in `torch.nn`, its name, and what draws its weights.
    """
    lines = ["network  start                         test accuracy ± standard error, 5 seeds"]
    for kind, name, draw in progress_bar.each(starts, "7 starts × 5 seeds"):

        def make(seed: int, kind: str = kind, draw: Function = draw) -> nn.Module:
            init = bridge.Initializer(draw, seed=seed)
            return training.mlp([64, *[32] * 10, 10], getattr(nn, kind), seed=seed, init=init)

        runs = training.over_seeds(make, digits, seeds=5, num_epochs=5, lr=0.1, label=f"{kind}, {name}")
        lines.append(f"{kind:7}  {name:28}  {seeds.summary(runs)}")
    return "\n".join(lines)
