# %% minibatch_indices: minibatch-drops-last
# the last, shorter batch is dropped
def minibatch_indices(n, batch_size, rng):
    order = rng.permutation(n)
    n_batches = max(1, n // batch_size)
    return [order[i * batch_size:(i + 1) * batch_size] for i in range(n_batches)]

# %% momentum: momentum-average
# sgd_momentum averages: v = momentum * v + (1 - momentum) * g
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = state.get("v", np.zeros_like(w, dtype=float))
    v = momentum * v + (1 - momentum) * g
    return w - lr * v, {"v": v}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (g + momentum * v), {"v": v}

# %% momentum: nesterov-rate-inside
# sgd_nesterov keeps the rate inside the velocity (CS231n), which differs as soon as the rate changes
def sgd_momentum(w, g, state, lr, momentum=0.9):
    velocity = momentum * state["velocity"] + g if "velocity" in state else 1.0 * g
    return w - lr * velocity, dict(velocity=velocity)


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    v_prev = state.get("v", 0.0)
    v = momentum * v_prev - lr * g
    w_new = w - momentum * v_prev + (1 + momentum) * v
    return w_new, {"v": v}

# %% momentum: nesterov-plain-momentum
# sgd_nesterov looks ahead along the old velocity: g + momentum * v_old
def sgd_momentum(w, g, state, lr, momentum=0.9):
    buf = state.get("buf")
    buf = np.array(g, float) if buf is None else momentum * buf + g
    return w - lr * buf, {"buf": buf}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    buf = state.get("buf", np.zeros(np.shape(w)))
    step = g + momentum * buf
    return w - lr * step, {"buf": momentum * buf + g}

# %% adaptive_rates: adagrad-eps-inside
# adagrad adds eps under the root
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    G = state.get("G", 0.0) + np.square(g)
    return w - lr * g / np.sqrt(G + eps), {"G": G}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    E = alpha * state.get("E", 0.0) + (1 - alpha) * np.square(g)
    return w - lr * g / (np.sqrt(E) + eps), {"E": E}

# %% adaptive_rates: rmsprop-swapped
# rmsprop swaps the weights: alpha for the new square, 1 - alpha for the memory
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    cache = state.get("cache", np.zeros_like(g, dtype=float)) + g ** 2
    new_w = w - lr / (np.sqrt(cache) + eps) * g
    return new_w, {"cache": cache}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    cache = state.get("cache", np.zeros_like(g, dtype=float))
    cache = (1 - alpha) * cache + alpha * g ** 2
    new_w = w - lr / (np.sqrt(cache) + eps) * g
    return new_w, {"cache": cache}

# %% adaptive_rates: adagrad-old-sum
# adagrad divides by the root of the sum of the earlier squares; the present one is added only after the step
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    S = state.get("S", np.zeros(np.shape(w)))
    w = w - lr * g / (np.sqrt(S) + eps)
    S = S + g * g
    return w, {"S": S}


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = state.get("S", np.zeros(np.shape(w)))
    S = S + (1 - alpha) * (g * g - S)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}

# %% adam: adam-corrects-m-only
# only the first moment is corrected, the second is used as it is
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    m_hat = m / (1 - b1 ** t)
    return w - lr * m_hat / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}

# %% adam: adam-t-starts-at-two
# t is 2 in the first step: the counter begins at 1 and is raised before it is used
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    if not state:
        state = {"m": np.zeros_like(w, dtype=float), "v": np.zeros_like(w, dtype=float), "step": 1}
    step = state["step"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * (g * g)
    mhat = m / (1 - beta1 ** step)
    vhat = v / (1 - beta2 ** step)
    new = w - lr * mhat / (np.sqrt(vhat) + eps)
    return new, {"m": m, "v": v, "step": step}

# %% adam: adam-keeps-corrected
# the corrected moments are stored, so the next step corrects what was corrected already
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = 1 + state.get("t", 0)
    m, v = state.get("m", 0.0), state.get("v", 0.0)
    m = (betas[0] * m + (1 - betas[0]) * g) / (1 - betas[0] ** t)
    v = (betas[1] * v + (1 - betas[1]) * g * g) / (1 - betas[1] ** t)
    w = w - lr * m / (v ** 0.5 + eps)
    return w, {"t": t, "m": m, "v": v}

# %% adamw: adamw-coupled
# the decay is added to the gradient (coupled), as in Adam with an L2 penalty
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    d = g + weight_decay * w
    v = momentum * state.get("v", 0.0) + d
    return w - lr * v, {"v": v}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    g = g + weight_decay * w
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g**2
    mh, vh = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
    return w - lr * mh / (np.sqrt(vh) + eps), {"t": t, "m": m, "v": v}

# %% adamw: adamw-without-rate
# the decay is not multiplied by the learning rate: w * (1 - weight_decay)
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    g = g + weight_decay * w
    v = momentum * state.get("v", np.zeros_like(w, dtype=float)) + g
    return w - lr * v, {"v": v}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    decayed = w * (1 - weight_decay)
    beta1, beta2 = betas
    step = state.get("step", 0) + 1
    exp_avg = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * g
    exp_avg_sq = beta2 * state.get("exp_avg_sq", 0.0) + (1 - beta2) * g * g
    denom = np.sqrt(exp_avg_sq / (1 - beta2 ** step)) + eps
    step_size = lr / (1 - beta1 ** step)
    return decayed - step_size * exp_avg / denom, {"step": step, "exp_avg": exp_avg, "exp_avg_sq": exp_avg_sq}

# %% schedules: step-decay-continuous
# step_decay has no floor: the rate falls smoothly, gamma ** (t / step_size)
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * gamma ** (t / step_size)


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max)) / 2


