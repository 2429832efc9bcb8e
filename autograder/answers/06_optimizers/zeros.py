"""Right answers that fill the state with zeros first, in NumPy's usual style."""

import numpy as np


def minibatch_indices(n, batch_size, rng):
    idx = np.arange(n)
    rng.shuffle(idx)
    return np.split(idx, range(batch_size, n, batch_size))


def sgd_momentum(w, g, state, lr, momentum=0.9):
    if "velocity" not in state:
        state = {"velocity": np.zeros_like(w, dtype=np.float64)}
    velocity = momentum * state["velocity"] + g
    w_new = w - lr * velocity
    return w_new, {"velocity": velocity}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    if "velocity" not in state:
        state = {"velocity": np.zeros_like(w, dtype=np.float64)}
    velocity = momentum * state["velocity"] + g
    direction = g + momentum * velocity
    return w - lr * direction, {"velocity": velocity}


def adagrad(w, g, state, lr=0.01, eps=1e-10):
    G = state["G"] if "G" in state else np.zeros(np.shape(w))
    G = G + np.square(g)
    return w - (lr / (np.sqrt(G) + eps)) * g, {"G": G}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    cache = state["cache"] if "cache" in state else np.zeros(np.shape(w))
    cache = cache * alpha + np.square(g) * (1 - alpha)
    return w - np.divide(lr * g, np.sqrt(cache) + eps), {"cache": cache}


def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    if not state:
        state = {"step": 0, "exp_avg": np.zeros(np.shape(w)), "exp_avg_sq": np.zeros(np.shape(w))}
    step = state["step"] + 1
    exp_avg = betas[0] * state["exp_avg"] + (1 - betas[0]) * g
    exp_avg_sq = betas[1] * state["exp_avg_sq"] + (1 - betas[1]) * np.square(g)
    bias1 = 1 - betas[0] ** step
    bias2 = 1 - betas[1] ** step
    denom = np.sqrt(exp_avg_sq) / np.sqrt(bias2) + eps
    return w - (lr / bias1) * exp_avg / denom, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}


def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    velocity = state["velocity"] if "velocity" in state else np.zeros(np.shape(w))
    grad = g + weight_decay * w
    velocity = momentum * velocity + grad
    return w - lr * velocity, {"velocity": velocity}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    shrunk = w - lr * weight_decay * w
    return adam(shrunk, g, state, lr, betas, eps)


def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * np.power(gamma, np.floor(t / step_size))


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + (lr0 - eta_min) * np.cos(np.pi * t / (2 * T_max)) ** 2


def triangular_lr(t, base_lr, max_lr, step_size):
    cycle = np.floor(1 + t / (2 * step_size))
    x = np.abs(t / step_size - 2 * cycle + 1)
    return base_lr + (max_lr - base_lr) * np.maximum(0, 1 - x)


def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    return np.interp(t, [-1, 0, warmup_steps], [start_factor * lr0, start_factor * lr0, lr0]) if warmup_steps else lr0


def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    up = linear_warmup(lr0, t, warmup_steps, start_factor)
    down = cosine_annealing(lr0, max(t - warmup_steps, 0), T_max - warmup_steps, eta_min)
    return np.where(t < warmup_steps, up, down).item()


def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    rates = np.zeros(len(losses))
    best = np.inf
    num_bad = 0
    for i in range(len(losses)):
        if losses[i] < best * (1.0 - 1e-4):
            best = losses[i]
            num_bad = 0
        else:
            num_bad += 1
        if num_bad > patience:
            lr *= factor
            num_bad = 0
        rates[i] = lr
    return rates


def sgd_ema(w, g, state, lr, momentum=0.9):
    v = state["v"] if "v" in state else np.zeros(np.shape(w))
    v = momentum * v + (1 - momentum) * g
    return w - lr * v, {"v": v}


def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    new, state = sgd_momentum(w, g, state, lr, momentum)
    return new - lr * weight_decay * w, state


def update_ratio(w, new):
    return np.sqrt(np.sum((new - w) ** 2)) / np.sqrt(np.sum(w**2))


def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    return base_lr + (max_lr - base_lr) * (triangular_lr(t, 0.0, 1.0, step_size)) * np.power(gamma, t)


def exp_decay(lr0, t, k):
    return lr0 * np.exp(-np.multiply(k, t))


def inverse_time_decay(lr0, t, k):
    return np.divide(lr0, 1 + k * t)
