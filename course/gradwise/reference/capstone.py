"""Notebook 08 by PyTorch: a whole network, its training, and what it takes to believe its score.

A hidden layer is a list ``[W, b, gamma, beta]``, the last layer ``[W, b]``; the state holds ``[mean, var]``, the
running statistics, for each hidden layer.
"""

import itertools
import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from .optimizers import adam
from .torch_numpy import Array, array, drawn_seed, repeatable, tensor

Layers = list[list[Array]]
Examples = tuple[npt.ArrayLike, npt.ArrayLike]


def init_params(sizes: Sequence[int], scheme: str, rng: np.random.Generator) -> Layers:
    """Weights by `torch.nn.init`, for layers of these sizes; biases and shifts 0, scales 1.

    Args:
        sizes: number of features, of units in each hidden layer, and of outputs.
        scheme: "he", "xavier" or "torch". With "he" the last layer, which no activation follows, has gain 1.
        rng: where the randomness comes from.

    Raises:
        ValueError: there is no such scheme.
    """
    if scheme not in ("he", "xavier", "torch"):
        raise ValueError(f"no such scheme: {scheme!r}")
    layers = []
    with repeatable(drawn_seed(rng)):
        for place, (n_in, n_out) in enumerate(itertools.pairwise(sizes), start=2):
            last = place == len(sizes)
            linear = nn.Linear(n_in, n_out, dtype=torch.float64)  # "torch" is how it starts
            if scheme == "xavier":
                nn.init.xavier_uniform_(linear.weight)
            elif scheme != "torch":
                nn.init.kaiming_normal_(linear.weight, nonlinearity="linear" if last else "relu")
            norm = [] if last else [np.ones(n_out), np.zeros(n_out)]
            layers.append([array(linear.weight.T), np.zeros(n_out), *norm])
    return layers


def init_state(sizes: Sequence[int]) -> Layers:
    """The running means and variances of fresh `torch.nn.BatchNorm1d` layers, one for each hidden layer."""
    norms = [nn.BatchNorm1d(n, dtype=torch.float64) for n in sizes[1:-1]]
    return [[array(torch.as_tensor(norm.running_mean)), array(torch.as_tensor(norm.running_var))] for norm in norms]


def net_forward(
    params: Any, state: Any, X: npt.ArrayLike, cfg: dict[str, Any], training: bool, rng: np.random.Generator | None
) -> tuple[Array, Layers, None]:
    """Linear, batch norm, activation, dropout for each hidden layer, and a linear layer at the end.

    Args:
        params: the layers, as above.
        state: the running statistics.
        X: features, shape (n, d).
        cfg: "f" and "df", an activation and its slope, and "p", the drop probability.
        training: whether batch statistics are used and units dropped.
        rng: where the randomness comes from; not used in evaluation.

    Returns:
        The logits, the new state, and nothing: autograd needs no cache.
    """
    layers = [[tensor(w) for w in layer] for layer in params]
    out, new = _run(layers, state, tensor(X), cfg, training, rng)
    return array(out), new, None


def _run(
    layers: list[list[torch.Tensor]],
    state: Any,
    h: torch.Tensor,
    cfg: dict[str, Any],
    training: bool,
    rng: np.random.Generator | None,
) -> tuple[torch.Tensor, Layers]:
    from ..bridge.activations import Activation  # which asks this package in turn

    activation, new = Activation(cfg["f"], cfg["df"]), []
    with repeatable(drawn_seed(rng)) if training and rng is not None else torch.random.fork_rng(devices=[]):
        for (W, b, gamma, beta), running in zip(layers[:-1], state, strict=True):
            mean, var = map(tensor, running)
            z = functional.batch_norm(functional.linear(h, W.T, b), mean, var, gamma, beta, training)
            h = functional.dropout(activation(z), cfg["p"], training)
            new.append([array(mean), array(var)])
    W, b = layers[-1]
    return functional.linear(h, W.T, b), new


