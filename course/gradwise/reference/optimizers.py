"""Notebook 06 by PyTorch: optimizers, one step of one parameter at a time, minibatches and learning rates.

A step is a function: weights and gradient and state go in, new weights and a new state come out. The state is a
dictionary, empty at the start, and what is in it is PyTorch's own.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.optim import lr_scheduler

from .torch_numpy import Array, array, drawn_seed, tensor, uncompiled

State = dict[str, Any]
Step = tuple[Array, State]


def sgd_momentum(w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float, momentum: float = 0.9) -> Step:
    """A step of `torch.optim.SGD` with momentum."""
    return _step(torch.optim.SGD, w, g, state, lr=lr, momentum=momentum)


def sgd_nesterov(w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float, momentum: float = 0.9) -> Step:
    """A step of `torch.optim.SGD` with Nesterov's momentum."""
    return _step(torch.optim.SGD, w, g, state, lr=lr, momentum=momentum, nesterov=momentum > 0)


def sgd_wd(
    w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float, momentum: float = 0.0, weight_decay: float = 0.0
) -> Step:
    """A step of `torch.optim.SGD` with weight decay, which is added to the gradient."""
    return _step(torch.optim.SGD, w, g, state, lr=lr, momentum=momentum, weight_decay=weight_decay)


def adagrad(w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float = 0.01, eps: float = 1e-10) -> Step:
    """A step of `torch.optim.Adagrad`."""
    return _step(torch.optim.Adagrad, w, g, state, lr=lr, eps=eps)


def rmsprop(
    w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float = 0.01, alpha: float = 0.99, eps: float = 1e-8
) -> Step:
    """A step of `torch.optim.RMSprop`."""
    return _step(torch.optim.RMSprop, w, g, state, lr=lr, alpha=alpha, eps=eps)


