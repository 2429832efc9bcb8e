# %% split: split-rounds-down
# the sizes are cut off (int) instead of rounded
def train_val_test_split(n, val_share, test_share, rng):
    idx = rng.permutation(n)
    n_val = int(n * val_share)
    n_test = int(n * test_share)
    val, test, train = idx[:n_val], idx[n_val:n_val + n_test], idx[n_val + n_test:]
    return train, val, test


def standardize(train, *others):
    mu, sd = train.mean(axis=0), train.std(axis=0)
    sd = np.where(sd == 0, 1, sd)
    return tuple((a - mu) / sd for a in (train, *others))

# %% split: standardize-own-statistics
# standardize scales each array with its own mean and standard deviation
def train_val_test_split(n, val_share, test_share, rng):
    perm = rng.permutation(n)
    a, b = round(n * val_share), round(n * test_share)
    return perm[a + b:], perm[:a], perm[a:a + b]


def standardize(train, *others):
    def z(a):
        a = np.asarray(a, dtype=float)
        std = a.std(axis=0)
        std[std == 0] = 1.0
        return (a - a.mean(axis=0)) / std

    return tuple(map(z, (train,) + others))

# %% split: standardize-ddof
# standardize uses the sample standard deviation, ddof=1
def train_val_test_split(n, val_share, test_share, rng):
    nv, nt = round(val_share * n), round(test_share * n)
    parts = np.split(rng.permutation(n), [nv, nv + nt])
    return parts[2], parts[0], parts[1]


def standardize(train, *others):
    mean = np.mean(train, axis=0)
    std = np.std(train, axis=0, ddof=1)
    std[std == 0] = 1
    out = [(train - mean) / std]
    for o in others:
        out.append((o - mean) / std)
    return tuple(out)

# %% loss_change: epoch-mean-plain
# epoch_mean is the plain mean of the batch means, sizes are ignored
def epoch_mean(losses, sizes):
    return sum(losses) / len(losses)


def loss_change_stop(losses, tol, window):
    quiet = 0
    for i in range(1, len(losses)):
        rel = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)
        quiet = quiet + 1 if rel < tol else 0
        if quiet == window:
            return i
    return None

# %% loss_change: loss-change-only-falling
# the change has a sign: a loss that rises counts as quiet
def epoch_mean(losses, sizes):
    return float(np.dot(losses, sizes) / np.sum(sizes))


def loss_change_stop(losses, tol, window):
    count = 0
    for epoch, (prev, cur) in enumerate(zip(losses, losses[1:]), start=1):
        improvement = (prev - cur) / max(abs(prev), 1e-12)
        if improvement < tol:
            count += 1
            if count >= window:
                return epoch
        else:
            count = 0

# %% loss_change: loss-change-no-reset
# small changes are counted in all, not in a row: a large change does not set the count back
def epoch_mean(losses, sizes):
    return float(np.average(losses, weights=sizes))


def loss_change_stop(losses, tol, window):
    losses = np.asarray(losses, dtype=float)
    if len(losses) < 2:
        return None
    change = np.abs(np.diff(losses)) / np.maximum(np.abs(losses[:-1]), 1e-12)
    small = np.flatnonzero(change < tol)
    if len(small) < window:
        return None
    return int(small[window - 1]) + 1

# %% loss_change: loss-change-new-loss
# the change is divided by the present loss, not by the one before
def epoch_mean(losses, sizes):
    total = count = 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        count += size
    return total / count


def loss_change_stop(losses, tol, window):
    streak = 0
    for i in range(1, len(losses)):
        diff = abs(losses[i] - losses[i - 1])
        if diff / max(abs(losses[i]), 1e-12) < tol:
            streak += 1
        else:
            streak = 0
        if streak >= window:
            return i
    return None

# %% early_stopping: early-ties-reset
# a tie counts as an improvement: <= instead of <
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in {"min", "max"}:
            raise ValueError(mode)
        self.patience, self.min_delta = patience, min_delta
        self.sign = 1 if mode == "min" else -1
        self.best, self.best_epoch, self.counter, self.epoch = None, None, 0, -1

    def step(self, value):
        self.epoch += 1
        score = self.sign * value
        if np.isnan(score):
            self.counter += 1
        elif self.best is None or score <= self.best - self.min_delta:
            self.best, self.best_epoch, self.counter = score, self.epoch, 0
        else:
            self.counter += 1
        return self.counter >= self.patience

# %% early_stopping: early-best-moves
# best follows every gain, also one below min_delta, so a slow creep never counts as an improvement
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError("mode must be 'min' or 'max'")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.best = float("inf")
        self.bad_epochs = 0
        self.n = 0
        self.best_epoch = None

    def step(self, value):
        v = value if self.mode == "min" else -value
        if v < self.best - self.min_delta:
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if v < self.best:
            self.best = v
            self.best_epoch = self.n
        self.n += 1
        return self.bad_epochs >= self.patience

