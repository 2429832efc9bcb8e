# %% init_params: init-he-variance-as-std
# the variance 2/n_in (1/n_in) is given to rng.normal as the standard deviation, without the root
def init_params(sizes, scheme, rng):
    if scheme not in ("he", "xavier", "torch"):
        raise ValueError(f"unknown scheme {scheme}")
    params = []
    L = len(sizes) - 1
    for i in range(L):
        n_in, n_out = sizes[i], sizes[i + 1]
        last = i == L - 1
        if scheme == "he":
            W = rng.normal(0, (1 if last else 2) / n_in, size=(n_in, n_out))
        elif scheme == "xavier":
            limit = np.sqrt(6 / (n_in + n_out))
            W = rng.uniform(-limit, limit, size=(n_in, n_out))
        else:
            limit = 1 / np.sqrt(n_in)
            W = rng.uniform(-limit, limit, size=(n_in, n_out))
        b = np.zeros(n_out)
        if last:
            params.append([W, b])
        else:
            params.append([W, b, np.ones(n_out), np.zeros(n_out)])
    return params


def init_state(sizes):
    return [[np.zeros(n), np.ones(n)] for n in sizes[1:-1]]

# %% init_params: init-he-on-output + state-with-output
# two: He draws the last layer with 2/n_in as well, and init_state makes an entry for the output layer, too
def _draw(scheme, n_in, n_out, rng):
    if scheme == "he":
        return rng.standard_normal((n_in, n_out)) * np.sqrt(2.0 / n_in)
    if scheme == "xavier":
        a = np.sqrt(6.0 / (n_in + n_out))
    elif scheme == "torch":
        a = np.sqrt(1.0 / n_in)
    else:
        raise ValueError(scheme)
    return rng.uniform(-a, a, (n_in, n_out))


def init_params(sizes, scheme, rng):
    layers = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        layers.append([_draw(scheme, n_in, n_out, rng), np.zeros(n_out), np.ones(n_out), np.zeros(n_out)])
    layers[-1] = layers[-1][:2]
    return layers


def init_state(sizes):
    return [[np.zeros(n), np.ones(n)] for n in sizes[1:]]

