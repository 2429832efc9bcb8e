# %% init_params: init-he-on-output
# The last layer gets He's variance 2 / n_in as well, although no activation follows it.
def init_params(sizes, scheme, rng):
    params = []
    L = len(sizes) - 1
    if scheme not in ("he", "xavier", "torch"):
        raise ValueError("unknown scheme")
    for i in range(L):
        n_in, n_out = sizes[i], sizes[i + 1]
        if scheme == "he":
            W = rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)
        elif scheme == "xavier":
            limit = np.sqrt(6 / (n_in + n_out))
            W = rng.uniform(-limit, limit, (n_in, n_out))
        else:
            limit = 1 / np.sqrt(n_in)
            W = rng.uniform(-limit, limit, (n_in, n_out))
        b = np.zeros(n_out)
        if i < L - 1:
            params.append([W, b, np.ones(n_out), np.zeros(n_out)])
        else:
            params.append([W, b])
    return params


def init_state(sizes):
    return [[np.zeros(n), np.ones(n)] for n in sizes[1:-1]]


# %% init_params: init-xavier-std-as-bound
# Xavier's standard deviation sqrt(2 / (n_in + n_out)) is used as the limit of the uniform distribution.
def init_params(sizes, scheme, rng):
    params = []
    for k, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        last = k == len(sizes) - 2
        if scheme == "he":
            gain = 1 if last else 2
            W = rng.normal(0, np.sqrt(gain / n_in), size=(n_in, n_out))
        elif scheme == "xavier":
            a = np.sqrt(2 / (n_in + n_out))
            W = rng.uniform(-a, a, size=(n_in, n_out))
        elif scheme == "torch":
            a = 1 / np.sqrt(n_in)
            W = rng.uniform(-a, a, size=(n_in, n_out))
        else:
            raise ValueError(f"scheme {scheme!r}")
        layer = [W, np.zeros(n_out)]
        if not last:
            layer += [np.ones(n_out), np.zeros(n_out)]
        params.append(layer)
    return params


def init_state(sizes):
    state = []
    for n in sizes[1:-1]:
        state.append([np.zeros(n), np.ones(n)])
    return state


# %% net_forward: forward-running-variance-biased
# The running variance takes the batch's biased variance (1/N) instead of 1/(N-1).
def net_forward(params, state, X, cfg, training, rng):
    H = X
    cache = []
    new_state = []
    for layer, (m, v) in zip(params[:-1], state):
        W, b, gamma, beta = layer
        Z = H @ W + b
        if training:
            mu = Z.mean(axis=0)
            var = Z.var(axis=0)
            new_state.append([0.9 * m + 0.1 * mu, 0.9 * v + 0.1 * var])
        else:
            mu, var = m, v
            new_state.append([m, v])
        Z_hat = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Z_hat + beta
        H_new = cfg["f"](A)
        if training:
            mask = (rng.random(H_new.shape) >= cfg["p"]) / (1 - cfg["p"])
            H_new = H_new * mask
        else:
            mask = None
        cache.append((H, Z_hat, var, A, mask))
        H = H_new
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache


# %% net_forward: forward-state-lists
# The running statistics are updated in place, so the state that was passed in is changed.
def net_forward(params, state, X, cfg, training, rng):
    H, cache = X, []
    for i in range(len(params) - 1):
        W, b, gamma, beta = params[i]
        Z = H @ W + b
        if training:
            mu, var = np.mean(Z, axis=0), np.var(Z, axis=0)
            # running averages for evaluation
            state[i][0] = 0.9 * state[i][0] + 0.1 * mu
            state[i][1] = 0.9 * state[i][1] + 0.1 * np.var(Z, axis=0, ddof=1)
        else:
            mu, var = state[i]
        Zh = (Z - mu) / np.sqrt(var + 1e-5)
        A = gamma * Zh + beta
        out = cfg["f"](A)
        mask = np.ones(out.shape)
        if training:
            mask = (rng.random(out.shape) >= cfg["p"]) / (1 - cfg["p"])
        cache.append({"H": H, "Zh": Zh, "var": var, "A": A, "mask": mask})
        H = out * mask
    W, b = params[-1]
    cache.append({"H": H})
    return H @ W + b, state, cache


