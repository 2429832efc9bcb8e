# %% minibatch_indices: minibatch-drops-last
# The last, shorter batch is dropped.
def minibatch_indices(n, batch_size, rng):
    order = rng.permutation(n)
    if batch_size >= n:
        return [order]
    full = n // batch_size
    return [order[i * batch_size:(i + 1) * batch_size] for i in range(full)]


# %% momentum: momentum-average
# The velocity is an average, (1 - momentum) stands before the gradient.
def sgd_momentum(w, g, state, lr, momentum=0.9):
    velocity = state.get("velocity", np.zeros(np.shape(w)))
    velocity = momentum * velocity + (1 - momentum) * g
    return w - lr * velocity, {"velocity": velocity}


# %% momentum: nesterov-plain-momentum
# Nesterov's step looks ahead with the old velocity, not with the new one.
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    old = state.get("v", 0.0)
    new = momentum * old + g
    w = w - lr * (g + momentum * old)
    return w, {"v": new}


# %% adaptive_rates: adagrad-no-root
# AdaGrad divides by the sum of squares without the root.
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    g = np.asarray(g, dtype=float)
    S = state.get("S", np.zeros(g.shape)) + g ** 2
    return w - lr * g / (S + eps), {"S": S}


# %% adaptive_rates: rmsprop-old-average
# RMSProp divides by the average of before this gradient, it updates after using.
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = state.get("S", np.zeros(np.shape(g)))
    w = w - lr * g / (np.sqrt(S) + eps)
    S = alpha * S + (1 - alpha) * np.square(g)
    return w, {"S": S}


# %% adam: adam-keeps-corrected
# The corrected averages are remembered instead of the raw ones.
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    m = m / (1 - b1 ** t)
    v = v / (1 - b2 ** t)
    return w - lr * m / (np.sqrt(v) + eps), {"t": t, "m": m, "v": v}


# %% adam: adam-corrects-m-only
# The second moment is not corrected for its start at 0, only the first is.
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    new = {
        "t": state.get("t", 0) + 1,
        "m": betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g,
        "v": betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g * g,
    }
    m_hat = new["m"] / (1 - betas[0] ** new["t"])
    step = lr * m_hat / (np.sqrt(new["v"]) + eps)
    return w - step, new


# %% adamw: adamw-coupled
# The decay is coupled, lambda w goes into Adam's gradient.
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    b1, b2 = betas
    g = g + weight_decay * w
    t = state.get("t", 0) + 1
    m = b1 * state.get("m", 0.0) + (1 - b1) * g
    v = b2 * state.get("v", 0.0) + (1 - b2) * g ** 2
    w = w - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps)
    return w, {"t": t, "m": m, "v": v}


# %% adamw: sgd-wd-decoupled
# The decay of SGD is outside the momentum (decoupled), it shrinks w and the velocity does not see it.
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    v = momentum * state.get("v", 0.0) + g
    w_new = w - lr * v - lr * weight_decay * w
    return w_new, {"v": v}


# %% schedules: step-decay-continuous
# Step decay decays continuously, the exponent is not rounded down.
def step_decay(lr0, t, step_size, gamma=0.1):
    return lr0 * gamma ** (t / step_size)


# %% schedules: cosine-two-pi
# The cosine runs over a full period in T_max, 2 pi instead of pi.
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    angle = 2 * math.pi * t / T_max
    return eta_min + (lr0 - eta_min) * (1 + math.cos(angle)) / 2


# %% reduce_on_plateau: plateau-one-early
# The rate falls already when bad reaches patience, not when it exceeds it.
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best, bad, rates = float("inf"), 0, []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, bad = loss, 0
        else:
            bad += 1
            if bad >= patience:
                lr, bad = lr * factor, 0
        rates.append(lr)
    return rates


# %% warmup: warmup-cosine-old-clock
# The cosine counts its time from 0 over all steps, not from the end of the warm-up.
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    if t < warmup_steps:
        return lr0 * (start_factor + (1 - start_factor) * t / warmup_steps)
    return eta_min + 0.5 * (lr0 - eta_min) * (1 + math.cos(math.pi * t / T_max))


# %% minibatch_indices: minibatch-no-shuffle
# The order is not shuffled.
def minibatch_indices(n, batch_size, rng):
    return [np.arange(i, min(i + batch_size, n)) for i in range(0, n, batch_size)]


# %% momentum: momentum-old-velocity
# The velocity of before is used for the step, it is updated afterwards.
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = state.get("v", np.zeros(np.shape(w)))
    return w - lr * v, {"v": momentum * v + g}


# %% adaptive_rates: rmsprop-eps-inside
# Eps stands inside the root.
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g ** 2
    return w - lr * g / np.sqrt(S + eps), {"S": S}


# %% adamw: adamw-without-rate
# The decay is not multiplied by the rate.
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    return adam(w * (1 - weight_decay), g, state, lr, betas, eps)


# %% warmup: warmup-from-zero
# The warm-up begins at 0, start_factor plays no part.
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    return lr0 if warmup_steps == 0 else lr0 * min(t / warmup_steps, 1)
