# %% init_params: init-he-on-output
# The last layer gets He's variance 2/n_in as well, not 1/n_in.
def init_params(sizes, scheme, rng):
    def draw(a, b):
        if scheme == "he":
            return rng.normal(0, np.sqrt(2 / a), size=(a, b))
        if scheme == "xavier":
            bound = np.sqrt(6 / (a + b))
        elif scheme == "torch":
            bound = 1 / np.sqrt(a)
        else:
            raise ValueError(f"unknown scheme {scheme}")
        return rng.uniform(-bound, bound, size=(a, b))

    layers = []
    for l in range(len(sizes) - 1):
        layer = [draw(sizes[l], sizes[l + 1]), np.zeros(sizes[l + 1])]
        if l < len(sizes) - 2:
            layer += [np.ones(sizes[l + 1]), np.zeros(sizes[l + 1])]
        layers.append(layer)
    return layers


# %% init_params: state-variance-zero
# The state's variances start at 0 instead of 1.
def init_state(sizes):
    return [[np.zeros(units), np.zeros(units)] for units in sizes[1:-1]]


# %% net_forward: forward-eval-with-batch-statistics
# Evaluation normalizes by the batch's statistics.
def net_forward(params, state, X, cfg, training, rng):
    H, cache, new_state = X, [], []
    for (W, b, gamma, beta), (mean, var) in zip(params[:-1], state):
        Z = H @ W + b
        mu, s2 = Z.mean(axis=0), Z.var(axis=0)
        A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta
        out = cfg["f"](A)
        mask = np.ones(A.shape)
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
            new_state.append([0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            new_state.append([mean, var])
        cache.append((H, Z, A, mask))
        H = out * mask
    W, b = params[-1]
    return H @ W + b, new_state, cache


# %% loss_and_grads: loss-penalty-no-gradient
# The penalty's gradient is forgotten, only the loss has it.
def loss_and_grads(params, state, X, Y, cfg, rng):
    N, H, memory, new_state = len(X), X, [], []
    for (W, b, gamma, beta), (rm, rv) in zip(params[:-1], state):
        Z = H @ W + b
        mu, var = Z.mean(axis=0), Z.var(axis=0)
        s = np.sqrt(var + 1e-5)
        Zh = (Z - mu) / s
        A = gamma * Zh + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        memory.append((H, Zh, s, A, mask))
        new_state.append([0.9 * rm + 0.1 * mu, 0.9 * rv + 0.1 * var * N / (N - 1)])
        H = cfg["f"](A) * mask
    W, b = params[-1]
    out = H @ W + b
    out = out - out.max(axis=1, keepdims=True)
    logP = out - np.log(np.exp(out).sum(axis=1, keepdims=True))
    loss = -(Y * logP).sum() / N + cfg["lam"] * sum((layer[0] ** 2).sum() for layer in params)
    d = (np.exp(logP) * Y.sum(axis=1, keepdims=True) - Y) / N
    grads = [[H.T @ d, d.sum(axis=0)]]
    d = d @ W.T
    for (W, b, gamma, beta), (H, Zh, s, A, mask) in zip(params[-2::-1], memory[::-1]):
        dA = d * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Zh).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / s * (dA - dbeta / N - Zh * dgamma / N)
        grads.insert(0, [H.T @ dZ, dZ.sum(axis=0), dgamma, dbeta])
        d = dZ @ W.T
    return loss, grads, new_state


# %% loss_and_grads: loss-mask-ignored
# Dropout's mask is left out on the way back.
def loss_and_grads(params, state, X, Y, cfg, rng):
    def norm_back(dA, Zh, s, gamma):
        g = dA * gamma
        return (g - g.mean(axis=0) - Zh * (g * Zh).mean(axis=0)) / s

    n, H, saved, new_state = X.shape[0], X, [], []
    for l, (W, b, gamma, beta) in enumerate(params[:-1]):
        Z = H @ W + b
        s = np.sqrt(Z.var(axis=0) + 1e-5)
        Zh = (Z - Z.mean(axis=0)) / s
        A = gamma * Zh + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        saved.append((H, Zh, s, A))
        new_state.append([0.9 * state[l][0] + 0.1 * Z.mean(axis=0), 0.9 * state[l][1] + 0.1 * Z.var(axis=0, ddof=1)])
        H = cfg["f"](A) * mask
    W, b = params[-1]
    out = H @ W + b
    shifted = out - out.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    loss = -np.sum(Y * (shifted - np.log(total))) / n
    for layer in params:
        loss += cfg["lam"] * np.sum(layer[0] ** 2)
    d = (np.exp(shifted) / total - Y) / n
    grads = [None] * len(params)
    grads[-1] = [H.T @ d + 2 * cfg["lam"] * W, d.sum(axis=0)]
    d = d @ W.T
    for l in range(len(params) - 2, -1, -1):
        W, b, gamma, beta = params[l]
        H, Zh, s, A = saved[l]
        dA = d * cfg["df"](A)
        dZ = norm_back(dA, Zh, s, gamma)
        grads[l] = [H.T @ dZ + 2 * cfg["lam"] * W, dZ.sum(axis=0), (dA * Zh).sum(axis=0), dA.sum(axis=0)]
        d = dZ @ W.T
    return loss, grads, new_state


# %% adam_step: adam-step-t-per-array
# T grows by one for every array instead of once for every step.
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0)
    M = opt.get("m") or [[0.0] * len(layer) for layer in params]
    V = opt.get("v") or [[0.0] * len(layer) for layer in params]
    new, newM, newV = [], [], []
    for layer, slopes, ms, vs in zip(params, grads, M, V):
        row, rm, rv = [], [], []
        for w, g, m, v in zip(layer, slopes, ms, vs):
            t += 1
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g ** 2
            row.append(w - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps))
            rm.append(m)
            rv.append(v)
        new.append(row)
        newM.append(rm)
        newV.append(rv)
    return new, {"t": t, "m": newM, "v": newV}


