"""Right answers step by step, with tuples for layers, indices and flat loops."""

import numpy as np


def init_params(sizes, scheme, rng):
    params = []
    L = len(sizes) - 1
    for l in range(L):
        fan_in = sizes[l]
        fan_out = sizes[l + 1]
        if scheme == "he":
            std = np.sqrt(2.0 / fan_in)
            if l == L - 1:
                std = np.sqrt(1.0 / fan_in)
            W = std * rng.standard_normal((fan_in, fan_out))
        elif scheme == "xavier":
            limit = np.sqrt(6.0 / (fan_in + fan_out))
            W = (2 * rng.random((fan_in, fan_out)) - 1) * limit
        elif scheme == "torch":
            limit = 1.0 / np.sqrt(fan_in)
            W = (2 * rng.random((fan_in, fan_out)) - 1) * limit
        else:
            raise ValueError("unknown scheme")
        if l < L - 1:
            params.append((W, np.zeros(fan_out), np.ones(fan_out), np.zeros(fan_out)))
        else:
            params.append((W, np.zeros(fan_out)))
    return params


def init_state(sizes):
    state = []
    for l in range(1, len(sizes) - 1):
        state.append((np.zeros(sizes[l]), np.ones(sizes[l])))
    return state


def net_forward(params, state, X, cfg, training, rng):
    L = len(params)
    H = [X]
    Zhat, S2, A, M = [], [], [], []
    new_state = []
    for l in range(L - 1):
        W, b, gamma, beta = params[l]
        Z = np.dot(H[l], W) + b
        if training:
            N = Z.shape[0]
            mu = np.sum(Z, axis=0) / N
            s2 = np.sum((Z - mu) ** 2, axis=0) / N
            new_state.append((state[l][0] + 0.1 * (mu - state[l][0]), state[l][1] + 0.1 * (s2 * N / (N - 1) - state[l][1])))
            keep = rng.random(Z.shape) < 1 - cfg["p"]
            M.append(keep.astype(float) / (1 - cfg["p"]))
        else:
            mu, s2 = state[l]
            new_state.append((mu, s2))
            M.append(np.ones(Z.shape))
        Zhat.append((Z - mu) / (s2 + 1e-5) ** 0.5)
        S2.append(s2)
        A.append(Zhat[l] * gamma + beta)
        H.append(M[l] * cfg["f"](A[l]))
    out = np.dot(H[L - 1], params[L - 1][0]) + params[L - 1][1]
    return out, new_state, [H, Zhat, S2, A, M]


def loss_and_grads(params, state, X, Y, cfg, rng):
    out, new_state, cache = net_forward(params, state, X, cfg, True, rng)
    H, Zhat, S2, A, M = cache
    N = X.shape[0]
    L = len(params)
    loss = 0.0
    delta = np.zeros(out.shape)
    for n in range(N):
        row = out[n] - max(out[n])
        log_sum = np.log(np.sum(np.exp(row)))
        loss -= np.sum(Y[n] * (row - log_sum)) / N
        delta[n] = (np.exp(row - log_sum) - Y[n]) / N
    for l in range(L):
        loss += cfg["lam"] * np.sum(params[l][0] * params[l][0])
    grads = [None] * L
    grads[L - 1] = (np.dot(H[L - 1].T, delta) + 2 * cfg["lam"] * params[L - 1][0], np.sum(delta, axis=0))
    for l in range(L - 2, -1, -1):
        dA = np.dot(delta, params[l + 1][0].T) * M[l] * cfg["df"](A[l])
        dgamma = np.sum(dA * Zhat[l], axis=0)
        dbeta = np.sum(dA, axis=0)
        dZhat = dA * params[l][2]
        delta = dZhat - np.mean(dZhat, axis=0) - Zhat[l] * np.mean(dZhat * Zhat[l], axis=0)
        delta = delta / np.sqrt(S2[l] + 1e-5)
        grads[l] = (np.dot(H[l].T, delta) + 2 * cfg["lam"] * params[l][0], np.sum(delta, axis=0), dgamma, dbeta)
    return loss, grads, new_state


