"""Notebook 07, experiments: errors epoch by epoch, strips of folds, and what several ways to stop are worth."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.axes import Axes
from torch import nn
from torch.nn import functional

from .. import bridge, plots, reference
from ..data import Split
from ..training import epochs, mlp

__all__ = [
    "RULES",
    "Curves",
    "band",
    "chosen_epochs",
    "draw_coins",
    "draw_folds",
    "draw_networks",
    "draw_searches",
    "first_stop",
    "lowest_error",
    "noisy_digits",
    "noisy_labels",
    "quarters",
    "regress",
    "strips",
]

Array = npt.NDArray[np.float64]

Labels = npt.NDArray[np.int64]

RULES = (
    "100 epochs",
    "training loss changes < 5 %",
    "training loss changes < 3 %",
    "early stopping, as it is then",
    "early stopping, restored",
    "early, on accuracy, restored",
)


@dataclass
class Curves:
    """Root mean squared errors, in the target's unit, one entry for each epoch."""

    train: list[float] = field(default_factory=list)
    val: list[float] = field(default_factory=list)


def regress(
    hidden: Sequence[int],
    train: tuple[Array, Array],
    val: tuple[Array, Array],
    *,
    seed: int = 0,
    num_epochs: int = 200,
    lr: float = 0.01,
    weight_decay: float = 0.0,
) -> Curves:
    """Trains a network with one output on all training examples at once, by AdamW.

    Args:
        hidden: the number of units in each hidden layer; they are hyperbolic tangents.
        train: standardized features (n, d), and targets (n,).
        val: the same for validation.
        seed: of the initial weights.
        num_epochs: how many steps are done, each on all examples.
        lr: learning rate.
        weight_decay: that of AdamW.
    """
    centre, scale = train[1].mean(), train[1].std()  # the network predicts a standardized target
    X, X_val = torch.from_numpy(train[0]), torch.from_numpy(val[0])
    y, y_val = (torch.from_numpy((target - centre) / scale)[:, None] for target in (train[1], val[1]))
    model = mlp([X.shape[1], *hidden, 1], nn.Tanh, seed=seed)
    steps = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=weight_decay)
    curves = Curves()
    for _ in epochs(num_epochs):
        steps.zero_grad()
        loss = functional.mse_loss(model(X), y)
        torch.autograd.backward(loss)
        curves.train.append(scale * loss.item() ** 0.5)
        steps.step()
        with torch.no_grad():
            curves.val.append(scale * functional.mse_loss(model(X_val), y_val).item() ** 0.5)
    return curves


def quarters(X: Array, y: Array, seed: int) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """A quarter of the examples to train on and another to validate on; both scaled as the first one says."""
    rng = np.random.default_rng(seed)
    first, second, _ = reference.train_val_test_split(len(X), 0.25, 0.5, rng)
    scaled, scaled_too = reference.standardize(X[first], X[second])
    return (scaled, y[first]), (scaled_too, y[second])


def noisy_labels(y: Labels, rng: np.random.Generator, share: float = 0.2) -> Labels:
    """The classes, with a share of them replaced by random ones of the ten."""
    return np.where(rng.random(len(y)) < share, rng.integers(0, 10, len(y)), y)


def first_stop(stopper: Any, values: Sequence[float]) -> int:
    """The first epoch after which a learner's object says stop; the last one if it never does."""
    says = bridge.yours(stopper.step)
    return next((at for at, value in enumerate(values) if says(value)), len(values) - 1)


