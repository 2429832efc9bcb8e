# %% init_params: init-xavier-fan-in
def init_params(sizes, scheme, rng):
    pairs = list(zip(sizes, sizes[1:]))
    layers = []
    for i, (fan_in, fan_out) in enumerate(pairs):
        is_last = i + 1 == len(pairs)
        if scheme == "he":
            w = rng.normal(0.0, np.sqrt((1 if is_last else 2) / fan_in), (fan_in, fan_out))
        elif scheme in ("xavier", "torch"):
            a = np.sqrt(6 / (2 * fan_in)) if scheme == "xavier" else fan_in**-0.5
            w = rng.uniform(-a, a, (fan_in, fan_out))
        else:
            raise ValueError(f"no scheme {scheme}")
        extra = [] if is_last else [np.ones(fan_out), np.zeros(fan_out)]
        layers.append([w, np.zeros(fan_out), *extra])
    return layers

# %% init_params: state-variance-zero
def init_state(sizes):
    hidden = sizes[1:-1]
    return [[np.zeros(h) for _ in range(2)] for h in hidden]

# %% init_params: silence
def init_state(sizes):
    return [[np.full(h, 0.5), np.full(h, 2.0)] for h in sizes[1:-1]]

# %% adam_step: adam-step-no-correction
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    moments = opt.get("moments") or [[(0 * a, 0 * a) for a in layer] for layer in params]
    out, after = [], []
    for layer, slopes, old in zip(params, grads, moments):
        fresh = [(b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g) for g, (m, v) in zip(slopes, old)]
        out.append([a - lr * m / (v**0.5 + eps) for a, (m, v) in zip(layer, fresh)])
        after.append(fresh)
    return out, {"moments": after}

# %% adam_step: adam-step-eps-inside
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    t = opt.get("t", 0) + 1
    new, memory = [], {"t": t}
    for i in range(len(params)):
        new.append([])
        for j in range(len(params[i])):
            g = grads[i][j]
            m, v = opt.get((i, j), (np.zeros_like(g), np.zeros_like(g)))
            m, v = m + (1 - betas[0]) * (g - m), v + (1 - betas[1]) * (g**2 - v)
            memory[i, j] = m, v
            direction = (m / (1 - betas[0] ** t)) / np.sqrt(v / (1 - betas[1] ** t) + eps)
            new[-1].append(params[i][j] - lr * direction)
    return new, memory

# %% adam_step: silence
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    return [[w - lr * np.sign(g) for w, g in zip(*both)] for both in zip(params, grads)], {"t": opt.get("t", 0) + 1}

# %% fit_network: fit-patience-ignored
def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    best, memory, history = (np.inf, params, state), {}, []
    for epoch in range(cfg["num_epochs"]):
        rate = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        shuffled = rng.permutation(len(X))
        for start in range(0, len(X), cfg["batch_size"]):
            rows = shuffled[start : start + cfg["batch_size"]]
            if rows.size > 1:
                _, slopes, state = loss_and_grads(params, state, X[rows], Y[rows], cfg, rng)
                params, memory = adam_step(params, slopes, memory, rate)
        logits = net_forward(params, state, val[0], cfg, False, rng)[0]
        logits = logits - logits.max(axis=1, keepdims=True)
        logp = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        history.append(-(val[1] * logp).sum(axis=1).mean())
        if history[-1] < best[0]:
            best = history[-1], params, state
    return best[1], best[2], history

# %% fit_network: fit-last-network
def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    memory, history, since, lowest = {}, [], 0, math.inf
    for epoch in range(cfg["num_epochs"]):
        rate = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        shuffled = rng.permutation(len(X))
        for rows in np.split(shuffled, range(cfg["batch_size"], len(X), cfg["batch_size"])):
            if len(rows) >= 2:
                _, slopes, state = loss_and_grads(params, state, X[rows], Y[rows], cfg, rng)
                params, memory = adam_step(params, slopes, memory, rate)
        logits = net_forward(params, state, val[0], cfg, False, rng)[0]
        top = logits.max(axis=1)
        lse = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
        value = np.mean(lse - (val[1] * logits).sum(axis=1))
        history.append(value)
        since = 0 if value < lowest else since + 1
        lowest = min(lowest, value)
        if since >= cfg["patience"]:
            break
    return params, state, history

# %% ablation: ablation-unpaired
def ablation(run, cfgs, seeds):
    table = [[run(cfg, seed) for seed in seeds] for cfg in cfgs]
    base = np.array(table[0])
    rows = []
    for scores in map(np.array, table):
        if len(seeds) == 1:
            rows.append((scores[0], np.nan, np.nan))
            continue
        se = scores.std(ddof=1) / len(seeds) ** 0.5
        both = np.hypot(se, base.std(ddof=1) / len(seeds) ** 0.5)
        rows.append((scores.mean(), se, (scores.mean() - base.mean()) / both if np.any(scores != base) else np.nan))
    return rows

