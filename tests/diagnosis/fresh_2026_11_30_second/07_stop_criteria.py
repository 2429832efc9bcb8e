# %% split: standardize-one-mean
# standardize takes mean and std over all entries of train, one number for all columns
def standardize(train, *others):
    mu, sigma = np.mean(train), np.std(train)
    sigma = sigma if sigma > 0 else 1.0
    return tuple((a - mu) / sigma for a in [train, *others])

# %% loss_change: loss-change-at-tol
# <= instead of <: a change equal to tol counts as small
def loss_change_stop(losses, tol, window):
    run = 0
    for k, (a, b) in enumerate(zip(losses[:-1], losses[1:]), 1):
        run = run + 1 if abs(b - a) / max(abs(a), 1e-12) <= tol else 0
        if run >= window:
            return k
    return None

# %% early_stopping: early-one-late
# the counter stops one epoch late: bad > patience
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(mode)
        self.p, self.d, self.up = patience, min_delta, mode == "max"
        self.best, self.best_epoch, self.bad, self.t = None, None, 0, 0

    def step(self, value):
        gain = None if self.best is None else (value - self.best if self.up else self.best - value)
        if value == value and (gain is None or gain > self.d):
            self.best, self.best_epoch, self.bad = value, self.t, 0
        else:
            self.bad += 1
        self.t += 1
        return self.bad > self.p

# %% fit_with_restore: fit-reference
# no copy: best_w is the same array as w, which later steps change
def fit_with_restore(w, step, val, n):
    history = []
    for epoch in range(n):
        step(w, epoch)
        history.append((val(w), w))
    finite = [pair for pair in history if pair[0] == pair[0]]
    loss, weights = min(finite, key=lambda pair: pair[0])
    return weights, loss

# %% select_model: select-no-root
# the standard error is not divided by the root of k: one standard deviation
def select_model(S, rule):
    S = np.asarray(S, float)
    mean = S.mean(1)
    b = mean.argmin()
    if rule == "min":
        return int(b)
    if rule == "1se":
        return int(np.argmax(mean <= mean[b] + S[b].std(ddof=1)))
    raise ValueError(rule)

# %% early_stopping: early-nan-ignored
# nan is skipped: neither good nor bad
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError(mode)
        self.patience, self.min_delta = patience, min_delta
        self.sign = -1.0 if mode == "max" else 1.0
        self.best, self.best_epoch, self.count, self.epoch = float("inf"), None, 0, 0

    def step(self, value):
        now, self.epoch = self.epoch, self.epoch + 1
        if value != value:
            return False
        if self.sign * value < self.best - self.min_delta:
            self.best, self.best_epoch, self.count = self.sign * value, now, 0
            return False
        self.count += 1
        return self.count >= self.patience

# %% kfold_indices: kfold-not-shuffled
# not shuffled
def kfold_indices(n, k, rng):
    folds = np.array_split(np.arange(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1:]), folds[i]) for i in range(k)]

# %% loss_change: loss-change-absolute
# absolute change, not divided by the loss before
def loss_change_stop(losses, tol, window):
    calm = 0
    for i in range(1, len(losses)):
        calm = calm + 1 if abs(losses[i] - losses[i - 1]) < tol else 0
        if calm >= window:
            return i
