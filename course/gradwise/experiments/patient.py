"""All notebooks: one small network that falls ill in notebook 01, and gets after each notebook what was written there.

Five hidden layers of 24 units learn from 200 digits, of which one label in four is drawn anew. Nothing is chosen by
the test examples: a treatment is what its notebook teaches, at settings that are the same for everyone.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from .. import bridge, data, progress_bar, training
from ..wording import counted

__all__ = [
    "DISEASE",
    "NEEDS",
    "SEEDS",
    "SIZES",
    "TREATMENTS",
    "Care",
    "Ward",
    "accuracy_of_network",
    "accuracy_with",
    "cared_for",
    "examine",
    "examine_network",
    "ward",
]

SIZES = [64, 24, 24, 24, 24, 24, 10]
EPOCHS, BATCH, RATE, PATIENCE = 16, 25, 0.1, 10
SMOOTHING, ADAMS_RATE = 0.3, 0.01
OWN_SIZES, OWN_DROPOUT = [64, 64, 64, 10], 0.3  # of the network in the capstone
SEEDS = 10  # of the scoreboard

DISEASE = "sigmoid, PyTorch's default weights, SGD at a constant rate"
# What the patient gets after each notebook, and which of its functions that needs.
TREATMENTS = {
    "01_vanishing_gradients": "nothing yet",
    "02_activations": "ELU in the place of sigmoid",
    "03_batch_norm": "and batch normalization",
    "04_initialization": "and He's weights",
    "05_regularization": "and label smoothing",
    "06_optimizers": "and Adam with a cosine",
    "07_stop_criteria": "and early stopping, restored",
    "08_capstone": "your own network: wider, less deep, with dropout",
}
NEEDS = {
    "02_activations": ("elu", "elu_grad"),
    "03_batch_norm": ("BatchNorm", "bn_backward"),
    "04_initialization": ("he_normal",),
    "05_regularization": ("smooth_labels",),
    "06_optimizers": ("adam", "cosine_annealing"),
    "07_stop_criteria": ("EarlyStopping",),
}
OF_A_NETWORK = ["elu", "elu_grad", "cosine_annealing", "smooth_labels"]  # what the capstone's network gets besides

Function = Callable[..., Any]
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Ward:
    """The digits of one seed: some to learn from and 100 for validation, with wrong labels, and the test examples."""

    X: Array
    y: Array
    X_val: Array
    y_val: Array
    X_test: Array
    y_test: Array


def ward(seed: int, num: int = 200) -> Ward:
    """Draws the examples of a seed, `num` to learn from; one label in four is drawn anew."""
    digits, rng = data.digits(), np.random.default_rng(seed)
    rows = rng.permutation(len(digits.X_train))[: num + 100]
    X, y = digits.X_train[rows], digits.y_train[rows].copy()
    wrong = rng.random(len(y)) < 0.25
    y[wrong] = rng.integers(0, 10, wrong.sum())
    return Ward(X[:num], y[:num], X[num:], y[num:], digits.X_test, digits.y_test)


@dataclass(frozen=True)
class Care:
    """What the network gets: parts that are a learner's, as layers and steps of PyTorch.

    Attributes:
        activation: makes an activation.
        norm: makes a normalization for a number of units, or None.
        weights: draws the weights of a hidden layer, as `he_normal` does, or None.
        loss: of logits and classes.
        steps: makes an optimizer from parameters and the number of all steps.
        stopping: makes an object such as `EarlyStopping(patience)`, or None.
    """

    activation: Callable[[], nn.Module] = nn.Sigmoid
    norm: Callable[[int], nn.Module] | None = None
    weights: Function | None = None
    loss: Function = functional.cross_entropy
    steps: Callable[[Iterable[nn.Parameter], int], torch.optim.Optimizer] = lambda p, _: torch.optim.SGD(p, RATE)
    stopping: Function | None = None


def cared_for(topic: str, parts: Any) -> Care:
    """Returns the care of a patient after a notebook: its treatment, and those of the notebooks before it.

    Args:
        topic: the notebook's slug.
        parts: has the functions that `NEEDS` names, as attributes.
    """
    care = Care()
    if topic >= "02":
        care = replace(care, activation=lambda: bridge.Activation(parts.elu, parts.elu_grad, 1.0))
    if topic >= "03":
        care = replace(care, norm=lambda units: bridge.Normalization(parts.BatchNorm, parts.bn_backward, units))
    if topic >= "04":
        care = replace(care, weights=parts.he_normal)
    if topic >= "05":
        care = replace(care, loss=bridge.SoftTargets(parts.smooth_labels, 10, SMOOTHING))
    if topic >= "06":
        care = replace(care, steps=lambda p, total: bridge.Optimizer(p, _adam_cosine(parts, total), ADAMS_RATE))
    if topic >= "07":
        care = replace(care, stopping=parts.EarlyStopping)
    return care


def _adam_cosine(parts: Any, total: int) -> Function:
    """A step of Adam whose rate falls along a cosine."""

    def step(w: Array, g: Array, state: Any, lr: float) -> tuple[Array, Any]:
        inner, t = state or ({}, 0)
        w, inner = parts.adam(w, g, inner, parts.cosine_annealing(lr, t, total))
        return w, (inner, t + 1)

    return step


def examine(care: Care) -> list[float]:
    """Trains the network for each seed of the scoreboard, and returns its test accuracies."""
    return [accuracy_with(care, ward(seed), seed) for seed in _seeds()]


def examine_network(network: tuple[Function, ...], parts: Any) -> list[float]:
    """Trains a learner's own network from the capstone for each seed, and returns its test accuracies.

    Args:
        network: `init_params`, `init_state`, `fit_network` and `net_forward`.
        parts: has `elu`, `elu_grad`, `cosine_annealing` and `smooth_labels` as attributes.

    Raises:
        NotWrittenYet: one of them is not written.
    """
    return [accuracy_of_network(network, parts, ward(seed), seed) for seed in _seeds()]


def _seeds() -> Iterable[int]:
    seeds = training.first_seeds(SEEDS)
    return progress_bar.each(seeds, f"the patient, {counted(len(seeds), 'seed')}")


def accuracy_of_network(network: tuple[Function, ...], parts: Any, here: Ward, seed: int) -> float:
    """Trains a learner's own network with one seed, see `examine_network`."""
    params_of, state_of, fit, forward = map(bridge.yours, network)
    cfg = {"f": parts.elu, "df": parts.elu_grad, "p": OWN_DROPOUT, "lam": 0.0, "lr": ADAMS_RATE, "batch_size": BATCH}
    cfg |= {"schedule": parts.cosine_annealing, "num_epochs": len(training.epochs(EPOCHS)), "patience": PATIENCE}
    rng = np.random.default_rng(seed)
    train, val = (here.X, parts.smooth_labels(here.y, 10, SMOOTHING)), (here.X_val, np.eye(10)[here.y_val])
    params, state, _ = fit(params_of(OWN_SIZES, "he", rng), state_of(OWN_SIZES), train, val, cfg, rng)
    logits = forward(params, state, here.X_test, cfg, False, None)[0]
    return float(np.mean(np.argmax(logits, axis=1) == here.y_test))


