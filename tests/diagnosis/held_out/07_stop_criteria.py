# %% split: standardize-own-statistics
def standardize(*parts):
    def one(A):
        s = A.std(0)
        s[s == 0] = 1
        return (A - A.mean(0)) / s
    return tuple(map(one, parts))

# %% split: silence
def standardize(train, *others):
    med = np.median(train, axis=0)
    mad = np.mean(np.abs(train - med), axis=0)
    mad = np.where(mad == 0, 1.0, mad)
    return tuple((o - med) / mad for o in (train, *others))

# %% loss_change: loss-change-window-start
def loss_change_stop(losses, tol, window):
    calm = [False]
    for a, b in zip(losses[:-1], losses[1:]):
        calm.append(abs(b - a) / max(abs(a), 1e-12) < tol)
    for i in range(1, len(calm) - window + 1):
        if all(calm[i : i + window]):
            return i
    return None

# %% loss_change: loss-change-absolute | loss-change-no-reset ?
def loss_change_stop(losses, tol, window):
    calm = 0
    for i in range(1, len(losses)):
        calm += abs(losses[i] - losses[i - 1]) < tol
        if calm == window:
            return i
    return None

# %% early_stopping: early-ties-reset
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in {"min", "max"}:
            raise ValueError(mode)
        self.p, self.d, self.s = patience, min_delta, {"min": 1, "max": -1}[mode]
        self.history, self.best_epoch, self.wait = [], None, 0

    def step(self, value):
        self.history.append(value)
        best = math.inf if self.best_epoch is None else self.s * self.history[self.best_epoch]
        if self.s * value < best - self.d:
            self.best_epoch = len(self.history) - 1
            self.wait = 0
        elif self.s * value == best:
            self.wait = 0
        else:
            self.wait += 1
        return self.wait >= self.p

# %% early_stopping: early-class-state
class EarlyStopping:
    epoch, bad = -1, 0
    best, best_epoch = [float("inf")], None

    def __init__(self, patience, min_delta=0.0, mode="min"):
        if mode not in ("min", "max"):
            raise ValueError
        self.patience, self.min_delta, self.sign = patience, min_delta, -1 if mode == "max" else 1

    def step(self, value):
        self.epoch += 1
        if value * self.sign < self.best[0] - self.min_delta:
            self.best[0] = value * self.sign
            self.bad, self.best_epoch = 0, self.epoch
            return False
        self.bad += 1
        return self.bad >= self.patience

# %% fit_with_restore: fit-reference
def fit_with_restore(w, step, val, n):
    losses, kept = [], []
    for e in range(n):
        step(w, e)
        losses.append(val(w))
        kept.append(w)
    losses = [l if l == l else math.inf for l in losses]
    i = losses.index(min(losses))
    return kept[i], losses[i]

# %% fit_with_restore: fit-last-loss
def fit_with_restore(w, step, val, n):
    best, keep = math.inf, np.copy(w)
    for e in range(n):
        step(w, e)
        loss = val(w)
        if loss < best:
            best, keep = loss, np.copy(w)
    return keep, loss

# %% kfold_indices: kfold-train-on-all
def kfold_indices(n, k, rng):
    order = rng.permutation(n)
    out = []
    for part in np.array_split(order, k):
        out.append((order.copy(), part))
    return out

# %% kfold_indices: silence
def kfold_indices(n, k, rng):
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate([parts[j - 1], parts[j - 2]]) if k > 2 else parts[1 - j], parts[j]) for j in range(k)]

# %% select_model: select-ddof-0
def select_model(S, rule):
    if rule == "min":
        return int(S.mean(1).argmin())
    if rule != "1se":
        raise ValueError(rule)
    m = S.mean(1)
    k = m.argmin()
    se = np.sqrt(((S[k] - m[k]) ** 2).mean() / S.shape[1])
    return [i for i in range(len(m)) if m[i] <= m[k] + se][0]

# %% select_model: silence
def select_model(S, rule):
    if rule not in ("min", "1se"):
        raise ValueError("rule")
    trimmed = np.sort(S, axis=1)[:, 1:-1].mean(axis=1)
    return int(np.argmin(trimmed))
