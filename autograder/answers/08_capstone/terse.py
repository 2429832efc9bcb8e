"""Right answers in few lines; the running values move by the difference, the penalty and its slope come at the end."""

from itertools import pairwise

import numpy as np

nan = float("nan")


def init_params(sizes, scheme, rng):
    draw = {
        "he": lambda a, b, k: rng.normal(0, (k / a) ** 0.5, (a, b)),
        "xavier": lambda a, b, k: rng.uniform(-1, 1, (a, b)) * (6 / (a + b)) ** 0.5,
        "torch": lambda a, b, k: rng.uniform(-1, 1, (a, b)) * a**-0.5,
    }.get(scheme)
    if draw is None:
        raise ValueError(scheme)
    layers = [[draw(a, b, 2), np.zeros(b), np.ones(b), np.zeros(b)] for a, b in pairwise(sizes[:-1])]
    return [*layers, [draw(sizes[-2], sizes[-1], 1), np.zeros(sizes[-1])]]


def init_state(sizes):
    return [list(np.stack([np.zeros(n), np.ones(n)])) for n in sizes][1:-1]


def net_forward(params, state, X, cfg, training, rng):
    new, cache, q = [], [], 1 - cfg["p"]
    for (W, b, g, c), running in zip(params, state):
        Z = X @ W + b
        m, v = (Z.mean(0), Z.var(0)) if training else running
        new.append([r + 0.1 * (x - r) for r, x in zip(running, (m, Z.var(0, ddof=1)))] if training else running)
        std = np.sqrt(v + 1e-5)
        Zh = (Z - m) / std
        A = g * Zh + c
        M = (rng.random(A.shape) < q) / q if training else 1
        cache.append((X, Zh, std, A, M))
        X = cfg["f"](A) * M
    return X @ params[-1][0] + params[-1][1], new, [*cache, X]


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new, (*cache, H) = net_forward(params, state, X, cfg, True, rng)
    out = out - out.max(1)[:, None]
    e = np.exp(out)
    s = e.sum(1)
    loss = np.mean(np.log(s) * Y.sum(1) - (Y * out).sum(1))
    D = (e / s[:, None] - Y) / len(X)
    grads = [[H.T @ D, D.sum(0)]]
    for (_, _, g, _), (W, *_), (H, Zh, std, A, M) in zip(params[-2::-1], params[::-1], cache[::-1]):
        D = D @ W.T * M * cfg["df"](A)
        dg, dc = (D * Zh).sum(0), D.sum(0)
        D = g / std * (D - D.mean(0) - Zh * (D * Zh).mean(0))
        grads.append([H.T @ D, D.sum(0), dg, dc])
    grads = [[dW + 2 * cfg["lam"] * W, *rest] for (dW, *rest), (W, *_) in zip(grads[::-1], params)]
    return float(loss + cfg["lam"] * sum((W**2).sum() for W, *_ in params)), grads, new


def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    t, old = opt.get("t", 0) + 1, opt.get("mv") or [[(0.0, 0.0)] * len(layer) for layer in params]
    mv = [[tuple(b * a + (1 - b) * g**k for a, b, k in zip(pair, betas, (1, 2))) for pair, g in zip(*two)]
          for two in zip(old, grads)]
    c1, c2 = (1 - b**t for b in betas)
    new = [[w - lr * (m / c1) / ((v / c2) ** 0.5 + eps) for w, (m, v) in zip(*two)] for two in zip(params, mv)]
    return new, {"t": t, "mv": mv}


def fit_network(params, state, train, val, cfg, rng):
    opt, losses, kept, (X, Y) = {}, [], [], train
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(len(X))
        for rows in np.split(order, range(cfg["batch_size"], len(X), cfg["batch_size"])):
            if rows.size > 1:
                _, grads, state = loss_and_grads(params, state, X[rows], Y[rows], cfg, rng)
                params, opt = adam_step(params, grads, opt, lr)
        out = net_forward(params, state, val[0], cfg, False, None)[0]
        out = out - out.max(1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(out).sum(1)) - (val[1] * out).sum(1)))
        kept.append((params, state))
        if epoch - int(np.argmin(losses)) >= cfg["patience"]:
            break
    return [*kept[int(np.argmin(losses))], losses]


def ablation(run, cfgs, seeds):
    S = np.array([[run(c, s) for s in seeds] for c in cfgs])
    n = len(seeds)
    se = lambda Z: Z.std(1, ddof=1) / n**0.5 if n > 1 else np.full(len(Z), nan)
    D = S - S[0]
    e = se(D)
    t = np.divide(D.mean(1), e, out=np.full(len(S), nan), where=e > 0)
    return [*zip(S.mean(1), se(S), t)]


class TestBox:
    opened, guess = 0, None

    def __init__(self, X, y):
        self.secret = X, y

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError
        if abs(guess - 0.5) > 0.5:
            raise ValueError
        self.opened, self.guess = 1, guess
        X, y = self.secret
        return np.equal(predict(X), y).mean()


class Ledger:
    def __init__(self):
        self.open, self.done = {}, {}

    def predict(self, name, low, high):
        if name in {**self.open, **self.done} or high < low:
            raise ValueError
        self.open[name] = np.array([low, high])

    def measure(self, name, value):
        if name not in self.open:
            raise ValueError
        self.done[name] = self.open.pop(name), value

    def score(self):
        rows = [(hi - lo, max(lo - v, v - hi, 0)) for (lo, hi), v in self.done.values()]
        if not rows:
            return nan, nan
        width, miss = np.array(rows).T
        return np.mean(miss == 0), np.mean(width + 10 * miss)


def confusion_matrix(y, y_hat, K):
    return np.array([[np.sum((y == i) & (y_hat == j)) for j in range(K)] for i in range(K)])


def calibration_error(P, y, bins):
    c = P.max(1)
    place = np.searchsorted(np.arange(1, bins) / bins, c)
    return np.abs(np.bincount(place, (P.argmax(1) == y) - c)).sum() / len(y)
