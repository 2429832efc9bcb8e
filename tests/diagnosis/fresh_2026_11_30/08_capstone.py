# %% init_params: init-he-on-output
# "he" uses 2/n_in for the last layer too, though no activation follows it
def init_params(sizes, scheme, rng):
    layers = []
    for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        if scheme == "he":
            W = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
        elif scheme == "xavier":
            lim = np.sqrt(6 / (n_in + n_out))
            W = rng.uniform(-lim, lim, (n_in, n_out))
        elif scheme == "torch":
            lim = 1 / np.sqrt(n_in)
            W = rng.uniform(-lim, lim, (n_in, n_out))
        else:
            raise ValueError(f"unknown scheme {scheme}")
        layer = [W, np.zeros(n_out)]
        if i < len(sizes) - 2:
            layer += [np.ones(n_out), np.zeros(n_out)]
        layers.append(layer)
    return layers


def init_state(sizes):
    return [[np.zeros(h), np.ones(h)] for h in sizes[1:-1]]

# %% net_forward: forward-dropout-unscaled
# dropout does not rescale: the mask lacks the factor 1/(1-p)
def net_forward(params, state, X, cfg, training, rng):
    H, cache, new_state = X, [], []
    for (W, b, gamma, beta), (rm, rv) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, var = Z.mean(0), Z.var(0)
            new_state.append([0.9 * rm + 0.1 * mu, 0.9 * rv + 0.1 * Z.var(0, ddof=1)])
        else:
            mu, var = rm, rv
            new_state.append([rm, rv])
        Zhat = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Zhat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]).astype(float)
        else:
            mask = np.ones(A.shape)
        cache.append((H, Zhat, var, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache

# %% net_forward: forward-running-variance-biased
# the running variance takes in the biased variance of the batch
def _bn(Z, gamma, beta, running, training):
    mean, var = running
    new = running
    if training:
        mean, var = np.mean(Z, axis=0), np.var(Z, axis=0)
        new = [0.9 * old + 0.1 * batch for old, batch in zip(running, (mean, var))]
    xhat = (Z - mean) / np.sqrt(var + 1e-5)
    return gamma * xhat + beta, new, (xhat, var)


def net_forward(params, state, X, cfg, training, rng):
    *hidden, (W_out, b_out) = params
    caches, states = [], []
    for layer, running in zip(hidden, state):
        W, b, gamma, beta = layer
        A, new, bn_cache = _bn(X @ W + b, gamma, beta, running, training)
        states.append(list(new))
        mask = 1.0
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        caches.append((X, A, mask, bn_cache))
        X = cfg["f"](A) * mask
    return X @ W_out + b_out, states, (caches, X)

# %% net_forward: forward-dropout-before-activation
# the mask is applied before the activation, f(A * mask)
def net_forward(params, state, X, cfg, training, rng):
    h = X
    new_state = []
    store = []
    for l in range(len(params) - 1):
        W, b, gamma, beta = params[l]
        z = h @ W + b
        mean, var = (z.mean(axis=0), z.var(axis=0)) if training else state[l]
        n = len(z)
        if training:
            new_state.append([state[l][0] * 0.9 + mean * 0.1, state[l][1] * 0.9 + var * n / (n - 1) * 0.1])
        else:
            new_state.append([state[l][0], state[l][1]])
        z_hat = (z - mean) / np.sqrt(var + 1e-5)
        a = gamma * z_hat + beta
        keep = np.ones_like(a)
        if training:
            keep = (rng.uniform(size=a.shape) >= cfg["p"]) / (1.0 - cfg["p"])
        store.append(dict(h=h, z_hat=z_hat, a=a, keep=keep, var=var))
        h = cfg["f"](a * keep)
    return h @ params[-1][0] + params[-1][1], new_state, store

# %% net_forward: forward-eval-with-batch-statistics
# in evaluation too the batch's own statistics normalize
def net_forward(params, state, X, cfg, training, rng):
    H, cache = X, []
    new_state = [list(pair) for pair in state]
    for i, (W, b, gamma, beta) in enumerate(params[:-1]):
        Z = np.dot(H, W) + b
        mu = Z.mean(axis=0)
        var = Z.var(axis=0)
        if training:
            N = Z.shape[0]
            new_state[i][0] = 0.9 * state[i][0] + 0.1 * mu
            new_state[i][1] = 0.9 * state[i][1] + 0.1 * var * N / (N - 1)
        Zh = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Zh + beta
        H_in = H
        H = cfg["f"](A)
        m = np.ones(H.shape)
        if training and cfg["p"] > 0:
            m = (rng.random(H.shape) >= cfg["p"]) / (1 - cfg["p"])
        H = H * m
        cache.append([H_in, Zh, var, A, m])
    return H @ params[-1][0] + params[-1][1], new_state, cache + [H]

# %% loss_and_grads: loss-penalty-without-2
# the penalty's gradient is lam * W, the 2 is missing
def net_forward(params, state, X, cfg, training, rng):
    H, cache, new_state = X, [], []
    for (W, b, gamma, beta), (rm, rv) in zip(params[:-1], state):
        Z = H @ W + b
        mu, var = (Z.mean(0), Z.var(0)) if training else (rm, rv)
        new_state.append([0.9 * rm + 0.1 * mu, 0.9 * rv + 0.1 * Z.var(0, ddof=1)] if training else [rm, rv])
        Zhat = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Zhat + beta
        mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"]) if training else np.ones(A.shape)
        cache.append((H, Zhat, var, A, mask))
        H = cfg["f"](A) * mask
    return H @ params[-1][0] + params[-1][1], new_state, (cache, H)


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, (cache, H) = net_forward(params, state, X, cfg, True, rng)
    N = len(X)
    logits = out - out.max(axis=1, keepdims=True)
    logP = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    loss = -(Y * logP).sum() / N + cfg["lam"] * sum((layer[0] ** 2).sum() for layer in params)
    d = (np.exp(logP) - Y) / N
    W = params[-1][0]
    grads = [[H.T @ d + cfg["lam"] * W, d.sum(0)]]
    dH = d @ W.T
    for (W, b, gamma, beta), (Hin, Zhat, var, A, mask) in zip(params[-2::-1], cache[::-1]):
        dA = dH * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Zhat).sum(0), dA.sum(0)
        dZ = gamma / np.sqrt(var + 1e-5) * (dA - dbeta / N - Zhat * dgamma / N)
        grads.insert(0, [Hin.T @ dZ + cfg["lam"] * W, dZ.sum(0), dgamma, dbeta])
        dH = dZ @ W.T
    return loss, grads, new_state

# %% loss_and_grads: loss-norm-constants
# the way back treats the batch norm's mean and variance as constants
def net_forward(params, state, X, cfg, training, rng):
    H, tape, new_state = X, [], []
    for layer, (rm, rv) in zip(params[:-1], state):
        W, b, gamma, beta = layer
        Z = H @ W + b
        if not training:
            mu, var = rm, rv
            new_state.append([rm, rv])
        else:
            mu, var, N = Z.mean(0), Z.var(0), len(Z)
            new_state.append([0.9 * rm + 0.1 * mu, 0.9 * rv + 0.1 * var * N / (N - 1)])
        inv = 1 / np.sqrt(var + 1e-5)
        Zh = (Z - mu) * inv
        A = gamma * Zh + beta
        mask = np.ones_like(A)
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        tape.append((H, Zh, inv, A, mask))
        H = cfg["f"](A) * mask
    return H @ params[-1][0] + params[-1][1], new_state, (tape, H)


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, (tape, H) = net_forward(params, state, X, cfg, True, rng)
    N = X.shape[0]
    shifted = out - out.max(axis=1, keepdims=True)
    log_probs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    penalty = cfg["lam"] * sum(np.sum(layer[0] * layer[0]) for layer in params)
    loss = -np.sum(Y * log_probs) / N + penalty
    delta = (np.exp(log_probs) - Y) / N
    grads = []
    W = params[-1][0]
    grads.append([H.T @ delta + 2 * cfg["lam"] * W, delta.sum(axis=0)])
    delta = delta @ W.T
    for layer, (Hin, Zh, inv, A, mask) in zip(reversed(params[:-1]), reversed(tape)):
        W, b, gamma, beta = layer
        dA = delta * mask * cfg["df"](A)
        dZ = dA * gamma * inv
        grads.append([Hin.T @ dZ + 2 * cfg["lam"] * W, dZ.sum(axis=0), (dA * Zh).sum(axis=0), dA.sum(axis=0)])
        delta = dZ @ W.T
    return loss, grads[::-1], new_state

# %% adam_step: adam-step-t-per-array
# t grows with every array, not once a step
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0)
    m_all = opt.get("m") or [[0.0] * len(layer) for layer in params]
    v_all = opt.get("v") or [[0.0] * len(layer) for layer in params]
    new_params, new_m, new_v = [], [], []
    for P, G, M, V in zip(params, grads, m_all, v_all):
        ps, ms, vs = [], [], []
        for p, g, m, v in zip(P, G, M, V):
            t += 1
            m = b1 * m + (1 - b1) * g
            v = b2 * v + (1 - b2) * g * g
            ps.append(p - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps))
            ms.append(m)
            vs.append(v)
        new_params.append(ps)
        new_m.append(ms)
        new_v.append(vs)
    return new_params, {"t": t, "m": new_m, "v": new_v}

