"""Notebook 08, experiments: paired trials, the same seeds for every configuration, and an untouched test set."""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from matplotlib.axes import Axes

from .. import bridge, data, plots, reference, training
from .seeds import wins

__all__ = [
    "Pool",
    "Trials",
    "classes_of",
    "lines",
    "noisy_spiral",
    "pool",
    "run_recipe",
    "small_batch",
    "three_curves",
    "tiny_steps",
    "torch_adam",
]

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Examples = tuple[Array, Array]


@dataclass(frozen=True)
class Pool:
    """Examples to develop with, and examples to test with, once.

    Attributes:
        X, X_test: features, shape (n, d), as they are.
        y, y_test: classes, shape (n,).
    """

    X: Array
    y: Labels
    X_test: Array
    y_test: Labels

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return int(self.y.max()) + 1

    def draw(self, seed: int, num_train: int, num_val: int, standardize: Callable[..., Any]) -> list[Examples]:
        """A split of the development examples, standardized: to train on, for early stopping, and the rest to score.

        Args:
            seed: which split.
            num_train: examples to train on.
            num_val: examples for early stopping.
            standardize: ``standardize(train, *others)``.

        Returns:
            Three pairs of features and targets (one-hot).
        """
        parts = np.split(self.order(seed), [num_train, num_train + num_val])
        features = standardize(*[self.X[part] for part in parts])
        return [(X, np.eye(self.num_classes)[self.y[part]]) for X, part in zip(features, parts, strict=True)]

    def order(self, seed: int) -> Labels:
        """The development examples' places in a random order."""
        return np.random.default_rng(1000 + seed).permutation(len(self.X))


