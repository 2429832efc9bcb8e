"""The course's data: real, offline and seeded."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["Split", "auto_mpg", "breast_cancer", "digits", "few", "moons", "ring", "spiral"]

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Examples to learn from and examples to be tested on.

    Attributes:
        X_train, X_test: features, shape (n, d).
        y_train, y_test: classes, shape (n,).
    """

    X_train: Array
    y_train: Labels
    X_test: Array
    y_test: Labels

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return int(self.y_train.max()) + 1


def auto_mpg() -> tuple[Array, Array]:
    """Fuel consumption of 392 cars, in the order of their years, 1970 to 1982.

    Source: R. Quinlan (1993), Auto MPG, UCI Machine Learning Repository, https://doi.org/10.24432/C5859H, CC BY 4.0.
    Six of its 398 cars are left out, because their horsepower is not known.

    Returns:
        The features, shape (392, 7): cylinders, displacement, horsepower, weight, acceleration, year, origin. They
        are not standardized. And the target, shape (392,): miles per gallon.
    """
    lines = files("gradwise").joinpath("datasets", "auto_mpg.csv").read_text("utf-8").splitlines()
    cars = np.loadtxt([line for line in lines if line[0].isdigit()], delimiter=",")
    return cars[:, :7].copy(), cars[:, 7].copy()


def breast_cancer() -> tuple[Array, Labels]:
    """Cell nuclei in 569 biopsies of the breast (scikit-learn's copy of the Wisconsin data).

    Returns:
        The features, shape (569, 30), as they are. And the classes, shape (569,): 0 malignant (212), 1 benign (357).
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    return bunch.data.astype(np.float64), bunch.target.astype(np.int64)


def digits(*, test: float = 0.3, seed: int = 0) -> Split:
    """Handwritten digits, 8 x 8 pixels (scikit-learn's copy of the UCI data), in 10 classes.

    Pixels are scaled to have mean 0 and standard deviation 1 over all training pixels together.

    Args:
        test: the share of examples that is kept for testing.
        seed: which split.
    """
    table = np.loadtxt(_scikit_learn() / "datasets" / "data" / "digits.csv.gz", delimiter=",")
    X, y = table[:, :-1], table[:, -1].astype(np.int64)
    order = np.random.default_rng(seed).permutation(len(X))
    X, y = X[order], y[order]
    cut = round(len(X) * (1 - test))
    mean, std = X[:cut].mean(), X[:cut].std()
    X = (X - mean) / std
    return Split(X[:cut], y[:cut], X[cut:], y[cut:])


def _scikit_learn() -> Path:
    """Returns the folder of scikit-learn, whose import would take a second."""
    spec = find_spec("sklearn")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    return Path(spec.submodule_search_locations[0])


def moons(n: int = 50, *, test: int = 500, noise: float = 0.2, flipped: float = 0.15, seed: int = 0) -> Split:
    """Two half-moons, with some wrong labels among the training examples: a network can only learn those by heart.

    Args:
        n: training examples.
        test: test examples; their labels are right.
        noise: standard deviation of each coordinate.
        flipped: the share of wrong training labels.
        seed: which points.
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n + test)
    angle = rng.uniform(0, np.pi, n + test)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    X = np.where(y[:, None] == 1, upper, -upper) + rng.normal(0, noise, (n + test, 2))
    wrong = rng.permutation(n)[: round(n * flipped)]
    y[wrong] = 1 - y[wrong]
    return Split(X[:n], y[:n], X[n:], y[n:])


def ring(n: int = 400, *, noise: float = 0.08, seed: int = 0) -> Split:
    """A disc of class 1 inside a ring of class 0: no straight line separates them.

    Args:
        n: training examples; as many again for testing.
        noise: standard deviation of the radius.
        seed: which points.
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 2 * n)
    radius = np.where(y == 1, 0.5 * np.sqrt(rng.random(2 * n)), rng.uniform(0.75, 1.1, 2 * n))
    radius = radius + rng.normal(0, noise, 2 * n)
    angle = rng.uniform(0, 2 * np.pi, 2 * n)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Split(X[:n], y[:n], X[n:], y[n:])


def spiral(
    n: int = 600,
    *,
    arms: int = 3,
    turn: float = 4.0,
    noise: float = 0.15,
    rotate: float = 0.0,
    order: Sequence[int] | None = None,
    seed: int = 0,
) -> Split:
    """Arms of a spiral, one class each.

    Args:
        n: training examples; as many again for testing.
        arms: how many classes.
        turn: how far an arm winds, in radians.
        noise: standard deviation of the angle, in radians.
        rotate: by which angle all of it is rotated, in radians.
        order: the class of each arm, if not 0, 1, 2 ...
        seed: which points.
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(0, arms, 2 * n)
    radius = rng.uniform(0.05, 1.0, 2 * n)
    angle = 2 * np.pi * y / arms + turn * radius + rng.normal(0, noise, 2 * n) + rotate
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    y = y if order is None else np.asarray(order, dtype=np.int64)[y]
    return Split(X[:n], y[:n], X[n:], y[n:])


def few(split: Split, per_class: int) -> Split:
    """The first few training examples of every class, with all test examples.

    Args:
        split: what to take from.
        per_class: how many examples of each class.
    """
    kinds = range(split.num_classes)
    chosen = np.concatenate([np.flatnonzero(split.y_train == kind)[:per_class] for kind in kinds])
    return Split(split.X_train[chosen], split.y_train[chosen], split.X_test, split.y_test)
