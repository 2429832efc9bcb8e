"""Right answers with plain loops over single numbers."""

import math

import numpy as np


def minibatch_indices(n, batch_size, rng):
    order = list(rng.permutation(n))
    batches = []
    while len(order) > 0:
        batches.append(np.array(order[:batch_size]))
        order = order[batch_size:]
    return batches


def sgd_momentum(w, g, state, lr, momentum=0.9):
    w = np.array(w, dtype=float)
    g = np.asarray(g)
    v = np.zeros(w.shape)
    new = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        old = state["v"][i] if "v" in state else 0.0
        v[i] = momentum * old + g[i]
        new[i] = w[i] - lr * v[i]
    return new, {"v": v}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    w = np.array(w, dtype=float)
    g = np.asarray(g)
    v = np.zeros(w.shape)
    new = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        old = state["v"][i] if "v" in state else 0.0
        v[i] = momentum * old + g[i]
        new[i] = w[i] - lr * (g[i] + momentum * v[i])
    return new, {"v": v}


def adagrad(w, g, state, lr=0.01, eps=1e-10):
    g = np.asarray(g, dtype=float)
    total = np.array(state["total"]) if state else np.zeros(g.shape)
    new = np.array(w, dtype=float)
    for i in np.ndindex(g.shape):
        total[i] += g[i] * g[i]
        new[i] -= lr * g[i] / (math.sqrt(total[i]) + eps)
    return new, {"total": total}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    g = np.asarray(g, dtype=float)
    S = np.array(state["S"]) if state else np.zeros(g.shape)
    new = np.array(w, dtype=float)
    for i in np.ndindex(g.shape):
        S[i] = alpha * S[i] + (1 - alpha) * g[i] ** 2
        new[i] -= lr * g[i] / (math.sqrt(S[i]) + eps)
    return new, {"S": S}


def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    g = np.asarray(g, dtype=float)
    m = np.array(state["m"]) if state else np.zeros(g.shape)
    v = np.array(state["v"]) if state else np.zeros(g.shape)
    t = state["t"] + 1 if state else 1
    new = np.array(w, dtype=float)
    for i in np.ndindex(g.shape):
        m[i] = betas[0] * m[i] + (1 - betas[0]) * g[i]
        v[i] = betas[1] * v[i] + (1 - betas[1]) * g[i] ** 2
        new[i] -= lr * (m[i] / (1 - betas[0] ** t)) / (np.sqrt(v[i] / (1 - betas[1] ** t)) + eps)
    return new, {"m": m, "v": v, "t": t}


def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    w = np.array(w, dtype=float)
    total = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        total[i] = g[i] + weight_decay * w[i]
    return sgd_momentum(w, total, state, lr, momentum)


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    smaller = np.array(w, dtype=float)
    for i in np.ndindex(smaller.shape):
        smaller[i] = smaller[i] - lr * weight_decay * smaller[i]
    return adam(smaller, g, state, lr, betas, eps)


def step_decay(lr0, t, step_size, gamma=0.1):
    lr = lr0
    for step in range(1, t + 1):
        if step % step_size == 0:
            lr = lr * gamma
    return lr


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + 0.5 * (lr0 - eta_min) * (1 + math.cos(math.pi * t / T_max))


def triangular_lr(t, base_lr, max_lr, step_size):
    lr = base_lr
    slope = (max_lr - base_lr) / step_size
    for step in range(t):
        if (step // step_size) % 2 == 0:
            lr = lr + slope
        else:
            lr = lr - slope
    return lr


def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    if warmup_steps == 0:
        return lr0
    lr = start_factor * lr0
    for _ in range(min(t, warmup_steps)):
        lr = lr + (lr0 - start_factor * lr0) / warmup_steps
    return lr


def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    rates = [linear_warmup(lr0, step, warmup_steps, start_factor) for step in range(warmup_steps)]
    for step in range(t - warmup_steps + 1):
        angle = math.pi * step / (T_max - warmup_steps)
        rates.append(eta_min + 0.5 * (lr0 - eta_min) * (1 + math.cos(angle)))
    return rates[t]


def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    rates = []
    best = None
    bad = 0
    for loss in losses:
        if not math.isnan(loss) and (best is None or loss < best - best * 1e-4):
            best = loss
            bad = 0
        else:
            bad = bad + 1
        if bad == patience + 1:
            lr = lr * factor
            bad = 0
        rates.append(lr)
    return rates


def exp_decay(lr0, t, k):
    for _ in range(t):
        lr0 = lr0 * math.exp(-k)
    return lr0


def inverse_time_decay(lr0, t, k):
    return lr0 * (1 + k * t) ** -1


def update_ratio(w, new):
    over = under = 0.0
    for i in np.ndindex(w.shape):
        over += (new[i] - w[i]) ** 2
        under += w[i] ** 2
    return math.sqrt(over / under)


def sgd_ema(w, g, state, lr, momentum=0.9):
    v = np.zeros(np.shape(w))
    new = np.array(w, dtype=float)
    for i in np.ndindex(v.shape):
        old = state["v"][i] if "v" in state else 0.0
        v[i] = momentum * old + (1 - momentum) * g[i]
        new[i] -= lr * v[i]
    return new, {"v": v}


def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    smaller = np.array([x - lr * weight_decay * x for x in w.ravel()]).reshape(w.shape)
    return sgd_momentum(smaller, g, state, lr, momentum)


def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    height = triangular_lr(t, base_lr, max_lr, step_size) - base_lr
    for _ in range(t):
        height = height * gamma
    return base_lr + height
