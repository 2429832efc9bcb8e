# %% split: standardize-own-statistics
# Each array is standardized with its own mean and standard deviation instead of those of train.
def train_val_test_split(n, val_share, test_share, rng):
    idx = rng.permutation(n)
    n_val = round(n * val_share)
    n_test = round(n * test_share)
    val = idx[:n_val]
    test = idx[n_val:n_val + n_test]
    train = idx[n_val + n_test:]
    return train, val, test


def standardize(train, *others):
    out = []
    for X in (train, *others):
        mu = X.mean(axis=0)
        s = X.std(axis=0)
        s = np.where(X.max(axis=0) == X.min(axis=0), 1.0, s)
        out.append((X - mu) / s)
    return tuple(out)


# %% split: standardize-epsilon
# A small number is added to the standard deviation instead of dividing a constant column by 1.
def train_val_test_split(n, val_share, test_share, rng):
    order = rng.permutation(n)
    n_val, n_test = round(n * val_share), round(n * test_share)
    n_train = n - n_val - n_test
    return order[:n_train], order[n_train:n_train + n_val], order[n_train + n_val:]


def standardize(train, *others):
    mean = np.mean(train, axis=0)
    std = np.std(train, axis=0)
    return tuple((x - mean) / (std + 1e-8) for x in (train,) + others)


# %% loss_change: loss-change-only-falling
# The change is one-sided (no absolute value), so a loss that jumps up counts as small.
def epoch_mean(losses, sizes):
    losses, sizes = np.asarray(losses), np.asarray(sizes)
    return float(np.sum(losses * sizes) / np.sum(sizes))


def loss_change_stop(losses, tol, window):
    count = 0
    for i in range(1, len(losses)):
        change = (losses[i - 1] - losses[i]) / max(abs(losses[i - 1]), 1e-12)
        if change < tol:
            count += 1
        else:
            count = 0
        if count >= window:
            return i
    return None


# %% loss_change: loss-change-index-of-change
# Off by one: the index in the array of changes is returned, and change 0 is that of epoch 1.
def epoch_mean(losses, sizes):
    return float(np.average(losses, weights=sizes))


def loss_change_stop(losses, tol, window):
    losses = np.asarray(losses, dtype=float)
    if len(losses) < 2:
        return None
    change = np.abs(np.diff(losses)) / np.maximum(np.abs(losses[:-1]), 1e-12)
    in_a_row = 0
    for i, c in enumerate(change):
        in_a_row = in_a_row + 1 if c < tol else 0
        if in_a_row == window:
            return i
    return None


# %% early_stopping: early-one-late
# Stops only when bad exceeds patience (>) instead of when it reaches it (>=).
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode must be min or max")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.best = None
        self.best_epoch = None
        self.bad = 0
        self.epoch = -1

    def step(self, value):
        self.epoch += 1
        if np.isnan(value):
            improved = False
        elif self.best is None:
            improved = True
        elif self.mode == "min":
            improved = value < self.best - self.min_delta
        else:
            improved = value > self.best + self.min_delta
        if improved:
            self.best = value
            self.best_epoch = self.epoch
            self.bad = 0
        else:
            self.bad += 1
        return self.bad > self.patience


# %% early_stopping: early-best-moves
# The best value also follows gains that are smaller than min_delta, so a slow creep is never an improvement.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError(f"unknown mode {mode!r}")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best, self.best_epoch = None, None
        self.epoch, self.bad = 0, 0

    def step(self, value):
        if self.mode == "max":
            value = -value
        first = self.best is None and not np.isnan(value)
        if first or (self.best is not None and value < self.best - self.min_delta):
            self.best_epoch = self.epoch
            self.bad = 0
        else:
            self.bad += 1
        # keep track of the best value
        if first or (self.best is not None and value < self.best):
            self.best = value
        self.epoch += 1
        return self.bad >= self.patience