# %% loss_and_grads: loss-log-of-softmax
# The softmax subtracts the maximum, but the loss takes the log of its result, which is log(0) for large logits.
def net_forward(params, state, X, cfg, training, rng):
    H = X
    cache, new_state = [], []
    for (W, b, gamma, beta), (run_mean, run_var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, var = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * run_mean + 0.1 * mu, 0.9 * run_var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, var = run_mean, run_var
            new_state.append([run_mean, run_var])
        std = np.sqrt(var + 1e-5)
        Zhat = (Z - mu) / std
        A = gamma * Zhat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mask = np.ones(A.shape)
        cache.append((H, Zhat, std, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, cache = net_forward(params, state, X, cfg, True, rng)
    N = X.shape[0]
    lam = cfg["lam"]
    P = softmax(out)
    loss = -np.sum(Y * np.log(P)) / N
    for layer in params:
        loss += lam * np.sum(layer[0] ** 2)
    dout = (P - Y) / N
    grads = [None] * len(params)
    W = params[-1][0]
    H = cache[-1]
    grads[-1] = [H.T @ dout + 2 * lam * W, dout.sum(axis=0)]
    dH = dout @ W.T
    for i in reversed(range(len(params) - 1)):
        W, b, gamma, beta = params[i]
        H, Zhat, std, A, mask = cache[i]
        dA = dH * mask * cfg["df"](A)
        dgamma = np.sum(dA * Zhat, axis=0)
        dbeta = np.sum(dA, axis=0)
        dZ = gamma / std * (dA - dbeta / N - Zhat * dgamma / N)
        grads[i] = [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta]
        dH = dZ @ W.T
    return loss, grads, new_state


# %% loss_and_grads: loss-slope-at-z-hat
# The slope of the activation is taken at Z-hat instead of at A = gamma * Z-hat + beta, where the activation was applied.
def net_forward(params, state, X, cfg, training, rng):
    H = X
    cache, new_state = [], []
    for (W, b, gamma, beta), (run_mean, run_var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, var = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * run_mean + 0.1 * mu, 0.9 * run_var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, var = run_mean, run_var
            new_state.append([run_mean, run_var])
        std = np.sqrt(var + 1e-5)
        Zhat = (Z - mu) / std
        A = gamma * Zhat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mask = np.ones(A.shape)
        cache.append((H, Zhat, std, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache


def log_softmax(out):
    out = out - out.max(axis=1, keepdims=True)
    return out - np.log(np.exp(out).sum(axis=1, keepdims=True))


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, cache = net_forward(params, state, X, cfg, True, rng)
    N, lam = len(X), cfg["lam"]
    logP = log_softmax(out)
    loss = -np.sum(Y * logP) / N + lam * sum(np.sum(layer[0] ** 2) for layer in params)
    dout = (np.exp(logP) - Y) / N
    W = params[-1][0]
    grads = [[cache[-1].T @ dout + 2 * lam * W, dout.sum(axis=0)]]
    dH = dout @ W.T
    for (W, b, gamma, beta), (H, Zhat, std, A, mask) in zip(params[-2::-1], cache[-2::-1]):
        dA = dH * mask * cfg["df"](Zhat)
        dgamma, dbeta = (dA * Zhat).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / std * (dA - dbeta / N - Zhat * dgamma / N)
        grads.insert(0, [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta])
        dH = dZ @ W.T
    return float(loss), grads, new_state


# %% loss_and_grads: right
def loss_and_grads(params, state, X, Y, cfg, rng):
    """Forward and backward in one recursion: each layer asks the ones above it for the gradient."""
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    N, p, lam = X.shape[0], cfg["p"], cfg["lam"]

    def above(depth, H):
        # returns loss, gradient with respect to H, gradients and states of this layer and of all above
        W, b, *norm = params[depth]
        Z = H @ W + b
        penalty = lam * np.square(W).sum()
        if not norm:
            log_Z = np.logaddexp.reduce(Z, axis=1, keepdims=True)
            log_P = Z - log_Z
            dZ = (np.exp(log_P) - Y) / N
            layer, loss, later, states = [], -(Y * log_P).sum() / N, [], []
        else:
            gamma, beta = norm
            centred = Z - Z.mean(axis=0)
            variance = np.square(centred).mean(axis=0)
            scale = 1 / np.sqrt(variance + 1e-5)
            hat = centred * scale
            A = gamma * hat + beta
            mask = np.where(rng.random(A.shape) < p, 0.0, 1 / (1 - p))
            loss, dH, later, states = above(depth + 1, cfg["f"](A) * mask)
            dA = dH * mask * cfg["df"](A)
            layer = [(dA * hat).sum(axis=0), dA.sum(axis=0)]
            d_hat = dA * gamma
            dZ = scale * (d_hat - d_hat.mean(axis=0) - hat * (d_hat * hat).mean(axis=0))
            mean, var = state[depth]
            states = [[0.9 * mean + 0.1 * Z.mean(axis=0), 0.9 * var + 0.1 * Z.var(axis=0, ddof=1)]] + states
        mine = [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0)] + layer
        return loss + penalty, dZ @ W.T, [mine] + later, states

    loss, _, grads, new_state = above(0, X)
    return float(loss), grads, new_state


# %% adam_step: adam-step-t-per-array
# t grows by 1 for every array instead of once in a step, so the bias correction is wrong for all but the first array.
def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0)
    m_all = dict(opt.get("m", {}))
    v_all = dict(opt.get("v", {}))
    new_params = []
    for i, layer in enumerate(params):
        new_layer = []
        for j, w in enumerate(layer):
            g = grads[i][j]
            t += 1
            m = b1 * m_all.get((i, j), 0.0) + (1 - b1) * g
            v = b2 * v_all.get((i, j), 0.0) + (1 - b2) * g ** 2
            m_hat = m / (1 - b1 ** t)
            v_hat = v / (1 - b2 ** t)
            new_layer.append(w - lr * m_hat / (np.sqrt(v_hat) + eps))
            m_all[i, j] = m
            v_all[i, j] = v
        new_params.append(new_layer)
    return new_params, {"t": t, "m": m_all, "v": v_all}


# %% fit_network: fit-last-state
# The best epoch's weights are kept, but the running statistics are those of the last epoch.
def net_forward(params, state, X, cfg, training, rng):
    H = X
    cache, new_state = [], []
    for (W, b, gamma, beta), (run_mean, run_var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, var = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * run_mean + 0.1 * mu, 0.9 * run_var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, var = run_mean, run_var
            new_state.append([run_mean, run_var])
        std = np.sqrt(var + 1e-5)
        Zhat = (Z - mu) / std
        A = gamma * Zhat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mask = np.ones(A.shape)
        cache.append((H, Zhat, std, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache


def log_softmax(out):
    out = out - out.max(axis=1, keepdims=True)
    return out - np.log(np.exp(out).sum(axis=1, keepdims=True))


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, cache = net_forward(params, state, X, cfg, True, rng)
    N, lam = len(X), cfg["lam"]
    logP = log_softmax(out)
    loss = -np.sum(Y * logP) / N + lam * sum(np.sum(layer[0] ** 2) for layer in params)
    dout = (np.exp(logP) - Y) / N
    W = params[-1][0]
    grads = [[cache[-1].T @ dout + 2 * lam * W, dout.sum(axis=0)]]
    dH = dout @ W.T
    for (W, b, gamma, beta), (H, Zhat, std, A, mask) in zip(params[-2::-1], cache[-2::-1]):
        dA = dH * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Zhat).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / std * (dA - dbeta / N - Zhat * dgamma / N)
        grads.insert(0, [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta])
        dH = dZ @ W.T
    return float(loss), grads, new_state


def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0) + 1
    ms = opt.get("m") or [[np.zeros(np.shape(a)) for a in layer] for layer in params]
    vs = opt.get("v") or [[np.zeros(np.shape(a)) for a in layer] for layer in params]
    new, new_m, new_v = [], [], []
    for layer, glayer, mlayer, vlayer in zip(params, grads, ms, vs):
        ml = [b1 * m + (1 - b1) * g for m, g in zip(mlayer, glayer)]
        vl = [b2 * v + (1 - b2) * g ** 2 for v, g in zip(vlayer, glayer)]
        new.append([a - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
                    for a, m, v in zip(layer, ml, vl)])
        new_m.append(ml)
        new_v.append(vl)
    return new, {"t": t, "m": new_m, "v": new_v}


def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    X_val, Y_val = val
    opt, losses = {}, []
    best, bad = np.inf, 0
    best_params = params
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = rng.permutation(len(X))
        for start in range(0, len(X), cfg["batch_size"]):
            batch = order[start:start + cfg["batch_size"]]
            if len(batch) == 1:
                continue
            _, grads, state = loss_and_grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        out, _, _ = net_forward(params, state, X_val, cfg, False, None)
        loss = float(-np.sum(Y_val * log_softmax(out)) / len(X_val))
        losses.append(loss)
        if loss < best:
            best, bad = loss, 0
            best_params = [[a.copy() for a in layer] for layer in params]
        else:
            bad += 1
            if bad >= cfg["patience"]:
                break
    return best_params, state, losses


# %% fit_network: fit-adam-restarts-each-epoch
# Adam's memory is reset at the start of every epoch.
def net_forward(params, state, X, cfg, training, rng):
    H = X
    cache, new_state = [], []
    for (W, b, gamma, beta), (run_mean, run_var) in zip(params[:-1], state):
        Z = H @ W + b
        if training:
            mu, var = Z.mean(axis=0), Z.var(axis=0)
            new_state.append([0.9 * run_mean + 0.1 * mu, 0.9 * run_var + 0.1 * Z.var(axis=0, ddof=1)])
        else:
            mu, var = run_mean, run_var
            new_state.append([run_mean, run_var])
        std = np.sqrt(var + 1e-5)
        Zhat = (Z - mu) / std
        A = gamma * Zhat + beta
        if training:
            mask = (rng.random(A.shape) >= cfg["p"]) / (1 - cfg["p"])
        else:
            mask = np.ones(A.shape)
        cache.append((H, Zhat, std, A, mask))
        H = cfg["f"](A) * mask
    W, b = params[-1]
    cache.append(H)
    return H @ W + b, new_state, cache


def log_softmax(out):
    out = out - out.max(axis=1, keepdims=True)
    return out - np.log(np.exp(out).sum(axis=1, keepdims=True))


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, cache = net_forward(params, state, X, cfg, True, rng)
    N, lam = len(X), cfg["lam"]
    logP = log_softmax(out)
    loss = -np.sum(Y * logP) / N + lam * sum(np.sum(layer[0] ** 2) for layer in params)
    dout = (np.exp(logP) - Y) / N
    W = params[-1][0]
    grads = [[cache[-1].T @ dout + 2 * lam * W, dout.sum(axis=0)]]
    dH = dout @ W.T
    for (W, b, gamma, beta), (H, Zhat, std, A, mask) in zip(params[-2::-1], cache[-2::-1]):
        dA = dH * mask * cfg["df"](A)
        dgamma, dbeta = (dA * Zhat).sum(axis=0), dA.sum(axis=0)
        dZ = gamma / std * (dA - dbeta / N - Zhat * dgamma / N)
        grads.insert(0, [H.T @ dZ + 2 * lam * W, dZ.sum(axis=0), dgamma, dbeta])
        dH = dZ @ W.T
    return float(loss), grads, new_state


def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = opt.get("t", 0) + 1
    ms = opt.get("m") or [[np.zeros(np.shape(a)) for a in layer] for layer in params]
    vs = opt.get("v") or [[np.zeros(np.shape(a)) for a in layer] for layer in params]
    new, new_m, new_v = [], [], []
    for layer, glayer, mlayer, vlayer in zip(params, grads, ms, vs):
        ml = [b1 * m + (1 - b1) * g for m, g in zip(mlayer, glayer)]
        vl = [b2 * v + (1 - b2) * g ** 2 for v, g in zip(vlayer, glayer)]
        new.append([a - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
                    for a, m, v in zip(layer, ml, vl)])
        new_m.append(ml)
        new_v.append(vl)
    return new, {"t": t, "m": new_m, "v": new_v}


def validate(params, state, X, Y, cfg):
    out = net_forward(params, state, X, cfg, False, None)[0]
    return float(-(Y * log_softmax(out)).sum(axis=1).mean())


def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    n, size = len(X), cfg["batch_size"]
    losses = []
    best_loss, best_epoch, best_net = np.inf, -1, (params, state)
    for epoch in range(cfg["num_epochs"]):
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        opt = {}
        perm = rng.permutation(n)
        for i in range(0, n, size):
            idx = perm[i:i + size]
            if len(idx) < 2:
                break
            loss, grads, state = loss_and_grads(params, state, X[idx], Y[idx], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        losses.append(validate(params, state, *val, cfg))
        if losses[-1] < best_loss:
            best_loss, best_epoch, best_net = losses[-1], epoch, (params, state)
        if epoch - best_epoch >= cfg["patience"]:
            break
    return best_net[0], best_net[1], losses


# %% ablation: ablation-unpaired
# t is unpaired: the mean difference is divided by the root of the sum of both squared standard errors.
def ablation(run, cfgs, seeds):
    seeds = list(seeds)
    scores = np.array([[run(cfg, seed) for seed in seeds] for cfg in cfgs], dtype=float)
    n = len(seeds)
    base = scores[0]
    results = []
    for row in scores:
        mean = float(row.mean())
        if n < 2:
            results.append((mean, np.nan, np.nan))
            continue
        se = float(row.std(ddof=1) / np.sqrt(n))
        se_base = float(base.std(ddof=1) / np.sqrt(n))
        d = row - base
        se_diff = np.sqrt(se ** 2 + se_base ** 2)
        if np.all(d == d[0]) or se_diff == 0:
            t = np.nan
        else:
            t = float(d.mean() / se_diff)
        results.append((mean, se, t))
    return results


# %% ablation: ablation-ddof-0
# The standard deviations are numpy's default with 1/n instead of 1/(n-1).
def ablation(run, cfgs, seeds):
    seeds = list(seeds)
    n = len(seeds)
    table = []
    baseline = None
    for cfg in cfgs:
        scores = np.array([run(cfg, s) for s in seeds], dtype=float)
        if baseline is None:
            baseline = scores
        diff = scores - baseline
        if n == 1:
            se, t = float("nan"), float("nan")
        else:
            se = float(np.std(scores) / np.sqrt(n))
            if np.ptp(diff) == 0:
                t = float("nan")
            else:
                t = float(np.mean(diff) / (np.std(diff) / np.sqrt(n)))
        table.append((float(np.mean(scores)), se, t))
    return table


# %% ablation: right
def ablation(run, cfgs, seeds):
    from math import nan, sqrt
    from statistics import fmean, stdev

    seeds = tuple(seeds)
    root = sqrt(len(seeds))
    # stdev has 1/(n-1), and is exactly 0 for equal numbers; it refuses a single number
    error = lambda numbers: stdev(numbers) / root if len(numbers) > 1 else nan
    rows = [[float(run(cfg, seed)) for seed in seeds] for cfg in cfgs]

    def line(row):
        gains = [a - b for a, b in zip(row, rows[0])]
        spread = error(gains) if len(set(gains)) > 1 else nan
        return fmean(row), error(row), fmean(gains) / spread

    return list(map(line, rows))


# %% test_box: box-counts-bad-guesses + box-without-guess
# The counter goes up before the guess is checked, so an invalid guess already opens the box.
class TestBox:
    def __init__(self, X, y):
        self.X = X
        self.y = y
        self.opened = 0

    def open(self, predict, guess):
        if self.opened > 0:
            raise RuntimeError("The box was opened already")
        self.opened += 1
        if not 0 <= guess <= 1:
            raise ValueError("guess must be between 0 and 1")
        return float(np.mean(predict(self.X) == self.y))


class Ledger:
    def __init__(self):
        self.ranges = {}
        self.values = {}

    def predict(self, name, low, high):
        if name in self.ranges:
            raise ValueError(f"{name} was predicted before")
        if low > high:
            raise ValueError("low > high")
        self.ranges[name] = (low, high)

    def measure(self, name, value):
        if name not in self.ranges:
            raise ValueError(f"no prediction for {name}")
        if name in self.values:
            raise ValueError(f"{name} was measured before")
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


# %% card: confusion-buffered
# Fancy indexing with += counts each pair of classes only once, however often it occurs.
def confusion_matrix(y, y_hat, K):
    C = np.zeros((K, K), dtype=int)
    C[y, y_hat] += 1
    return C


def calibration_error(P, y, bins):
    confidence = P.max(axis=1)
    right = P.argmax(axis=1) == y
    edges = np.arange(1, bins) / bins
    which = np.searchsorted(edges, confidence, side="left")
    total = 0.0
    for b in range(bins):
        inside = which == b
        total += abs(np.sum(right[inside] - confidence[inside]))
    return total / len(y)
