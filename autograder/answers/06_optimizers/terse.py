"""Right answers that are as short as they can be."""

import numpy as np


def minibatch_indices(n, batch_size, rng):
    p = rng.permutation(n)
    return [p[i * batch_size :][:batch_size] for i in range(-(-n // batch_size))]


def sgd_momentum(w, g, s, lr, b=0.9):
    return w - lr * (v := b * s.get(0, 0.0) + g), {0: v}


def sgd_nesterov(w, g, s, lr, b=0.9):
    return w - lr * (g + b * (v := b * s.get(0, 0.0) + g)), {0: v}


def adagrad(w, g, s, lr=0.01, eps=1e-10):
    return w - lr * g / ((S := s.get(0, 0.0) + g**2) ** 0.5 + eps), {0: S}


def rmsprop(w, g, s, lr=0.01, a=0.99, eps=1e-8):
    return w - lr * g / ((S := a * s.get(0, 0.0) + (1 - a) * g**2) ** 0.5 + eps), {0: S}


def adam(w, g, s, lr=0.001, b=(0.9, 0.999), eps=1e-8):
    t, a = s.get("t", 0) + 1, [(1 - c) * g**k + c * s.get(k, 0.0) for k, c in enumerate(b, 1)]
    m, v = (x / (1 - c**t) for x, c in zip(a, b))
    return w - lr * m / (v**0.5 + eps), {"t": t, 1: a[0], 2: a[1]}


def sgd_wd(w, g, s, lr, b=0.0, wd=0.0):
    return sgd_momentum(w, np.add(g, wd * w), s, lr, b)


def adamw(w, g, s, lr=0.001, b=(0.9, 0.999), eps=1e-8, wd=0.01):
    return adam((1 - lr * wd) * w, g, s, lr, b, eps)


def step_decay(lr0, t, k, gamma=0.1):
    return lr0 * gamma ** divmod(t, k)[0]


def cosine_annealing(lr0, t, T, lo=0.0):
    return (lr0 + lo) / 2 + (lr0 - lo) / 2 * np.cos(np.pi * t / T)


def triangular_lr(t, lo, hi, k):
    return np.interp(t % (2 * k), [0, k, 2 * k], [lo, hi, lo])


def linear_warmup(lr0, t, k, s=0.1):
    return lr0 * (1 - (1 - s) * max(0, 1 - t / k)) if k else lr0


def warmup_cosine(lr0, t, k, T, lo=0.0, s=0.1):
    return linear_warmup(lr0, t, k, s) if t < k else cosine_annealing(lr0, t - k, T - k, lo)


def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best, bad, out = np.inf, 0, []
    for x in losses:
        best, bad = (x, 0) if x < best * (1 - 1e-4) else (best, bad + 1)
        lr, bad = (lr * factor, 0) if bad > patience else (lr, bad)
        out += [lr]
    return out


def exp_decay(lr0, t, k):
    return lr0 * np.e ** (-k * t)


def inverse_time_decay(lr0, t, k):
    return lr0 / (k * t + 1)


def update_ratio(w, new):
    return np.linalg.norm(new - w) / np.linalg.norm(w)


def sgd_ema(w, g, s, lr, b=0.9):
    return w - lr * (v := b * s.get(0, 0.0) + (1 - b) * g), {0: v}


def sgdw(w, g, s, lr, b=0.9, wd=0.01):
    return sgd_momentum((1 - lr * wd) * w, g, s, lr, b)


def triangular_decay(t, lo, hi, k, gamma):
    return lo + gamma**t * (triangular_lr(t, lo, hi, k) - lo)
