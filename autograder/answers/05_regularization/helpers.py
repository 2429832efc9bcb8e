"""Right answers built on helper functions of the learner's own."""

import numpy as np


def _flat(Ws):
    return np.concatenate([np.ravel(W).astype(float) for W in Ws])


def _one_hot(y, K):
    return (np.asarray(y)[:, None] == np.arange(K)[None, :]).astype(float)


def _blend(a, b, share):
    return b + share * (a - b)


def _window(size, d):
    """From where to where along one axis, for a move by d."""
    d = max(-size, min(size, d))
    return slice(max(d, 0), size + min(d, 0)), slice(max(-d, 0), size - max(d, 0))


def l2_penalty(Ws, lam):
    flat = _flat(Ws)
    return float(lam * flat @ flat), [np.multiply(2.0 * lam, W) for W in Ws]


def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return np.maximum(w - t, 0) + np.minimum(w + t, 0)


def l1_prox_step(w, g, lr, lam):
    moved = np.add(w, np.multiply(-lr, g))
    return soft_threshold(moved, lr * lam)


def _draw(shape, p, rng):
    keep = 1.0 - p
    if keep == 0:
        return np.zeros(shape)
    return np.where(rng.uniform(size=shape) < keep, 1.0 / keep, 0.0)


def dropout_forward(x, p, training, rng):
    if p > 1 or p < 0:
        raise ValueError(f"drop probability {p}")
    mask = _draw(x.shape, p, rng) if training else np.ones(x.shape)
    return np.multiply(x, mask), mask


def dropout_backward(dout, mask):
    return np.einsum("...,...->...", dout, mask)


def smooth_labels(y, K, eps):
    return _blend(np.full((len(y), K), 1.0 / K), _one_hot(y, K), eps)


def mixup(X, Y, lam, perm):
    return _blend(X, X[perm], lam), _blend(Y, Y[perm], lam)


def shift_image(image, dy, dx):
    result = np.zeros_like(image)
    to_rows, from_rows = _window(image.shape[-2], dy)
    to_columns, from_columns = _window(image.shape[-1], dx)
    result[..., to_rows, to_columns] = image[..., from_rows, from_columns]
    return result


def ensemble_predict(P):
    return np.tensordot(np.full(len(P), 1 / len(P)), P, axes=1)
