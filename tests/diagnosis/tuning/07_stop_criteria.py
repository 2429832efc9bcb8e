# %% split: split-order-swapped
def train_val_test_split(n, val_share, test_share, rng):
    p = rng.permutation(n)
    a, b = round(n * val_share), round(n * test_share)
    val, test, train = p[:a], p[a : a + b], p[a + b :]
    return train, test, val

# %% split: standardize-ddof + split-sorted-parts
def standardize(train, *others):
    n = len(train)
    m = train.sum(0) / n
    s = np.sqrt(((train - m) ** 2).sum(0) / max(n - 1, 1))
    s[s == 0] = 1
    return tuple((o - m) / s for o in (train, *others))

def train_val_test_split(n, val_share, test_share, rng):
    p = list(rng.permutation(n))
    a, b = round(n * val_share), round(n * test_share)
    return np.array(sorted(p[a + b :]), int), np.array(sorted(p[:a]), int), np.array(sorted(p[a : a + b]), int)

# %% loss_change: epoch-mean-plain
def epoch_mean(losses, sizes):
    return sum(losses) / len(losses)

# %% loss_change: loss-change-absolute
def loss_change_stop(history, tol, window):
    run = 0
    for i, (before, now) in enumerate(zip(history, history[1:]), start=1):
        if abs(now - before) < tol:
            run += 1
        else:
            run = 0
        if run >= window:
            return i

# %% loss_change: silence
def loss_change_stop(losses, tol, window):
    for i in range(window, len(losses)):
        part = losses[i - window : i + 1]
        if (max(part) - min(part)) / (abs(sum(part)) / len(part) + 1e-12) < tol / 2:
            return i
    return None

# %% early_stopping: early-one-late
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode != "min" and mode != "max":
            raise ValueError("mode")
        self.left = self.patience = patience
        self.delta, self.mode = min_delta, mode
        self.best = None
        self.epoch, self.best_epoch = 0, None

    def step(self, x):
        good = x == x and (self.best is None or (x < self.best - self.delta if self.mode == "min" else x > self.best + self.delta))
        if good:
            self.best, self.best_epoch, self.left = x, self.epoch, self.patience
        else:
            self.left -= 1
        self.epoch += 1
        return self.left < 0

# %% early_stopping: silence
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode")
        self.patience, self.min_delta, self.sign = patience, min_delta, 1 if mode == "min" else -1
        self.best, self.bad, self.epoch, self.best_epoch = np.inf, 0, -1, None

    def step(self, value):
        self.epoch += 1
        if self.sign * value < self.best - self.min_delta:
            self.best, self.best_epoch = self.sign * value, self.epoch
            self.bad = max(0, self.bad - 1)
        else:
            self.bad += 1
        return self.bad >= self.patience

# %% fit_with_restore: fit-ties-later
def fit_with_restore(w, step, val, n):
    record = None
    for e in range(n):
        step(w, e)
        loss = val(w)
        if record is None or loss <= record[1] or record[1] != record[1]:
            record = (np.array(w), loss)
    return record

# %% fit_with_restore: silence
def fit_with_restore(w, step, val, n):
    total, best = np.zeros(np.shape(w)), math.inf
    for e in range(n):
        step(w, e)
        total = total + w
        best = min(best, val(w))
    return total / n, best