# %% adam_step: adam-step-no-power
# the corrections use 1 - beta without the power t
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    out, memory = [], {}
    for i, layer in enumerate(params):
        row = []
        for j, w in enumerate(layer):
            m, v = opt.get((i, j), (np.zeros_like(w), np.zeros_like(w)))
            g = grads[i][j]
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g ** 2
            memory[i, j] = m, v
            row.append(w - lr * (m / (1 - beta1)) / (np.sqrt(v / (1 - beta2)) + eps))
        out.append(row)
    return out, memory

# %% fit_network: fit-last-state
# the best weights are returned with the running statistics of the last epoch
def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    best_loss, best_params, bad, losses, opt = np.inf, params, 0, [], {}
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(len(X))
        for s in range(0, len(X), cfg["batch_size"]):
            batch = order[s:s + cfg["batch_size"]]
            if len(batch) < 2:
                continue
            _, grads, state = loss_and_grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        logits = net_forward(params, state, val[0], cfg, False, None)[0]
        logits = logits - logits.max(1, keepdims=True)
        logp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
        loss = -np.mean((val[1] * logp).sum(1))
        losses.append(float(loss))
        if loss < best_loss:
            best_loss, best_params, bad = loss, params, 0
        else:
            bad += 1
            if bad >= cfg["patience"]:
                break
    return best_params, state, losses

