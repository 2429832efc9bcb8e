# %% split: split-negative-slices
# the test part is cut with idx[-n_test:], which is everything if n_test is 0
def train_val_test_split(n, val_share, test_share, rng):
    idx = rng.permutation(n)
    n_val = round(n * val_share)
    n_test = round(n * test_share)
    n_train = n - n_val - n_test
    train = idx[:n_train]
    val = idx[n_train:n_train + n_val]
    test = idx[-n_test:]
    return train, val, test


def standardize(train, *others):
    mu = train.mean(axis=0)
    sd = train.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return tuple((a - mu) / sd for a in (train, *others))

# %% split: standardize-epsilon
# 1e-8 is added to the standard deviation instead of dividing by 1 in constant columns
def train_val_test_split(n, val_share, test_share, rng):
    order = np.arange(n)
    rng.shuffle(order)
    a = round(n * val_share)
    b = a + round(n * test_share)
    return order[b:], order[:a], order[a:b]


def standardize(train, *others):
    mean, std = np.mean(train, axis=0), np.std(train, axis=0)
    scaled = [(train - mean) / (std + 1e-8)]
    for X in others:
        scaled.append((X - mean) / (std + 1e-8))
    return tuple(scaled)

# %% split: split-rounds-down + standardize-bare-array
# two: the sizes are cut with int() instead of rounded, and a single array comes back without its tuple
def train_val_test_split(n, val_share, test_share, rng):
    perm = rng.permutation(n)
    num_val = int(n * val_share)
    num_test = int(n * test_share)
    val, test, train = np.split(perm, [num_val, num_val + num_test])
    return train, val, test


def standardize(train, *others):
    mu = train.mean(0)
    sigma = train.std(0)
    sigma[sigma == 0] = 1
    f = lambda A: (A - mu) / sigma
    if not others:
        return f(train)
    return (f(train),) + tuple(map(f, others))

# %% loss_change: epoch-mean-plain
# the batch losses are averaged without their sizes, so a small last batch counts as much as the others
def epoch_mean(losses, sizes):
    return float(np.mean(losses))


def loss_change_stop(losses, tol, window):
    count = 0
    for i in range(1, len(losses)):
        change = abs(losses[i] - losses[i - 1]) / max(abs(losses[i - 1]), 1e-12)
        if change < tol:
            count += 1
        else:
            count = 0
        if count >= window:
            return i
    return None

# %% loss_change: loss-change-index-of-change
# the index of the last small change is returned, which is one epoch too early, because change 0 is that of epoch 1
def epoch_mean(losses, sizes):
    return float(np.dot(losses, sizes) / np.sum(sizes))


def loss_change_stop(losses, tol, window):
    L = np.asarray(losses, dtype=float)
    if len(L) < 2:
        return None
    change = np.abs(np.diff(L)) / np.maximum(np.abs(L[:-1]), 1e-12)
    small = change < tol
    for end in range(window - 1, len(small)):
        if small[end - window + 1:end + 1].all():
            return end
    return None

# %% loss_change: loss-change-nan-is-calm
# the guard asks for large changes, so that a nan change counts as a small one
def epoch_mean(losses, sizes):
    total = 0.0
    count = 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        count += size
    return total / count


def loss_change_stop(losses, tol, window):
    calm = 0
    for epoch in range(1, len(losses)):
        old, new = losses[epoch - 1], losses[epoch]
        change = abs(new - old) / max(abs(old), 1e-12)
        if change >= tol:
            calm = 0
            continue
        calm += 1
        if calm == window:
            return epoch
    return None

# %% early_stopping: early-best-moves
# best is moved by every lower value, and min_delta only decides whether the count is set back
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError("mode must be 'min' or 'max'")
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
            self.bad += 1
            return self.bad >= self.patience
        v = value if self.mode == "min" else -value
        if self.best is None or v < self.best - self.min_delta:
            self.bad = 0
        else:
            self.bad += 1
        if self.best is None or v < self.best:
            self.best = v
            self.best_epoch = self.epoch
        return self.bad >= self.patience

# %% early_stopping: early-max-delta-sign
# in mode max the sign of min_delta is not mirrored: improved if v > best - min_delta
class EarlyStopping:
    """Stops when nothing improved for `patience` epochs (Keras style)."""

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode == "min":
            self.monitor_op = np.less
        elif mode == "max":
            self.monitor_op = np.greater
        else:
            raise ValueError(f"unknown mode {mode!r}")
        self.patience, self.min_delta = patience, min_delta
        self.wait = 0
        self.seen = 0
        self.best, self.best_epoch = None, None

    def step(self, value):
        first = self.best is None and not np.isnan(value)
        if first or (self.best is not None and self.monitor_op(value, self.best - self.min_delta)):
            self.best = value
            self.best_epoch = self.seen
            self.wait = 0
        else:
            self.wait += 1
        self.seen += 1
        return bool(self.wait >= self.patience)

