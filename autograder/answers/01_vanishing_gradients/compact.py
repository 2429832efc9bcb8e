"""Right answers in as few lines as possible."""

import numpy as np


def neuron_bce(X, w, b, y):
    z = X @ w + b
    dz = (np.exp(-np.logaddexp(0, -z)) - y) / y.size
    return np.mean(np.logaddexp(0, z) - y * z), dz @ X, dz.sum()


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    steps = np.eye(x.size).reshape(-1, *x.shape) * h
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in steps]).reshape(x.shape)


def relative_error(a, b):
    a, b = np.ravel(a), np.ravel(b)
    return float(np.linalg.norm(a - b) / ((np.linalg.norm(a) + np.linalg.norm(b)) or 1.0))


def chain_gradient(x, ws, f, df):
    if len(ws) == 0:
        return np.zeros(0)
    z = ws[0] * x
    rest = chain_gradient(f(z), ws[1:], f, df)
    own = ws[0] * df(z) * (rest[0] if len(rest) else 1.0)
    return np.concatenate([[own], rest])


def mlp_forward(X, Ws, bs, f):
    zs, hs = [X @ Ws[0] + bs[0]], [X]
    for W, b in zip(Ws[1:], bs[1:]):
        hs += [f(zs[-1])]
        zs += [hs[-1] @ W + b]
    return zs[-1], zs, [*hs, zs[-1]]


def mlp_backward(dout, zs, hs, Ws, df):
    deltas = [dout]
    for z, W in zip(zs[-2::-1], Ws[:0:-1]):
        deltas = [deltas[0] @ W.T * df(z), *deltas]
    return [h.T @ d for h, d in zip(hs, deltas)], [d.sum(0) for d in deltas], deltas


def gradient_report(deltas):
    rms = np.array([(d**2).mean() ** 0.5 for d in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] else 0.0
    label = ["vanishing", "healthy", "exploding"][int(ratio >= 1e-3) + int(ratio > 1e3)]
    return rms, ratio, label if np.isfinite(rms).all() else "non-finite"


def clip_grad_norm(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in grads]))
    return [np.minimum(max_norm / (norm + 1e-6), 1) * g for g in grads], norm


def clip_grad_value(grads, clip_value):
    return [np.minimum(np.maximum(g, -clip_value), clip_value) for g in grads]


def clip_grad_norm_each(grads, max_norm):
    return [g * np.minimum(1, max_norm / (np.linalg.norm(g) + 1e-6)) for g in grads]


def neuron_mse(X, w, b, y):
    p = np.exp(-np.logaddexp(0, -(X @ w + b)))
    dz = 2 * (p - y) * p * (1 - p) / len(y)
    return ((p - y) ** 2).mean(), dz @ X, dz.sum()


def count_parameters(sizes):
    sizes = np.array(sizes)
    return int((sizes[:-1] * sizes[1:] + sizes[1:]).sum())