def adam_step(params, grads, opt, lr, betas=(0.9, 0.999), eps=1e-8):
    if not opt:
        opt = {"step": 0, "m": [[0.0 * w for w in layer] for layer in params], "v": [[0.0 * w for w in layer] for layer in params]}
    step = opt["step"] + 1
    new_params, new_m, new_v = [], [], []
    for l in range(len(params)):
        layer, layer_m, layer_v = [], [], []
        for k in range(len(params[l])):
            m = betas[0] * opt["m"][l][k] + (1 - betas[0]) * grads[l][k]
            v = betas[1] * opt["v"][l][k] + (1 - betas[1]) * grads[l][k] ** 2
            m_hat = m / (1 - betas[0] ** step)
            v_hat = v / (1 - betas[1] ** step)
            layer.append(params[l][k] - lr * m_hat / (np.sqrt(v_hat) + eps))
            layer_m.append(m)
            layer_v.append(v)
        new_params.append(tuple(layer))
        new_m.append(layer_m)
        new_v.append(layer_v)
    return new_params, {"step": step, "m": new_m, "v": new_v}


def fit_network(params, state, train, val, cfg, rng):
    X, Y = train
    n = len(X)
    B = cfg["batch_size"]
    opt = {}
    losses = []
    best_loss = float("inf")
    best_params, best_state = params, state
    bad = 0
    epoch = 0
    while epoch < cfg["num_epochs"] and bad < cfg["patience"]:
        lr = cfg["schedule"](cfg["lr"], epoch, cfg["num_epochs"])
        order = np.arange(n)
        rng.shuffle(order)
        start = 0
        while start < n:
            batch = order[start : start + B]
            start += B
            if len(batch) == 1:
                continue
            loss, grads, state = loss_and_grads(params, state, X[batch], Y[batch], cfg, rng)
            params, opt = adam_step(params, grads, opt, lr)
        logits = net_forward(params, state, val[0], cfg, False, rng)[0]
        total = 0.0
        for i in range(len(logits)):
            row = logits[i] - np.max(logits[i])
            total -= np.sum(val[1][i] * (row - np.log(np.sum(np.exp(row)))))
        losses.append(total / len(logits))
        if losses[-1] < best_loss:
            best_loss = losses[-1]
            best_params, best_state = params, state
            bad = 0
        else:
            bad += 1
        epoch += 1
    return best_params, best_state, losses


def ablation(run, cfgs, seeds):
    n = len(seeds)
    table = []
    for cfg in cfgs:
        row = []
        for seed in seeds:
            row.append(run(cfg, seed))
        table.append(row)
    results = []
    for row in table:
        mean = sum(row) / n
        se = t = float("nan")
        if n > 1:
            se = (sum((s - mean) ** 2 for s in row) / (n - 1)) ** 0.5 / n**0.5
            d = [a - b for a, b in zip(row, table[0])]
            d_mean = sum(d) / n
            d_se = (sum((x - d_mean) ** 2 for x in d) / (n - 1)) ** 0.5 / n**0.5
            if d_se > 0:
                t = d_mean / d_se
        results.append([mean, se, t])
    return results


class TestBox:
    def __init__(self, X, y):
        self.X = X
        self.y = y
        self.opened = 0
        self.guess = None

    def open(self, predict, guess):
        if self.opened >= 1:
            raise RuntimeError("already opened")
        if not (guess >= 0 and guess <= 1):
            raise ValueError("guess")
        self.opened += 1
        self.guess = guess
        classes = predict(self.X)
        right = 0
        for i in range(len(self.y)):
            if classes[i] == self.y[i]:
                right += 1
        return right / len(self.y)


class Ledger:
    def __init__(self):
        self.names, self.low, self.high, self.value = [], [], [], []

    def predict(self, name, low, high):
        if name in self.names:
            raise ValueError("twice")
        if low > high:
            raise ValueError("low > high")
        self.names.append(name)
        self.low.append(low)
        self.high.append(high)
        self.value.append(None)

    def measure(self, name, value):
        if name not in self.names:
            raise ValueError("predict first")
        i = self.names.index(name)
        if self.value[i] is not None:
            raise ValueError("measured")
        self.value[i] = value

    def score(self):
        n, hits, total = 0, 0, 0.0
        for low, high, v in zip(self.low, self.high, self.value):
            if v is None:
                continue
            n += 1
            total += high - low
            if v < low:
                total += 10 * (low - v)
            elif v > high:
                total += 10 * (v - high)
            else:
                hits += 1
        if n == 0:
            return float("nan"), float("nan")
        return hits / n, total / n


def confusion_matrix(y, y_hat, K):
    counts = [[0] * K for _ in range(K)]
    for true, said in zip(y, y_hat):
        counts[true][said] += 1
    return np.array(counts)


def calibration_error(P, y, bins):
    gaps = [0.0] * bins
    for p, label in zip(P, y):
        sure = max(p)
        k = 0
        while k < bins - 1 and sure > (k + 1) / bins:
            k += 1
        gaps[k] += (np.argmax(p) == label) - sure
    return sum(abs(gap) for gap in gaps) / len(y)
