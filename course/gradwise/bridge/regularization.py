"""Regularizers made of a learner's functions: layers, targets, and what happens to the weights at a step."""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .calling import Function, array, call, tensor


class Dropout(nn.Module):
    """Dropout by a learner's forward and backward pass, with random numbers of its own.

    Args:
        forward: ``forward(x, p, training, rng) -> (out, mask)``.
        backward: ``backward(dout, mask) -> dx``.
        p: the probability to drop a unit.
        seed: of its random numbers.
    """

    def __init__(self, forward: Function, backward: Function, p: float = 0.5, seed: int = 0) -> None:
        super().__init__()
        self.forward_pass, self.backward_pass = forward, backward
        self.p = p
        self.rng = np.random.default_rng(seed)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The learner's forward pass, in the mode that the network is in."""
        result: torch.Tensor = _Masked.apply(  # type: ignore[no-untyped-call]
            x, self.forward_pass, self.backward_pass, (self.p, self.training, self.rng)
        )
        return result

    def extra_repr(self) -> str:
        """The text that PyTorch prints for it."""
        return f"p={self.p}"


class InTraining(nn.Module):
    """Something that is done to the inputs in training only, for instance noise. No gradient passes through it.

    Args:
        function: ``function(X, rng) -> X``, for inputs (n, d).
        seed: of its random numbers.
    """

    def __init__(self, function: Function, seed: int = 0) -> None:
        super().__init__()
        self.function = function
        self.rng = np.random.default_rng(seed)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The function's values in training, the inputs themselves in evaluation."""
        return tensor(call(self.function, array(x), self.rng), like=x) if self.training else x


class SoftTargets:
    """PyTorch's cross-entropy against targets that a learner's function makes of the classes.

    Args:
        targets: ``targets(y, *args) -> Y``, from classes (n,) to rows of probabilities (n, K).
        args: what it gets after y, for instance the number of classes.
    """

    def __init__(self, targets: Function, *args: float) -> None:
        self.targets, self.args = targets, args

    def __call__(self, predictions: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        """The loss of logits (n, K)."""
        soft = tensor(call(self.targets, classes.numpy().copy(), *self.args), like=predictions)
        return functional.cross_entropy(predictions, soft)


def penalized(optimizer: torch.optim.Optimizer, penalty: Function, *args: float) -> torch.optim.Optimizer:
    """The same optimizer, to which every weight matrix's gradient comes with the penalty's gradient added.

    Args:
        optimizer: any optimizer.
        penalty: ``penalty(Ws, *args) -> (value, gradients)`` for a list of weight matrices.
        args: what it gets after the matrices, for instance its strength.
    """
    weights = _matrices(optimizer)

    def add(*_: Any) -> None:
        _, gradients = call(penalty, [array(W) for W in weights], *args)
        for W, gradient in zip(weights, gradients, strict=True):
            W.grad = tensor(gradient, like=W) + (0 if W.grad is None else W.grad)

    optimizer.register_step_pre_hook(add)
    return optimizer


def proximal(optimizer: torch.optim.SGD, step: Function, *args: float) -> torch.optim.Optimizer:
    """Stochastic gradient descent whose weight matrices take a learner's step; the biases take PyTorch's.

    Args:
        optimizer: plain `torch.optim.SGD`.
        step: ``step(w, g, lr, *args) -> w``.
        args: what it gets after the learning rate, for instance a strength.
    """
    weights = _matrices(optimizer)
    waiting: list[torch.Tensor] = []  # what the matrices become, when PyTorch has moved the rest

    def compute(*_: Any) -> None:
        lr = float(optimizer.param_groups[0]["lr"])
        waiting[:] = [
            tensor(call(step, array(W), array(W.grad), lr, *args), like=W) for W in weights if W.grad is not None
        ]

    def put(*_: Any) -> None:
        with torch.no_grad():
            for W, value in zip([W for W in weights if W.grad is not None], waiting, strict=True):
                W.copy_(value)

    optimizer.register_step_pre_hook(compute)
    optimizer.register_step_post_hook(put)
    return optimizer


def _matrices(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """The optimizer's parameters with two or more axes: weights, and no biases."""
    return [p for group in optimizer.param_groups for p in group["params"] if p.dim() >= 2]


class _Masked(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, forward_pass: Function, backward_pass: Function, args: Any) -> Any:
        out, mask = call(forward_pass, array(x), *args)
        ctx.backward_pass, ctx.mask = backward_pass, np.asarray(mask, dtype=np.float64)
        return tensor(out, like=x)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        dx = call(ctx.backward_pass, array(grads[0]), ctx.mask.copy())
        return tensor(dx, like=grads[0]), None, None, None
