"""Activations, and losses on top of them, made of a learner's functions."""

from typing import Any

import torch
from torch import nn

from .calling import Function, array, call, tensor


class Activation(nn.Module):
    """An activation made of a learner's function and its derivative.

    PyTorch computes everything around it; forward and backward through this layer are the learner's.

    Args:
        function: ``function(x, *args)``, element by element.
        derivative: ``derivative(x, *args)``, its slope at x.
        args: what both get after x, for instance a slope.

    Raises:
        NotWrittenYet: when it is used while one of the two is not written.
    """

    def __init__(self, function: Function, derivative: Function, *args: float) -> None:
        super().__init__()
        self.function = function
        self.derivative = derivative
        self.args = args

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Applies the learner's function."""
        result: torch.Tensor = _Elementwise.apply(x, self.function, self.derivative, self.args)  # type: ignore[no-untyped-call]
        return result

    def extra_repr(self) -> str:
        """The text that PyTorch prints for it, with the learner's function in it."""
        return ", ".join([self.function.__name__, *map(str, self.args)])


class PReLU(nn.Module):
    """A leaky ReLU that learns one slope a unit, by a learner's backward pass.

    Args:
        backward: ``backward(dout, x, weight) -> (dx, dweight)``.
        num_parameters: number of slopes, one for each unit.
        init: where they start.
    """

    def __init__(self, backward: Function, num_parameters: int, init: float = 0.25) -> None:
        super().__init__()
        self.backward_pass = backward
        self.weight = nn.Parameter(torch.full((num_parameters,), init, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """PyTorch's own forward pass; the gradient comes from the learner."""
        result: torch.Tensor = _LearnedSlope.apply(x, self.weight, self.backward_pass)  # type: ignore[no-untyped-call]
        return result


class _Elementwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, function: Function, derivative: Function, args: tuple[float, ...]) -> Any:
        ctx.save_for_backward(x)
        ctx.derivative, ctx.args = derivative, args
        return tensor(call(function, array(x), *args), like=x)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (x,) = ctx.saved_tensors
        slope = tensor(call(ctx.derivative, array(x), *ctx.args), like=x)
        return grads[0] * slope, None, None, None


class _LearnedSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, backward_pass: Function) -> Any:
        ctx.save_for_backward(x, weight)
        ctx.backward_pass = backward_pass
        return torch.nn.functional.prelu(x, weight)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        x, weight = ctx.saved_tensors
        dx, dweight = call(ctx.backward_pass, array(grads[0]), array(x), array(weight))
        return tensor(dx, like=x), tensor(dweight, like=weight), None


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
