# %% minibatch_indices: minibatch-no-shuffle
def minibatch_indices(n, size, rng):
    out, here = [], 0
    while here < n:
        out.append(np.array(range(here, min(here + size, n))))
        here += size
    return out

# %% momentum: momentum-rate-inside
def sgd_momentum(w, g, state, lr, momentum=0.9):
    step = state["step"] * momentum + lr * g if state else lr * g
    return w - step, dict(step=step)

# %% momentum: momentum-ascent
def sgd_momentum(p, grad, memory, lr, momentum=0.9):
    buf = memory.get("buf", 0) * momentum + grad
    return p + buf * lr, {"buf": buf}

# %% adaptive_rates: adagrad-eps-inside + rmsprop-swapped
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    s = np.square(g) + (state["s"] if state else 0)
    return w - lr * g * (s + eps) ** -0.5, {"s": s}

def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    s = state["s"] if state else np.zeros(np.shape(w))
    s = s + alpha * (np.square(g) - s)
    return w - lr / (s**0.5 + eps) * g, {"s": s}

# %% adaptive_rates: adagrad-no-root + rmsprop-eps-inside
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    acc = state.get("acc", np.zeros(np.shape(w))) + g * g
    return w - np.divide(lr * g, acc + eps), {"acc": acc}

def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    sq = alpha * state.get("sq", np.zeros(np.shape(w))) + (1 - alpha) * g * g
    return w - np.divide(lr * g, np.sqrt(eps + sq)), {"sq": sq}

# %% adam: adam-no-power
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    m, v = state.get("mv", (0.0, 0.0))
    m, v = m + (1 - b1) * (g - m), v + (1 - b2) * (g * g - v)
    return w - lr * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps), {"mv": (m, v)}

# %% adam: adam-eps-before-correction
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = state.get("n", 0) + 1
    m = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0) + (1 - betas[1]) * g * g
    m_hat = m / (1 - betas[0] ** t)
    den = (np.sqrt(v) + eps) / np.sqrt(1 - betas[1] ** t)
    return w - lr * m_hat / den, {"n": t, "m": m, "v": v}

# %% adam: adam-no-power | adam-eps-inside ?
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g * g
    return w - lr * m / (1 - b1) / np.sqrt(v / (1 - b2) + eps), {"m": m, "v": v}

# %% adamw: adamw-coupled + sgd-wd-factor-two
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    full = np.add(g, np.multiply(weight_decay, w))
    return adam(w, full, state, lr, betas, eps)

def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    v = g + weight_decay * w + weight_decay * w + momentum * state.get("v", 0.0)
    return w - lr * v, {"v": v}

# %% adamw: sgd-wd-decoupled
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    v = momentum * state.get("buf", 0.0) + g
    return w - lr * v - lr * weight_decay * w, {"buf": v}

# %% schedules: step-decay-continuous + cosine-no-half + triangular-sawtooth
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * math.pow(gamma, t / step_size)

def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + (lr0 - eta_min) * (1 + math.cos(t / T_max * math.pi))

def triangular_lr(t, base_lr, max_lr, step_size):
    share = (t % step_size) / step_size
    return (1 - share) * base_lr + share * max_lr

# %% schedules: silence
def triangular_lr(t, base_lr, max_lr, step_size):
    cycle = t % (2 * step_size)
    x = 1 - abs(cycle / step_size - 1)
    return base_lr + (max_lr - base_lr) * x**2

# %% reduce_on_plateau: plateau-one-early
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best, count, out = np.inf, 0, []
    for value in losses:
        good = value < best - 1e-4 * best if np.isfinite(best) else value == value
        best = value if good else best
        count = 0 if good else count + 1
        if count == patience:
            lr, count = lr * factor, 0
        out.append(lr)
    return out

# %% other_forms: sgdw-coupled + exp-grows
def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    v = momentum * state.get("v", 0.0) + g + weight_decay * w
    return w - lr * v, {"v": v}

def exp_decay(lr0, t, k):
    return lr0 * math.e ** (k * t)
