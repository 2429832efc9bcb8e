"""A whole network made of a learner's forward and backward pass, and a learner's clipping between its steps."""

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from .calling import Function, array, call, tensor

Maker = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]


class Network(nn.Module):
    """A multilayer perceptron whose forward and backward pass are a learner's.

    PyTorch holds the weights, computes the loss and takes the steps.

    Args:
        forward_pass: ``forward_pass(X, Ws, bs, f) -> (out, zs, hs)``.
        backward_pass: ``backward_pass(dout, zs, hs, Ws, df) -> (dWs, dbs, deltas)``.
        Ws, bs: where weights and biases start, one array for each layer.
        f, df: the hidden layers' activation and its slope.

    Raises:
        NotWrittenYet: when it is used while one of the two is not written.
    """

    def __init__(
        self,
        forward_pass: Function,
        backward_pass: Function,
        Ws: Sequence[Any],
        bs: Sequence[Any],
        f: Function,
        df: Function,
    ) -> None:
        super().__init__()
        self.functions = (forward_pass, backward_pass, f, df)
        self.Ws = nn.ParameterList(nn.Parameter(torch.tensor(W, dtype=torch.float64)) for W in Ws)
        self.bs = nn.ParameterList(nn.Parameter(torch.tensor(b, dtype=torch.float64)) for b in bs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The learner's output for inputs (n, d)."""
        result: torch.Tensor = _Passes.apply(x, self.functions, *self.Ws, *self.bs)  # type: ignore[no-untyped-call]
        return result


class _Passes(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, functions: tuple[Function, ...], *parameters: torch.Tensor) -> Any:
        forward_pass, _, f, _ = functions
        arrays = [array(parameter) for parameter in parameters]
        Ws, bs = arrays[: len(arrays) // 2], arrays[len(arrays) // 2 :]
        with np.errstate(all="ignore"):  # a network that explodes may do so without a word: its loss says it
            out, zs, hs = call(forward_pass, array(x), Ws, bs, f)
        ctx.functions, ctx.kept, ctx.parameters = functions, (zs, hs, Ws), parameters
        return tensor(out, like=x.new_zeros(len(x), len(bs[-1])))

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        _, backward_pass, _, df = ctx.functions
        with np.errstate(all="ignore"):
            dWs, dbs, _ = call(backward_pass, array(grads[0]), *ctx.kept, df)
        pairs = zip([*dWs, *dbs], ctx.parameters, strict=True)
        return None, None, *(tensor(gradient, like=parameter) for gradient, parameter in pairs)


def clipped(optimizer: Maker, clip: Function | None = None, *args: float) -> Maker:
    """An optimizer that has its gradients clipped by a learner's function before each step.

    Args:
        optimizer: makes an optimizer from the parameters.
        clip: ``clip(grads, *args)`` gives new gradients, alone or first of several values; None changes nothing.
        args: what it gets after the list of all gradients, for instance the largest norm allowed.

    Raises:
        NotWrittenYet: at the first step, while `clip` is not written.
    """

    def make(parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        made = optimizer(parameters)
        if clip is not None:
            made.register_step_pre_hook(functools.partial(_clip, clip, args))
        return made

    return make


def _clip(clip: Function, args: tuple[float, ...], optimizer: torch.optim.Optimizer, *_: Any) -> None:
    with_grad = [p for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    with np.errstate(all="ignore"):  # a gradient that explodes may do so without a word: the loss says it
        given = call(clip, [array(p.grad) for p in with_grad], *args)
    grads = given[0] if isinstance(given, tuple) else given
    for p, grad in zip(with_grad, grads, strict=True):
        p.grad = tensor(grad, like=p)
