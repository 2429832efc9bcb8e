"""Batch normalization made of a learner's class and backward pass."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .calling import Function, array, call, tensor


class Normalization(nn.Module):
    """A batch normalization whose forward pass is a learner's object and whose backward pass is a learner's function.

    PyTorch keeps the scale and the shift, because its optimizer is to learn them; before each call they are copied into
    the learner's object. The running statistics live in that object and nowhere else.

    Args:
        cls: the learner's class: ``cls(num_features, eps, momentum)`` gives an object with the attributes gamma, beta,
            running_mean, running_var and training, to be called with an array (N, D).
        backward: ``backward(dout, X, gamma, eps) -> (dX, dgamma, dbeta)``, for training. In evaluation the layer is
            affine, and PyTorch has the gradient.
        num_features: the number of units.
        eps, momentum: as in `torch.nn.BatchNorm1d`.

    Attributes:
        learners: the learner's object.

    Raises:
        NotWrittenYet: the class or, when it is used, the function is not written.
    """

    def __init__(
        self, cls: Function, backward: Function, num_features: int, eps: float = 1e-5, momentum: float = 0.1
    ) -> None:
        super().__init__()
        self.learners = call(cls, num_features, eps, momentum)
        self.backward_pass = backward
        self.epsilon = eps
        self.weight = nn.Parameter(torch.ones(num_features, dtype=torch.float64))
        self.bias = nn.Parameter(torch.zeros(num_features, dtype=torch.float64))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The learner's output, in the mode that this module is in."""
        result: torch.Tensor = _Normalized.apply(x, self.weight, self.bias, self)  # type: ignore[no-untyped-call]
        return result


class _Normalized(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, layer: Normalization) -> Any:
        learners = layer.learners
        learners.gamma, learners.beta, learners.training = array(weight), array(bias), layer.training
        ctx.save_for_backward(x, weight)
        ctx.layer, ctx.was_training = layer, layer.training
        return tensor(call(learners, array(x)), like=x)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (x, weight), layer = ctx.saved_tensors, ctx.layer
        if not ctx.was_training:
            return *_affine_gradients(grads[0], x, weight, layer), None
        gradients = call(layer.backward_pass, array(grads[0]), array(x), array(weight), layer.epsilon)
        dx, dweight, dbias = gradients
        return tensor(dx, like=x), tensor(dweight, like=weight), tensor(dbias, like=weight), None


def _affine_gradients(
    dout: torch.Tensor, x: torch.Tensor, weight: torch.Tensor, layer: Normalization
) -> tuple[torch.Tensor, ...]:
    """The gradients with respect to x, weight and bias while the statistics are constants."""
    mean, var = (torch.as_tensor(value) for value in (layer.learners.running_mean, layer.learners.running_var))
    x, weight, bias = (t.detach().requires_grad_() for t in (x, weight, torch.zeros_like(weight)))
    with torch.enable_grad():
        out = functional.batch_norm(x, mean, var, weight, bias, training=False, eps=layer.epsilon)
        return torch.autograd.grad(out, [x, weight, bias], dout)