# %% adam_step: adam-step-eps-inside
# Eps stands inside the root.
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0) + 1
    zeros = [[np.zeros(np.shape(a)) for a in layer] for layer in params]
    m_old, v_old = opt.get("m", zeros), opt.get("v", zeros)
    m = [[b1 * a + (1 - b1) * g for a, g in zip(x, y)] for x, y in zip(m_old, grads)]
    v = [[b2 * a + (1 - b2) * g * g for a, g in zip(x, y)] for x, y in zip(v_old, grads)]

    def move(w, a, b):
        return w - lr * (a / (1 - b1 ** t)) / np.sqrt(b / (1 - b2 ** t) + eps)

    new = [[move(w, a, b) for w, a, b in zip(x, y, z)] for x, y, z in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}


# %% fit_network: fit-last-network
# The network of the last epoch comes back, not that of the best one.
def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    opt, losses, best, bad = {}, [], np.inf, 0
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(len(X))
        for start in range(0, len(X), cfg["batch_size"]):
            batch = order[start:start + cfg["batch_size"]]
            if len(batch) == 1:
                continue
            _, grads, state = loss_and_grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        out, _, _ = net_forward(params, state, val[0], cfg, False, None)
        out = out - out.max(axis=1, keepdims=True)
        logP = out - np.log(np.exp(out).sum(axis=1, keepdims=True))
        loss = float(-(val[1] * logP).sum() / len(val[0]))
        losses.append(loss)
        if loss < best:
            best, bad = loss, 0
        else:
            bad += 1
            if bad >= cfg["patience"]:
                break
    return params, state, losses


# %% fit_network: fit-adam-restarts-each-epoch
# Adam's memory starts anew in each epoch.
def fit_network(params, state, train, val, cfg, rng):
    def validation(params, state):
        out = net_forward(params, state, val[0], cfg, False, None)[0]
        out = out - out.max(axis=1, keepdims=True)
        return float(-np.mean(np.sum(val[1] * (out - np.log(np.exp(out).sum(axis=1, keepdims=True))), axis=1)))

    X, Y = train
    size, losses, waited = cfg["batch_size"], [], 0
    best, kept = np.inf, (params, state)
    for epoch in range(cfg["num_epochs"]):
        opt = {}
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(len(X))
        batches = [order[i:i + size] for i in range(0, len(order), size)]
        for batch in batches:
            if len(batch) < 2:
                continue
            _, grads, state = loss_and_grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        losses.append(validation(params, state))
        waited += 1
        if losses[-1] < best:
            best, kept, waited = losses[-1], (params, state), 0
        if waited >= cfg["patience"]:
            break
    return kept[0], kept[1], losses


