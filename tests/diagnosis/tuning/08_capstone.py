# %% init_params: init-unknown-is-he
# An unknown scheme silently gets torch's weights instead of a ValueError.
def init_params(sizes, scheme, rng):
    params = []
    last = len(sizes) - 2
    for k in range(last + 1):
        shape = (sizes[k], sizes[k + 1])
        if scheme == "he":
            W = rng.standard_normal(shape) * ((1 if k == last else 2) / shape[0]) ** 0.5
        elif scheme == "xavier":
            W = rng.uniform(-1, 1, shape) * (6 / sum(shape)) ** 0.5
        else:
            W = rng.uniform(-1, 1, shape) / shape[0] ** 0.5
        if k == last:
            params.append([W, np.zeros(shape[1])])
        else:
            params.append([W, np.zeros(shape[1]), np.ones(shape[1]), np.zeros(shape[1])])
    return params


def init_state(sizes):
    state = []
    for units in sizes[1:-1]:
        state.append([np.zeros(units), np.ones(units)])
    return state

# %% loss_and_grads: loss-penalty-on-everything
# Gamma, beta and the biases are penalized as well, in the loss and in the gradients.
def net_forward(params, state, X, cfg, training, rng):
    memory, new_state = [], []
    for (W, b, gamma, beta), (m, v) in zip(params[:-1], state):
        Z = X @ W + b
        if training:
            new_state.append([0.9 * m + 0.1 * Z.mean(0), 0.9 * v + 0.1 * Z.var(0, ddof=1)])
            m, v = Z.mean(0), Z.var(0)
        else:
            new_state.append([m, v])
        root = np.sqrt(v + 1e-5)
        Zhat = (Z - m) / root
        A = gamma * Zhat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"]) if training else 1.0
        memory.append((X, Zhat, root, A, mask))
        X = cfg["f"](A) * mask
    memory.append(X)
    return X @ params[-1][0] + params[-1][1], new_state, memory


def loss_and_grads(params, state, X, Y, cfg, rng):
    lam, n = cfg["lam"], X.shape[0]
    out, new_state, memory = net_forward(params, state, X, cfg, True, rng)
    top = out.max(1, keepdims=True)
    lse = top + np.log(np.exp(out - top).sum(1, keepdims=True))
    data_loss = np.sum(Y * (lse - out)) / n
    reg_loss = lam * sum(np.sum(p ** 2) for layer in params for p in layer)
    dout = (np.exp(out - lse) * Y.sum(1, keepdims=True) - Y) / n
    grads = [None] * len(params)
    grads[-1] = [memory[-1].T @ dout, dout.sum(0)]
    back = dout @ params[-1][0].T
    for i in range(len(params) - 2, -1, -1):
        Hin, Zhat, root, A, mask = memory[i]
        dA = back * mask * cfg["df"](A)
        dg, db = np.sum(dA * Zhat, 0), np.sum(dA, 0)
        dZ = params[i][2] / root * (dA - db / n - Zhat * dg / n)
        grads[i] = [Hin.T @ dZ, dZ.sum(0), dg, db]
        back = dZ @ params[i][0].T
    for layer, layer_grads in zip(params, grads):
        for k in range(len(layer)):
            layer_grads[k] = layer_grads[k] + 2 * lam * layer[k]
    return data_loss + reg_loss, grads, new_state

# %% test_box: box-counts-bad-guesses
# The counter is raised before the guess is looked at: a bad guess counts as an opening.
class TestBox:
    def __init__(self, X, y):
        self._X, self._y, self.opened, self.guess = X, y, 0, None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("the box was opened already")
        self.opened += 1
        if not 0 <= guess <= 1:
            raise ValueError("a guess is an accuracy between 0 and 1")
        self.guess = guess
        return float(np.mean(predict(self._X) == self._y))


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
            return float("nan"), float("nan")
        hits, costs = [], []
        for name, v in self.values.items():
            low, high = self.ranges[name]
            hits.append(low <= v <= high)
            costs.append(high - low + 10 * max(low - v, 0) + 10 * max(v - high, 0))
        return float(np.mean(hits)), float(np.mean(costs))

