"""Notebook 05 by PyTorch: penalties, dropout, softened labels, mixtures, shifts and averages."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from .torch_numpy import Array, array, drawn_seed, repeatable, scalar, tensor, uncompiled, value


def l2_penalty(Ws: Sequence[npt.ArrayLike], lam: float) -> tuple[float, list[Array]]:
    """``lam`` times the sum of all squared weights, and autograd's gradient for each array of them."""
    tensors = [tensor(W).requires_grad_() for W in Ws]
    with torch.enable_grad():
        penalty = torch.stack([lam * W.square().sum() for W in tensors]).sum()
        gradients = torch.autograd.grad(penalty, tensors)
    return penalty.item(), [array(gradient) for gradient in gradients]


def soft_threshold(w: npt.ArrayLike, t: float) -> Array:
    """`torch.nn.functional.softshrink`."""
    return value(functional.softshrink, w, t)


def l1_prox_step(w: npt.ArrayLike, g: npt.ArrayLike, lr: float, lam: float) -> Array:
    """A step of `torch.optim.SGD` along the gradient `g` of the loss, then `torch.nn.functional.softshrink`."""
    weight = torch.nn.Parameter(tensor(w))
    weight.grad = tensor(g)
    uncompiled(torch.optim.SGD)([weight], lr=lr).step()
    return array(functional.softshrink(weight, lr * lam))


def dropout_forward(
    x: npt.ArrayLike, p: float, training: bool, rng: np.random.Generator | None = None
) -> tuple[Array, Array]:
    """`torch.nn.functional.dropout`, with the mask that it multiplied by; in training it is drawn from `rng`.

    Raises:
        ValueError: `p` is not a probability.
    """
    t = tensor(x)
    with repeatable(drawn_seed(rng) if training else 0):
        mask = functional.dropout(torch.ones_like(t), p, training)
    return array(t * mask), array(mask)


def dropout_backward(dout: npt.ArrayLike, mask: npt.ArrayLike) -> Array:
    """The gradient that autograd sends back through a multiplication by `mask`."""
    x = tensor(mask).requires_grad_()
    with torch.enable_grad():
        (dx,) = torch.autograd.grad(scalar(x * tensor(mask), dout), x)
    return array(dx)


def smooth_labels(y: npt.ArrayLike, K: int, eps: float) -> Array:
    """The targets that `torch.nn.functional.cross_entropy` means by ``label_smoothing=eps``, one row for each class.

    The gradient of that loss is softmax minus target: the target is read off it.
    """
    classes = torch.tensor(np.asarray(y, dtype=np.int64))
    logits = torch.zeros(len(classes), K, dtype=torch.float64, requires_grad=True)
    with torch.enable_grad():
        loss = functional.cross_entropy(logits, classes, reduction="sum", label_smoothing=eps)
        (gradient,) = torch.autograd.grad(loss, logits)
    return array(functional.softmax(logits, dim=1) - gradient)


def mixup(X: npt.ArrayLike, Y: npt.ArrayLike, lam: float, perm: npt.ArrayLike) -> tuple[Array, Array]:
    """`torch.lerp` from the partners ``perm`` to the examples themselves, for inputs and targets alike."""
    order = torch.tensor(np.asarray(perm, dtype=np.int64))
    mixed_X, mixed_Y = (array(torch.lerp(t[order], t, lam)) for t in (tensor(X), tensor(Y)))
    return mixed_X, mixed_Y


def shift_image(image: npt.ArrayLike, dy: int, dx: int) -> Array:
    """`torch.nn.functional.pad` on all sides, and the window that lies ``dy`` higher and ``dx`` further left."""
    t = tensor(image)
    height, width = t.shape[-2:]
    padded = functional.pad(t, (abs(dx), abs(dx), abs(dy), abs(dy)))
    return array(padded.narrow(-2, abs(dy) - dy, height).narrow(-1, abs(dx) - dx, width))


def ensemble_predict(P: npt.ArrayLike) -> Array:
    """`torch.mean` over the members, axis 0."""
    return array(tensor(P).mean(dim=0))


def mixup_lambda(alpha: float, rng: np.random.Generator) -> float:
    """A draw from `torch.distributions.Beta` with both parameters ``alpha``; 1, which mixes nothing, for 0."""
    if alpha == 0:
        return 1.0
    with repeatable(drawn_seed(rng)):
        return float(torch.distributions.Beta(tensor(alpha), tensor(alpha)).sample())


def ensemble_variance(s2: float, rho: float, n: int) -> float:
    """The variance of the mean of ``n`` errors of variance ``s2`` and pairwise correlation ``rho``.

    It is the mean of all entries of their covariance matrix.
    """
    covariance = torch.full((n, n), float(rho * s2), dtype=torch.float64).fill_diagonal_(float(s2))
    return covariance.mean().item()


def add_noise(x: npt.ArrayLike, std: float, training: bool, rng: np.random.Generator | None = None) -> Array:
    """`x` plus `torch.randn` times ``std`` in training, drawn from `rng`; `x` itself in evaluation."""
    t = tensor(x)
    if not training:
        return array(t)
    with repeatable(drawn_seed(rng)):
        return array(t + std * torch.randn_like(t))


def bootstrap_sample(N: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """`torch.randint`: ``N`` row numbers from 0 to N-1, drawn with replacement by `rng`."""
    with repeatable(drawn_seed(rng)):
        return np.array(torch.randint(N, (N,)).numpy(), dtype=np.int64)


def average_checkpoints(checkpoints: Sequence[Sequence[npt.ArrayLike]]) -> list[Array]:
    """`torch.mean` of each parameter over several checkpoints, each a list of arrays."""
    return [
        array(torch.stack([tensor(part) for part in parts]).mean(dim=0)) for parts in zip(*checkpoints, strict=True)
    ]
