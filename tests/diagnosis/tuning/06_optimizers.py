# %% minibatch_indices: minibatch-drops-last
def minibatch_indices(n, batch_size, rng):
    p = rng.permutation(n)
    full = n - n % batch_size
    return list(p[:full].reshape(-1, batch_size))

# %% minibatch_indices: silence
def minibatch_indices(n, size, rng):
    order = np.arange(n)
    rng.shuffle(order[: n // 2])
    return [order[i : i + size] for i in range(0, n, size)]

# %% momentum: momentum-average + nesterov-plain-momentum
def sgd_momentum(w, g, state, lr, momentum=0.9):
    old = state["vel"] if "vel" in state else np.zeros_like(w, dtype=float)
    vel = old + (1 - momentum) * (g - old)
    return w - lr * vel, {"vel": vel}

def sgd_nesterov(w, g, state, lr, momentum=0.9):
    old = state["vel"] if "vel" in state else np.zeros_like(w, dtype=float)
    vel = momentum * old + g
    return w - lr * vel, {"vel": vel}

# %% momentum: silence
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = momentum**2 * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}

# %% adaptive_rates: rmsprop-no-root
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    avg = (1 - alpha) * g * g + alpha * state.get("avg", 0)
    return w - (lr / (avg + eps)) * g, {"avg": avg}

# %% adaptive_rates: silence
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    avg = alpha * state.get("avg", 0.0) + (1 - alpha) * g**2
    return w - lr * np.sign(g) * g**2 / (avg + eps), {"avg": avg}

# %% adam: adam-no-correction
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    m = betas[0] * state.get("a", 0) + (1 - betas[0]) * g
    v = betas[1] * state.get("b", 0) + (1 - betas[1]) * g * g
    return w - lr * m / (v**0.5 + eps), {"a": m, "b": v}

# %% adam: adam-betas-swapped
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b2, b1 = betas
    t, m, v = state.get("all", (0, 0.0, 0.0))
    t, m, v = t + 1, b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), {"all": (t, m, v)}

# %% adam: silence
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g**2
    look = b1 * m + (1 - b1) * g
    return w - lr * look / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps), {"t": t, "m": m, "v": v}

# %% adamw: adamw-without-rate
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    new, state = adam(w, g, state, lr, betas, eps)
    return new - weight_decay * w, state

# %% adamw: silence
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return adam(w * np.exp(-5 * lr * weight_decay), g, state, lr, betas, eps)

# %% schedules: cosine-without-floor + step-decay-early
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return lr0 * 0.5 * (math.cos(math.pi * t / T_max) + 1)

def step_decay(lr0, t, step_size, gamma=0.1):
    rate = lr0
    for i in range(1, t + 2):
        if i % step_size == 0:
            rate *= gamma
    return rate

# %% reduce_on_plateau: plateau-ties
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    rates, best, waited = [], float("inf"), 0
    for l in losses:
        if l <= best * (1 - 1e-4) or l == best:
            best, waited = l, 0
        else:
            waited += 1
            if waited > patience:
                lr = lr * factor
                waited = 0
        rates.append(lr)
    return rates

# %% reduce_on_plateau: silence
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best, bad, rates = np.inf, 0, []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, bad = loss, max(bad - 1, 0)
        else:
            bad += 1
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return rates

# %% adaptive_rates: adagrad-fixed-eps
# adagrad eps fixed 1e-7
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    S = state.get("S", 0.0) + g * g
    return w - lr * g / (np.sqrt(S) + 1e-7), {"S": S}

# %% adaptive_rates: rmsprop-fixed-eps
# rmsprop eps fixed 1e-6
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g * g
    return w - lr * g / (np.sqrt(S) + 1e-6), {"S": S}

# %% adam: adam-without-eps
# no eps
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g * g
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - betas[0] ** t) / np.sqrt(v / (1 - betas[1] ** t)), {"t": t, "m": m, "v": v}

# %% adam: adam-not-kept
# state is not kept: t, m, v are new in each step
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t, m, v = 1, np.zeros(np.shape(w)), np.zeros(np.shape(w))
    m = betas[0] * m + (1 - betas[0]) * g
    v = betas[1] * v + (1 - betas[1]) * g * g
    return w - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {}

# %% momentum: momentum-state-in-place + nesterov-state-in-place
# the state that was passed in is changed instead of a new dictionary being returned
def sgd_momentum(w, g, state, lr, momentum=0.9):
    if "v" not in state:
        state["v"] = np.zeros(np.shape(w))
    state["v"] = momentum * state["v"] + g
    return w - lr * state["v"], state


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    if "v" not in state:
        state["v"] = np.zeros(np.shape(w))
    state["v"] = momentum * state["v"] + g
    return w - lr * (g + momentum * state["v"]), state

# %% adam: adam-fixed-betas
# the argument betas is ignored, 0.9 and 0.999 are written into the code
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    beta1 = 0.9
    beta2 = 0.999
    if state == {}:
        m, v, t = np.zeros_like(w, dtype=float), np.zeros_like(w, dtype=float), 0
    else:
        m, v, t = state["m"], state["v"], state["t"]
    t = t + 1
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g ** 2
    mhat = m / (1 - beta1 ** t)
    vhat = v / (1 - beta2 ** t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), {"m": m, "v": v, "t": t}

# %% reduce_on_plateau: plateau-nan-ignored
# the comparison is turned around, so that nan is not bad and becomes the best loss
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best = np.inf
    bad = 0
    rates = []
    for loss in losses:
        if loss >= best * (1 - 1e-4):
            bad += 1
        else:
            best = loss
            bad = 0
        if bad > patience:
            lr = lr * factor
            bad = 0
        rates.append(lr)
    return rates