# %% ablation: ablation-unpaired
# T is that of two independent samples, not of paired differences.
def ablation(run, cfgs, seeds):
    scores = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs], dtype=float)
    n = scores.shape[1]
    rows = []
    for row in scores:
        if n < 2:
            rows.append((float(row.mean()), math.nan, math.nan))
            continue
        se = row.std(ddof=1) / math.sqrt(n)
        base = scores[0].std(ddof=1) / math.sqrt(n)
        d = row - scores[0]
        both = math.sqrt(se ** 2 + base ** 2)
        t = math.nan if both == 0 or np.all(d == d[0]) else float(d.mean() / both)
        rows.append((float(row.mean()), float(se), t))
    return rows


# %% card: confusion-transposed
# True classes are in the columns and predicted ones in the rows.
def confusion_matrix(y, y_hat, K):
    M = np.zeros((K, K), dtype=int)
    for true, guess in zip(y, y_hat):
        M[guess, true] += 1
    return M


# %% init_params: init-gamma-beta-swapped
# Gamma starts at 0 and beta at 1, the two are exchanged.
def init_params(sizes, scheme, rng):
    layers = []
    last = len(sizes) - 2
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        if scheme == "he":
            W = rng.normal(0, math.sqrt((1 if i == last else 2) / a), (a, b))
        elif scheme == "xavier":
            W = rng.uniform(-1, 1, (a, b)) * math.sqrt(6 / (a + b))
        elif scheme == "torch":
            W = rng.uniform(-1, 1, (a, b)) / math.sqrt(a)
        else:
            raise ValueError(scheme)
        layers.append([W, np.zeros(b)] + ([] if i == last else [np.zeros(b), np.ones(b)]))
    return layers


# %% adam_step: adam-step-no-correction
# Nothing corrects the averages' start at 0.
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    M = opt.get("M", [[np.zeros(np.shape(a)) for a in layer] for layer in params])
    V = opt.get("V", [[np.zeros(np.shape(a)) for a in layer] for layer in params])
    M = [[betas[0] * m + (1 - betas[0]) * g for m, g in zip(*pair)] for pair in zip(M, grads)]
    V = [[betas[1] * v + (1 - betas[1]) * g * g for v, g in zip(*pair)] for pair in zip(V, grads)]
    new = [[w - lr * m / (np.sqrt(v) + eps) for w, m, v in zip(*three)] for three in zip(params, M, V)]
    return new, {"M": M, "V": V}


# %% ablation: ablation-no-root-n
# The standard error is the std, not divided by the root of n.
def ablation(run, cfgs, seeds):
    table = [[float(run(c, s)) for s in seeds] for c in cfgs]
    n, out = len(list(seeds)), []
    for scores in table:
        mean = sum(scores) / n
        if n == 1:
            out.append((mean, math.nan, math.nan))
            continue
        d = np.array(scores) - np.array(table[0])
        sd = d.std(ddof=1)
        t = math.nan if np.all(d == d[0]) else float(d.mean() / (sd / math.sqrt(n)))
        out.append((mean, float(np.std(scores, ddof=1)), t))
    return out


# %% test_box: ledger-unmeasured-is-missed
# The mean of the ledger is over the predictions, also those that are not measured.
class Ledger:
    def __init__(self):
        self.ranges, self.values = {}, {}

    def predict(self, name, low, high):
        if name in self.ranges or low > high:
            raise ValueError(name)
        self.ranges[name] = (low, high)

    def measure(self, name, value):
        if name not in self.ranges or name in self.values:
            raise ValueError(name)
        self.values[name] = value

    def score(self):
        if not self.values:
            return math.nan, math.nan
        inside, cost = 0, 0.0
        for name, v in self.values.items():
            low, high = self.ranges[name]
            inside += low <= v <= high
            cost += high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0)
        n = len(self.ranges)
        return inside / n, cost / n


# %% card: calibration-bins-alike
# The calibration error is a mean over the bins of their gaps, not weighted by the number of examples.
def calibration_error(P, y, bins):
    P, y = np.asarray(P, float), np.asarray(y)
    conf, right = P.max(axis=1), P.argmax(axis=1) == y
    gaps = []
    for b in range(bins):
        inside = (conf > b / bins) & (conf <= (b + 1) / bins)
        if b == 0:
            inside |= conf == 0
        if inside.any():
            gaps.append(abs(right[inside].mean() - conf[inside].mean()))
    return float(np.mean(gaps))