def pool(name: str) -> Pool:
    """Real examples, with the test examples set aside: a third of the 1797 digits, or of the 569 biopsies.

    Args:
        name: "digits" or "breast cancer".
    """
    if name == "digits":
        everything = data.digits(test=0.0)
        X, y = everything.X_train, everything.y_train
    else:
        X, y = data.breast_cancer()
    order = np.random.default_rng(2026).permutation(len(X))
    test, rest = np.split(order, [len(X) // 3])
    return Pool(X[rest], y[rest], X[test], y[test])


def small_batch(name: str, number: int) -> Examples:
    """A few development examples, standardized, and their classes, one-hot: to be learned by heart."""
    source = pool(name)
    X = reference.standardize(source.X[:number])[0]
    return X, np.eye(int(source.y.max()) + 1)[source.y[:number]]


def classes_of(Y: npt.ArrayLike) -> Labels:
    """The place of the largest number in each row."""
    classes: Labels = np.asarray(Y).argmax(axis=1)
    return classes


class Trials:
    """Trains a configuration with a seed and gives its score: ``trials(name, seed)``. It remembers what it did.

    The seed sets the split, and begins one stream of random numbers for the first weights, the order of the batches and
    the dropout masks. Configurations that share a seed share the split always, and the rest as long as they draw as
    many numbers: another initializer or another shape has other batches.

    Args:
        pool: where the examples come from.
        configurations: settings by name, as `fit_network` takes them, and with "hidden", the numbers of units, and
            "scheme".
        functions: the learner's ``init_params``, ``init_state``, ``fit_network`` and ``net_forward``.
        standardize: ``standardize(train, *others)``.
        num_train: examples to train on.
        num_val: examples for early stopping.

    Attributes:
        scores: for each name the accuracies by seed, on development examples that trained and stopped nothing.
    """

    def __init__(
        self,
        pool: Pool,
        configurations: Mapping[str, dict[str, Any]],
        functions: Sequence[Callable[..., Any]],
        standardize: Callable[..., Any] = reference.standardize,
        num_train: int = 300,
        num_val: int = 150,
    ) -> None:
        self.pool = pool
        self.configurations = configurations
        self.scores: dict[str, dict[int, float]] = {}
        self._init_params, self._init_state, self._fit, self._forward = map(bridge.yours, functions)
        self._standardize = standardize
        self._sizes = num_train, num_val

    def __call__(self, name: str, seed: int) -> float:
        """The accuracy of this configuration with this seed; what was done before is not done again."""
        scores = self.scores.setdefault(name, {})
        if seed not in scores:
            predict, parts = self.train(name, seed)
            X, Y = parts[2]
            scores[seed] = float(np.mean(predict(X) == classes_of(Y)))
        return scores[seed]

    def train(self, name: str, seed: int) -> tuple[Callable[[Array], Labels], list[Examples]]:
        """A trained network, as a function from standardized features to classes, and the examples of its split."""
        cfg, rng = dict(self.configurations[name]), np.random.default_rng(seed)
        cfg["num_epochs"] = len(training.epochs(cfg["num_epochs"]))
        parts = self.pool.draw(seed, *self._sizes, self._standardize)
        sizes = [self.pool.X.shape[1], *cfg["hidden"], self.pool.num_classes]
        params, state = self._init_params(sizes, cfg["scheme"], rng), self._init_state(sizes)
        best, kept, _ = self._fit(params, state, parts[0], parts[1], cfg, rng)
        return lambda X: classes_of(self._forward(best, kept, X, cfg, False, None)[0]), parts

    def predictor(self, name: str, seed: int) -> Callable[[Array], Labels]:
        """A trained network as a function from features as they are, the test examples', to classes."""
        predict, _ = self.train(name, seed)
        train = self.pool.X[self.pool.order(seed)[: self._sizes[0]]]
        return lambda X: predict(self._standardize(train, X)[1])

    def table(self, results: Iterable[tuple[float, float, float]], names: Sequence[str], seeds: Sequence[int]) -> str:
        """Writes the results of an ablation with these seeds as text; the first name is the baseline."""
        first = {seed: self.scores[names[0]][seed] for seed in seeds}
        text = [f"{'':26} {'accuracy ± SE':>16} {'gain':>8} {'paired t':>9}  better on"]
        for name, (mean, error, t) in zip(names, results, strict=True):
            mine = self.scores[name]
            more = mean - float(np.mean(list(first.values())))
            won = wins([mine[seed] for seed in first], list(first.values()))
            rest = "" if name == names[0] else f" {more:+8.4f} {t:9.1f}  {won}"
            text.append(f"{name:26} {mean:8.4f} ± {error:.4f}{rest}")
        return "\n".join(text)


def torch_adam(lr: float, *, cosine_steps: int = 0) -> Callable[[Iterable[torch.nn.Parameter]], torch.optim.Optimizer]:
    """Gives what makes PyTorch's Adam from parameters.

    Args:
        lr: learning rate.
        cosine_steps: the rate falls to 0 by half a cosine in so many steps; 0: it is constant.
    """

    def make(parameters: Iterable[torch.nn.Parameter]) -> torch.optim.Optimizer:
        steps = torch.optim.Adam(parameters, lr)
        if cosine_steps:
            schedule = torch.optim.lr_scheduler.CosineAnnealingLR(steps, cosine_steps)
            steps.register_step_post_hook(lambda *_: schedule.step())
        return steps

    return make


def run_recipe(seed: int, **options: Any) -> float:
    """Trains PyTorch's form of the capstone's network on 300 digits, and returns its accuracy on held-out ones.

    Two hidden layers of 64 ELU units with He's weights, batch normalization and dropout 0.5 learn for 20 epochs.

    Args:
        seed: of the split, the weights, the batches and the masks.
        options: what `torch_adam` gets.
    """
    (X, Y), _, (X_held, Y_held) = pool("digits").draw(seed, 300, 150, reference.standardize)
    sizes = [64, 64, 64, 10]
    params = reference.init_params(sizes, "he", np.random.default_rng(seed))
    model = bridge.as_module(params, reference.init_state(sizes), torch.nn.ELU, 0.5)
    split = data.Split(X, classes_of(Y), X_held, classes_of(Y_held))
    return training.fit(model, split, num_epochs=20, seed=seed, optimizer=torch_adam(**options)).accuracy


def noisy_spiral(num: int, share: float, rng: np.random.Generator) -> tuple[Examples, Examples]:
    """Points of three spirals to train on, with a share of the labels drawn anew, and others for validation."""
    spiral, classes = data.spiral(num), np.eye(3)
    y = np.where(rng.random(num) < share, rng.integers(0, 3, num), spiral.y_train)
    return (spiral.X_train, classes[y]), (spiral.X_test, classes[spiral.y_test])


def lines(ax: Axes, scores: Mapping[str, Sequence[float]]) -> None:
    """Draws a column of dots for each method, with a line for each seed from one to the next, and the means."""
    rows = np.array([list(values) for values in scores.values()])
    for seed in rows.T:
        for place, (left, right) in enumerate(itertools.pairwise(seed)):
            colour = plots.BLUE if right > left else plots.RED if right < left else plots.GREY
            ax.plot([place, place + 1], [left, right], ".-", color=colour, alpha=0.5, linewidth=1)
    ax.plot(rows.mean(axis=1), "_", color="black", markersize=28, markeredgewidth=2)
    ax.set_xticks(range(len(rows)), list(scores))
    ax.set(xlim=(-0.4, len(rows) - 0.6), ylabel="accuracy on examples held out")


def tiny_steps(
    loss_and_grads: Callable[..., Any],
    adam_step: Callable[..., Any],
    start: tuple[Any, Any],
    batch: Examples,
    cfg: dict[str, Any],
    num_steps: int,
) -> tuple[list[float], list[float]]:
    """Many steps on one small batch: the losses, and the size of each step of the weights over that of the weights.

    Args:
        loss_and_grads: the learner's.
        adam_step: the learner's.
        start: parameters and state.
        batch: features (n, d) and target probabilities (n, K).
        cfg: as `loss_and_grads` takes it, and "lr".
        num_steps: how many.
    """
    (params, state), rng = start, np.random.default_rng(0)
    opt: Any = {}
    losses, ratios = [], []
    for _ in range(num_steps):
        loss, grads, state = bridge.yours(loss_and_grads)(params, state, *batch, cfg, rng)
        new, opt = bridge.yours(adam_step)(params, grads, opt, cfg["lr"])
        old, after = (np.concatenate([np.ravel(layer[0]) for layer in layers]) for layers in (params, new))
        losses.append(float(loss))
        ratios.append(float(np.linalg.norm(after - old) / np.linalg.norm(old)))
        params = new
    return losses, ratios


def three_curves(
    axes: Sequence[Axes], losses: Sequence[float], ratios: Sequence[float], curve: Sequence[float]
) -> None:
    """Draws the losses and ratios of `tiny_steps`, and validation losses by epoch with a dot on the lowest."""
    axes[0].plot(losses)
    axes[0].set(yscale="log", xlabel="step", title="loss on twenty biopsies")
    axes[1].plot(ratios)
    axes[1].set(yscale="log", xlabel="step", title="update / weights")
    axes[2].plot(curve)
    axes[2].plot(int(np.argmin(curve)), min(curve), "o", color=plots.RED)
    axes[2].set(xlabel="epoch", title="validation loss, noisy spiral")
