"""Notebook 05, experiments: many small networks of one shape, one for each seed, trained side by side.

They take the same steps as one after another, in a fraction of the time.

Each network has its own data, its own initial weights and its own random numbers; they only share the loop. What a
method does (drop units, mix examples, shrink weights ...) is handed in as NumPy functions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from .. import progress_bar, training
from ..data import Split
from .networks import share_right
from .seeds import mean_and_error, paired

__all__ = ["Evaluation", "Method", "ParallelNetworks", "ensembles", "growth", "train", "tune_and_compare"]

Array = npt.NDArray[np.float64]

Numbers = Callable[..., Any]


@dataclass(frozen=True)
class Method:
    """A method: the parts that it adds to plain training, each of which may be left out.

    Attributes:
        examples: ``(X, Y, rng) -> (X, Y)`` for one network's examples (N, d) and one-hot targets (N, K), each step.
        hidden: a layer behind each activation, for instance a `bridge.Dropout`.
        penalty: ``W -> gradient`` of a penalty, added to the gradient of all weight matrices of a layer (S, in, out).
        shrink: ``(W, lr) -> W`` after each step, for the same matrices.
        decay: of AdamW.
    """

    examples: Numbers | None = None
    hidden: Callable[[], nn.Module] | None = None
    penalty: Numbers | None = None
    shrink: Numbers | None = None
    decay: float = 0.0


class ParallelNetworks(nn.Module):
    """S multilayer perceptrons with ReLU, initialized as `training.mlp` does it with the seeds 0, 1 ... S-1.

    Args:
        sizes: number of features, of units in each hidden layer, and of outputs.
        count: how many networks, S.
        hidden: makes a layer to stand behind each activation.
        same_start: whether all of them have the first seed instead.
        first_seed: the first network's seed, if it is not 0.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        count: int,
        hidden: Callable[[], nn.Module] | None = None,
        same_start: bool = False,
        first_seed: int = 0,
    ) -> None:
        super().__init__()
        seeds = [first_seed if same_start else first_seed + number for number in range(count)]
        networks = [training.mlp(sizes, nn.ReLU, seed=seed) for seed in seeds]
        layers = [[layer for layer in network if isinstance(layer, nn.Linear)] for network in networks]
        same = list(zip(*layers, strict=True))
        self.weights = nn.ParameterList([torch.stack([layer.weight.detach().T for layer in row]) for row in same])
        self.biases = nn.ParameterList([torch.stack([layer.bias.detach()[None] for layer in row]) for row in same])
        self.hidden = nn.ModuleList([hidden() if hidden else nn.Identity() for _ in same[1:]])

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Logits (S, N, K) of each network for its own examples (S, N, d)."""
        for W, b, layer in zip(self.weights, self.biases, self.hidden, strict=False):
            X = layer(torch.relu(torch.baddbmm(b, X, W)))
        return torch.baddbmm(self.biases[-1], X, self.weights[-1])

    def probabilities(self, X: Array) -> Array:
        """Each network's probabilities in evaluation, (S, N, K), for examples (S, N, d), or (N, d) for all of them."""
        self.eval()
        with torch.no_grad():
            t = torch.from_numpy(np.broadcast_to(X, (len(self.weights[0]), *X.shape[-2:])).copy())
            share: Array = torch.softmax(self(t), dim=-1).numpy()
        return share

    def probability(self, number: int) -> Callable[[Array], Array]:
        """One network's probability of class 1, as a function of points (n, d): for `plots.boundaries`."""
        return lambda X: self.probabilities(X)[number, :, 1]

    def on_training(self, splits: Sequence[Split]) -> "Evaluation":
        """Evaluates each network on its own training examples."""
        return self._evaluate([(split.X_train, split.y_train) for split in splits])

    def on_test(self, splits: Sequence[Split]) -> "Evaluation":
        """Evaluates each network on its own test examples."""
        return self._evaluate([(split.X_test, split.y_test) for split in splits])

    def _evaluate(self, examples: Sequence[tuple[Array, npt.NDArray[np.int64]]]) -> "Evaluation":
        shares = self.probabilities(np.stack([X for X, _ in examples]))
        pairs = [(share, y) for share, (_, y) in zip(shares, examples, strict=True)]
        losses = [-np.log(share[np.arange(len(y)), y] + 1e-300).mean() for share, y in pairs]
        return Evaluation(np.array([share_right(share, y) for share, y in pairs]), np.array(losses))


@dataclass(frozen=True)
class Evaluation:
    """The evaluation of each network: accuracy and mean log loss, shape (S,)."""

    accuracy: Array
    loss: Array