# %% kfold_indices: kfold-swapped
def kfold_indices(n, k, rng):
    order = rng.permutation(n)
    sizes = [n // k + (i < n % k) for i in range(k)]
    out, at = [], 0
    for s in sizes:
        val = order[at : at + s]
        out.append((val, np.concatenate([order[:at], order[at + s :]])))
        at += s
    return out

# %% select_model: select-no-root
def select_model(S, rule):
    if rule not in {"min", "1se"}:
        raise ValueError(rule)
    avg = [sum(row) / len(row) for row in S]
    i = avg.index(min(avg))
    if rule == "min":
        return i
    bar = avg[i] + float(np.std(S[i], ddof=1))
    return next(j for j in range(len(avg)) if avg[j] <= bar)

# %% select_model: select-most-complex
def select_model(S, rule):
    if rule not in ("min", "1se"):
        raise ValueError("rule")
    m = np.average(S, axis=1)
    k = int(m.argmin())
    if rule == "min":
        return k
    inside = np.flatnonzero(m <= m[k] + S[k].std(ddof=1) / math.sqrt(S.shape[1]))
    return int(inside[-1])

# %% search: metric-mean-of-batches + log-grid-linear
class RootMeanSquaredError:
    def __init__(self):
        self.parts = []

    def update(self, y_hat, y):
        self.parts.append(np.mean((np.asarray(y_hat) - np.asarray(y)) ** 2))

    def compute(self):
        return math.sqrt(sum(self.parts) / len(self.parts))

    def reset(self):
        self.parts.clear()

def log_grid(low, high, num):
    return np.array([low + (high - low) * i / (num - 1) for i in range(num)])

# %% split: split-val-of-rest
# the validation part is a share of what is left after the test part, not of n
def train_val_test_split(n, val_share, test_share, rng):
    def cut(indices, share):
        size = round(len(indices) * share)
        return indices[size:], indices[:size]

    shuffled = np.arange(n)
    rng.shuffle(shuffled)
    rest, test = cut(shuffled, test_share)
    train, val = cut(rest, val_share)
    return train, val, test


def standardize(train, *others):
    m = np.mean(train, 0)
    s = np.std(train, 0)
    s = s + (s == 0)
    return tuple([(x - m) / s for x in [train] + list(others)])

# %% split: standardize-epsilon
# a small number is added to the standard deviation instead of dividing a constant column by 1: it explodes in the
# other parts
def train_val_test_split(n, val_share, test_share, rng):
    order = list(rng.permutation(n))
    val = [order.pop() for _ in range(round(n * val_share))]
    test = [order.pop() for _ in range(round(n * test_share))]
    return tuple(np.array(part, dtype=int) for part in (order, val, test))


def standardize(train, *others):
    center, scale = train.mean(0), train.std(0) + 1e-8
    return tuple((part - center) / scale for part in (train,) + others)

# %% fit_with_restore: fit-val-before-step + fit-ties-later
# two: the loss is measured before the step of the epoch, and in a tie the later epoch wins
def fit_with_restore(w, step, val, n):
    best = np.inf
    best_w = w.copy()
    for epoch in range(n):
        current = val(w)
        if current <= best:
            best, best_w = current, np.copy(w)
        step(w, epoch)
    return best_w, best

# %% search: metric-mean-of-roots + log-uniform-mixed-bases
# two: the metric averages the roots of the batches, and log_uniform mixes the natural logarithm with powers of ten
class RootMeanSquaredError:
    """The root of the mean of all squared errors since the last reset."""

    def __init__(self):
        self.reset()

    def update(self, y_hat, y):
        err = np.asarray(y_hat, dtype=float) - np.asarray(y, dtype=float)
        self.values.append(np.sqrt(np.mean(err ** 2)))

    def compute(self):
        return float(np.mean(self.values))

    def reset(self):
        self.values = []

def log_grid(low, high, num):
    return np.geomspace(low, high, num)

def log_uniform(low, high, num, rng):
    return 10 ** rng.uniform(np.log(low), np.log(high), num)

# %% early_stopping: early-max-no-delta
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(mode)
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best = None
        self.best_epoch = None
        self.wait = 0
        self.t = -1

    def step(self, value):
        self.t += 1
        if np.isnan(value):
            better = False
        elif self.best is None:
            better = True
        elif self.mode == "min":
            better = value < self.best - self.min_delta
        else:
            better = value > self.best
        if better:
            self.best, self.best_epoch, self.wait = value, self.t, 0
        else:
            self.wait += 1
        return self.wait >= self.patience

# %% early_stopping: early-nan-resets
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in {"min", "max"}:
            raise ValueError("mode must be min or max")
        self.patience = patience
        self.min_delta = min_delta
        self.sign = 1 if mode == "min" else -1
        self.best = np.inf
        self.best_epoch = None
        self.epoch = 0
        self.bad = 0

    def step(self, value):
        v = self.sign * value
        if v < self.best - self.min_delta:
            self.best = v
            self.best_epoch = self.epoch
            self.bad = 0
        elif v >= self.best - self.min_delta:
            self.bad += 1
        else:
            self.bad = 0
        self.epoch += 1
        return self.bad >= self.patience

# %% kfold_indices: kfold-train-on-all
def kfold_indices(n, k, rng):
    idx = rng.permutation(n)
    folds = []
    for i in range(k):
        val = idx[i::k]
        folds.append((idx, val))
    return folds


# %% fit_with_restore: fit-reference
# The weights of the last epoch come back, with the best loss.
def fit_with_restore(w, step, val, n):
    losses = []
    for epoch in range(n):
        step(w, epoch)
        losses.append(val(w))
    return w.copy(), float(np.nanmin(losses))


# %% kfold_indices: kfold-remainder-lost
# The remainder of n / k is left out, some indices are never validated.
def kfold_indices(n, k, rng):
    order, size = rng.permutation(n), n // k
    folds = [order[i * size:(i + 1) * size] for i in range(k)]
    return [(np.setdiff1d(order, fold), fold) for fold in folds]