def loss_and_grads(
    params: Any, state: Any, X: npt.ArrayLike, Y: npt.ArrayLike, cfg: dict[str, Any], rng: np.random.Generator
) -> tuple[float, Layers, Layers]:
    """Cross-entropy with soft targets plus ``cfg["lam"]`` times all squared weights, and its gradients by autograd.

    Args:
        params: the layers.
        state: the running statistics.
        X: features, shape (n, d).
        Y: target probabilities, shape (n, K).
        cfg: as for `net_forward`, and "lam".
        rng: where the randomness comes from.

    Returns:
        The loss, gradients in the form of `params`, and the new state.
    """
    layers = [[tensor(w).requires_grad_() for w in layer] for layer in params]
    out, new = _run(layers, state, tensor(X), cfg, True, rng)
    penalty = sum((layer[0].square().sum() for layer in layers), torch.zeros(()))
    loss = functional.cross_entropy(out, tensor(Y)) + cfg["lam"] * penalty
    torch.autograd.backward(loss)
    grads = [[array(w.grad) if w.grad is not None else np.zeros(w.shape) for w in layer] for layer in layers]
    return loss.item(), grads, new


def adam_step(
    params: Any,
    grads: Any,
    opt: dict[Any, Any],
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[Layers, dict[Any, Any]]:
    """A step of `torch.optim.Adam` for all arrays of a network; `opt` starts as an empty dictionary."""
    new: Layers = []
    kept: dict[Any, Any] = {}
    for place, (layer, slopes) in enumerate(zip(params, grads, strict=True)):
        arrays = []
        for number, (w, g) in enumerate(zip(layer, slopes, strict=True)):
            moved, kept[place, number] = adam(w, g, opt.get((place, number), {}), lr, betas, eps)
            arrays.append(moved)
        new.append(arrays)
    return new, kept


def fit_network(
    params: Any, state: Any, train: Examples, val: Examples, cfg: dict[str, Any], rng: np.random.Generator
) -> tuple[Layers, Layers, list[float]]:
    """Trains with Adam in small batches, stops early, and gives back the best network.

    Args:
        params: the layers that it starts from.
        state: the running statistics that it starts from.
        train: features (n, d) and target probabilities (n, K).
        val: the same, for validation.
        cfg: as for `loss_and_grads`, and "lr"; "schedule", called with (lr, epoch, num_epochs); "num_epochs";
            "batch_size"; "patience".
        rng: where the randomness comes from.

    Returns:
        The parameters and the state after the epoch with the lowest validation loss, and all validation losses.
    """
    examples = [np.asarray(part, dtype=np.float64) for part in train]
    memory: dict[Any, Any] = {}
    history: list[float] = []
    here = best = params, state
    lowest, waited = math.inf, 0
    while len(history) < cfg["num_epochs"] and waited < cfg["patience"]:
        rate = cfg["schedule"](cfg["lr"], len(history), cfg["num_epochs"])
        everyone = torch.from_numpy(rng.permutation(len(examples[0])))
        for chosen in torch.split(everyone, cfg["batch_size"]):
            if len(chosen) > 1:
                features, targets = (part[chosen.numpy()] for part in examples)
                _, slopes, statistics = loss_and_grads(*here, features, targets, cfg, rng)
                moved, memory = adam_step(here[0], slopes, memory, rate)
                here = moved, statistics
        logits, _, _ = net_forward(*here, val[0], cfg, False, None)
        history.append(functional.cross_entropy(tensor(logits), tensor(val[1])).item())
        waited += 1
        if history[-1] < lowest:
            best, lowest, waited = here, history[-1], 0
    return *best, history


def ablation(
    run: Callable[[Any, Any], float], cfgs: Sequence[Any], seeds: Sequence[Any]
) -> list[tuple[float, float, float]]:
    """For each configuration: the mean over seeds, its standard error, and the paired t against the first one.

    Args:
        run: ``run(cfg, seed)``, a score.
        cfgs: configurations; the first one is the baseline.
        seeds: the same for all of them.

    Returns:
        Three numbers each; nan where there is no spread to divide by.
    """
    scores = torch.tensor([[float(run(cfg, seed)) for seed in seeds] for cfg in cfgs], dtype=torch.float64)
    rows = zip(scores, scores - scores[0], strict=True)
    return [(row.mean().item(), _error(row), _ratio(gain.mean().item(), _error(gain))) for row, gain in rows]


def _error(values: torch.Tensor) -> float:
    return values.std(correction=1).item() / math.sqrt(len(values)) if len(values) > 1 else math.nan


def _ratio(gain: float, error: float) -> float:
    return gain / error if error > 0 else math.nan


class TestBox:
    """A test set that opens once.

    Attributes:
        opened: how often it was opened.
        guess: what was guessed when it was opened; None before.
    """

    __test__ = False  # pytest need not look for tests in here

    def __init__(self, X: npt.ArrayLike, y: npt.ArrayLike) -> None:
        self.opened = 0
        self.guess: float | None = None
        self._X, self._y = np.array(X), np.array(y)

    def open(self, predict: Callable[[Any], npt.ArrayLike], guess: float) -> float:
        """The accuracy of `predict`, which gives a class for each example.

        Raises:
            RuntimeError: it was opened before.
            ValueError: the guess is not a share.
        """
        if self.opened:
            raise RuntimeError("the test set has been opened before")
        if guess < 0 or guess > 1:
            raise ValueError(f"guess a share between 0 and 1, and not {guess}")
        classes = np.asarray(predict(self._X.copy()))
        self.guess = guess
        self.opened = 1
        return float(tensor(classes == self._y).mean().item())


class Ledger:
    """Predictions, written down before the measurement, and how good they were."""

    def __init__(self) -> None:
        self._ranges: dict[Hashable, tuple[float, float]] = {}
        self._values: dict[Hashable, float] = {}

    def predict(self, name: Hashable, low: float, high: float) -> None:
        """Writes down a range that the value will lie in with a probability of 80 %.

        Raises:
            ValueError: there is a prediction of that name, or it is not a range.
        """
        if name in self._ranges or not low <= high:
            raise ValueError(f"no new range for {name}")
        self._ranges[name] = (low, high)

    def measure(self, name: Hashable, value: float) -> None:
        """Writes down what came out.

        Raises:
            ValueError: it was not predicted, or is measured already.
        """
        if name not in self._ranges or name in self._values:
            raise ValueError(f"no prediction waits for {name}")
        self._values[name] = value

    def score(self) -> tuple[float, float]:
        """The share of ranges that held the value, and the mean interval score: width plus 10 times the miss."""
        if not self._values:
            return math.nan, math.nan
        low, high = (tensor([self._ranges[name][side] for name in self._values]) for side in (0, 1))
        value = tensor(list(self._values.values()))
        miss = functional.relu(low - value) + functional.relu(value - high)
        return (miss == 0).double().mean().item(), (high - low + 10 * miss).mean().item()


def confusion_matrix(y: npt.ArrayLike, y_hat: npt.ArrayLike, K: int) -> npt.NDArray[np.int64]:
    """Counts how often each class (row) was taken for each class (column), shape (K, K)."""
    pairs = torch.as_tensor(np.asarray(y) * K + np.asarray(y_hat))
    return np.asarray(torch.bincount(pairs, minlength=K * K).reshape(K, K).numpy())


def calibration_error(P: npt.ArrayLike, y: npt.ArrayLike, bins: int) -> float:
    """The expected calibration error: the mean distance of confidence and accuracy, in bins of equal width.

    Args:
        P: probabilities, shape (n, K).
        y: classes (n,).
        bins: how many; a confidence on a border belongs to the lower one.
    """
    confidence, classes = tensor(P).max(dim=1)
    right = (classes == torch.as_tensor(np.asarray(y))).double()
    place = torch.ceil(confidence * bins).long().clamp(min=1) - 1
    gaps = torch.zeros(bins, dtype=torch.float64).index_add(0, place, right - confidence)
    return float(gaps.abs().sum().item() / len(right))