# %% adam_step: silence
# the memory is one m and one v for all arrays of a layer position: m and v are shared between layers (keyed by the
# place in the layer only)
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    mem = {k: v for k, v in opt.items() if k != "t"}
    t = opt.get("t", 0) + 1
    out = []
    for layer, glayer in zip(params, grads):
        row = []
        for j, (p, g) in enumerate(zip(layer, glayer)):
            m, v = mem.get(j, (0.0, 0.0))
            if np.shape(m) != np.shape(g):
                m, v = np.zeros(np.shape(g)), np.zeros(np.shape(g))
            m = betas[0] * m + (1 - betas[0]) * g
            v = betas[1] * v + (1 - betas[1]) * g * g
            mem[j] = (m, v)
            row.append(p - lr * m / (1 - betas[0] ** t) / (np.sqrt(v / (1 - betas[1] ** t)) + eps))
        out.append(row)
    return out, {**mem, "t": t}

# %% ablation: ablation-ddof-0
# the standard error uses ddof=0
def ablation(run, cfgs, seeds):
    S = np.array([[run(c, s) for s in seeds] for c in cfgs], float)
    n = S.shape[1]
    rows = []
    for scores in S:
        d = scores - S[0]
        se = scores.std() / np.sqrt(n) if n > 1 else np.nan
        sd = d.std(ddof=1) if n > 1 and np.ptp(d) > 0 else np.nan
        rows.append((scores.mean(), se, d.mean() / (sd / np.sqrt(n))))
    return rows

# %% net_forward: forward-state-lists
# new_state is a shallow copy, so the lists [mean, var] of the state that was passed in are overwritten
def net_forward(params, state, X, cfg, training, rng):
    new_state = list(state)
    cache = []
    h = X
    for l, layer in enumerate(params[:-1]):
        W, b, gamma, beta = layer
        z = h @ W + b
        if training:
            n = len(z)
            mean, var = z.mean(0), z.var(0)
            new_state[l][0] = 0.9 * state[l][0] + 0.1 * mean
            new_state[l][1] = 0.9 * state[l][1] + 0.1 * var * n / (n - 1)
        else:
            mean, var = state[l]
        z_hat = (z - mean) / np.sqrt(var + 1e-5)
        a = gamma * z_hat + beta
        out = cfg["f"](a)
        mask = 1.0
        if training:
            mask = (rng.random(out.shape) >= cfg["p"]) / (1 - cfg["p"])
        cache.append(dict(h=h, z_hat=z_hat, var=var, a=a, mask=mask))
        h = out * mask
    cache.append(dict(h=h))
    return h @ params[-1][0] + params[-1][1], new_state, cache

# %% loss_and_grads: loss-mask-ignored + loss-penalty-without-2
# two: the dropout mask is forgotten on the way back, and the penalty's gradient has no factor 2
def _log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def _bn_backward(dA, Z_hat, var, gamma):
    N = dA.shape[0]
    dgamma = np.sum(dA * Z_hat, axis=0)
    dbeta = np.sum(dA, axis=0)
    dZ = gamma / np.sqrt(var + 1e-5) * (dA - dbeta / N - Z_hat * dgamma / N)
    return dZ, dgamma, dbeta