def noisy_digits(
    digits: Split, split: Callable[..., Any], standardize: Callable[..., Any], seed: int
) -> list[tuple[Array, Labels]]:
    """A tenth of the digits to train on and a tenth to validate on, both with wrong labels, and the rest to test.

    Args:
        digits: all of them, as training examples.
        split: a learner's `train_val_test_split`.
        standardize: a learner's; all pixels are scaled alike.
        seed: which split, and which labels.
    """
    rng = np.random.default_rng(seed)
    places = bridge.yours(split)(len(digits.X_train), 0.1, 0.8, rng)
    scaled = bridge.yours(standardize)(*[digits.X_train[place].reshape(-1, 1) for place in places])
    parts = [(x.reshape(-1, 64), digits.y_train[place]) for x, place in zip(scaled, places, strict=True)]
    return [*[(X, noisy_labels(y, rng)) for X, y in parts[:2]], parts[2]]


def chosen_epochs(net: bridge.Epochs, change: Callable[..., Any], stopping: Callable[..., Any]) -> dict[str, int]:
    """The epoch whose weights each rule takes, by the curves of a network that was trained for long.

    Args:
        net: a trained network.
        change: a learner's `loss_change_stop`.
        stopping: a learner's `EarlyStopping`.
    """
    last, stopping = len(net.train_losses) - 1, bridge.yours(stopping)
    rests = [bridge.yours(change)(net.train_losses, tol, 3) for tol in (0.05, 0.03)]
    losses, rates = stopping(10), stopping(10, 0.0, "max")
    stop, _ = first_stop(losses, net.val_losses), first_stop(rates, net.val_accuracies)
    epochs = [last, *[last if rest is None else rest for rest in rests], stop, losses.best_epoch, rates.best_epoch]
    return dict(zip(RULES, epochs, strict=True))


# --- figures ----------------------------------------------------------------------------------------


def strips(ax: Axes, S: Array, names: Sequence[str], picks: Mapping[str, int]) -> None:
    """The losses of models over folds, a strip of dots each, their mean and standard error, and what was picked.

    Args:
        ax: where to draw.
        S: losses, shape (models, folds).
        names: of the models.
        picks: the row that each rule takes.
    """
    for row, losses in enumerate(S):
        offsets = np.linspace(-0.15, 0.15, len(losses))
        ax.plot(row + offsets, losses, ".", color=plots.GREY, alpha=0.7)
        ax.errorbar(row, losses.mean(), yerr=plots.standard_error(losses), fmt="o", color=plots.BLUE, markersize=5)
    for (rule, row), marker, colour, height in zip(
        picks.items(), "v^", (plots.RED, plots.GREEN), (0.96, 0.04), strict=True
    ):
        ax.plot(row, height, marker, color=colour, transform=ax.get_xaxis_transform(), label=f"picked by {rule}")
    ax.set_xticks(range(len(names)), names)
    ax.set(xlim=(-0.5, len(names) - 0.5), xlabel="hidden and output units")
    ax.margins(y=0.2)
    plots.legend_below(ax, gap=0.25)


def band(ax: Axes, x: Array, values: Array, label: str) -> None:
    """The mean of repeats, shape (repeats, len(x)), and a band that holds the middle 80 % of them."""
    (line,) = ax.plot(x, values.mean(axis=0), "o-", markersize=4, label=label)
    low, high = np.quantile(values, [0.1, 0.9], axis=0)
    ax.fill_between(x, low, high, color=line.get_color(), alpha=0.15, linewidth=0)
    ax.set_xticks(x, [f"{value:g}" for value in x])
    ax.minorticks_off()
    plots.legend_below(ax, 2)


def draw_networks(runs: Mapping[str, Sequence[Any]]) -> None:
    """Draws the errors of networks in training and validation, epoch by epoch, several splits each."""
    figure, axes = plots.figure(3, 3.9, share_y=True)
    ends, bests = [], []
    for ax, (name, curves) in zip(axes, runs.items(), strict=True):
        plots.spread(ax, [run.train for run in curves], "training")
        plots.spread(ax, [run.val for run in curves], "validation")
        ends.append(np.mean([run.val[-1] for run in curves]))
        bests.append(np.mean([min(run.val) for run in curves]))
        ax.set(title=f"{name}: end {ends[-1]:.2f}, best {bests[-1]:.2f}", xlabel="epoch", ylim=(0, 8))
    axes[0].set_ylabel("error in miles per gallon (RMSE)")
    finding = (
        f"Validation error, mean of 4 splits (bands: all of them): after 400 epochs {min(ends):.2f} to "
        f"{max(ends):.2f}, at the best epoch {min(bests):.2f} to {max(bests):.2f}."
    )
    plots.caption(figure, finding)
    plots.show()


