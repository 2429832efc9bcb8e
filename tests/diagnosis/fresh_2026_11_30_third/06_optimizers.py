# %% minibatch_indices: minibatch-array-split-up
# array_split makes equal parts, so with a remainder several batches are smaller than batch_size
def minibatch_indices(n, batch_size, rng):
    order = rng.permutation(n)
    num_batches = int(np.ceil(n / batch_size))
    return np.array_split(order, num_batches)

# %% momentum: nesterov-old-velocity | nesterov-plain-momentum
# Nesterov looks ahead with the old v instead of the new one
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    v_old = state.get("v", 0.0)
    v = momentum * v_old + g
    w = w - lr * (g + momentum * v_old)
    return w, {"v": v}

# %% adaptive_rates: rmsprop-swapped
# in RMSProp alpha and 1 - alpha are swapped
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    S = state.get("S", np.zeros(np.shape(w))) + np.square(g)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = state.get("S", np.zeros(np.shape(w)))
    S = (1 - alpha) * S + alpha * np.square(g)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}

# %% adaptive_rates: adagrad-eps-inside + rmsprop-eps-inside
# eps stands inside of the root, in both rules
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    acc = state.get("acc", 0.0) + g * g
    step = lr / np.sqrt(acc + eps) * g
    return w - step, {"acc": acc}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    avg = alpha * state.get("avg", 0.0) + (1 - alpha) * g * g
    step = lr / np.sqrt(avg + eps) * g
    return w - step, {"avg": avg}

# %% adam: adam-t-stays-one | adam-no-power
# t is never increased, so every step is corrected as if it were the first
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    m = state.get("m", np.zeros(np.shape(w)))
    v = state.get("v", np.zeros(np.shape(w)))
    t = state.get("t", 1)
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g ** 2
    m_hat = m / (1 - b1 ** t)
    v_hat = v / (1 - b2 ** t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, {"m": m, "v": v, "t": t}

# %% adam: adam-keeps-corrected
# the corrected averages are stored, so they are corrected again in each later step
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g * g
    # bias correction
    m = m / (1 - betas[0] ** t)
    v = v / (1 - betas[1] ** t)
    return w - lr * m / (np.sqrt(v) + eps), dict(m=m, v=v, t=t)

# %% adamw: adamw-coupled
# the decay is added to the gradient, so it is Adam with coupled L2 and not AdamW
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    g = g + weight_decay * w
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    g = g + weight_decay * w
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    m_hat, v_hat = m / (1 - b1 ** t), v / (1 - b2 ** t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}

# %% adamw: adamw-decays-updated
# AdamW's decay multiplies the weights after the Adam step, so the step is shrunk, too
def _adam_update(w, g, state, lr, betas, eps):
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g ** 2
    update = (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return w - lr * update, {"m": m, "v": v, "t": t}


def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    d = g + weight_decay * w
    v = momentum * state["v"] + d if "v" in state else d
    return w - lr * v, {"v": v}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    new, state = _adam_update(w, g, state, lr, betas, eps)
    new = new * (1 - lr * weight_decay)
    return new, state

# %% schedules: cosine-stays-low
# the cosine is clamped at T_max and stays at eta_min, although the formula rises again
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * gamma ** (t // step_size)


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    t = min(t, T_max)
    return eta_min + 0.5 * (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max))


def triangular_lr(t, base_lr, max_lr, step_size):
    pos = t % (2 * step_size)
    if pos <= step_size:
        frac = pos / step_size
    else:
        frac = (2 * step_size - pos) / step_size
    return base_lr + (max_lr - base_lr) * frac

# %% schedules: step-decay-early + triangular-starts-high | triangular-swapped
# two: step decay drops one step early, and the triangle misremembers Smith's formula (no + 1) so that it starts high
def step_decay(lr0, t, step_size, gamma=0.1):
    num_drops = int(np.floor((t + 1) / step_size))
    return lr0 * gamma ** num_drops


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    cos = np.cos(np.pi * t / T_max)
    return float(eta_min + (lr0 - eta_min) * (1 + cos) / 2)


def triangular_lr(t, base_lr, max_lr, step_size):
    cycle = np.floor(t / (2 * step_size))
    x = np.abs(t / step_size - 2 * cycle)
    return float(base_lr + (max_lr - base_lr) * np.abs(1 - x))

# %% reduce_on_plateau: plateau-cuts-again-and-again
# the count of bad losses is not set back to 0 after the rate was reduced
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    history, best, wait = [], float("inf"), 0
    for current in losses:
        if current < best * (1 - 1e-4):
            best, wait = current, 0
        else:
            wait += 1
            if wait > patience:
                lr *= factor
        history.append(lr)
    return history

# %% other_forms: triangular-decay-all + ratio-over-new
# two: triangular_decay multiplies the whole rate by gamma**t and not only the height, and update_ratio divides by the norm of the new weights
def sgd_ema(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * v, {"v": v}

def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    v = momentum * state.get("v", 0.0) + g
    return w * (1 - lr * weight_decay) - lr * v, {"v": v}

def update_ratio(w, new):
    return float(np.sqrt(np.sum((new - w) ** 2)) / np.sqrt(np.sum(new ** 2)))

def exp_decay(lr0, t, k):
    return lr0 * np.exp(-k * t)

def inverse_time_decay(lr0, t, k):
    return lr0 / (1 + k * t)

def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    x = t % (2 * step_size) / step_size
    height = (max_lr - base_lr) * (1 - abs(x - 1))
    return (base_lr + height) * gamma ** t

# %% minibatch_indices: right
def minibatch_indices(n, batch_size, rng):
    deck = rng.permutation(n)
    cuts = np.arange(batch_size, n, batch_size)
    return list(np.split(deck, cuts))

# %% adam: right
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    g = np.asarray(g, dtype=float)
    moments, t = state.get("moments", (0.0, 0.0)), state.get("t", 0) + 1
    moments = tuple(b * old + (1 - b) * g ** k for old, b, k in zip(moments, betas, (1, 2)))
    first, second = (moment / (1 - b ** t) for moment, b in zip(moments, betas))
    return w - lr * first / (second ** 0.5 + eps), {"moments": moments, "t": t}

# %% schedules: right
def step_decay(lr0, t, step_size, gamma=0.1):
    rate = lr0
    for _ in range(step_size, t + 1, step_size):
        rate = rate * gamma
    return rate


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    share = np.cos(np.pi * t / (2 * T_max)) ** 2  # (1 + cos x) / 2 = cos^2(x / 2)
    return float(share * lr0 + (1 - share) * eta_min)


def triangular_lr(t, base_lr, max_lr, step_size):
    corners = [0, step_size, 2 * step_size]
    return float(np.interp(t % (2 * step_size), corners, [base_lr, max_lr, base_lr]))
