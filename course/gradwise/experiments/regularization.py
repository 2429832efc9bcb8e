"""Notebook 05, experiments: a curve fitted many times, a lasso, six regularizers, networks on few digits."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from torch import nn

from .. import plots, progress_bar, training
from ..bridge import Dropout, InTraining, yours
from ..data import Split
from ..wording import counted
from .parallel_training import Method, ParallelNetworks
from .seeds import paired, summary

__all__ = [
    "Curve",
    "digits_table",
    "draw_bias_and_variance",
    "draw_dropout",
    "draw_growth",
    "lasso",
    "regularizers",
    "seen_and_unseen",
    "shifts",
]

Array = npt.NDArray[np.float64]
Step = Callable[[Array, Array, float, float], Any]  # (w, g, lr, lam) -> w


class Curve:
    """A curve seen at the same places many times, with new noise each time, and fitted by 15 cosines.

    Args:
        places: how many points each fit sees.
        repeats: how many fits there are.
        seed: of places and noise.

    Attributes:
        features: the cosines at the places, shape (places, 15).
        noise: variance of the noise.
    """

    def __init__(self, places: int, repeats: int, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        x = (np.arange(places) + self._rng.random(places)) / places
        self.noise = 0.25
        self.features = self._cosines(x)
        self._seen = self._noisy(x, repeats)
        self._x = np.linspace(0, 1, 201)
        self._new = self._noisy(self._x, repeats)

    def gradient(self, W: Array) -> Array:
        """The gradient of the mean squared error of each fit, for weights (15, repeats)."""
        slope: Array = 2 * self.features.T @ (self.features @ W - self._seen) / len(self._seen)
        return slope

    def decompose(self, W: Array) -> tuple[float, float, float]:
        """Squared bias, variance, and the mean squared error on new noisy points, averaged over the curve."""
        fits = self._cosines(self._x) @ W
        bias = float(np.mean((fits.mean(axis=1) - self._truth(self._x)) ** 2))
        return bias, float(fits.var(axis=1).mean()), float(np.mean((fits - self._new) ** 2))

    @staticmethod
    def _truth(x: Array) -> Array:
        y: Array = np.sin(2 * np.pi * x) + 0.5 * np.sin(5 * np.pi * x)
        return y

    def _noisy(self, x: Array, repeats: int) -> Array:
        y: Array = self._truth(x)[:, None] + np.sqrt(self.noise) * self._rng.normal(size=(len(x), repeats))
        return y

    @staticmethod
    def _cosines(x: Array) -> Array:
        waves: Array = np.cos(np.pi * x[:, None] * np.arange(15)) * np.where(np.arange(15) > 0, np.sqrt(2), 1)
        return waves


def draw_bias_and_variance(ax: Axes, lambdas: Array, errors: Sequence[Any], noise: float) -> str:
    """Draws bias, variance, their sum with the noise, and what was measured, over λ. Says which λ is best.

    Args:
        ax: where to draw.
        lambdas: the strengths.
        errors: for each what `Curve.decompose` returned.
        noise: variance of the noise.
    """
    bias, variance, test = np.transpose(errors)
    total = bias + variance + noise
    for line, label in ((bias, "bias²"), (variance, "variance"), (total, "bias² + variance + noise")):
        ax.plot(lambdas, line, label=label)
    ax.plot(lambdas, test, "o", color="black", markersize=4, label="measured on new data")
    ax.set(xscale="log", xlabel="λ", ylabel="mean squared error", ylim=(0, None))
    plots.legend_below(ax, 4)
    best = int(test.argmin())
    return (
        f"Of {counted(len(lambdas), 'value')} λ = {lambdas[best]:.2f} is best on new data: bias² {bias[best]:.3f} "
        f"+ variance {variance[best]:.3f} + noise {noise:.3f} = {total[best]:.3f}; measured {test[best]:.3f}."
    )


def seen_and_unseen(networks: ParallelNetworks, splits: Sequence[Split], one: int) -> tuple[str, str]:
    """Says what networks reach in training and on test examples: one of them, and all on average.

    Args:
        networks: trained side by side.
        splits: the data of each.
        one: the number of the one.
    """
    seen, unseen = networks.on_training(splits), networks.on_test(splits)
    return (
        f"training {seen.accuracy[one]:.2f}, test {unseen.accuracy[one]:.2f}",
        f"training {seen.accuracy.mean():.2f}, test {unseen.accuracy.mean():.2f}, test loss {unseen.loss.mean():.2f}",
    )


def draw_dropout(axes: Sequence[Axes], mean: float, outs: Mapping[float, Array], colour: str) -> None:
    """Draws mean and variance of what dropout returns over p, with the curves that the formulas give.

    Args:
        axes: one for the means, one for the variances.
        mean: of the input, whose variance is 1.
        outs: by p, what dropout returned.
        colour: of dots and curves.
    """
    rates = np.array(list(outs))
    axes[0].plot(rates, [out.mean() for out in outs.values()], "o", color=colour)
    axes[0].axhline(mean, color=colour)
    axes[0].annotate(f"input: mean {mean:.0f}, variance 1", (0, mean), (0, 5), textcoords="offset points")
    axes[1].plot(rates, [out.var() for out in outs.values()], "o", color=colour)
    axes[1].plot(rates, (1 + mean**2) / (1 - rates) - mean**2, color=colour)
    axes[0].set(xlabel="p", ylabel="mean of the output")
    axes[0].margins(y=0.15)
    axes[1].set(xlabel="p", ylabel="variance of the output", yscale="log")


def draw_growth(ax: Axes, grown: Mapping[str, Array]) -> str:
    """Draws the accuracy of ensembles over their size. Says what they gain.

    Args:
        ax: where to draw.
        grown: by name what `parallel_training.growth` returned; a single network of the first one saw all examples.
    """
    single, sentences = next(iter(grown.values()))[:, 0], []
    for name, growth in grown.items():
        ax.plot(range(1, growth.shape[1] + 1), growth.mean(axis=0), "o-", label=name)
        means = f"{growth[:, 0].mean():.3f} alone, {growth[:, -1].mean():.3f} together"
        sentences.append(f"{name}: {means}; {paired(growth[:, -1], single)}")
    ax.set(xlabel="members", ylabel=f"test accuracy, mean of {len(single)} sets")
    plots.legend_below(ax, 2)
    return "Accuracy, and the difference to one network with all examples.\n" + ".\n".join(sentences) + "."


def regularizers(
    l2: Callable[..., Any],
    soft: Callable[..., Any],
    dropout: tuple[Callable[..., Any], Callable[..., Any]],
    smooth: Callable[..., Any],
    mix: Callable[..., Any],
) -> dict[str, Callable[[float], Method]]:
    """Gives for each regularizer what makes it of a strength, to be trained side by side.

    Args:
        l2: a learner's `l2_penalty`.
        soft: `soft_threshold`.
        dropout: `dropout_forward` and `dropout_backward`.
        smooth: `smooth_labels`.
        mix: `mixup`.
    """
    l2, soft, smooth, mix = map(yours, (l2, soft, smooth, mix))

    def smoothed(strength: float) -> Method:
        return Method(examples=lambda X, Y, rng: (X, smooth(Y.argmax(axis=1), 2, strength)))

    def mixed(alpha: float) -> Method:
        return Method(examples=lambda X, Y, rng: mix(X, Y, rng.beta(alpha, alpha), rng.permutation(len(X))))

    def noisy(std: float) -> Method:
        return Method(examples=lambda X, Y, rng: (X + rng.normal(0, std, X.shape), Y))

    return {
        "L2": lambda lam: Method(penalty=lambda W: l2([W], lam)[1][0]),
        "L1, proximal": lambda lam: Method(shrink=lambda W, lr: soft(W, lr * lam)),
        "dropout": lambda p: Method(hidden=lambda: Dropout(*dropout, p)),
        "label smoothing": smoothed,
        "mixup": mixed,
        "input noise": noisy,
    }


def shifts(shift: Callable[..., Any], background: float) -> Callable[[Array, np.random.Generator], Array]:
    """Gives a function of pictures (n, 64) that moves each one by -1, 0 or 1 pixel in each direction.

    Args:
        shift: a learner's `shift_image`, which fills with 0.
        background: what stands where nothing is drawn.
    """
    shift = yours(shift)

    def move(X: Array, rng: np.random.Generator) -> Array:
        moved = [shift(x.reshape(8, 8) - background, *rng.integers(-1, 2, 2)) + background for x in X]
        return np.stack(moved).reshape(X.shape)

    return move


def lasso(step: Step, *, num_steps: int, lr: float = 0.05, lam: float = 0.1, seed: int = 0) -> Array:
    """Twenty weights after many steps on a linear regression in which only the first four matter.

    Args:
        step: ``(w, g, lr, lam) -> w``, with the gradient g of half the mean squared error.
        num_steps: how many.
        lr: learning rate.
        lam: strength of the penalty.
        seed: of the data.
    """
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(100, 20))
    y = X[:, :4] @ np.array([2.0, -1.5, 1.0, -0.7]) + 0.5 * rng.normal(size=100)
    w = rng.normal(0, 0.5, 20)
    for _ in range(num_steps):
        w = np.asarray(step(w, X.T @ (X @ w - y) / 100, lr, lam))
    return w


def digits_table(split: Split, methods: Mapping[str, dict[str, Any]], *, elsewhere: Array) -> str:
    """Trains on digits by each method, and gives the test accuracy: as it is, and on other pictures of the same digits.

    Args:
        split: the digits.
        methods: what `digits_runs` gets for each method.
        elsewhere: the test digits in another place, shape (n, 64).
    """
    lines = [f"{'':22} test accuracy ± standard error, 5 seeds   the same digits, shifted"]
    for name, options in progress_bar.each(methods.items(), f"{len(methods)} methods × 5 seeds"):
        runs = digits_runs(split, name, **options)
        moved = np.mean([training.accuracy(run.model, elsewhere, split.y_test) for run in runs])
        lines.append(f"{name:22} {summary(runs)}                             {moved:.3f}")
    return "\n".join(lines)


def digits_runs(
    split: Split,
    label: str,
    *,
    front: Callable[..., Any] | None = None,
    activation: Callable[[], nn.Module] = nn.ReLU,
    seeds: int = 5,
    num_epochs: int = 60,
    **options: Any,
) -> list[training.Run]:
    """Trains a network with two hidden layers of 64 units on pictures of digits, for several seeds.

    Args:
        split: the digits.
        label: what the progress bar says.
        front: ``(X, rng) -> X``, done to each batch in training.
        activation: makes what stands behind each hidden layer.
        seeds: how many runs.
        num_epochs: how often each example is seen.
        options: what `training.fit` gets besides.
    """

    def make(seed: int) -> nn.Module:
        network = training.mlp([64, 64, 64, 10], activation, seed=seed)
        return nn.Sequential(InTraining(front, seed), *network) if front else network

    return training.over_seeds(make, split, seeds=seeds, num_epochs=num_epochs, lr=0.2, label=label, **options)
