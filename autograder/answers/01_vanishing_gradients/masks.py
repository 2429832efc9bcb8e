"""Right answers with tanh in place of exp, one flat vector for all gradients, and lists written from the back."""

import functools
import operator

import numpy as np


def neuron_bce(X, w, b, y):
    z = np.dot(X, w) + b
    sign = 2 * np.asarray(y) - 1
    loss = np.logaddexp(0, -sign * z).mean()
    p = (1 + np.tanh(z / 2)) / 2
    dz = np.true_divide(p - y, len(X))
    return loss, (dz[:, None] * X).sum(axis=0), np.add.reduce(dz)


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, float)
    slopes = np.zeros(x.shape)
    for i in range(x.size):
        mask = (np.arange(x.size) == i).reshape(x.shape)
        slopes[mask] = (f(x + h * mask) - f(x - h * mask)) / (2 * h)
    return slopes


def relative_error(a, b):
    with np.errstate(invalid="ignore"):
        error = np.linalg.norm(np.ravel(np.subtract(a, b))) / np.float64(np.linalg.norm(a) + np.linalg.norm(b))
    return float(np.nan_to_num(error))


def chain_gradient(x, ws, f, df):
    zs = []
    for w in ws:
        zs.append(w * (f(zs[-1]) if zs else x))
    factors = [w * df(z) for w, z in zip(ws, zs)]
    return np.array([functools.reduce(operator.mul, factors[l:]) for l in range(len(ws))], dtype=float)


def mlp_forward(X, Ws, bs, f):
    *hidden, last = zip(Ws, bs)
    zs, hs = (), (X,)
    for W, b in hidden:
        zs = (*zs, np.add(hs[-1] @ W, b))
        hs = (*hs, f(zs[-1]))
    out = hs[-1] @ last[0] + last[1]
    return out, [*zs, out], [*hs, out]


def mlp_backward(dout, zs, hs, Ws, df):
    def below(layer, delta):
        if layer == 0:
            return []
        down = delta.dot(Ws[layer].T) * df(zs[layer - 1])
        return [*below(layer - 1, down), down]

    deltas = [*below(len(Ws) - 1, dout), dout]
    dbs = [np.ones(len(d)) @ d for d in deltas]
    return [np.tensordot(h, d, axes=(0, 0)) for h, d in zip(hs, deltas)], dbs, deltas


def gradient_report(deltas):
    rms = [float(np.linalg.norm(d) / d.size**0.5) for d in deltas]
    ratio = rms[0] / rms[-1] if rms[-1] else 0.0
    if not np.isfinite(np.sum(rms)):
        return np.array(rms), ratio, "non-finite"
    place = np.digitize(ratio, [1e-3, 1e3])
    return np.array(rms), ratio, ("vanishing", "healthy", "exploding")[place]


def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([np.asarray(g, float).ravel() for g in grads])
    total_norm = np.sqrt(flat @ flat)
    flat = flat * np.minimum(1.0, max_norm / (total_norm + 1e-6))
    ends = np.cumsum([np.size(g) for g in grads])[:-1]
    return [part.reshape(np.shape(g)) for part, g in zip(np.split(flat, ends), grads)], total_norm
