"""The capstone's network as a PyTorch network: the same weights, the same running statistics, the same outputs."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .calling import Function, call

NAMES = ("W", "b", "gamma", "beta")


def as_module(params: Any, state: Any, activation: Callable[[], nn.Module], p: float = 0.0) -> nn.Sequential:
    """Linear, batch norm, activation and dropout layers that hold copies of a learner's arrays, in float64.

    Args:
        params: ``[W, b, gamma, beta]`` for each hidden layer and ``[W, b]`` for the last one.
        state: ``[mean, var]`` for each hidden layer.
        activation: makes the activation, for instance `torch.nn.ELU`.
        p: the drop probability.
    """
    layers: list[nn.Module] = []
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state, strict=True):
        norm = nn.BatchNorm1d(len(b), dtype=torch.float64)
        for target, values in (
            (norm.weight, gamma),
            (norm.bias, beta),
            (norm.running_mean, mean),
            (norm.running_var, var),
        ):
            assert target is not None
            target.data.copy_(torch.as_tensor(np.asarray(values)))
        layers += [_linear(W, b), norm, activation(), nn.Dropout(p)]
    return nn.Sequential(*layers, _linear(*params[-1]))


def _linear(W: Any, b: Any) -> nn.Linear:
    rows = torch.as_tensor(np.asarray(W, dtype=np.float64)).T  # PyTorch keeps (out, in)
    layer = nn.Linear(rows.shape[1], rows.shape[0], dtype=torch.float64)
    layer.weight.data.copy_(rows)
    layer.bias.data.copy_(torch.as_tensor(np.asarray(b, dtype=np.float64)))
    return layer


def gradient_table(
    loss_and_grads: Function, params: Any, state: Any, X: Any, Y: Any, cfg: dict[str, Any], module: nn.Module
) -> str:
    """A line for each array: its shape, its largest entry, and how far a learner's gradient is from autograd's.

    Args:
        loss_and_grads: the learner's function.
        params: the layers.
        state: the running statistics.
        X: features, shape (n, d).
        Y: target probabilities, shape (n, K).
        cfg: the settings; "p" must be 0, because two dropout masks are never alike.
        module: what `as_module` makes of params and state.
    """
    loss, grads, _ = call(loss_and_grads, params, state, X, Y, cfg, np.random.default_rng(0))
    module.train()
    matrices = [layer.weight for layer in module.modules() if isinstance(layer, nn.Linear)]
    penalty = sum((W.square().sum() for W in matrices), torch.zeros(()))
    right = functional.cross_entropy(module(torch.as_tensor(X)), torch.as_tensor(Y)) + cfg["lam"] * penalty
    module.zero_grad()
    torch.autograd.backward(right)
    lines = [f"{'loss':16} {'':>10}  {'':19}  {_verdict([loss], [right.item()])}"]
    for number, (theirs, mine) in enumerate(zip(_by_layer(module), grads, strict=True), start=1):
        for name, wanted, got in zip(NAMES, theirs, mine, strict=False):
            size = f"largest entry {np.max(np.abs(got)):.0e}"
            lines.append(f"layer {number}, {name:7} {np.shape(got)!s:>10}  {size}  {_verdict(got, wanted)}")
    return "\n".join(lines)


def _by_layer(module: nn.Module) -> list[list[Any]]:
    """The gradients as a learner has them: W, b, gamma, beta for each hidden layer."""
    layers: list[list[Any]] = []
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.BatchNorm1d):
            assert layer.weight.grad is not None
            assert layer.bias.grad is not None
            if isinstance(layer, nn.Linear):
                layers.append([])
            layers[-1] += [layer.weight.grad.numpy().T, layer.bias.grad.numpy()]
    return layers


def _verdict(got: Sequence[Any], wanted: Sequence[Any]) -> str:
    gap = float(np.max(np.abs(np.asarray(got) - np.asarray(wanted))))
    scale = float(np.max(np.abs(np.asarray(wanted))))
    words = (("as autograd", 1e-9 * scale + 1e-12), ("nearly", 1e-4 * scale), ("DIFFERENT", np.inf))
    word = next(word for word, most in words if not gap > most)
    return f"{word:12} largest difference {gap:.0e}"
