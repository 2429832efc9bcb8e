"""Notebook 07 by PyTorch and scikit-learn: when to stop, how to split, and which model to take."""

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional
from torch.optim.lr_scheduler import ReduceLROnPlateau

from .torch_numpy import Array, array, drawn_seed, repeatable, tensor, uncompiled

Indices = npt.NDArray[np.int64]


def train_val_test_split(
    n: int, val_share: float, test_share: float, rng: np.random.Generator
) -> tuple[Indices, Indices, Indices]:
    """`torch.randperm` cut into three: indices for training, validation and test."""
    held, kept = round(n * val_share), round(n * test_share)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(drawn_seed(rng)))
    train, val, test = torch.split(order, [n - held - kept, held, kept])
    return train.numpy(), val.numpy(), test.numpy()


def standardize(train: npt.ArrayLike, *others: npt.ArrayLike) -> tuple[Array, ...]:
    """`sklearn.preprocessing.StandardScaler`, fitted to `train` and applied to all."""
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(np.asarray(train, dtype=np.float64))
    return tuple(scaler.transform(np.asarray(X, dtype=np.float64)) for X in (train, *others))


def epoch_mean(losses: npt.ArrayLike, sizes: npt.ArrayLike) -> float:
    """The mean loss of an epoch, from the mean loss and the size of each batch."""
    counts = tensor(sizes)
    return float((tensor(losses) @ counts / counts.sum()).item())


def loss_change_stop(losses: npt.ArrayLike, tol: float, window: int) -> int | None:
    """The epoch that ends the first `window` consecutive relative changes below `tol`, or None."""
    t = tensor(losses)
    small = torch.diff(t).abs() / t[:-1].abs().clamp(min=1e-12) < tol
    if len(small) < window:
        return None
    ends = small.unfold(0, window, 1).all(dim=1).nonzero()
    return int(ends[0].item()) + window if len(ends) else None


class EarlyStopping:
    """The bookkeeping of `torch.optim.lr_scheduler.ReduceLROnPlateau`: where it would cut the rate, this stops.

    Args:
        patience: how many epochs without improvement are one too many.
        min_delta: what an improvement must exceed.
        mode: "min" for a loss, "max" for an accuracy.

    Raises:
        ValueError: the mode is neither.
    """

    def __init__(self, patience: int, min_delta: float = 0.0, mode: Literal["min", "max"] = "min") -> None:
        self.best_epoch: int | None = None
        self._epoch = -1
        self._optimizer = uncompiled(torch.optim.SGD)([torch.zeros(1, requires_grad=True)], lr=1.0)
        self._plateau = ReduceLROnPlateau(
            self._optimizer, mode, patience=patience - 1, threshold=min_delta, threshold_mode="abs"
        )

    def step(self, value: float) -> bool:
        """Takes the value of one more epoch, and says whether to stop after it."""
        self._epoch += 1
        best = self._plateau.best
        self._plateau.step(float(value))
        if self._plateau.best != best:
            self.best_epoch = self._epoch
        return bool(self._optimizer.param_groups[0]["lr"] < 1.0)


def fit_with_restore(
    w: Array, step: Callable[[Array, int], object], val: Callable[[Array], float], n: int
) -> tuple[Array, float]:
    """The weights with the lowest validation loss of `n` epochs, and that loss."""
    best, kept = math.inf, tensor(w)
    for number in range(n):
        step(w, number)
        if (score := float(val(w))) < best:
            best, kept = score, tensor(w)
    return array(kept), best


def kfold_indices(n: int, k: int, rng: np.random.Generator) -> list[tuple[Indices, Indices]]:
    """`sklearn.model_selection.KFold`, shuffled by `rng`."""
    from sklearn.model_selection import KFold

    folds = KFold(k, shuffle=True, random_state=int(rng.integers(2**31)))
    return [(train, val) for train, val in folds.split(np.zeros(n))]


def select_model(S: npt.ArrayLike, rule: str) -> int:
    """The row of the lowest mean loss, or the first row within one standard error of it.

    Args:
        S: validation losses, shape (models, folds), from the simplest model to the most complex.
        rule: "min" or "1se".

    Raises:
        ValueError: there is no such rule.
    """
    if rule not in ("min", "1se"):
        raise ValueError(f"there is no rule {rule!r}")
    losses = tensor(S)
    means = losses.mean(dim=1)
    limit = means.min()
    if rule == "1se":
        best = int((means == limit).nonzero()[0].item())
        limit = limit + losses[best].std(correction=1) / math.sqrt(losses.shape[1])
    return int((means <= limit).nonzero()[0].item())


class RootMeanSquaredError:
    """The root of `torch.nn.functional.mse_loss` over all batches since the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets everything."""
        self._batches: list[tuple[Array, Array]] = []

    def update(self, y_hat: npt.ArrayLike, y: npt.ArrayLike) -> None:
        """Takes one batch of predictions and targets."""
        self._batches.append((array(tensor(y_hat)).ravel(), array(tensor(y)).ravel()))

    def compute(self) -> float:
        """The metric over all examples so far."""
        predictions, targets = (tensor(np.concatenate(part)) for part in zip(*self._batches, strict=True))
        return math.sqrt(functional.mse_loss(predictions, targets).item())


def log_grid(low: float, high: float, num: int) -> Array:
    """`torch.logspace` from `low` to `high`, both included."""
    return array(torch.logspace(math.log10(low), math.log10(high), num, dtype=torch.float64))


def log_uniform(low: float, high: float, num: int, rng: np.random.Generator) -> Array:
    """Numbers whose logarithms are uniform, by `torch.distributions`."""
    with repeatable(drawn_seed(rng)):
        exponents = torch.distributions.Uniform(tensor(low).log10(), tensor(high).log10()).sample(torch.Size([num]))
    return array(10.0**exponents)
