"""Right answers, short and vectorised."""

import numpy as np


def signal_propagation(X, Ws, f):
    return np.array([np.std(X := f(X @ W)) for W in Ws])


def fan_in_out(shape):
    out, inn, *kernel = shape
    return inn * np.prod(kernel), out * np.prod(kernel)


def xavier_uniform(n_in, n_out, rng, gain=1):
    return gain * np.sqrt(6 / (n_in + n_out)) * (2 * rng.random((n_in, n_out)) - 1)


def torch_linear_default(n_in, n_out, rng):
    W = rng.uniform(-1, 1, (n_in + 1, n_out)) / np.sqrt(n_in)
    return W[1:], W[0]


def he_normal(n_in, n_out, rng, gain=1):
    return gain * np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


def gain(f):
    x, w = np.polynomial.hermite_e.hermegauss(150)
    return (w.sum() / (w * f(x) ** 2).sum()) ** 0.5


def distinct_units(W, b, V):
    return np.unique(np.column_stack([W.T, b, V]), axis=0).shape[0]


def transfer_layers(src, dst, n):
    return [W.copy() for W in [*src[:n], *dst[n:]]], [False] * n + [True] * (len(dst) - n)


def lecun_normal(n_in, n_out, rng):
    return he_normal(n_in, n_out, rng, 0.5**0.5)


def orthogonal(n_in, n_out, rng, gain=1):
    U, _, Vt = np.linalg.svd(rng.normal(size=(n_in, n_out)), full_matrices=False)
    return gain * U @ Vt
