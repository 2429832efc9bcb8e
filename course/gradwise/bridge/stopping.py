"""A network whose weights are one NumPy array, trained epoch by epoch by a learner's code."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from ..training import accuracy
from .calling import Function, call

Array = npt.NDArray[np.float64]
Examples = tuple[Array, npt.NDArray[np.int64]]


def shared_weights(model: nn.Module) -> Array:
    """All parameters of a model in one array that shares their memory: writing into it changes the model."""
    parameters: Iterable[nn.Parameter] = list(model.parameters())
    flat = torch.cat([p.detach().ravel() for p in parameters])
    start = 0
    for p in parameters:
        p.data = flat[start : start + p.numel()].view_as(p)
        start += p.numel()
    array: Array = flat.numpy()
    return array


class Epochs:
    """A classifier in the shape that a loop over epochs needs: ``w``, ``step(w, epoch)`` and ``val(w)``.

    PyTorch computes the gradients and Adam does the steps; how the losses of the batches become one number is the
    learner's.

    Args:
        model: gives logits.
        train, val, test: features (n, d) and classes (n,), each.
        mean: ``mean(losses, sizes)``, a learner's function.
        lr: learning rate of Adam.
        batch_size: examples for each step; the last batch may be smaller.
        seed: of the order of the examples.

    Attributes:
        w: all weights in one array.
        train_losses, val_losses, val_accuracies, accuracies: one entry for each epoch; the last are those on the
            test examples.
    """

    def __init__(
        self,
        model: nn.Module,
        train: Examples,
        val: Examples,
        test: Examples,
        *,
        mean: Function,
        lr: float = 3e-3,
        batch_size: int = 32,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.w = shared_weights(model)
        self.train_losses: list[float] = []
        self.val_losses: list[float] = []
        self.val_accuracies: list[float] = []
        self.accuracies: list[float] = []
        self._train, self._val, self._test = train, val, test
        self._mean, self._batch_size = mean, batch_size
        self._optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        self._rng = np.random.default_rng(seed)

    def step(self, w: Array, epoch: int) -> None:
        """Trains for one epoch, from the weights w on; they change in place."""
        self.w[...] = w
        order, losses, sizes = self._rng.permutation(len(self._train[0])), [], []
        self.model.train()
        for start in range(0, len(order), self._batch_size):
            rows = order[start : start + self._batch_size]
            self._optimizer.zero_grad()
            loss = self._loss(self._train[0][rows], self._train[1][rows])
            torch.autograd.backward(loss)
            self._optimizer.step()
            losses.append(loss.item())
            sizes.append(len(rows))
        self.train_losses.append(float(call(self._mean, losses, sizes)))
        self.val_losses.append(self.val(self.w))
        self.val_accuracies.append(accuracy(self.model, *self._val))
        self.accuracies.append(accuracy(self.model, *self._test))
        w[...] = self.w

    def val(self, w: Array) -> float:
        """The validation loss with the weights w."""
        self.w[...] = w
        self.model.eval()
        with torch.no_grad():
            return self._loss(*self._val).item()

    def accuracy(self, w: Array) -> float:
        """The accuracy on the test examples with the weights w."""
        self.w[...] = w
        return accuracy(self.model, *self._test)

    def _loss(self, X: Array, y: npt.NDArray[np.int64]) -> torch.Tensor:
        return functional.cross_entropy(self.model(torch.from_numpy(X)), torch.from_numpy(y))
