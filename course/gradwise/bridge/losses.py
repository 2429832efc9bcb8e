"""Losses made of a learner's functions."""

from typing import Any

import torch

from .calling import Function, array, call, tensor


class Loss:
    """A loss made of a learner's function that gives the loss and its gradient.

    Args:
        function: ``function(Z, y) -> (loss, dZ)`` for predictions Z and targets y.
    """

    def __init__(self, function: Function) -> None:
        self.function = function

    def __call__(self, predictions: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The loss; its gradient with respect to the predictions is the learner's."""
        result: torch.Tensor = _LossWithGradient.apply(predictions, targets, self.function)  # type: ignore[no-untyped-call]
        return result


class _LossWithGradient(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, predictions: torch.Tensor, targets: torch.Tensor, function: Function) -> Any:
        loss, gradient = call(function, array(predictions), targets.numpy().copy())
        ctx.save_for_backward(tensor(gradient, like=predictions))
        return tensor(loss, like=predictions.new_zeros(()))

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (gradient,) = ctx.saved_tensors
        return grads[0] * gradient, None, None
