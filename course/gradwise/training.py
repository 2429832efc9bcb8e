"""A training loop in PyTorch that shows its progress and keeps a history."""

import itertools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from . import progress_bar
from .data import Split
from .wording import counted

__all__ = [
    "Run",
    "accuracy",
    "epochs",
    "first_seeds",
    "fit",
    "mlp",
    "over_seeds",
    "pre_activations",
    "probability",
    "quick",
    "weight_gradients",
]

Array = npt.NDArray[np.float64]

# These networks are small: a second thread costs more than it brings, tenfold on a busy machine.
torch.set_num_threads(1)


@dataclass
class Run:
    """A trained model, and what happened on the way, one entry an epoch.

    Attributes:
        model: the model after the last epoch.
        losses: mean training loss.
        accuracies: accuracy on the test examples.
        watched: what `fit` was asked to watch, with an entry for the time before the first epoch.
    """

    model: nn.Module
    losses: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    watched: list[float] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Accuracy on the test examples after the last epoch."""
        return self.accuracies[-1]


def mlp(
    sizes: Sequence[int],
    activation: Callable[[], nn.Module],
    *,
    seed: int = 0,
    bias: float | None = None,
    norm: Callable[[int], nn.Module] | None = None,
    init: Callable[[nn.Linear], None] | None = None,
) -> nn.Sequential:
    """A multilayer perceptron in float64, with an activation after every layer but the last.

    Args:
        sizes: number of features, of units in each hidden layer, and of outputs.
        activation: makes an activation, for instance `torch.nn.ReLU`.
        seed: of the initial weights (PyTorch's default scheme).
        bias: where the hidden layers' biases start, if not at random.
        norm: makes a normalization for a number of units, to stand before each activation.
        init: sets the weights of a layer, instead of PyTorch's default scheme.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers: list[nn.Module] = []
        for fan_in, fan_out in itertools.pairwise(sizes):
            linear = nn.Linear(fan_in, fan_out, dtype=torch.float64)
            if bias is not None:
                nn.init.constant_(linear.bias, bias)
            if init is not None:
                init(linear)
            layers += [linear, *([norm(fan_out)] if norm else []), activation()]
    if bias is not None:
        nn.init.zeros_(linear.bias)
    return nn.Sequential(*layers[: layers.index(linear) + 1])


QUICK = "GRADWISE_QUICK"


def quick() -> bool:
    """Returns whether training is cut short: the environment variable `GRADWISE_QUICK` is 1.

    Two epochs are trained then, with three seeds at most, and the figures mean nothing. The project's tests set it, to
    run every cell of every notebook in a few minutes.
    """
    return os.environ.get(QUICK) == "1"


def epochs(num_epochs: int) -> range:
    """Returns the numbers of the epochs that are trained, 0, 1 ... num_epochs - 1; two of them where it is `quick`."""
    return range(min(num_epochs, 2) if quick() else num_epochs)


def first_seeds(number: int) -> range:
    """Returns the seeds 0, 1 ... number - 1; three of them where it is `quick`."""
    return range(min(number, 3) if quick() else number)


def fit(
    model: nn.Module,
    data: Split,
    *,
    num_epochs: int,
    lr: float = 0.1,
    batch_size: int = 32,
    seed: int = 0,
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = functional.cross_entropy,
    optimizer: Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer] | None = None,
    label: str = "training",
    watch: Callable[[nn.Module], float] | None = None,
) -> Run:
    """Trains a classifier in small batches, under a progress bar.

    Args:
        model: gives logits, shape (n, classes).
        data: what to train on, and what to test on after each epoch.
        num_epochs: how often each example is seen.
        lr: learning rate of stochastic gradient descent.
        batch_size: examples for each step.
        seed: of the order of the examples, and of what PyTorch's layers draw, as dropout does.
        loss: of logits (n, classes) and classes (n,).
        optimizer: makes another optimizer from the parameters; it brings its own learning rate.
        label: what the progress bar says.
        watch: a number of interest, taken from the model (in evaluation mode) before the first epoch and after each.
    """
    X, y = torch.from_numpy(data.X_train), torch.from_numpy(data.y_train)
    steps = optimizer(model.parameters()) if optimizer else torch.optim.SGD(model.parameters(), lr=lr)
    rng = np.random.default_rng(seed)
    run = Run(model)
    num_epochs = len(epochs(num_epochs))
    with torch.random.fork_rng(devices=[]), progress_bar.task(label, num_epochs) as step:
        torch.manual_seed(seed)  # of PyTorch's dropout
        _watch(run, watch)
        for _ in range(num_epochs):
            total = 0.0
            model.train()
            for batch in np.array_split(rng.permutation(len(X)), max(1, len(X) // batch_size)):
                steps.zero_grad()
                batch_loss = loss(model(X[batch]), y[batch])
                torch.autograd.backward(batch_loss)
                steps.step()
                total += batch_loss.item() * len(batch)
            run.losses.append(total / len(X))
            run.accuracies.append(accuracy(model, data.X_test, data.y_test))
            _watch(run, watch)
            step(f"loss {run.losses[-1]:.3f}, accuracy {run.accuracy:.3f}")
    return run


def _watch(run: Run, watch: Callable[[nn.Module], float] | None) -> None:
    run.model.eval()
    if watch is not None:
        run.watched.append(watch(run.model))


def over_seeds(make: Callable[[int], nn.Module], data: Split, *, seeds: int, **options: Any) -> list[Run]:
    """Trains one model for each seed from 0; the seed sets the initial weights and the order of the examples.

    Args:
        make: gives the model for a seed.
        data: what to train and test on.
        seeds: how many.
        options: what `fit` gets besides.
    """
    few = first_seeds(seeds)
    label = f"{options.get('label', 'training')}, {counted(len(few), 'seed')}"
    return [fit(make(seed), data, seed=seed, **options) for seed in progress_bar.each(few, label)]


def accuracy(model: nn.Module, X: Array, y: npt.NDArray[np.int64]) -> float:
    """The share of examples whose largest logit is that of their class, with the model in evaluation mode."""
    model.eval()
    with torch.no_grad():
        predicted = model(torch.from_numpy(X)).argmax(dim=1).numpy()
    return float(np.mean(predicted == y))


def weight_gradients(model: nn.Module, data: Split) -> list[Array]:
    """The gradient of the training loss with respect to each weight matrix, from the first layer to the last."""
    model.zero_grad()
    loss = functional.cross_entropy(model(torch.from_numpy(data.X_train)), torch.from_numpy(data.y_train))
    torch.autograd.backward(loss)
    return [p.grad.numpy() for p in model.parameters() if p.grad is not None and p.dim() == 2]


def pre_activations(model: nn.Sequential, X: Array) -> Array:
    """The inputs of the activations of an `mlp`, all hidden layers side by side, shape (n, units)."""
    inputs, t = [], torch.from_numpy(X)
    with torch.no_grad():
        for layer in list(model)[:-1]:
            if not isinstance(layer, nn.Linear):
                inputs.append(t.numpy())
            t = layer(t)
    return np.concatenate(inputs, axis=1)


def probability(model: nn.Module, kind: int = 1) -> Callable[[Array], Array]:
    """The model's probability of one class, as a function of points (n, d): for `plots.boundaries`."""

    def of(X: Array) -> Array:
        with torch.no_grad():
            share: Array = torch.softmax(model(torch.from_numpy(X)), dim=1)[:, kind].numpy()
        return share

    return of
