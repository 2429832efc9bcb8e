"""Right answers with plain loops over single numbers."""

import math

import numpy as np


def signal_propagation(X, Ws, f):
    stds = []
    h = X
    for W in Ws:
        h = f(np.dot(h, W))
        count, total = 0, 0.0
        for value in h.ravel():
            total += value
            count += 1
        mean = total / count
        squares = 0.0
        for value in h.ravel():
            squares += (value - mean) ** 2
        stds.append(math.sqrt(squares / count))
    return stds


def fan_in_out(shape):
    field = 1
    for side in shape[2:]:
        field *= side
    return shape[1] * field, shape[0] * field


def xavier_uniform(n_in, n_out, rng, gain=1):
    bound = gain * math.sqrt(6.0 / (n_in + n_out))
    W = np.zeros((n_in, n_out))
    for i in range(n_in):
        for j in range(n_out):
            W[i, j] = rng.uniform(-bound, bound)
    return W


def torch_linear_default(n_in, n_out, rng):
    bound = 1.0 / math.sqrt(n_in)
    b = np.zeros(n_out)
    for j in range(n_out):
        b[j] = rng.uniform(-bound, bound)
    W = np.zeros((n_in, n_out))
    for i in range(n_in):
        for j in range(n_out):
            W[i, j] = rng.uniform(-bound, bound)
    return W, b


def he_normal(n_in, n_out, rng, gain=1):
    std = gain * math.sqrt(2.0 / n_in)
    return np.array([[rng.normal(0, std) for _ in range(n_out)] for _ in range(n_in)])


def gain(f):
    step = 0.01
    grid = np.arange(-12, 12, step)
    values = f(grid)
    total = 0.0
    for z, value in zip(grid, values):
        total += math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * value * value * step
    return 1 / math.sqrt(total)


def distinct_units(W, b, V):
    seen = []
    for j in range(len(b)):
        unit = [*W[:, j], b[j], *V[j, :]]
        if unit not in seen:
            seen.append(unit)
    return len(seen)


def transfer_layers(src, dst, n):
    params, trainable = [], []
    for number in range(len(dst)):
        if number < n:
            params.append(np.copy(src[number]))
            trainable.append(False)
        else:
            params.append(np.copy(dst[number]))
            trainable.append(True)
    return params, trainable


def lecun_normal(n_in, n_out, rng):
    return np.array([[rng.normal(0, 1 / math.sqrt(n_in)) for _ in range(n_out)] for _ in range(n_in)])


def orthogonal(n_in, n_out, rng, gain=1):
    """Gram and Schmidt, one vector after the other."""
    length, count = max(n_in, n_out), min(n_in, n_out)
    vectors = []
    for _ in range(count):
        v = rng.normal(size=length)
        for _ in range(2):
            for u in vectors:
                v = v - (u @ v) * u
        vectors.append(v / math.sqrt(v @ v))
    Q = np.array(vectors)
    return gain * (Q.T if n_in >= n_out else Q)
