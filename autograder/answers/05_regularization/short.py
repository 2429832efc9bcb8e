"""Right answers in as few characters as possible."""

import numpy as np

l2_sum = lambda Ws: sum((np.asarray(W, float) ** 2).sum() for W in Ws)


def l2_penalty(Ws, lam): return lam * l2_sum(Ws), [2 * lam * W for W in Ws]


def soft_threshold(w, t): return w - np.clip(w, -t, t)


def l1_prox_step(w, g, lr, lam): return (u := w - lr * g) - np.clip(u, -lr * lam, lr * lam)


def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1: raise ValueError
    m = rng.binomial(1, 1 - p, x.shape) / max(1 - p, 1e-12) if training else np.ones_like(x, float)
    return x * m, m


def dropout_backward(dout, mask): return dout * mask


def smooth_labels(y, K, eps): return np.eye(K)[y] * (1 - eps) + eps / K


def mixup(X, Y, lam, perm): return tuple(lam * A + (1 - lam) * A[perm] for A in (X, Y))


def shift_image(I, dy, dx):
    H, W = I.shape[-2:]
    P = np.pad(I, [(0, 0)] * (I.ndim - 2) + [(abs(dy),) * 2, (abs(dx),) * 2])
    return P[..., abs(dy) - dy:abs(dy) - dy + H, abs(dx) - dx:abs(dx) - dx + W]


def ensemble_predict(P): return P.mean(0)