def adam(
    w: npt.ArrayLike,
    g: npt.ArrayLike,
    state: State,
    lr: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> Step:
    """A step of `torch.optim.Adam`."""
    return _step(torch.optim.Adam, w, g, state, lr=lr, betas=betas, eps=eps)


def adamw(
    w: npt.ArrayLike,
    g: npt.ArrayLike,
    state: State,
    lr: float = 0.001,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Step:
    """A step of `torch.optim.AdamW`."""
    return _step(torch.optim.AdamW, w, g, state, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)


def sgd_ema(w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float, momentum: float = 0.9) -> Step:
    """Momentum as an average: `torch.optim.SGD` with momentum, fed with (1 - momentum) times the gradient."""
    return _step(torch.optim.SGD, w, (1 - momentum) * np.asarray(g, float), state, lr=lr, momentum=momentum)


def sgdw(
    w: npt.ArrayLike, g: npt.ArrayLike, state: State, lr: float, momentum: float = 0.9, weight_decay: float = 0.01
) -> Step:
    """A step of `torch.optim.SGD` with momentum, behind a decay of its own (Loshchilov and Hutter, 2019)."""
    smaller = array(tensor(w).mul(1 - lr * weight_decay))
    return _step(torch.optim.SGD, smaller, g, state, lr=lr, momentum=momentum)


def update_ratio(w: npt.ArrayLike, new: npt.ArrayLike) -> float:
    """Measures how far a step went, compared with where it started: the norm of the difference over the norm of `w`."""
    start = tensor(w)
    return float(torch.linalg.norm(tensor(new) - start) / torch.linalg.norm(start))


def _step(kind: type[torch.optim.Optimizer], w: npt.ArrayLike, g: npt.ArrayLike, state: State, **options: Any) -> Step:
    parameter = torch.nn.Parameter(tensor(w))
    optimizer = uncompiled(kind)([parameter], **options)
    optimizer.state[parameter].update({name: torch.tensor(value) for name, value in state.items()})
    parameter.grad = tensor(g)
    optimizer.step()
    after = {name: array(value) for name, value in optimizer.state[parameter].items() if value is not None}
    return array(parameter), after


# --- minibatches ------------------------------------------------------------------------------------


def minibatch_indices(n: int, batch_size: int, rng: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    """`torch.randperm`, cut into batches; the last one may be short."""
    generator = torch.Generator().manual_seed(drawn_seed(rng))
    order = torch.randperm(n, generator=generator)
    return [np.array(batch.numpy()) for batch in torch.split(order, batch_size)]


# --- learning rates ---------------------------------------------------------------------------------

Make = Callable[[torch.optim.Optimizer], Any]


def step_decay(lr0: float, t: int, step_size: int, gamma: float = 0.1) -> float:
    """The rate of `StepLR` at step `t`."""
    return _rate(lambda optimizer: lr_scheduler.StepLR(optimizer, step_size, gamma), lr0, t)


def cosine_annealing(lr0: float, t: int, T_max: int, eta_min: float = 0.0) -> float:
    """The rate of `CosineAnnealingLR` at step `t`; it rises again after `T_max`."""
    return _rate(lambda optimizer: lr_scheduler.CosineAnnealingLR(optimizer, T_max, eta_min), lr0, t)


def linear_warmup(lr0: float, t: int, warmup_steps: int, start_factor: float = 0.1) -> float:
    """The rate of `LinearLR` at step `t`; without steps of warm-up it is `lr0`."""
    if not warmup_steps:
        return float(lr0)
    return _rate(lambda optimizer: lr_scheduler.LinearLR(optimizer, start_factor, 1.0, warmup_steps), lr0, t)


def warmup_cosine(
    lr0: float, t: int, warmup_steps: int, T_max: int, eta_min: float = 0.0, start_factor: float = 0.1
) -> float:
    """The rate at step `t` of a `LinearLR` that a `SequentialLR` follows up with a `CosineAnnealingLR`."""

    def make(optimizer: torch.optim.Optimizer) -> lr_scheduler.SequentialLR:
        parts: list[lr_scheduler.LRScheduler] = [
            lr_scheduler.LinearLR(optimizer, start_factor, 1.0, warmup_steps),
            lr_scheduler.CosineAnnealingLR(optimizer, T_max - warmup_steps, eta_min),
        ]
        return lr_scheduler.SequentialLR(optimizer, parts, milestones=[warmup_steps])

    return _rate(make, lr0, t) if warmup_steps else cosine_annealing(lr0, t, T_max, eta_min)


def triangular_lr(t: int, base_lr: float, max_lr: float, step_size: int) -> float:
    """The rate of `CyclicLR` at step `t`."""
    return _cyclic(t, base_lr, max_lr, step_size, mode="triangular")


def triangular_decay(t: int, base_lr: float, max_lr: float, step_size: int, gamma: float) -> float:
    """The rate of `CyclicLR` at step `t`, with an amplitude that shrinks by `gamma` in each step."""
    return _cyclic(t, base_lr, max_lr, step_size, mode="exp_range", gamma=gamma)


def exp_decay(lr0: float, t: int, k: float) -> float:
    """The rate of `ExponentialLR` at step `t`, with gamma = e^-k."""
    return _rate(lambda optimizer: lr_scheduler.ExponentialLR(optimizer, float(np.e**-k)), lr0, t)


def inverse_time_decay(lr0: float, t: int, k: float) -> float:
    """The rate of `LambdaLR` at step `t`, with 1/(1 + kt)."""
    return _rate(lambda optimizer: lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (1 + k * step)), lr0, t)


def reduce_on_plateau(losses: Iterable[float], lr: float, factor: float = 0.1, patience: int = 10) -> list[float]:
    """The rate of `ReduceLROnPlateau` after each of the losses."""
    optimizer = _idle(lr)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
    rates = []
    for loss in losses:
        scheduler.step(float(loss))
        rates.append(float(optimizer.param_groups[0]["lr"]))
    return rates


def _cyclic(t: int, base_lr: float, max_lr: float, step_size: int, **options: Any) -> float:
    def make(optimizer: torch.optim.Optimizer) -> lr_scheduler.CyclicLR:
        return lr_scheduler.CyclicLR(optimizer, base_lr, max_lr, step_size, cycle_momentum=False, **options)

    return _rate(make, base_lr, t)


def _rate(make: Make, lr0: float, t: int) -> float:
    optimizer = _idle(lr0)
    scheduler = make(optimizer)
    for _ in range(t):
        optimizer.step()
        scheduler.step()
    return float(optimizer.param_groups[0]["lr"])


def _idle(lr: float) -> torch.optim.Optimizer:
    """An optimizer that only holds a learning rate."""
    idle: torch.optim.Optimizer = uncompiled(torch.optim.SGD)([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    return idle