# %% fit_network: fit-shuffled-once
# the examples are shuffled once before training, every epoch has the same batches
def _val_loss(params, state, val, cfg):
    Xv, Yv = val
    out, _, _ = net_forward(params, state, Xv, cfg, False, None)
    m = out.max(axis=1, keepdims=True)
    log_p = out - m - np.log(np.exp(out - m).sum(axis=1, keepdims=True))
    return float(-(Yv * log_p).sum() / len(Xv))


def fit_network(params, state, train, val, cfg, rng):
    n = len(train[0])
    perm = rng.permutation(n)
    X, Y = train[0][perm], train[1][perm]
    history, opt, waited = [], {}, 0
    best = (float("inf"), params, state)
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        for i in range(0, n, cfg["batch_size"]):
            xb, yb = X[i:i + cfg["batch_size"]], Y[i:i + cfg["batch_size"]]
            if len(xb) == 1:
                break
            loss, grads, state = loss_and_grads(params, state, xb, yb, cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        history.append(_val_loss(params, state, val, cfg))
        if history[-1] < best[0]:
            best, waited = (history[-1], params, state), 0
        else:
            waited += 1
        if waited == cfg["patience"]:
            break
    return best[1], best[2], history

# %% ablation: ablation-unpaired
# t is the unpaired one: the difference of the means over the root of both squared standard errors
def ablation(run, cfgs, seeds):
    scores = np.array([[run(c, s) for s in seeds] for c in cfgs], dtype=float)
    n = scores.shape[1]
    if n < 2:
        return [(float(row.mean()), float("nan"), float("nan")) for row in scores]
    mean = scores.mean(axis=1)
    se = scores.std(axis=1, ddof=1) / np.sqrt(n)
    results = []
    for i in range(len(scores)):
        d = scores[i] - scores[0]
        denominator = np.sqrt(se[i] ** 2 + se[0] ** 2)
        if np.all(d == d[0]) or denominator == 0:
            t = float("nan")
        else:
            t = float((mean[i] - mean[0]) / denominator)
        results.append((float(mean[i]), float(se[i]), t))
    return results

# %% init_params: right
# a table of draws
def init_params(sizes, scheme, rng):
    def uniform(bound, shape):
        return bound * (2 * rng.random(shape) - 1)

    draws = {
        "he": lambda i, o, last: rng.standard_normal((i, o)) * np.sqrt((2 - last) / i),
        "xavier": lambda i, o, last: uniform(np.sqrt(6 / (i + o)), (i, o)),
        "torch": lambda i, o, last: uniform(i**-0.5, (i, o)),
    }
    if scheme not in draws:
        raise ValueError(f"{scheme!r} is not one of {sorted(draws)}")
    pairs = list(zip(sizes, sizes[1:]))
    network = [[draws[scheme](i, o, k == len(pairs) - 1), np.zeros(o), np.ones(o), np.zeros(o)]
               for k, (i, o) in enumerate(pairs)]
    del network[-1][2:]
    return network


def init_state(sizes):
    return [[0.0 * np.arange(h), np.ones(h)] for h in sizes[1:-1]]

# %% net_forward: right
# recursion from the end
def net_forward(params, state, X, cfg, training, rng):
    if len(params) == 1:
        (W, b), = params
        return np.matmul(X, W) + b, [], [X]
    W, b, gamma, beta = params[0]
    Z = np.matmul(X, W) + b
    old_mean, old_var = state[0]
    if training:
        N = Z.shape[0]
        mean = Z.sum(0) / N
        var = np.square(Z - mean).sum(0) / N
        memory = [old_mean + 0.1 * (mean - old_mean), old_var + 0.1 * (var * (N / (N - 1)) - old_var)]
        u = rng.random(Z.shape)
        mask = np.where(u < cfg["p"], 0.0, 1 / (1 - cfg["p"]))
    else:
        mean, var, memory, mask = old_mean, old_var, [old_mean, old_var], 1
    A = gamma * (Z - mean) / np.sqrt(var + 1e-5) + beta
    out, later, cache = net_forward(params[1:], state[1:], cfg["f"](A) * mask, cfg, training, rng)
    return out, [memory, *later], [(X, A, mean, var, mask), *cache]

# %% adam_step: right
# flattened list of arrays
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    flat = [a for layer in params for a in layer]
    slopes = [a for layer in grads for a in layer]
    t = opt.get("t", 0) + 1
    ms = [betas[0] * m + (1 - betas[0]) * g for m, g in zip(opt.get("ms", [0.0] * len(flat)), slopes)]
    vs = [betas[1] * v + (1 - betas[1]) * g * g for v, g in zip(opt.get("vs", [0.0] * len(flat)), slopes)]
    fix1, fix2 = 1 - betas[0] ** t, 1 - betas[1] ** t
    moved = iter([w - lr * (m / fix1) / ((v / fix2) ** 0.5 + eps) for w, m, v in zip(flat, ms, vs)])
    return [[next(moved) for _ in layer] for layer in params], {"t": t, "ms": ms, "vs": vs}

# %% ablation: right
# statistics module
def ablation(run, cfgs, seeds):
    import math
    seeds = list(seeds)
    table = [[float(run(cfg, seed)) for seed in seeds] for cfg in cfgs]
    n, nan = len(seeds), math.nan

    def mean(v):
        return math.fsum(v) / len(v)

    def spread(v):
        return math.sqrt(math.fsum((x - mean(v)) ** 2 for x in v) / (n - 1))

    rows = []
    for row in table:
        d = [a - b for a, b in zip(row, table[0])]
        if n == 1:
            rows.append((row[0], nan, nan))
        elif max(d) == min(d):
            rows.append((mean(row), spread(row) / math.sqrt(n), nan))
        else:
            rows.append((mean(row), spread(row) / math.sqrt(n), mean(d) / (spread(d) / math.sqrt(n))))
    return rows

# %% test_box: right
# a list of records
class TestBox:
    def __init__(self, X, y):
        self.examples = (X, y)
        self.opened = 0
        self.guess = None

    def open(self, predict, guess):
        if self.opened > 0:
            raise RuntimeError("only one look")
        if guess < 0 or guess > 1 or guess != guess:
            raise ValueError("guess a number from 0 to 1")
        X, y = self.examples
        self.opened += 1
        self.guess = guess
        hits = np.asarray(predict(X)) == np.asarray(y)
        return hits.sum() / hits.size


class Ledger:
    def __init__(self):
        self.book = {}

    def predict(self, name, low, high):
        if name in self.book:
            raise ValueError("predicted before")
        if low > high:
            raise ValueError("an empty range")
        self.book[name] = [low, high]

    def measure(self, name, value):
        if len(self.book.get(name, [])) != 2:
            raise ValueError("nothing predicted, or measured before")
        self.book[name].append(value)

    def score(self):
        done = [entry for entry in self.book.values() if len(entry) == 3]
        if not done:
            return np.nan, np.nan
        low, high, v = np.transpose(done).astype(float)
        cost = high - low + 10 * (np.clip(low - v, 0, None) + np.clip(v - high, 0, None))
        return float(((low <= v) & (v <= high)).mean()), float(cost.mean())