def loss_and_grads(params, state, X, Y, cfg, rng):
    L = len(params) - 1
    N = X.shape[0]
    Hs = [X]
    Z_hats, variances, As, new_state = [], [], [], []
    for l in range(L):
        W, b, gamma, beta = params[l]
        Z = Hs[l] @ W + b
        mu, var = Z.mean(0), Z.var(0)
        Z_hat = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Z_hat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1.0 - cfg["p"])
        Hs.append(cfg["f"](A) * mask)
        Z_hats.append(Z_hat)
        variances.append(var)
        As.append(A)
        new_state.append([0.9 * state[l][0] + 0.1 * mu, 0.9 * state[l][1] + 0.1 * var * N / (N - 1)])
    W, b = params[L]
    logP = _log_softmax(Hs[L] @ W + b)
    penalty = cfg["lam"] * sum((layer[0] ** 2).sum() for layer in params)
    loss = -(Y * logP).sum() / N + penalty

    grads = [None] * (L + 1)
    delta = (np.exp(logP) - Y) / N
    grads[L] = [Hs[L].T @ delta + cfg["lam"] * W, delta.sum(0)]
    dH = delta @ W.T
    for l in range(L - 1, -1, -1):
        W, b, gamma, beta = params[l]
        dA = dH * cfg["df"](As[l])
        dZ, dgamma, dbeta = _bn_backward(dA, Z_hats[l], variances[l], gamma)
        grads[l] = [Hs[l].T @ dZ + cfg["lam"] * W, dZ.sum(0), dgamma, dbeta]
        dH = dZ @ W.T
    return loss, grads, new_state

# %% fit_network: fit-shuffled-once
# the order is drawn once before the loop, so that every epoch has the same batches
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
    X_train, Y_train = train
    N, B = X_train.shape[0], cfg["batch_size"]
    perm = rng.permutation(N)
    batches = [perm[i:i + B] for i in range(0, N, B)]
    if len(batches[-1]) == 1:
        batches = batches[:-1]  # a single example has no variance
    memory = {}
    val_losses = []
    best = (params, state)
    lowest = float("inf")
    since = 0
    for epoch in range(cfg["num_epochs"]):
        rate = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        for idx in batches:
            loss, grads, state = _grads(params, state, X_train[idx], Y_train[idx], cfg, rng)
            params, memory = _adam(params, grads, memory, rate)
        v = _val_loss(params, state, val, cfg)
        val_losses.append(v)
        since += 1
        if v < lowest:
            lowest, best, since = v, (params, state), 0
        if since >= cfg["patience"]:
            break
    return best[0], best[1], val_losses

# %% fit_network: fit-compares-with-previous
# patience compares each validation loss with the one before and not with the lowest so far
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
    history = []
    snapshots = []
    opt = {}
    stalled = 0
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        idx = rng.permutation(len(train[0]))
        pos = 0
        while pos < len(idx):
            part = idx[pos:pos + cfg["batch_size"]]
            pos += cfg["batch_size"]
            if part.size == 1:
                break
            _, g, state = _grads(params, state, train[0][part], train[1][part], cfg, rng)
            params, opt = _adam(params, g, opt, lr)
        current = _val_loss(params, state, val, cfg)
        if history and not current < history[-1]:
            stalled += 1
        else:
            stalled = 0
        history.append(current)
        snapshots.append((params, state))
        if stalled >= cfg["patience"]:
            break
    k = int(np.nanargmin(history))
    return snapshots[k][0], snapshots[k][1], history


# %% net_forward: forward-dropout-in-eval
# Dropout is active in evaluation, too.
def net_forward(params, state, X, cfg, training, rng):
    rng = np.random.default_rng(0) if rng is None else rng
    H, cache, new_state = X, [], []
    for layer, (mean, var) in zip(params[:-1], state):
        W, b, gamma, beta = layer
        Z = H @ W + b
        if training:
            mu, s2 = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * mean + 0.1 * mu, 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, s2 = mean, var
            new_state.append([mean, var])
        A = gamma * (Z - mu) / np.sqrt(s2 + 1e-5) + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        cache.append((H, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    return H @ W + b, new_state, cache


# %% test_box: box-counts-bad-guesses + box-keeps-bad-guess
# A wrong guess uses the box up, opened counts before the guess is looked at.
class TestBox:
    def __init__(self, X, y):
        self.X, self.y = X, np.asarray(y)
        self.opened, self.guess = 0, None

    def open(self, predict, guess):
        if self.opened:
            raise RuntimeError("the box has been opened already")
        self.opened += 1
        self.guess = guess
        if not 0 <= guess <= 1:
            raise ValueError("a guess is a share between 0 and 1")
        return float(np.mean(np.asarray(predict(self.X)) == self.y))