# %% early_stopping: early-nan-first-best
# the first value is always taken as the best, even if it is nan, and then nothing is ever better
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in {"min", "max"}:
            raise ValueError("mode")
        self.patience = patience
        self.min_delta = min_delta
        self.mode = mode
        self.counter = 0
        self.epoch = 0
        self.best_value = None
        self.best_epoch = None

    def _is_better(self, value):
        if self.best_value is None:
            return True
        if self.mode == "min":
            return value < self.best_value - self.min_delta
        return value > self.best_value + self.min_delta

    def step(self, value):
        if self._is_better(value):
            self.best_value = value
            self.best_epoch = self.epoch
            self.counter = 0
        else:
            self.counter += 1
        self.epoch += 1
        return self.counter >= self.patience

# %% fit_with_restore: fit-reference
# best_w is a second name for w and not a copy, so it holds the last weights
def fit_with_restore(w, step, val, n):
    best_w, best = w, float("inf")
    for epoch in range(n):
        step(w, epoch)
        loss = val(w)
        if loss < best:
            best = loss
            best_w = w
    return best_w, best

# %% kfold_indices: kfold-remainder-last
# the whole remainder n % k goes to the last fold, so the sizes can differ by more than 1
def kfold_indices(n, k, rng):
    indices = rng.permutation(n)
    fold_size = n // k
    folds = []
    for i in range(k):
        start = i * fold_size
        stop = (i + 1) * fold_size if i < k - 1 else n
        val = indices[start:stop]
        train = np.concatenate([indices[:start], indices[stop:]])
        folds.append((train, val))
    return folds

# %% select_model: select-ddof-0
# NumPy's std without ddof=1 is used for the standard error
def select_model(S, rule):
    means = S.mean(axis=1)
    best = int(np.argmin(means))
    if rule == "min":
        return best
    if rule == "1se":
        se = S[best].std() / np.sqrt(S.shape[1])
        return int(np.argmax(means <= means[best] + se))
    raise ValueError(f"unknown rule: {rule}")

# %% select_model: select-own-error
# each model's own standard error is used in the limit instead of that of the best model
def select_model(S, rule):
    S = np.asarray(S, dtype=float)
    k = S.shape[1]
    mean = S.mean(axis=1)
    b = mean.argmin()
    if rule == "min":
        return int(b)
    elif rule == "1se":
        se = S.std(axis=1, ddof=1) / np.sqrt(k)
        for i in range(len(S)):
            if i == b or mean[i] - se[i] <= mean[b]:
                return i
    else:
        raise ValueError("rule must be 'min' or '1se'")

# %% loss_change: right
def epoch_mean(losses, sizes):
    return float(np.average(losses, weights=sizes))


def loss_change_stop(losses, tol, window):
    # a string of letters, one per epoch: s for a small change, - for everything else
    def letter(before, after):
        change = abs(float(after) - float(before)) / max(abs(float(before)), 1e-12)
        return "s" if change < tol else "-"

    story = "-" + "".join(letter(a, b) for a, b in zip(losses[:-1], losses[1:]))
    place = story.find("s" * window)
    return None if place < 0 else place + window - 1

# %% early_stopping: right
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.sign = {"min": 1.0, "max": -1.0}.get(mode)
        if self.sign is None:
            raise ValueError(f"mode is 'min' or 'max', not {mode!r}")
        self.patience, self.min_delta = patience, min_delta
        self.log = []  # for each epoch: did it improve?
        self.best = float("nan")

    @property
    def best_epoch(self):
        good = [epoch for epoch, improved in enumerate(self.log) if improved]
        return good[-1] if good else None

    def step(self, value):
        value = self.sign * float(value)
        if self.best != self.best:  # still nan: nothing yet
            improved = value == value
        else:
            improved = value < self.best - self.min_delta
        if improved:
            self.best = value
        self.log.append(improved)
        last = self.best_epoch
        bad = len(self.log) if last is None else len(self.log) - 1 - last
        return bad >= self.patience

# %% kfold_indices: right
def kfold_indices(n, k, rng):
    deck = rng.permutation(n)
    owner = np.empty(n, dtype=int)
    owner[deck] = np.arange(n) % k  # deal the cards to k players
    return [(deck[owner[deck] != fold], deck[owner[deck] == fold]) for fold in range(k)]
