"""Notebook 01, experiments: a faulty backward pass, recurrent training, ends of descents, and pictures by layer."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from torch import nn, optim

from .. import bridge, data, plots, progress_bar, reference, training
from . import seeds
from .networks import ACTIVATIONS, Function, by_layer, random_weights

__all__ = [
    "clipping_table",
    "deep_look",
    "draw_chains",
    "draw_ladder",
    "draw_learning",
    "draw_rescue",
    "draw_two_losses",
    "end_of_descent",
    "moved",
    "name_axes",
    "stuck",
    "suspect_backward",
    "train_recurrent",
    "two_clouds",
]

Array = npt.NDArray[np.float64]


def moved(before: nn.Module, after: nn.Module) -> list[float]:
    """Measures how far each weight matrix has gone in training, as a share of its length at the start."""
    pairs = zip(before.parameters(), after.parameters(), strict=True)
    return [((new - old).norm() / old.norm()).item() for old, new in pairs if old.dim() == 2]


def suspect_backward(
    dout: Array, zs: list[Array], hs: list[Array], Ws: list[Array], df: Function
) -> tuple[list[Array], list[Array], list[Array]]:
    """A backward pass with two planted bugs, for a gradient check to find."""
    dWs, dbs, deltas = reference.mlp_backward(dout, zs, hs, Ws, df)
    dWs[1] *= 2
    dbs[0] /= len(dout)
    return dWs, dbs, deltas


def train_recurrent(
    forward: Function,
    backward: Function,
    clip: Function,
    X: Array,
    y: npt.NDArray[np.int64],
    max_norm: float,
    seed: int,
) -> list[float]:
    """The loss at 150 steps of gradient descent, for a ReLU network that uses one weight matrix ten times.

    A recurrent network unrolled over ten steps is just that; the gradients of its copies add up.

    Args:
        forward: a learner's `mlp_forward`.
        backward: a learner's `mlp_backward`.
        clip: a learner's `clip_grad_norm`.
        X: features, shape (n, 64).
        y: classes 0 to 9, shape (n,).
        max_norm: the largest norm of the gradient; infinity for none.
        seed: of the initial weights.
    """
    rng, (f, df) = np.random.default_rng(seed), ACTIVATIONS["ReLU"]
    sizes = ((64, 32, 1.0), (32, 32, 2.0), (32, 10, 1.0))
    parameters = [rng.normal(0, scale / np.sqrt(fan_in), (fan_in, fan_out)) for fan_in, fan_out, scale in sizes]
    losses = []
    with np.errstate(all="ignore"):  # without clipping it may end in nan: that is the point
        for _ in range(150):
            Ws = [parameters[0], *[parameters[1]] * 10, parameters[2]]
            out, zs, hs = forward(X, Ws, [np.zeros(W.shape[1]) for W in Ws], f)
            loss, dout = reference.softmax_cross_entropy(out, y)
            dWs, _, _ = backward(dout, zs, hs, Ws, df)
            grads, _ = clip([dWs[0], sum(dWs[1:-1]), dWs[-1]], max_norm)
            parameters = [p - 0.1 * grad for p, grad in zip(parameters, grads, strict=True)]
            losses.append(loss)
    return losses


def stuck(losses: Sequence[float]) -> str:
    """Says in a sentence how many runs died (their loss is log 10, for ten classes) and how many diverged to nan.

    Args:
        losses: the last losses of ReLU networks without biases.
    """
    guessing = np.log(10)
    dead, lost = int(np.isclose(losses, guessing, rtol=1e-9).sum()), int(np.isnan(losses).sum())
    sentence = f"Guessing costs {guessing:.2f}"
    if dead:
        sentence += (
            f"; {dead} of the {len(losses)} runs end there: one giant step has switched the ReLUs off, and no gradient "
        )
        sentence += "comes back"
    return f"{sentence}; {lost} end in nan, where the line breaks off." if lost else f"{sentence}."


def two_clouds(seed: int, n: int = 80) -> tuple[Array, npt.NDArray[np.int64]]:
    """Points (n, 2) of two classes in turn, around (-1, -1) and (1, 1)."""
    y = np.arange(n) % 2
    return np.random.default_rng(seed).normal(2 * y[:, None] - 1, 1, (n, 2)), y


def end_of_descent(gradient: Function, start: Array, lr: float, steps: int) -> Array:
    """The place where gradient descent ends."""
    at = start
    for _ in range(steps):
        at = at - lr * gradient(at)
    return at


def name_axes(slopes: Axes, ends: Axes, finding: str) -> None:
    """Finishes the figure of a neuron under two losses: its slopes on the left, where it ends on the right."""
    slopes.axhline(0, color=plots.GREY, linewidth=0.5)
    slopes.set(xlabel="p", ylabel="dL/dz for an example with y = 0", title="Where is the slope 0?")
    slopes.legend()
    ends.set(xlabel="p after training, examples with y = 0", ylabel="count", title="Where they end")
    plots.caption(slopes.figure.figure, finding)
    plots.show()


def draw_ladder(report: Function, nets: dict[str, list[Any]]) -> None:
    """Draws the size of activations and deltas in deep networks, layer by layer, with what a learner's report says.

    Args:
        report: a learner's `gradient_report`.
        nets: what is written in the legend, and (loss, activations, gradients of weights, deltas) for each seed.
    """
    figure, (left, right) = plots.figure(2, 4.2)
    ratios = []
    for name, runs in nets.items():
        reports = [report(deltas) for _, _, _, deltas in runs]
        labels = "/".join(dict.fromkeys(label for _, _, label in reports))
        loss = np.median([loss for loss, *_ in runs])
        by_layer(left, [report(hs[1:-1])[0] for _, hs, _, _ in runs], f"{name}: first loss {loss:.3g}")
        by_layer(right, [rms for rms, _, _ in reports], f"{name}: {labels}")
        ratios.append(f"{np.median([ratio for _, ratio, _ in reports]):.0e} ({name})")
    left.set(ylabel="root mean square", title="Activations, going up", ylim=(1e-2, 1e6))
    right.set(title="Deltas, going down")
    for ax in (left, right):
        plots.legend_below(ax)
    plots.caption(
        figure, f"Delta of the first layer over that of the last, median of {len(runs)} seeds: {'; '.join(ratios)}."
    )
    plots.show()


def draw_learning(results: Mapping[str, tuple[list[training.Run], list[list[float]]]]) -> None:
    """Draws what networks learn, and how far each of their layers has moved.

    Args:
        results: for each name the runs, and for each run what `moved` measured.
    """
    figure, (left, right) = plots.figure(2, 4.0)
    findings = []
    for name, (runs, paths) in results.items():
        plots.spread(left, [[np.nan, *run.accuracies] for run in runs], f"{name}: {seeds.summary(runs)}")
        left.lines[-1].set_linestyle("--" if name == "Sigmoid, 5 hidden" else "-")  # it lies on another one
        by_layer(right, paths, name)
        findings.append(f"{name}: {np.mean([p[0] for p in paths]):.2g} and {np.mean([p[-1] for p in paths]):.2g}")
    left.set(xlabel="epoch", ylabel="test accuracy", ylim=(0, 1), title="What they learn")
    right.set(ylabel="change / initial size", title="How far each layer's weights have moved")
    plots.caption(figure, f"Relative change of the first and the last layer, mean of 3 seeds: {'; '.join(findings)}")
    plots.show()


def draw_two_losses(slopes: Mapping[str, Function]) -> None:
    """Draws the slope of two losses of a neuron, and where it ends if it follows them.

    Args:
        slopes: for each loss a function of (t, X, y), with t = (w1, w2, b), that gives its gradient, shape (3,).
    """
    _, (left, right) = plots.figure(2, 3.6)
    z, texts = np.linspace(-4, 4, 81), []
    for name, slope in slopes.items():
        at = [slope(np.array([0.0, 0.0, v]), np.zeros((1, 2)), np.zeros(1))[2] for v in z]
        left.plot(reference.sigmoid(z), at, label=name)
        ends = []
        for seed in range(5):
            X, y = two_clouds(seed)
            t = end_of_descent(functools.partial(_at, slope, X, y), np.zeros(3), lr=0.5, steps=300)
            ends.append(reference.sigmoid(X @ t[:2] + t[2])[y == 0])
        right.hist(np.concatenate(ends), bins=list(np.linspace(0, 1, 21)), alpha=0.6)
        texts.append(f"{name} {np.mean(ends):.2f} ({np.mean(np.concatenate(ends) > 0.5):.0%} above one half)")
    name_axes(left, right, f"Mean p of the examples with y = 0 after training, 5 seeds: {'; '.join(texts)}.")


def _at(slope: Function, X: Array, y: Any, t: Array) -> Any:
    return slope(t, X, y)


def draw_chains(derivatives: Mapping[tuple[str, float], list[Array]]) -> None:
    """Draws what reaches each link of chains, by the activation and the size of the weights."""
    figure, (ax,) = plots.figure(1, 4.0)
    summaries = []
    for (kind, w), gradients in derivatives.items():
        by_layer(ax, [list(gradient) for gradient in gradients], f"{kind}, weights about {w}")
        summaries.append(f"{kind} {w}: {np.median(gradients, axis=0)[0]:.0e}")
    ax.set(xlabel="link (from here to the end of the chain)", ylabel="|derivative|", ylim=(1e-30, 1e8))
    ax.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    finding = f"What reaches the first of 20 links, median of 20 chains (bands: all): {', '.join(summaries)}."
    plots.caption(figure, finding)
    plots.show()


def deep_look(
    forward: Function,
    backward: Function,
    X: Array,
    y: npt.NDArray[np.int64],
    kind: str,
    scale: float,
    seed: int,
    steps: int = 0,
    lr: float = 0.3,
) -> tuple[float, list[Array], list[Array], list[Array]]:
    """A network of 20 hidden layers after some steps of gradient descent.

    Args:
        forward: a learner's `mlp_forward`.
        backward: a learner's `mlp_backward`.
        X: features, shape (n, 64).
        y: classes 0 to 9, shape (n,).
        kind: the activation, a key of `ACTIVATIONS`.
        scale: of the weights, as for `random_weights`.
        seed: of the weights.
        steps: how many.
        lr: learning rate.

    Returns:
        Its loss, activations, gradients of weights, and deltas.
    """
    (f, df), (Ws, bs) = ACTIVATIONS[kind], random_weights([64, *[100] * 20, 10], scale, seed)
    for _ in range(steps + 1):
        out, zs, hs = forward(X, Ws, bs, f)
        loss, dout = reference.softmax_cross_entropy(out, y)
        dWs, dbs, deltas = backward(dout, zs, hs, Ws, df)
        Ws = [W - lr * dW for W, dW in zip(Ws, dWs, strict=True)]
        bs = [b - lr * db for b, db in zip(bs, dbs, strict=True)]
    return loss, hs, dWs, deltas


def draw_rescue(runs: Mapping[str, list[list[float]]]) -> None:
    """Draws losses of a recurrent network without clipping and with it, several runs each."""
    figure, (ax,) = plots.figure(1, 3.6)
    summaries, ended = [], []
    for (name, some), color in zip(runs.items(), (plots.RED, plots.BLUE), strict=True):
        for losses in some:
            ax.plot(losses, color=color, alpha=0.7, label=name if losses is some[0] else None)
        ended += [losses[-1] for losses in some]
        ends = ", ".join(f"{losses[-1]:.2f}" for losses in some)
        summaries.append(f"{name} {ends} (highest on the way {np.nanmax(some):.0e})")
    ax.axhline(np.log(10), color=plots.GREY, linestyle=":", label="guessing")
    ax.set(yscale="log", ylim=(1e-2, 1e4), xlabel="step", ylabel="training loss")
    ax.legend()
    finding = f"Losses after 150 steps: {'; '.join(summaries)}; the picture is cut at 1e4. {stuck(ended)}"
    plots.caption(figure, finding)
    plots.show()


def clipping_table(
    forward: Function, backward: Function, digits: data.Split, rows: Mapping[str, tuple[Any, ...]]
) -> str:
    """Trains networks of six hidden layers with a learner's passes, and returns their accuracies as a table.

    Args:
        forward: a learner's `mlp_forward`.
        backward: a learner's `mlp_backward`.
        digits: what to train and test on.
        rows: for each network its activation and the scale of its weights; then, if it is clipped, how, and at what.
    """
    lines = ["six hidden layers, your passes     test accuracy ± standard error, 5 seeds"]
    for name, (kind, scale, *clipping) in progress_bar.each(rows.items(), "8 networks × 5 seeds"):

        def make(seed: int, kind: str = kind, scale: float = scale) -> nn.Module:
            start = random_weights([64, *[32] * 6, 10], scale, seed)
            return bridge.Network(forward, backward, *start, *ACTIVATIONS[kind])

        steps = bridge.clipped(lambda parameters: optim.SGD(parameters, lr=0.1), *clipping)
        runs = training.over_seeds(make, digits, seeds=5, num_epochs=5, batch_size=64, optimizer=steps, label=name)
        lines.append(f"{name:34} {seeds.summary(runs)}")
    return "\n".join(lines)
