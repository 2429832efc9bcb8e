"""Right answers built from a learner's own helper functions."""

import numpy as np


def _forward(X, Ws, f):
    h = X
    for W in Ws:
        h = f(np.matmul(h, W))
        yield h


def signal_propagation(X, Ws, f):
    return np.array([np.sqrt(np.mean((h - h.mean()) ** 2)) for h in _forward(X, Ws, f)])


def _kernel_size(shape):
    return int(np.prod(shape)) // (shape[0] * shape[1])


def fan_in_out(shape):
    return shape[1] * _kernel_size(shape), shape[0] * _kernel_size(shape)


def _uniform(shape, std, rng):
    half_width = std * np.sqrt(3)
    return rng.uniform(low=-half_width, high=half_width, size=shape)


def _normal(shape, variance, rng):
    return np.sqrt(variance) * rng.normal(size=shape)


def xavier_uniform(n_in, n_out, rng, gain=1):
    fan_avg = (n_in + n_out) / 2
    return _uniform((n_in, n_out), gain / np.sqrt(fan_avg), rng)


def torch_linear_default(n_in, n_out, rng):
    std = (3 * n_in) ** -0.5
    return tuple(_uniform(shape, std, rng) for shape in [(n_in, n_out), n_out])


def he_normal(n_in, n_out, rng, gain=1):
    return _normal((n_in, n_out), 2 * gain**2 / n_in, rng)


def _expectation(g):
    """E[g(z)] for z from N(0, 1), by Simpson's rule."""
    z = np.linspace(-9, 9, 18001)
    y = g(z) * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return (z[1] - z[0]) / 3 * (y[0] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum() + y[-1])


def gain(f):
    return np.float64(1.0) / np.sqrt(_expectation(lambda z: np.square(f(z))))


def _unit(W, b, V, j):
    return tuple(W[:, j]) + (b[j],) + tuple(V[j])


def distinct_units(W, b, V):
    return len(set(_unit(W, b, V, j) for j in range(W.shape[1])))


def _is_new(layer, n):
    return layer >= n


def transfer_layers(src, dst, n):
    layers = range(len(dst))
    params = [dst[i] if _is_new(i, n) else np.array(src[i]) for i in layers]
    return params, [_is_new(i, n) for i in layers]


def lecun_normal(n_in, n_out, rng):
    return _normal((n_in, n_out), 1 / n_in, rng)


def _tall(rows, columns, rng):
    Q, R = np.linalg.qr(_normal((rows, columns), 1, rng))
    return Q * np.where(np.diag(R) < 0, -1, 1)


def orthogonal(n_in, n_out, rng, gain=1):
    return gain * _tall(n_in, n_out, rng) if n_in >= n_out else gain * _tall(n_out, n_in, rng).T