def triangular_lr(t, base_lr, max_lr, step_size):
    cycle = np.floor(1 + t / (2 * step_size))
    x = np.abs(t / step_size - 2 * cycle + 1)
    return base_lr + (max_lr - base_lr) * np.maximum(0, 1 - x)

# %% schedules: cosine-stays-low
# cosine_annealing stays at eta_min after T_max instead of rising again
def step_decay(lr0, t, step_size, gamma=0.1):
    lr = lr0
    for _ in range(t // step_size):
        lr = lr * gamma
    return lr


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    t = min(t, T_max)
    return eta_min + 0.5 * (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max))


def triangular_lr(t, base_lr, max_lr, step_size):
    phase = t % (2 * step_size)
    if phase > step_size:
        phase = 2 * step_size - phase
    return base_lr + (max_lr - base_lr) * phase / step_size

# %% reduce_on_plateau: plateau-one-early
# cuts one bad epoch too early: at patience bad losses instead of more than patience
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best = np.inf
    wait = 0
    rates = []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, wait = loss, 0
        else:
            wait += 1
            if wait >= patience:
                lr *= factor
                wait = 0
        rates.append(lr)
    return rates

# %% minibatch_indices: right
# array_split at multiples
def minibatch_indices(n, batch_size, rng):
    everything = np.arange(n)
    rng.shuffle(everything)
    return np.split(everything, range(batch_size, n, batch_size))

# %% momentum: right
# a shared helper
def _heavy(state, g, momentum):
    old = state.get("speed")
    return g * 1.0 if old is None else old * momentum + g


def sgd_momentum(w, g, state, lr, momentum=0.9):
    speed = _heavy(state, g, momentum)
    return w - speed * lr, {**state, "speed": speed}


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    speed = _heavy(state, g, momentum)
    return w - lr * g - lr * momentum * speed, {**state, "speed": speed}

# %% adam: right
# effective step size form, with both corrections and eps scaled to match
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    (m, v, t) = state.get("all", (0.0, 0.0, 0))
    (b1, b2), t = betas, t + 1
    m, v = m + (1 - b1) * (g - m), v + (1 - b2) * (np.power(g, 2.0) - v)
    c2 = np.sqrt(1 - b2**t)
    return w - lr * c2 / (1 - b1**t) * m / (np.sqrt(v) + eps * c2), {"all": (m, v, t)}

# %% schedules: right
# sawtooth from arcsin-free integer arithmetic
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 if t < step_size else gamma * step_decay(lr0, t - step_size, step_size, gamma)


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + (lr0 - eta_min) * np.cos(np.pi * t / (2 * T_max)) ** 2


def triangular_lr(t, base_lr, max_lr, step_size):
    up = abs((t + step_size) % (2 * step_size) - step_size) / step_size
    return (1 - up) * base_lr + up * max_lr

# %% reduce_on_plateau: right
# a small class inside
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    class Watch:
        best, bad, rate = float("inf"), 0, lr

        def see(self, loss):
            better = loss < self.best - 1e-4 * self.best if self.best < float("inf") else loss < self.best
            self.best, self.bad = (loss, 0) if better else (self.best, self.bad + 1)
            if self.bad == patience + 1:
                self.rate, self.bad = self.rate * factor, 0
            return self.rate

    watch = Watch()
    return [watch.see(loss) for loss in losses]