# %% net_forward: forward-running-variance-biased
# the running variance is updated with the batch's 1/N variance instead of that with 1/(N-1)
def net_forward(params, state, X, cfg, training, rng):
    H = X
    new_state = []
    cache = []
    for (W, b, gamma, beta), (r_mean, r_var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu = Z.mean(axis=0)
            var = Z.var(axis=0)
            new_state.append([0.9 * r_mean + 0.1 * mu, 0.9 * r_var + 0.1 * var])
        else:
            mu, var = r_mean, r_var
            new_state.append([r_mean, r_var])
        Z_hat = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Z_hat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mask = np.ones(A.shape)
        cache.append((H, Z_hat, var, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache

# %% loss_and_grads: loss-log-of-p
# the loss takes log(P + 1e-12), so a certain and wrong logit in the thousands costs 27.6 at most
def loss_and_grads(params, state, X, Y, cfg, rng):
    N, lam = len(X), cfg["lam"]
    # forward
    H, saved, new_state = X, [], []
    for (W, b, gamma, beta), (old_mean, old_var) in zip(params[:-1], state):
        Z = H @ W + b
        mu, var = Z.mean(axis=0), Z.var(axis=0)
        std = np.sqrt(var + 1e-5)
        Z_hat = (Z - mu) / std
        A = gamma * Z_hat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        new_state.append([0.9 * old_mean + 0.1 * mu, 0.9 * old_var + 0.1 * Z.var(axis=0, ddof=1)])
        saved.append((H, Z_hat, std, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    out = H @ W + b
    # loss
    e = np.exp(out - out.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(P + 1e-12)) / N
    loss += lam * sum(np.sum(layer[0] ** 2) for layer in params)
    # backward
    d = (P - Y) / N
    grads = [[H.T @ d + 2 * lam * W, d.sum(axis=0)]]
    dH = d @ W.T
    for (W, b, gamma, beta), (H, Z_hat, std, A, mask) in zip(params[-2::-1], saved[::-1]):
        dA = dH * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Z_hat).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / std * (dA - dbeta / N - Z_hat * dgamma / N)
        grads.insert(0, [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta])
        dH = dZ @ W.T
    return float(loss), grads, new_state

# %% adam_step: adam-step-t-per-array
# t grows by 1 for every array and not once for the step
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0)
    m_old = opt.get("m", [[0.0] * len(layer) for layer in params])
    v_old = opt.get("v", [[0.0] * len(layer) for layer in params])
    new_params, m_new, v_new = [], [], []
    for i, layer in enumerate(params):
        new_layer, ms, vs = [], [], []
        for j, w in enumerate(layer):
            g = grads[i][j]
            t += 1
            m = b1 * m_old[i][j] + (1 - b1) * g
            v = b2 * v_old[i][j] + (1 - b2) * g ** 2
            m_hat = m / (1 - b1 ** t)
            v_hat = v / (1 - b2 ** t)
            new_layer.append(w - lr * m_hat / (np.sqrt(v_hat) + eps))
            ms.append(m)
            vs.append(v)
        new_params.append(new_layer)
        m_new.append(ms)
        v_new.append(vs)
    return new_params, {"t": t, "m": m_new, "v": v_new}

# %% adam_step: adam-step-in-place
# the arrays of params are changed in place (-=), although the lists around them are new
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    t = opt.get("t", 0) + 1
    zeros = [[np.zeros_like(g) for g in layer] for layer in grads]
    ms, vs = opt.get("m", zeros), opt.get("v", zeros)
    ms = [[betas[0] * m + (1 - betas[0]) * g for m, g in zip(*pair)] for pair in zip(ms, grads)]
    vs = [[betas[1] * v + (1 - betas[1]) * g * g for v, g in zip(*pair)] for pair in zip(vs, grads)]
    out = []
    for layer, m_layer, v_layer in zip(params, ms, vs):
        updated = []
        for p, m, v in zip(layer, m_layer, v_layer):
            p -= lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
            updated.append(p)
        out.append(updated)
    return out, {"t": t, "m": ms, "v": vs}

# %% fit_network: fit-last-state
# the weights of the best epoch are kept, but the state (running statistics) that comes back is that of the last epoch
def _forward(params, state, X, cfg, training, rng):
    H, cache, new_state = X, [], []
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, s2 = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, s2 = mean, var
            new_state.append([mean, var])
        std = np.sqrt(s2 + 1e-5)
        Z_hat = (Z - mu) / std
        A = gamma * Z_hat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"]) if training else 1.0
        cache.append((H, Z_hat, std, A, mask))
        H = cfg["f"](A) * mask
    cache.append(H)
    return H @ params[-1][0] + params[-1][1], new_state, cache


def _log_softmax(out):
    out = out - out.max(axis=1, keepdims=True)
    return out - np.log(np.exp(out).sum(axis=1, keepdims=True))


def _grads(params, state, X, Y, cfg, rng):
    N, lam = len(X), cfg["lam"]
    out, new_state, cache = _forward(params, state, X, cfg, True, rng)
    log_p = _log_softmax(out)
    loss = -(Y * log_p).sum() / N + lam * sum((layer[0] ** 2).sum() for layer in params)
    d, W, H = (np.exp(log_p) - Y) / N, params[-1][0], cache[-1]
    grads = [[H.T @ d + 2 * lam * W, d.sum(axis=0)]]
    dH = d @ W.T
    for (W, b, gamma, beta), (H, Z_hat, std, A, mask) in zip(params[-2::-1], cache[-2::-1]):
        dA = dH * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Z_hat).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / std * (dA - dbeta / N - Z_hat * dgamma / N)
        grads.insert(0, [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta])
        dH = dZ @ W.T
    return loss, grads, new_state


def _adam(params, grads, opt, lr, b1=0.9, b2=0.999, eps=1e-8):
    t = opt.get("t", 0) + 1
    zero = [[0.0] * len(layer) for layer in params]
    m = [[b1 * a + (1 - b1) * g for a, g in zip(*pair)] for pair in zip(opt.get("m", zero), grads)]
    v = [[b2 * a + (1 - b2) * g * g for a, g in zip(*pair)] for pair in zip(opt.get("v", zero), grads)]
    new = [[w - lr * (a / (1 - b1 ** t)) / (np.sqrt(c / (1 - b2 ** t)) + eps) for w, a, c in zip(*three)]
           for three in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}


def _val_loss(params, state, val, cfg):
    out, _, _ = _forward(params, state, val[0], cfg, False, None)
    return float(-(val[1] * _log_softmax(out)).sum() / len(out))


def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    n = len(X)
    opt, losses = {}, []
    best_loss, best_params, bad = np.inf, params, 0
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(n)
        for start in range(0, n, cfg["batch_size"]):
            batch = order[start:start + cfg["batch_size"]]
            if len(batch) < 2:
                continue
            _, grads, state = _grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = _adam(params, grads, opt, lr)
        loss = _val_loss(params, state, val, cfg)
        losses.append(loss)
        if loss < best_loss:
            best_loss, best_params, bad = loss, params, 0
        else:
            bad += 1
            if bad >= cfg["patience"]:
                break
    return best_params, state, losses

# %% ablation: ablation-unpaired
# t is the unpaired one, from the two separate standard errors instead of the standard deviation of the differences
def ablation(run, cfgs, seeds):
    seeds = list(seeds)
    n = len(seeds)
    scores = [np.array([run(cfg, seed) for seed in seeds], dtype=float) for cfg in cfgs]
    base = scores[0]
    table = []
    for s in scores:
        mean = float(s.mean())
        if n < 2:
            table.append((mean, float("nan"), float("nan")))
            continue
        se = float(s.std(ddof=1) / np.sqrt(n))
        d = s - base
        if np.ptp(d) <= 1e-12 * np.abs(scores).max():
            t = float("nan")
        else:
            t = float(d.mean() / np.sqrt((s.var(ddof=1) + base.var(ddof=1)) / n))
        table.append((mean, se, t))
    return table

# %% test_box: box-counts-bad-guesses
# the box counts as opened before the guess is checked, so a bad guess uses up the only look
class TestBox:
    """Test examples that can be looked at once."""

    def __init__(self, X, y):
        self.X = X
        self.y = y
        self.opened = 0
        self.guess = None

    def open(self, predict, guess):
        if self.opened > 0:
            raise RuntimeError("the box has been opened already")
        self.opened += 1
        if not 0 <= guess <= 1:
            raise ValueError("the guess must be between 0 and 1")
        self.guess = guess
        return float(np.mean(predict(self.X) == self.y))


class Ledger:
    def __init__(self):
        self.ranges = {}
        self.values = {}

    def predict(self, name, low, high):
        if name in self.ranges:
            raise ValueError("already predicted: " + str(name))
        if low > high:
            raise ValueError("low > high")
        self.ranges[name] = (low, high)

    def measure(self, name, value):
        if name not in self.ranges:
            raise ValueError("no prediction for " + str(name))
        if name in self.values:
            raise ValueError("already measured: " + str(name))
        self.values[name] = value

    def score(self):
        if len(self.values) == 0:
            return float("nan"), float("nan")
        hits, costs = [], []
        for name, v in self.values.items():
            low, high = self.ranges[name]
            hits.append(low <= v <= high)
            costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))
        return float(np.mean(hits)), float(np.mean(costs))

