"""Right answers in as few lines as possible; and one of them trains a copy."""

from itertools import groupby

import numpy as np


def train_val_test_split(n, fv, ft, rng):
    v, t = round(n * fv), round(n * ft)
    p = np.argsort(rng.random(n))
    return p[v + t:], p[:v], p[v:v + t]


def standardize(train, *others):
    m, s = train.mean(0), train.std(0)
    return tuple((X - m) / np.where(s > 0, s, 1) for X in (train, *others))


def epoch_mean(losses, sizes):
    return sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)


def loss_change_stop(losses, tol, window):
    small = [abs(b - a) / max(abs(a), 1e-12) < tol for a, b in zip(losses, losses[1:])]
    at = 0
    for calm, run in groupby(small):
        length = len(list(run))
        if calm and length >= window:
            return at + window
        at += length


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.s = {"min": 1, "max": -1}.get(mode) or self.fail(mode)
        self.p, self.d, self.best, self.bad, self.t, self.best_epoch = patience, min_delta, np.inf, 0, 0, None

    def fail(self, mode):
        raise ValueError(mode)

    def step(self, v):
        ok = self.s * v + self.d < self.best
        self.bad = 0 if ok else self.bad + 1
        if ok:
            self.best, self.best_epoch = self.s * v, self.t
        self.t += 1
        return bool(self.bad >= self.p)


def fit_with_restore(w, step, val, n):
    w = w.copy()
    best, best_w = np.inf, w.copy()
    for t in range(n):
        step(w, t)
        if val(w) < best:
            best, best_w = val(w), w.copy()
    return [best_w, best]


def kfold_indices(n, k, rng):
    p = rng.permutation(n)
    return [(np.setdiff1d(p, p[j::k]), p[j::k]) for j in range(k)]


def select_model(S, rule):
    if rule not in ("min", "1se"):
        raise ValueError
    m = np.mean(S, 1)
    b = np.argmin(m)
    return int(np.where(m <= m[b] + (rule == "1se") * np.std(S[b], ddof=1) / np.sqrt(len(S[b])))[0][0])
