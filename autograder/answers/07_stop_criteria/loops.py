"""Right answers in plain Python loops."""

import math

import numpy as np


def train_val_test_split(n, val_share, test_share, rng):
    order = list(rng.permutation(n))
    num_val = round(n * val_share)
    num_test = round(n * test_share)
    val, test, train = [], [], []
    for index in order:
        if len(val) < num_val:
            val.append(index)
        elif len(test) < num_test:
            test.append(index)
        else:
            train.append(index)
    return np.array(train, dtype=int), np.array(val, dtype=int), np.array(test, dtype=int)


def standardize(train, *others):
    results = []
    for X in (train,) + others:
        out = np.empty(X.shape)
        for j in range(train.shape[1]):
            mean = sum(train[:, j]) / len(train)
            variance = sum((x - mean) ** 2 for x in train[:, j]) / len(train)
            std = math.sqrt(variance) if variance > 0 else 1.0
            for i in range(X.shape[0]):
                out[i, j] = (X[i, j] - mean) / std
        results.append(out)
    return tuple(results)


def epoch_mean(losses, sizes):
    total = 0.0
    count = 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        count += size
    return total / count


def loss_change_stop(losses, tol, window):
    for end in range(window, len(losses)):
        calm = True
        for i in range(end - window + 1, end + 1):
            before = abs(losses[i - 1])
            if before < 1e-12:
                before = 1e-12
            if not abs(losses[i] - losses[i - 1]) / before < tol:
                calm = False
        if calm:
            return end
    return None


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError("mode must be min or max")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.best = None
        self.best_epoch = None
        self.bad = 0
        self.epoch = 0

    def step(self, value):
        if math.isnan(value):
            better = False
        elif self.best is None:
            better = True
        elif self.mode == "min":
            better = value < self.best - self.min_delta
        else:
            better = value > self.best + self.min_delta
        if better:
            self.best = value
            self.best_epoch = self.epoch
            self.bad = 0
        else:
            self.bad += 1
        self.epoch += 1
        if self.bad >= self.patience:
            return True
        return False


def fit_with_restore(w, step, val, n):
    best = float("inf")
    best_w = None
    for epoch in range(n):
        step(w, epoch)
        now = val(w)
        if now < best:
            best = now
            best_w = np.array(w)
    return best_w, best


def kfold_indices(n, k, rng):
    order = rng.permutation(n)
    folds = []
    start = 0
    for j in range(k):
        size = n // k
        if j < n % k:
            size += 1
        val = order[start : start + size]
        train = np.array([i for i in order if i not in set(val)])
        folds.append((train, val))
        start += size
    return folds


def select_model(S, rule):
    if rule not in ["min", "1se"]:
        raise ValueError(rule)
    means = []
    for row in S:
        means.append(sum(row) / len(row))
    best = 0
    for i in range(len(means)):
        if means[i] < means[best]:
            best = i
    if rule == "min":
        return best
    k = len(S[best])
    variance = sum((x - means[best]) ** 2 for x in S[best]) / (k - 1)
    limit = means[best] + math.sqrt(variance / k)
    for i in range(len(means)):
        if means[i] <= limit:
            return i