# %% test_box: ledger-shared
# the ledger's dictionaries are class attributes, so all ledgers share their entries
class TestBox:
    def __init__(self, X, y):
        self._X, self._y = X, y
        self.opened = 0
        self.guess = None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("only once")
        if guess < 0 or guess > 1:
            raise ValueError("guess is not an accuracy")
        self.opened = 1
        self.guess = guess
        y_hat = np.asarray(predict(self._X))
        return float((y_hat == self._y).sum() / len(self._y))


class Ledger:
    predictions = {}
    measurements = {}

    def __init__(self):
        pass

    def predict(self, name, low, high):
        if low > high or name in self.predictions:
            raise ValueError(f"cannot predict {name}")
        self.predictions[name] = low, high

    def measure(self, name, value):
        if name not in self.predictions or name in self.measurements:
            raise ValueError(f"cannot measure {name}")
        self.measurements[name] = value

    def score(self):
        if not self.measurements:
            return (np.nan, np.nan)
        lows, highs = np.array([self.predictions[k] for k in self.measurements], dtype=float).T
        v = np.array(list(self.measurements.values()), dtype=float)
        inside = (lows <= v) & (v <= highs)
        cost = highs - lows + 10 * np.maximum(lows - v, 0) + 10 * np.maximum(v - highs, 0)
        return float(inside.mean()), float(cost.mean())

