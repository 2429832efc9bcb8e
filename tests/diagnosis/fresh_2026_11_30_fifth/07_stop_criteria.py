# %% split: split-not-shuffled
# The indices are cut in their order, nothing is shuffled.
def train_val_test_split(n, val_share, test_share, rng):
    indices = np.arange(n)
    n_val, n_test = round(n * val_share), round(n * test_share)
    n_train = n - n_val - n_test
    return indices[:n_train], indices[n_train:n_train + n_val], indices[n_train + n_val:]


# %% split: standardize-own-statistics
# Each part is standardized by its own mean and std, not by those of train.
def standardize(train, *others):
    def scale(part):
        part = np.asarray(part, dtype=float)
        s = part.std(axis=0)
        return (part - part.mean(axis=0)) / np.where(s == 0, 1, s)

    return tuple(scale(part) for part in (train, *others))


# %% split: standardize-one-mean
# Mean and std are one number over all columns.
def standardize(train, *others):
    train = np.asarray(train, dtype=float)
    mu, s = train.mean(), train.std()
    if s == 0:
        s = 1.0
    return tuple((np.asarray(part, dtype=float) - mu) / s for part in (train, *others))


# %% loss_change: epoch-mean-plain
# The plain mean of the batch losses, the sizes do not count.
def epoch_mean(losses, sizes):
    return float(sum(losses) / len(losses))


# %% loss_change: loss-change-no-reset
# The count of small changes is not set back after a large one, they need not be consecutive.
def loss_change_stop(losses, tol, window):
    small = 0
    for i in range(1, len(losses)):
        previous = abs(losses[i - 1])
        change = abs(losses[i] - losses[i - 1]) / max(previous, 1e-12)
        if change < tol:
            small += 1
        if small == window and change < tol:
            return i
    return None


# %% early_stopping: early-one-late
# It stops one epoch late, when bad exceeds patience.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be min or max, not {mode}")
        self.patience, self.min_delta = patience, min_delta
        self.sign = 1 if mode == "min" else -1
        self.best, self.best_epoch, self.bad, self.epoch = math.inf, None, 0, -1

    def step(self, value):
        self.epoch += 1
        score = self.sign * value
        if math.isnan(value):
            self.bad += 1
        elif self.best_epoch is None or score < self.best - self.min_delta:
            self.best, self.best_epoch, self.bad = score, self.epoch, 0
        else:
            self.bad += 1
        return self.bad > self.patience


# %% early_stopping: early-previous-epoch
# The value is compared with that of the epoch before, not with the best one.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError("mode")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.last = None
        self.best_epoch = None
        self.bad = 0
        self.epoch = 0

    def better(self, value):
        if value != value:
            return False
        if self.last is None:
            return True
        if self.mode == "min":
            return value < self.last - self.min_delta
        return value > self.last + self.min_delta

    def step(self, value):
        if self.better(value):
            self.best_epoch = self.epoch
            self.bad = 0
        else:
            self.bad += 1
        if value == value:
            self.last = value
        self.epoch += 1
        return self.bad >= self.patience


# %% fit_with_restore: fit-reference
# The best weights are a second name of w, not a copy.
def fit_with_restore(w, step, val, n):
    best_w, best = w, float("inf")
    for epoch in range(n):
        step(w, epoch)
        loss = val(w)
        if loss < best:
            best, best_w = loss, w
    return best_w, best


# %% kfold_indices: kfold-swapped
# Train and val are exchanged, a model trains on one part and validates on the others.
def kfold_indices(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    folds = []
    for i in range(k):
        rest = np.concatenate(parts[:i] + parts[i + 1:])
        folds.append((parts[i], rest))
    return folds


# %% select_model: select-no-root
# The standard deviation is not divided by the root of k, one std instead of one SE.
def select_model(S, rule):
    S = np.asarray(S, dtype=float)
    means = S.mean(axis=1)
    b = int(np.argmin(means))
    if rule == "min":
        return b
    if rule != "1se":
        raise ValueError("rule must be min or 1se")
    limit = means[b] + S[b].std(ddof=1)
    return int(np.flatnonzero(means <= limit)[0])


# %% search: metric-mean-of-roots
# The root mean square error is the mean of the batches' roots.
class RootMeanSquaredError:
    def __init__(self):
        self.reset()

    def reset(self):
        self.roots = []

    def update(self, y_hat, y):
        error = np.asarray(y_hat, dtype=float) - np.asarray(y, dtype=float)
        self.roots.append(np.sqrt(np.mean(error ** 2)))

    def compute(self):
        return float(np.mean(self.roots))


# %% split: standardize-ddof
# The standard deviation is that with 1/(N-1).
def standardize(train, *others):
    train = np.asarray(train, float)
    mu, s = train.mean(axis=0), train.std(axis=0, ddof=1)
    s[s == 0] = 1
    return tuple((np.asarray(a, float) - mu) / s for a in (train, *others))


# %% loss_change: loss-change-absolute
# The change is absolute, not relative.
def loss_change_stop(losses, tol, window):
    run = 0
    for i in range(1, len(losses)):
        run = run + 1 if abs(losses[i] - losses[i - 1]) < tol else 0
        if run >= window:
            return i
    return None


# %% early_stopping: early-best-moves
# A gain smaller than min_delta moves best all the same.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(mode)
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best = math.inf
        self.best_epoch, self.bad, self.epoch = None, 0, -1

    def step(self, value):
        self.epoch += 1
        v = value if self.mode == "min" else -value
        if v < self.best - self.min_delta:
            self.bad, self.best_epoch = 0, self.epoch
        else:
            self.bad += 1
        if v < self.best:
            self.best = v
        return self.bad >= self.patience


# %% select_model: select-own-error
# The simplest model is sought among means within one standard error of every row's own, not of the best's.
def select_model(S, rule):
    S = np.asarray(S, float)
    means, k = S.mean(axis=1), S.shape[1]
    if rule == "min":
        return int(means.argmin())
    if rule == "1se":
        ses = S.std(axis=1, ddof=1) / np.sqrt(k)
        return int(np.argmax(means - ses <= means.min()))
    raise ValueError(rule)
