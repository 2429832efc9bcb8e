"""Right answers that share small helpers of the learner's own."""

from math import cos, floor, inf, pi

import numpy as np


def remember(state, name, decay, value, share=1.0):
    return decay * state.get(name, 0) + share * value


def corrected(average, beta, t):
    return average / (1 - beta**t)


def scaled(g, square, eps):
    return g / (square**0.5 + eps)


def minibatch_indices(n, batch_size, rng):
    shuffled = rng.choice(n, size=n, replace=False)
    starts = range(0, n, batch_size)
    return [shuffled[s : min(s + batch_size, n)] for s in starts]


def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = remember(state, "v", momentum, g)
    return w - lr * v, dict(v=v)


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    after, new_state = sgd_momentum(w, g, state, lr * momentum, momentum)
    return after - lr * g, new_state


def adagrad(w, g, state, lr=0.01, eps=1e-10):
    S = remember(state, "S", 1, g * g)
    return w - lr * scaled(g, S, eps), dict(S=S)


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = remember(state, "S", alpha, g * g, 1 - alpha)
    return w - lr * scaled(g, S, eps), dict(S=S)


def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = state.get("t", 0) + 1
    m = remember(state, "m", betas[0], g, 1 - betas[0])
    v = remember(state, "v", betas[1], g * g, 1 - betas[1])
    return w - lr * scaled(corrected(m, betas[0], t), corrected(v, betas[1], t), eps), dict(t=t, m=m, v=v)


def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    penalty_gradient = weight_decay * w
    return sgd_momentum(w, g + penalty_gradient, state, lr, momentum)


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    after, new_state = adam(w, g, state, lr, betas, eps)
    return after - lr * weight_decay * w, new_state


def step_decay(lr0, t, step_size, gamma=0.1):
    cuts = floor(t / step_size)
    return lr0 * gamma**cuts


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    share = (1 + cos(pi * t / T_max)) / 2
    return share * lr0 + (1 - share) * eta_min


def triangular_lr(t, base_lr, max_lr, step_size):
    position = t % (2 * step_size)
    share = min(position, 2 * step_size - position) / step_size
    return (1 - share) * base_lr + share * max_lr


def straight(start, end, share):
    return start + (end - start) * min(1, max(0, share))


def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    if warmup_steps == 0:
        return lr0
    return straight(start_factor * lr0, lr0, t / warmup_steps)


def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    since = t - warmup_steps
    if since < 0:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, since, T_max - warmup_steps, eta_min)


class Plateau:
    def __init__(self, lr, factor, patience):
        self.lr, self.factor, self.patience = lr, factor, patience
        self.best, self.bad = inf, 0

    def see(self, loss):
        better = loss < self.best * (1 - 1e-4)
        self.best = loss if better else self.best
        self.bad = 0 if better else self.bad + 1
        if self.bad > self.patience:
            self.lr, self.bad = self.lr * self.factor, 0
        return self.lr


def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    plateau = Plateau(lr, factor, patience)
    return [plateau.see(loss) for loss in losses]


def sgd_ema(w, g, state, lr, momentum=0.9):
    return sgd_momentum(w, (1 - momentum) * g, state, lr, momentum)


def inverse_time_decay(lr0, t, k):
    return lr0 / (1.0 + k * t)


def exp_decay(lr0, t, k):
    return lr0 / np.exp(k * t)


def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    after, new_state = sgd_momentum(w, g, state, lr, momentum)
    return after - lr * weight_decay * w, new_state


def size(w):
    return float(np.sqrt((w * w).sum()))


def update_ratio(w, new):
    return size(new - w) / size(w)


def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    return triangular_lr(t, base_lr, base_lr + (max_lr - base_lr) * gamma**t, step_size)