# %% card: confusion-buffered + calibration-lower-border
# two: cm[y, y_hat] += 1 counts repeated pairs only once, and a confidence on a border falls into the upper bin
def confusion_matrix(y, y_hat, K):
    cm = np.zeros((K, K), dtype=int)
    cm[y, y_hat] += 1
    return cm

def calibration_error(P, y, bins):
    conf = P.max(axis=1)
    right = P.argmax(axis=1) == y
    which = np.minimum((conf * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = which == b
        total += abs(np.sum(right[inside] - conf[inside]))
    return total / len(y)

# %% adam_step: right
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    # all arrays as one long vector, one ordinary Adam step, and back into their shapes
    flat = lambda layers: np.concatenate([np.ravel(a).astype(float) for layer in layers for a in layer])
    w, g = flat(params), flat(grads)
    t = opt.get("t", 0) + 1
    m, v = opt.get("m", np.zeros(len(g))), opt.get("v", np.zeros(len(g)))
    m = betas[0] * m + (1 - betas[0]) * g
    v = betas[1] * v + (1 - betas[1]) * g * g
    w = w - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    new, place = [], 0
    for layer in params:
        new.append([])
        for a in layer:
            new[-1].append(w[place:place + np.size(a)].reshape(np.shape(a)).copy())
            place += np.size(a)
    return new, {"t": t, "m": m, "v": v}

# %% ablation: right
def ablation(run, cfgs, seeds):
    from math import nan, sqrt
    seeds = list(seeds)

    def summary(values):
        """Mean, and its standard error by hand."""
        n = len(values)
        mean = sum(values) / n
        if n == 1:
            return mean, nan
        return mean, sqrt(sum((x - mean) ** 2 for x in values) / (n - 1) / n)

    scores = [[float(run(cfg, seed)) for seed in seeds] for cfg in cfgs]
    rows = []
    for mine in scores:
        differences = [a - b for a, b in zip(mine, scores[0])]
        size = max(abs(x) for x in mine + scores[0])
        spread = max(differences) - min(differences)
        mean_d, se_d = summary(differences)
        t = nan if len(seeds) == 1 or spread <= 1e-14 * size else mean_d / se_d
        rows.append((*summary(mine), t))
    return rows

# %% test_box: right
class TestBox:
    def __init__(self, X, y):
        def judge(predict):
            answers = np.asarray(predict(X))
            return sum(int(a == b) for a, b in zip(answers, y)) / len(y)

        self._judge = [judge]  # a stack: what has been taken out is gone
        self.opened, self.guess = 0, None

    def open(self, predict, guess):
        if not self._judge:
            raise RuntimeError("this box is open")
        if not 0.0 <= guess <= 1.0:
            raise ValueError(f"{guess} is no accuracy")
        self.opened, self.guess = self.opened + 1, guess
        return self._judge.pop()(predict)


class Ledger:
    def __init__(self):
        self.lines = {}  # name: [low, high] or [low, high, value]

    def predict(self, name, low, high):
        if not low <= high:
            raise ValueError("an empty range")
        if self.lines.setdefault(name, line := [low, high]) is not line:
            raise ValueError("predicted before")

    def measure(self, name, value):
        if len(self.lines.get(name, ())) != 2:
            raise ValueError("not predicted, or measured before")
        self.lines[name] = [*self.lines[name], value]

    def score(self):
        done = [line for line in self.lines.values() if len(line) == 3]
        if not done:
            return float("nan"), float("nan")
        share = sum(low <= v <= high for low, high, v in done) / len(done)
        # outside of the range the distance to its nearer end is a miss
        cost = sum(high - low + 10 * abs(v - min(max(v, low), high)) for low, high, v in done) / len(done)
        return float(share), float(cost)
