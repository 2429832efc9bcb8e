"""Right answers in many small steps, with prints and a state that is a tuple and not a dictionary."""

import numpy as np


def minibatch_indices(n, batch_size, rng):
    random_keys = rng.random(n)
    permutation = np.argsort(random_keys)
    number_of_batches = int(np.ceil(n / batch_size))
    batches = []
    for batch_number in range(number_of_batches):
        first = batch_number * batch_size
        last = first + batch_size
        batch = permutation[first:last]
        batches.append(batch)
    print("made", len(batches), "batches")
    return batches


def sgd_momentum(w, g, state, lr, momentum=0.9):
    if isinstance(state, dict):
        old_velocity = 0.0 * np.array(w, dtype=np.float64)
    else:
        old_velocity = state
    damped = np.multiply(momentum, old_velocity)
    velocity = np.add(damped, g)
    update = np.multiply(lr, velocity)
    result = np.subtract(w, update)
    return result, velocity if np.ndim(velocity) else np.array(velocity)


def sgd_nesterov(w, g, state, lr, momentum=0.9):
    if isinstance(state, dict):
        state = (0.0,)
    (old_velocity,) = state
    velocity = momentum * old_velocity + g
    look_ahead = momentum * velocity
    step = g + look_ahead
    new_weights = w - lr * step
    return new_weights, (velocity,)


def adagrad(w, g, state, lr=0.01, eps=1e-10):
    if isinstance(state, dict):
        history = []
    else:
        history = list(state)
    history = [*history, np.array(g, dtype=np.float64)]
    total = np.zeros(np.shape(w))
    for gradient in history:
        total = total + gradient**2
    root = np.sqrt(total)
    denominator = root + eps
    return w - lr * g / denominator, history


def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    squared = np.power(np.array(g, dtype=np.float64), 2)
    previous = state.get("mean_square")
    if previous is None:
        previous = np.zeros_like(squared)
    mean_square = previous + (1.0 - alpha) * (squared - previous)
    rms = np.sqrt(mean_square)
    new_state = dict(state)
    new_state["mean_square"] = mean_square
    return w - lr * (g / (rms + eps)), new_state


def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    beta1 = betas[0]
    beta2 = betas[1]
    if len(state) == 0:
        t, m, v = 0, np.zeros(np.shape(w)), np.zeros(np.shape(w))
    else:
        t, m, v = state
    t = t + 1
    m = m + (1.0 - beta1) * (g - m)
    v = v + (1.0 - beta2) * (g * g - v)
    correction1 = 1.0 - np.power(beta1, t)
    correction2 = 1.0 - np.power(beta2, t)
    m_hat = m / correction1
    v_hat = v / correction2
    print("step", t)
    step = m_hat / (np.sqrt(v_hat) + eps)
    return w - lr * step, (t, m, v)


def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    velocity = 0.0
    if "buffer" in state:
        velocity = state["buffer"]
    gradient_of_penalty = weight_decay * np.array(w, dtype=np.float64)
    full_gradient = np.array(g, dtype=np.float64) + gradient_of_penalty
    velocity = momentum * velocity + full_gradient
    return w - lr * velocity, {"buffer": velocity}


def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    keep = 1.0 - lr * weight_decay
    decayed = np.multiply(keep, w)
    new_weights, new_state = adam(decayed, g, state, lr, betas, eps)
    return new_weights, new_state


def step_decay(lr0, t, step_size, gamma=0.1):
    number_of_cuts = int(t / step_size)
    rate = lr0
    while number_of_cuts > 0:
        rate = rate * gamma
        number_of_cuts = number_of_cuts - 1
    return rate


def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    angle = np.pi * t / T_max
    height = lr0 - eta_min
    wave = 1.0 + np.cos(angle)
    return eta_min + 0.5 * height * wave


def triangular_lr(t, base_lr, max_lr, step_size):
    cycle_length = 2 * step_size
    position = t % cycle_length
    height = max_lr - base_lr
    if position <= step_size:
        return base_lr + height * position / step_size
    return max_lr - height * (position - step_size) / step_size


def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    first_rate = start_factor * lr0
    if t >= warmup_steps:
        return lr0
    climbed = t * (lr0 - first_rate) / warmup_steps
    return first_rate + climbed


def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    if t < warmup_steps:
        first_rate = start_factor * lr0
        climbed = t * (lr0 - first_rate) / warmup_steps
        return first_rate + climbed
    steps_of_cosine = T_max - warmup_steps
    angle = np.pi * (t - warmup_steps) / steps_of_cosine
    wave = 1.0 + np.cos(angle)
    return eta_min + 0.5 * (lr0 - eta_min) * wave


def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    best = float("inf")
    wait = 0
    cuts = 0
    out = []
    for loss in losses:
        is_better = bool(loss < best * 0.9999)
        if is_better:
            best = float(loss)
            wait = 0
        if not is_better:
            wait = wait + 1
        if wait > patience:
            cuts = cuts + 1
            wait = 0
        out.append(lr * factor**cuts)
    return tuple(out)
