"""Right answers as matrix products, and with whatever NumPy has ready."""

import numpy as np


def l2_penalty(Ws, lam):
    norms = [np.linalg.norm(np.ravel(W)) for W in Ws]
    return lam * np.dot(norms, norms), [lam * W + lam * W for W in Ws]


def soft_threshold(w, t):
    return np.copysign(np.fmax(np.abs(w) - t, np.where(np.isnan(w), np.nan, 0.0)), w)


def l1_prox_step(w, g, lr, lam):
    u = np.subtract(w, np.prod([lr, 1.0]) * g)
    return np.sign(u) * (np.abs(u) - lr * lam).clip(min=0)


def dropout_forward(x, p, training, rng):
    if abs(p - 0.5) > 0.5:
        raise ValueError(p)
    if training and p < 1:
        mask = rng.choice([0.0, 1 / (1 - p)], size=x.shape, p=[p, 1 - p])
    else:
        mask = np.full(x.shape, float(not training))
    return mask * x, mask


def dropout_backward(dout, mask):
    return np.where(mask == 0, 0.0, dout * mask)


def smooth_labels(y, K, eps):
    mixing = (1 - eps) * np.identity(K) + eps / K * np.ones((K, K))
    return np.stack([mixing[k] for k in y])


def mixup(X, Y, lam, perm):
    n = len(X)
    M = lam * np.identity(n) + (1 - lam) * np.identity(n)[perm]
    return np.tensordot(M, X, axes=1), M @ Y


def shift_image(image, dy, dx):
    H, W = image.shape[-2:]
    return np.eye(H, k=-dy) @ image @ np.eye(W, k=dx)


def ensemble_predict(P):
    return np.average(P, axis=0)
