# %% minibatch_indices: minibatch-array-split-up
# every batch has the same size: n is split into equal parts (array_split)
def minibatch_indices(n, batch_size, rng):
    chunks = int(np.ceil(n / batch_size))
    return np.array_split(rng.permutation(n), chunks)

# %% momentum: momentum-old-velocity
# sgd_momentum updates the weights with the old velocity and only then the velocity
def sgd_momentum(w, g, state, lr, momentum=0.9):
    v = state.get("velocity", np.zeros(np.shape(w)))
    new_w = w - lr * v
    return new_w, {"velocity": momentum * v + g}

# %% adam: adam-eps-before-correction
# eps is added before the bias correction: m_hat / (sqrt(v) + eps) with the corrections taken into the rate
# (TensorFlow's eps-hat)
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * np.square(g)
    lr_t = lr * np.sqrt(1 - betas[1] ** t) / (1 - betas[0] ** t)
    return w - lr_t * m / (np.sqrt(v) + eps), dict(t=t, m=m, v=v)

# %% schedules: triangular-half-period
# triangular_lr runs a full cycle in step_size instead of twice step_size
def triangular_lr(t, base_lr, max_lr, step_size):
    pos = (t % step_size) / step_size
    height = 1 - abs(2 * pos - 1)
    return base_lr + height * (max_lr - base_lr)

# %% reduce_on_plateau: plateau-no-threshold
# no relative threshold: any lower loss counts as better
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    lowest, stale, history = float("inf"), 0, []
    for value in losses:
        if value < lowest:
            lowest = value
            stale = 0
        else:
            stale += 1
        if stale > patience:
            lr, stale = lr * factor, 0
        history.append(lr)
    return history

# %% adaptive_rates: rmsprop-corrected
# rmsprop with bias correction
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    t = state.get("t", 0) + 1
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S / (1 - alpha**t)) + eps), {"S": S, "t": t}

# %% adamw: adamw-decays-updated
# Adam's step first, then the decay on the new weights
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g * g
    w = w - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    w = w - lr * weight_decay * w
    return w, {"t": t, "m": m, "v": v}

# %% schedules: cosine-amplitude
# cosine from lr0 down to 0, then the floor is added: eta_min + lr0 (1 + cos)/2
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    return eta_min + lr0 * (1 + math.cos(math.pi * t / T_max)) / 2