def draw_folds(shuffles: Sequence[Any], names: Sequence[str], pick: Callable[..., int]) -> None:
    """Draws the losses of networks in each fold, for several shuffles, with what two rules choose.

    Args:
        shuffles: for each the losses, a row for each network and a column for each fold.
        names: of the networks.
        pick: a learner's `select_model`.
    """
    figure, axes = plots.figure(3, 3.2, share_y=True)
    chosen: dict[str, list[str]] = {"min": [], "1se": []}
    for ax, S in zip(axes, shuffles, strict=True):
        picks = {rule: pick(S, rule) for rule in chosen}
        strips(ax, S, list(names), picks)
        for rule, row in picks.items():
            chosen[rule].append(names[row])
    axes[0].set_ylabel("error in miles per gallon")
    finding = (
        f"Three shuffles of the same cars. Lowest mean: {', '.join(chosen['min'])}. "
        f"One standard error: {', '.join(chosen['1se'])}."
    )
    plots.caption(figure, finding)
    plots.show()


def draw_coins(pick: Callable[..., int]) -> None:
    """Flips up to 50 coins 40 times each, and draws the winner's accuracy: where it was chosen, and on new flips.

    Args:
        pick: a learner's `select_model`.
    """
    rng, tried = np.random.default_rng(0), np.array([1, 2, 5, 10, 20, 50])
    shown, real = np.zeros((300, 6)), np.zeros((300, 6))
    for repeat in range(300):
        seen, fresh = rng.binomial(40, 0.5, (2, 50)) / 40
        for column, m in enumerate(tried):
            winner = pick(1 - seen[:m, None], "min")
            shown[repeat, column], real[repeat, column] = seen[winner], fresh[winner]
    figure, (ax,) = plots.figure(1, 3.0)
    ax.set(xlabel="number of coins tried", ylabel="accuracy", xscale="log")
    for scores, name in ((shown, "on the 40 validation examples that chose it"), (real, "on 40 new examples")):
        band(ax, tried, scores, f"the winner {name}")
    finding = (
        f"300 repeats (bands: 80% of them). The best of 50 coins scores {shown[:, -1].mean():.3f} "
        f"where it was chosen, and {real[:, -1].mean():.3f} on new examples."
    )
    plots.caption(figure, finding)
    plots.show()


def lowest_error(tries: Iterable[tuple[float, float]], train: Any, val: Any, seed: int) -> float:
    """Trains a network with each learning rate and weight decay, and returns the lowest validation error at the end."""
    runs = [regress((30, 10), train, val, seed=seed, num_epochs=60, lr=lr, weight_decay=decay) for lr, decay in tries]
    return float(min(run.val[-1] for run in runs))


def draw_searches(lowest: Mapping[str, list[float]]) -> None:
    """Draws how far each search ends above the best of all, split by split."""
    best = np.min(list(lowest.values()), axis=0)
    above: dict[str, Any] = {name: np.subtract(errors, best) for name, errors in lowest.items()}
    figure, (ax,) = plots.figure(1, 2.4)
    plots.scores(ax, above, xlabel="validation error above the best of all 36 trainings, in miles per gallon")
    ends = [f"{name}: {errors.mean():.2f} ± {errors.std(ddof=1) / 6**0.5:.2f}" for name, errors in above.items()]
    lines = [", ".join(ends[:2]), ", ".join(ends[2:])]
    plots.caption(figure, "Mean of 6 splits ± standard error:\n" + ";\n".join(lines) + ".")
    plots.show()