# %% early_stopping: early-max-delta-sign
# in mode max the margin has the wrong sign: value > best - min_delta counts as an improvement
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode == "min":
            self.better = lambda new, old: new < old - min_delta
        elif mode == "max":
            self.better = lambda new, old: new > old - min_delta
        else:
            raise ValueError(f"unknown mode {mode!r}")
        self.best = np.inf if mode == "min" else -np.inf
        self.patience = patience
        self.best_epoch = None
        self.history = []

    def step(self, value):
        self.history.append(value)
        if self.better(value, self.best):
            self.best = value
            self.best_epoch = len(self.history) - 1
            self.since = 0
        else:
            self.since = getattr(self, "since", 0) + 1
        return self.since >= self.patience

# %% fit_with_restore: fit-val-before-step
# the validation loss is looked at before the step, so the weights after the last epoch are never judged and the
# initial ones are
def fit_with_restore(w, step, val, n):
    best_w, best = w.copy(), float("inf")
    for epoch in range(n):
        loss = val(w)
        if loss < best:
            best, best_w = loss, w.copy()
        step(w, epoch)
    return best_w, best

# %% kfold_indices: kfold-remainder-last
# all folds have n // k examples but the last, which takes the whole remainder
def kfold_indices(n, k, rng):
    idx = rng.permutation(n)
    size = n // k
    pairs = []
    for i in range(k):
        start = i * size
        stop = start + size if i < k - 1 else n
        pairs.append((np.concatenate([idx[:start], idx[stop:]]), idx[start:stop]))
    return pairs

# %% select_model: select-own-error
# each model's own standard error is used (mean_i - se_i <= lowest mean) instead of the best model's
def select_model(S, rule):
    S = np.asarray(S, dtype=float)
    means = S.mean(axis=1)
    if rule == "min":
        return int(np.argmin(means))
    if rule == "1se":
        se = S.std(axis=1, ddof=1) / np.sqrt(S.shape[1])
        return int(np.flatnonzero(means - se <= means.min())[0])
    raise ValueError("rule must be 'min' or '1se'")

# %% split: right
# choice without replacement, setdiff
def train_val_test_split(n, val_share, test_share, rng):
    v, t = round(n * val_share), round(n * test_share)
    held = rng.choice(n, size=v + t, replace=False)
    rest = np.setdiff1d(np.arange(n), held)
    return rng.permutation(rest), held[:v], held[v:]


def standardize(train, *others):
    mean = np.sum(train, axis=0) / len(train)
    scale = np.sqrt(np.mean((train - mean) ** 2, axis=0))
    scale[np.ptp(train, axis=0) == 0] = 1.0
    return tuple(np.divide(np.subtract(a, mean), scale) for a in (train, *others))

# %% loss_change: right
# sliding window over booleans
def epoch_mean(losses, sizes):
    return float(np.asarray(losses, float) @ (np.asarray(sizes, float) / np.sum(sizes)))


def loss_change_stop(losses, tol, window):
    values = [float(v) for v in losses]
    small = [abs(b - a) / max(abs(a), 1e-12) < tol for a, b in zip(values[:-1], values[1:])]
    return next((i + window for i in range(len(small) - window + 1) if all(small[i:i + window])), None)

# %% early_stopping: right
# keeps the whole history
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.flip = {"min": 1.0, "max": -1.0}.get(mode)
        if self.flip is None:
            raise ValueError(f"mode is {mode!r}; choose min or max")
        self.patience, self.min_delta, self.seen, self.best_epoch = patience, min_delta, [], None

    def step(self, value):
        self.seen.append(self.flip * value)
        newest = len(self.seen) - 1
        if not np.isnan(value):
            if self.best_epoch is None or self.seen[-1] < self.seen[self.best_epoch] - self.min_delta:
                self.best_epoch = newest
        anchor = -1 if self.best_epoch is None else self.best_epoch
        return newest - anchor >= self.patience

# %% kfold_indices: right
# every k-th of the shuffled indices
def kfold_indices(n, k, rng):
    shuffled = rng.permutation(n)
    fold_of = np.arange(n) % k
    return [(shuffled[fold_of != i], shuffled[fold_of == i]) for i in range(k)]

# %% select_model: right
# plain Python statistics
def select_model(S, rule):
    import statistics
    rows = [[float(x) for x in row] for row in S]
    averages = [statistics.fmean(row) for row in rows]
    winner = min(range(len(rows)), key=averages.__getitem__)
    if rule == "min":
        return winner
    if rule != "1se":
        raise ValueError(f"no such rule: {rule}")
    limit = averages[winner] + statistics.stdev(rows[winner]) / len(rows[winner]) ** 0.5
    for i, average in enumerate(averages):
        if average <= limit:
            return i
