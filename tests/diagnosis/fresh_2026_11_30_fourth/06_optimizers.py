# %% minibatch_indices: minibatch-drops-last
# The last, shorter batch is dropped (n // batch_size batches only).
def minibatch_indices(n, batch_size, rng):
    idx = rng.permutation(n)
    batches = []
    for i in range(n // batch_size):
        batches.append(idx[i * batch_size:(i + 1) * batch_size])
    return batches


# %% momentum: momentum-rate-inside + nesterov-rate-inside
# The learning rate is put inside the velocity, which is another path as soon as lr changes.
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + lr * g
    return w - v, {"v": v}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + lr * g
    return w - (lr * g + momentum * v), {"v": v}


# %% momentum: nesterov-plain-momentum
# Nesterov's step uses the old velocity instead of the new one in g + momentum * v.
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = state.get("v", np.zeros(np.shape(w)))
    v = momentum * v + g
    new_w = w - lr * v
    return new_w, {"v": v}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    v = state.get("v", np.zeros(np.shape(w)))
    new_v = momentum * v + g
    new_w = w - lr * (g + momentum * v)
    return new_w, {"v": new_v}


# %% adaptive_rates: adagrad-eps-inside + rmsprop-eps-inside
# eps stands inside the root in both rules.
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    S = state.get("S", 0.0) + g ** 2
    w = w - lr * g / np.sqrt(S + eps)
    return w, {"S": S}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g ** 2
    w = w - lr * g / np.sqrt(S + eps)
    return w, {"S": S}


# %% adaptive_rates: rmsprop-swapped
# RMSProp has alpha and 1 - alpha swapped: the new square gets alpha.
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    s = state.get("sum_sq", 0.0)
    s = s + g * g
    step = lr * g / (np.sqrt(s) + eps)
    return w - step, {"sum_sq": s}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    s = state.get("avg_sq", 0.0)
    s = (1 - alpha) * s + alpha * g * g
    step = lr * g / (np.sqrt(s) + eps)
    return w - step, {"avg_sq": s}


# %% adam: adam-keeps-corrected
# The bias-corrected moments are stored in the state, so they are corrected again at each step.
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    m = state.get("m", 0.0)
    v = state.get("v", 0.0)
    t = state.get("t", 0) + 1
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g ** 2
    m = m / (1 - b1 ** t)
    v = v / (1 - b2 ** t)
    w = w - lr * m / (np.sqrt(v) + eps)
    return w, {"m": m, "v": v, "t": t}


# %% adam: adam-state-in-place
# The state dictionary that was passed in is changed in place instead of a new one being returned.
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    state["t"] = state.get("t", 0) + 1
    state["m"] = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    state["v"] = beta2 * state.get("v", 0.0) + (1 - beta2) * g ** 2
    m_hat = state["m"] / (1 - beta1 ** state["t"])
    v_hat = state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


# %% adam: right
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    # the "efficient" order from the paper: both corrections are moved into the rate, and into eps
    old = state.get("moments", (np.zeros(np.shape(w)), np.zeros(np.shape(w))))
    m, v = (prev + (1 - b) * (np.power(g, k) - prev) for prev, b, k in zip(old, betas, (1, 2)))
    t = state.get("t", 0) + 1
    c1, c2 = (1 - b ** t for b in betas)
    rate = lr * np.sqrt(c2) / c1
    return w - rate * m / (np.sqrt(v) + eps * np.sqrt(c2)), dict(moments=(m, v), t=t)


# %% adamw: adamw-without-rate
# AdamW's decay forgets the learning rate: the weights are multiplied by 1 - weight_decay.
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    g = g + weight_decay * w
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    m_hat = m / (1 - b1 ** t)
    v_hat = v / (1 - b2 ** t)
    w = w * (1 - weight_decay)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, {"m": m, "v": v, "t": t}


# %% adamw: sgd-wd-decoupled
# sgd_wd adds the decay to the step after the momentum, so that it does not go through the velocity.
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    v = momentum * state.get("v", 0.0) + g
    w = w - lr * (v + weight_decay * w)
    return w, {"v": v}


def _adam(w, g, state, lr, betas, eps):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    step = (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
    return w - lr * step, {"m": m, "v": v, "t": t}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return _adam(w * (1 - lr * weight_decay), g, state, lr, betas, eps)


# %% schedules: step-decay-continuous
# step_decay divides without rounding down, so the rate falls a little at each step.
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * gamma ** (t / step_size)


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + 0.5 * (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max))


def triangular_lr(t, base_lr, max_lr, step_size):
    pos = t % (2 * step_size)
    if pos <= step_size:
        frac = pos / step_size
    else:
        frac = 2 - pos / step_size
    return base_lr + (max_lr - base_lr) * frac


# %% schedules: cosine-stays-low
# The cosine is held at eta_min after T_max instead of rising again.
def step_decay(lr0, t, step_size, gamma=0.1):
    n_drops = t // step_size
    return lr0 * gamma ** n_drops


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    if t >= T_max:
        return eta_min
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max)) / 2


def triangular_lr(t, base_lr, max_lr, step_size):
    cycle = np.floor(1 + t / (2 * step_size))
    x = np.abs(t / step_size - 2 * cycle + 1)
    return base_lr + (max_lr - base_lr) * np.maximum(0, 1 - x)


# %% schedules: right
def step_decay(lr0, t, step_size, gamma=0.1):
    drops, _ = divmod(t, step_size)
    return lr0 * gamma ** drops


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    # (1 + cos x) / 2 = cos(x / 2) ** 2, so this is a weighted mean of both ends
    share = np.cos(np.pi * t / (2 * T_max)) ** 2
    return float(share * lr0 + (1 - share) * eta_min)


def triangular_lr(t, base_lr, max_lr, step_size):
    # distance to the nearest valley (multiples of 2k)
    period = 2 * step_size
    distance = min(t % period, -t % period)
    return base_lr + (max_lr - base_lr) * distance / step_size


# %% reduce_on_plateau: plateau-one-early
# The rate is reduced as soon as the count of bad losses reaches patience (>=), one loss too early.
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best = np.inf
    bad = 0
    rates = []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best = loss
            bad = 0
        else:
            bad += 1
            if bad >= patience:
                lr = lr * factor
                bad = 0
        rates.append(lr)
    return rates


# %% other_forms: triangular-decay-all
# triangular_decay multiplies the whole rate by gamma ** t instead of only the height above base_lr.
def sgd_ema(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * v, {"v": v}


def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    w = w * (1 - lr * weight_decay)
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


def update_ratio(w, new):
    return float(np.linalg.norm(new - w) / np.linalg.norm(w))


def exp_decay(lr0, t, k):
    return lr0 * np.exp(-k * t)


def inverse_time_decay(lr0, t, k):
    return lr0 / (1 + k * t)


def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    x = (t % (2 * step_size)) / step_size
    tri = base_lr + (max_lr - base_lr) * (1 - abs(x - 1))
    return tri * gamma ** t
