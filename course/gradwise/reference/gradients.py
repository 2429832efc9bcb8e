"""Notebook 01 by PyTorch: gradients of a neuron, a chain and a network; their size, and clipping."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.autograd.gradcheck import _get_numerical_jacobian
from torch.nn import functional

from .torch_numpy import Array, array, scalar, tensor

Elementwise = Callable[[Any], Any]


def neuron_bce(X: npt.ArrayLike, w: npt.ArrayLike, b: float, y: npt.ArrayLike) -> tuple[float, Array, float]:
    """`torch.nn.functional.binary_cross_entropy_with_logits` of one neuron, and its gradients."""
    return _neuron(lambda z: functional.binary_cross_entropy_with_logits(z, tensor(y)), X, w, b)


def neuron_mse(X: npt.ArrayLike, w: npt.ArrayLike, b: float, y: npt.ArrayLike) -> tuple[float, Array, float]:
    """`torch.nn.functional.mse_loss` of one sigmoid neuron, and its gradients."""
    return _neuron(lambda z: functional.mse_loss(torch.sigmoid(z), tensor(y)), X, w, b)


def numerical_gradient(f: Callable[[Any], Any], x: npt.ArrayLike, h: float = 1e-5) -> Array:
    """The difference quotient that `torch.autograd.gradcheck` compares a gradient with."""
    at = tensor(x).requires_grad_()
    (jacobian,) = _get_numerical_jacobian(lambda t: tensor(f(array(t))).reshape(1), (at,), eps=h)
    return array(jacobian[0].reshape(at.shape))


def relative_error(a: npt.ArrayLike, b: npt.ArrayLike) -> float:
    """The norm of the difference over the sum of the norms; 0 if both are 0."""
    norm = torch.linalg.vector_norm
    both = norm(tensor(a)) + norm(tensor(b))
    return float(norm(tensor(a) - tensor(b)) / both) if both > 0 else 0.0


def chain_gradient(x: float, ws: npt.ArrayLike, f: Elementwise, df: Elementwise) -> Array:
    """The derivative of a chain's output with respect to what goes into each link, by autograd."""
    inputs = [tensor(x).requires_grad_()]
    for w in tensor(ws):
        z = w * inputs[-1]
        inputs.append(_keep(z, f(array(z)), df(array(z))))
    grads = torch.autograd.grad(inputs[-1], inputs[:-1])
    return array(torch.stack(grads))


def mlp_forward(
    X: npt.ArrayLike, Ws: Sequence[npt.ArrayLike], bs: Sequence[npt.ArrayLike], f: Elementwise
) -> tuple[Array, list[Array], list[Array]]:
    """`torch.nn.functional.linear` layer by layer, with `f` after every one but the last."""
    zs, hs = [], [tensor(X)]
    for number, (W, b) in enumerate(zip(Ws, bs, strict=True), start=1):
        zs.append(functional.linear(hs[-1], tensor(W).T, tensor(b)))
        hs.append(tensor(f(array(zs[-1]))) if number < len(Ws) else zs[-1])
    return array(zs[-1]), [array(z) for z in zs], [array(h) for h in hs]


def mlp_backward(
    dout: npt.ArrayLike,
    zs: Sequence[npt.ArrayLike],
    hs: Sequence[npt.ArrayLike],
    Ws: Sequence[npt.ArrayLike],
    df: Elementwise,
) -> tuple[list[Array], list[Array], list[Array]]:
    """The gradients of weights, biases and pre-activations, by autograd through the values that were kept."""
    weights = [tensor(W).requires_grad_() for W in Ws]
    biases = [torch.zeros(W.shape[1], dtype=W.dtype, requires_grad=True) for W in weights]
    deltas, h = [], tensor(hs[0])
    with torch.enable_grad():  # also when asked from within a backward pass
        for layer, (W, b) in enumerate(zip(weights, biases, strict=True)):
            z = functional.linear(h, W.T, b)
            z.retain_grad()
            deltas.append(z)
            if layer + 1 < len(weights):
                h = _keep(z, hs[layer + 1], df(np.array(zs[layer])))
        torch.autograd.backward(scalar(z, dout))
    return _grads(weights), _grads(biases), _grads(deltas)


def gradient_report(deltas: Sequence[npt.ArrayLike]) -> tuple[Array, float, str]:
    """The root mean square of each layer's delta, the first over the last, and a label."""
    rms = torch.stack([tensor(delta).square().mean().sqrt() for delta in deltas])
    first, last = rms[0].item(), rms[-1].item()
    ratio = first / last if last != 0 else 0.0
    if not torch.isfinite(rms).all():
        return array(rms), ratio, "non-finite"
    label = "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"
    return array(rms), ratio, label


def clip_grad_norm(grads: Sequence[npt.ArrayLike], max_norm: float) -> tuple[list[Array], float]:
    """`torch.nn.utils.clip_grad_norm_`, but for its writing in place."""
    parameters = _with_gradients(grads)
    norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return _grads(parameters), norm.item()


def clip_grad_norm_each(grads: Sequence[npt.ArrayLike], max_norm: float) -> list[Array]:
    """`torch.nn.utils.clip_grad_norm_` for each array by itself."""
    parameters = _with_gradients(grads)
    for parameter in parameters:
        torch.nn.utils.clip_grad_norm_([parameter], max_norm)
    return _grads(parameters)


def clip_grad_value(grads: Sequence[npt.ArrayLike], clip_value: float) -> list[Array]:
    """`torch.nn.utils.clip_grad_value_`, but for its writing in place."""
    parameters = _with_gradients(grads)
    torch.nn.utils.clip_grad_value_(parameters, clip_value)
    return _grads(parameters)


def count_parameters(sizes: Sequence[int]) -> int:
    """The number of parameters in the `torch.nn.Linear` layers of a network of these sizes."""
    layers = [torch.nn.Linear(*pair, device="meta") for pair in itertools.pairwise(sizes)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


class _Kept(torch.autograd.Function):
    """Goes on with an activation that was computed elsewhere; going back it multiplies by its slope."""

    @staticmethod
    def forward(ctx: Any, z: torch.Tensor, h: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(slope)
        return h

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (slope,) = ctx.saved_tensors
        return grads[0] * slope, None, None


def _keep(z: torch.Tensor, h: npt.ArrayLike, slope: npt.ArrayLike) -> torch.Tensor:
    value: torch.Tensor = _Kept.apply(z, tensor(h), tensor(slope))  # type: ignore[no-untyped-call]
    return value


def _neuron(
    loss_of: Callable[[torch.Tensor], torch.Tensor], X: npt.ArrayLike, w: npt.ArrayLike, b: float
) -> tuple[float, Array, float]:
    weights, bias = tensor(w).requires_grad_(), tensor(b).requires_grad_()
    loss = loss_of(tensor(X) @ weights + bias)
    torch.autograd.backward(loss)
    dw, db = _grads([weights, bias])
    return loss.item(), dw, db.item()


def _with_gradients(grads: Sequence[npt.ArrayLike]) -> list[torch.nn.Parameter]:
    parameters = [torch.nn.Parameter(torch.zeros(np.shape(grad), dtype=torch.float64)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = tensor(grad)
    return parameters


def _grads(tensors: Sequence[torch.Tensor]) -> list[Array]:
    return [array(t.grad) if t.grad is not None else np.zeros(t.shape) for t in tensors]