def train(
    splits: Sequence[Split],
    method: Method | None = None,
    *,
    sizes: Sequence[int] = (2, 50, 50, 2),
    num_epochs: int = 200,
    lr: float = 0.01,
    same_start: bool = False,
    first_seed: int = 0,
    label: str = "training",
) -> ParallelNetworks:
    """Trains one network on the training part of each split with Adam, on all its examples at once.

    Args:
        splits: what each network learns from, all of one size.
        method: what is done besides.
        sizes: of the networks.
        num_epochs: number of steps.
        lr: learning rate.
        same_start: whether all networks start with the same weights.
        first_seed: the first network's seed, of weights and random numbers; the next one's is one more.
        label: what the progress bar says.
    """
    method = method or Method()
    networks = ParallelNetworks(sizes, len(splits), method.hidden, same_start, first_seed)
    X = np.stack([split.X_train for split in splits])
    Y = np.stack([np.eye(sizes[-1])[split.y_train] for split in splits])
    rngs = [np.random.default_rng(first_seed + number) for number in range(len(splits))]
    decayed = [
        {"params": list(networks.weights), "weight_decay": method.decay},
        {"params": list(networks.biases), "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(decayed, lr=lr)
    for _ in progress_bar.each(training.epochs(num_epochs), label):
        inputs, targets = _step_data(X, Y, rngs, method)
        networks.train()
        optimizer.zero_grad()
        torch.autograd.backward(_loss(networks(inputs), targets))
        _step(networks, optimizer, method, lr)
    return networks


def _step_data(
    X: Array, Y: Array, rngs: Sequence[np.random.Generator], method: Method
) -> tuple[torch.Tensor, torch.Tensor]:
    if method.examples is None:
        return torch.from_numpy(X), torch.from_numpy(Y)
    pairs = [method.examples(x.copy(), y.copy(), rng) for x, y, rng in zip(X, Y, rngs, strict=True)]
    inputs, targets = zip(*pairs, strict=True)
    return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(targets))


def _loss(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """The sum over networks of each one's mean loss: their gradients do not mix."""
    return functional.cross_entropy(logits.flatten(0, 1), targets.flatten(0, 1)) * len(logits)


def _step(networks: ParallelNetworks, optimizer: torch.optim.Optimizer, method: Method, lr: float) -> None:
    if method.penalty is not None:
        for W in networks.weights:
            assert W.grad is not None
            W.grad += torch.from_numpy(np.asarray(method.penalty(W.detach().numpy().copy()), dtype=np.float64))
    optimizer.step()
    if method.shrink is not None:
        with torch.no_grad():
            for W in networks.weights:
                W.copy_(torch.from_numpy(np.asarray(method.shrink(W.numpy().copy(), lr), dtype=np.float64)))


def ensembles(splits: Sequence[Split], *, members: int, bagging: bool, num_epochs: int = 200) -> Array:
    """Trains several networks for each split, and gives their probabilities for its test examples.

    Args:
        splits: the data.
        members: how many networks for each split; each has initial weights of its own.
        bagging: whether each also has a bootstrap sample of its own: as many examples, drawn with replacement.
        num_epochs: number of steps.

    Returns:
        Probabilities, shape (splits, members, examples, classes).
    """
    everyone = [split for split in splits for _ in range(members)]
    learnt = [_resampled(split, seed) if bagging else split for seed, split in enumerate(everyone)]
    networks = train(learnt, num_epochs=num_epochs, label="members")
    shares = networks.probabilities(np.stack([split.X_test for split in everyone]))
    return shares.reshape(len(splits), members, *shares.shape[1:])


def growth(members: Array, splits: Sequence[Split], together: Numbers) -> Array:
    """The accuracy of ensembles of 1, 2 ... all members: shape (splits, members).

    Smaller ensembles are averaged over who is in them: the first, the second ... member and those behind it.

    Args:
        members: probabilities, shape (splits, members, examples, classes).
        splits: the data.
        together: from probabilities (n, examples, classes) to one answer (examples, classes).
    """
    count = members.shape[1]
    return np.array(
        [
            [
                np.mean([share_right(together(np.roll(P, start, axis=0)[:n]), split.y_test) for start in range(count)])
                for n in range(1, count + 1)
            ]
            for P, split in zip(members, splits, strict=True)
        ]
    )


def _resampled(split: Split, seed: int) -> Split:
    rows = np.random.default_rng(seed).integers(len(split.X_train), size=len(split.X_train))
    return Split(split.X_train[rows], split.y_train[rows], split.X_test, split.y_test)


def tune_and_compare(
    sets: Sequence[Split], methods: Mapping[str, tuple[Sequence[float], Callable[[float], Method]]]
) -> str:
    """Tunes each method on validation examples, and compares it with plain training on test examples, seed by seed.

    Args:
        sets: the data. The first half of the training examples is learned from, the other half is for validation.
        methods: for each method its strengths, of which each set takes the best one, and what makes it of a strength.
    """
    halves = [_halves(split) for split in sets]
    splits, validation = [half for half, _ in halves], [other for _, other in halves]
    plain = train(splits, label="none").on_test(splits)
    lines = [f"{'':16}  test ± s.e.     test loss  strengths chosen            difference in test accuracy to none"]
    lines.append(f"{'none':16}  {mean_and_error(plain.accuracy)}  {plain.loss.mean():9.2f}")
    for name, (strengths, make) in progress_bar.each(methods.items(), f"{len(methods)} methods"):
        trained = [train(splits, make(s), label=f"{name}, {s}") for s in progress_bar.each(strengths, name)]
        seen = np.array([networks.on_test(validation).accuracy for networks in trained])
        unseen = [networks.on_test(splits) for networks in trained]
        best, every = seen.argmax(axis=0), np.arange(len(sets))
        scores = np.array([result.accuracy for result in unseen])[best, every]
        loss = np.array([result.loss for result in unseen])[best, every].mean()
        chosen = ", ".join(f"{s}: {np.sum(best == place)}" for place, s in enumerate(strengths))
        lines.append(f"{name:16}  {mean_and_error(scores)}  {loss:9.2f}  {chosen:26}  {paired(scores, plain.accuracy)}")
    return "\n".join(lines)


def _halves(split: Split) -> tuple[Split, Split]:
    X, y, n = split.X_train, split.y_train, len(split.y_train) // 2
    return Split(X[:n], y[:n], split.X_test, split.y_test), Split(X[:n], y[:n], X[n:], y[n:])
