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
