"""A learner's gradient clipping between `backward` and `step`."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn

from .calling import Function, array, call, tensor

Maker = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]


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