def accuracy_with(care: Care, here: Ward, seed: int) -> float:
    """Trains the network with one seed, and returns its test accuracy."""
    model = training.mlp(SIZES, care.activation, norm=care.norm, seed=seed)
    if care.weights is not None:
        draw = bridge.Initializer(care.weights, seed=seed)
        for layer in [layer for layer in model if isinstance(layer, nn.Linear)][:-1]:  # the last one has no activation
            draw(layer)
    epochs = training.epochs(EPOCHS)
    steps = care.steps(model.parameters(), len(epochs) * (len(here.X) // BATCH))
    X, y, rng = torch.from_numpy(here.X), torch.from_numpy(here.y), np.random.default_rng(seed)
    stopping, lowest, at_best = care.stopping(PATIENCE) if care.stopping else None, math.inf, 0.0
    for _ in epochs:
        model.train()
        for batch in np.array_split(rng.permutation(len(X)), len(X) // BATCH):
            steps.zero_grad()
            torch.autograd.backward(care.loss(model(X[batch]), y[batch]))
            steps.step()
        if stopping is not None:
            loss = _validation_loss(model, here)
            stops = stopping.step(loss)
            if loss < lowest:
                lowest, at_best = loss, training.accuracy(model, here.X_test, here.y_test)  # of the weights to restore
            if stops:
                break
    return at_best if stopping is not None else training.accuracy(model, here.X_test, here.y_test)


def _validation_loss(model: nn.Module, here: Ward) -> float:
    model.eval()
    with torch.no_grad():
        return float(functional.cross_entropy(model(torch.from_numpy(here.X_val)), torch.from_numpy(here.y_val)))