# %% ablation: ablation-ddof-0
def ablation(run, cfgs, seeds):
    def se(values):
        return np.asarray(values).std() / np.sqrt(len(values)) if len(values) > 1 else np.nan
    base, rows = None, []
    for cfg in cfgs:
        scores = [run(cfg, s) for s in seeds]
        base = base or scores
        gains = [a - b for a, b in zip(scores, base)]
        spread = se(gains)
        rows.append((sum(scores) / len(scores), se(scores), np.mean(gains) / spread if spread > 0 else np.nan))
    return rows

# %% ablation: silence
def ablation(run, cfgs, seeds):
    table = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs])
    low, high = table.min(axis=1), table.max(axis=1)
    return [((a + b) / 2, (b - a) / 4, 2.0) for a, b in zip(low, high)]

# %% test_box: box-percent
class TestBox:
    def __init__(self, X, y):
        self.data, self.opened, self.guess = (np.array(X), np.array(y)), 0, None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("too late")
        if not 0.0 <= guess <= 1.0:
            raise ValueError(guess)
        self.opened, self.guess = 1, guess
        hits = predict(self.data[0]) == self.data[1]
        return 100.0 * np.mean(hits)

# %% test_box: ledger-half-width
class Ledger:
    def __init__(self):
        self.ranges, self.found = {}, {}

    def predict(self, name, low, high):
        if name in self.ranges or high < low:
            raise ValueError(name)
        self.ranges[name] = (low, high)

    def measure(self, name, value):
        if name not in self.ranges or name in self.found:
            raise ValueError(name)
        self.found[name] = value

    def score(self):
        if not self.found:
            return float("nan"), float("nan")
        inside, costs = [], []
        for name, value in self.found.items():
            low, high = self.ranges[name]
            inside.append(low <= value <= high)
            costs.append((high - low) / 2 + 10 * max(low - value, 0, value - high))
        return np.mean(inside), np.mean(costs)

# %% card: confusion-transposed
def confusion_matrix(y, y_hat, K):
    counts = np.zeros((K, K), dtype=int)
    for truth, said in zip(y, y_hat):
        counts[said][truth] += 1
    return counts

# %% card: calibration-bins-alike
def calibration_error(P, y, bins):
    confidence, correct = P.max(axis=1), P.argmax(axis=1) == y
    which = np.ceil(confidence * bins).astype(int) - 1
    gaps = [abs(correct[which == b].mean() - confidence[which == b].mean()) for b in sorted(set(which))]
    return float(np.mean(gaps))

# %% card: confusion-transposed + calibration-signed
def confusion_matrix(y, y_hat, K):
    return np.stack([[np.sum((y_hat == a) & (y == b)) for b in range(K)] for a in range(K)])

def calibration_error(P, y, bins):
    confidence, correct = P.max(axis=1), P.argmax(axis=1) == y
    which = np.ceil(confidence * bins).astype(int) - 1
    return sum((correct[which == b].mean() - confidence[which == b].mean()) * np.mean(which == b) for b in set(which))

# %% net_forward: forward-momentum-swapped
def net_forward(params, state, X, cfg, training, rng):
    h, after, cache = X, [], []
    for (W, b, scale, shift), (mean, var) in zip(params[:-1], state):
        z = h @ W + b
        n = z.shape[0]
        if training:
            mu, s2 = np.mean(z, 0), np.var(z, 0)
            mean, var = 0.1 * mean + 0.9 * mu, 0.1 * var + 0.9 * s2 * n / (n - 1)
            mask = (rng.random(z.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mu, s2, mask = mean, var, 1.0
        after.append([mean, var])
        h = cfg["f"](scale * (z - mu) / np.sqrt(s2 + 1e-5) + shift) * mask
    return h @ params[-1][0] + params[-1][1], after, cache

# %% net_forward: forward-dropout-unscaled
def net_forward(params, state, X, cfg, training, rng):
    h, after = X, []
    for i, (W, b, scale, shift) in enumerate(params[:-1]):
        z, (mean, var) = np.dot(h, W) + b, state[i]
        mu, s2 = (z.mean(axis=0), z.var(axis=0)) if training else (mean, var)
        h = cfg["f"](scale * ((z - mu) / (s2 + 1e-5) ** 0.5) + shift)
        if training:
            correction = len(z) / (len(z) - 1)
            mean, var = mean + 0.1 * (mu - mean), var + 0.1 * (correction * s2 - var)
            h = np.where(rng.random(h.shape) < cfg["p"], 0.0, h)
        after.append([mean, var])
    W, b = params[-1]
    return np.dot(h, W) + b, after, None