# %% early_stopping: early-nan-first-best
# The first value becomes the best even if it is nan, and after that nothing is ever an improvement.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ["min", "max"]:
            raise ValueError("mode")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.best = None
        self.best_epoch = None
        self.counter = 0
        self.n = 0

    def step(self, value):
        epoch = self.n
        self.n += 1
        if self.best is None:
            self.best = value
            self.best_epoch = epoch
            return self.counter >= self.patience
        if self.mode == "min":
            better = value < self.best - self.min_delta
        else:
            better = value > self.best + self.min_delta
        if better:
            self.best = value
            self.best_epoch = epoch
            self.counter = 0
        else:
            self.counter += 1
        return self.counter >= self.patience


# %% early_stopping: right
class EarlyStopping:
    """Keeps the whole history, and counts the epochs since the best one."""

    _signs = {"min": 1, "max": -1}

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in self._signs:
            raise ValueError(f"mode is {mode!r}, not 'min' or 'max'")
        self.sign, self.patience, self.min_delta = self._signs[mode], patience, min_delta
        self.seen, self.best_epoch = [], None

    def step(self, value):
        now = len(self.seen)
        self.seen.append(self.sign * value)
        is_number = value == value
        if is_number and (self.best_epoch is None or self.seen[now] < self.seen[self.best_epoch] - self.min_delta):
            self.best_epoch = now
        last_good = -1 if self.best_epoch is None else self.best_epoch
        return bool(now - last_good >= self.patience)


# %% fit_with_restore: fit-reference
# best_w is only a second name for w, which the next step changes.
def fit_with_restore(w, step, val, n):
    best = None
    best_w = w
    for epoch in range(n):
        step(w, epoch)
        loss = val(w)
        if not np.isnan(loss) and (best is None or loss < best):
            best = loss
            best_w = w
    return best_w, best


# %% fit_with_restore: fit-ties-later
# Ties take the later epoch (<= instead of <).
def fit_with_restore(w, step, val, n):
    best = np.inf
    best_w = w.copy()
    for epoch in range(n):
        step(w, epoch)
        v = val(w)
        if v <= best:
            best = v
            best_w = w.copy()
    return best_w, best


# %% kfold_indices: kfold-remainder-lost
# All folds have n // k examples, so the rest of n / k is never validated.
def kfold_indices(n, k, rng):
    perm = rng.permutation(n)
    size = n // k
    folds = []
    for i in range(k):
        val = perm[i * size:(i + 1) * size]
        train = np.concatenate([perm[:i * size], perm[(i + 1) * size:]])
        folds.append((train, val))
    return folds


# %% kfold_indices: right
def kfold_indices(n, k, rng):
    # deal the cards: each index gets the number of a fold, 0 1 2 ... k-1 0 1 2 ..., then shuffle the numbers
    owner = rng.permutation(np.arange(n) % k)
    return [tuple(rng.permutation(np.flatnonzero(side)) for side in (owner != f, owner == f)) for f in range(k)]


# %% select_model: select-no-root
# The standard deviation of the rule is added instead of the standard error (no division by sqrt(k)).
def select_model(S, rule):
    means = S.mean(axis=1)
    b = int(np.argmin(means))
    if rule == "min":
        return b
    if rule == "1se":
        limit = means[b] + S[b].std(ddof=1)
        for i in range(len(means)):
            if means[i] <= limit:
                return i
    raise ValueError("unknown rule " + str(rule))


# %% select_model: select-ddof-0
# The standard deviation is numpy's default with 1/k instead of 1/(k-1).
def select_model(S, rule):
    if rule not in ("min", "1se"):
        raise ValueError(rule)
    mean = np.mean(S, axis=1)
    best = np.argmin(mean)
    if rule == "min":
        return int(best)
    se = np.std(S[best]) / np.sqrt(S.shape[1])
    return int(np.nonzero(mean <= mean[best] + se)[0][0])


# %% search: metric-mean-of-batches
# The metric averages the batches' mean squared errors with equal weights, whatever their sizes.
class RootMeanSquaredError:
    def __init__(self):
        self.reset()

    def update(self, y_hat, y):
        y_hat, y = np.asarray(y_hat, dtype=float), np.asarray(y, dtype=float)
        self.mses.append(np.mean((y_hat - y) ** 2))

    def compute(self):
        return float(np.sqrt(np.mean(self.mses)))

    def reset(self):
        self.mses = []


def log_grid(low, high, num):
    return np.geomspace(low, high, num)


def log_uniform(low, high, num, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high), num))
