# %% l2_penalty: l2-gradient-without-two
# The gradient is lam w, without the factor 2.
def l2_penalty(Ws, lam):
    value = 0.0
    grads = []
    for W in Ws:
        W = np.asarray(W, dtype=float)
        value += lam * (W ** 2).sum()
        grads.append(lam * W)
    return float(value), grads


# %% l2_penalty: l2-sum-of-norms
# The norm is not squared, the penalty is lam times the root of the sum of squares of each array.
def l2_penalty(Ws, lam):
    Ws = [np.asarray(W, dtype=float) for W in Ws]
    value = lam * sum(np.sqrt(np.sum(W * W)) for W in Ws)
    return float(value), [2 * lam * W for W in Ws]


# %% l1: soft-hard
# Weights within t become 0, but the others are not moved (hard threshold).
def soft_threshold(w, t):
    w = np.array(w, dtype=float)
    w[np.abs(w) <= t] = 0.0
    return w


# %% l1: prox-threshold-lam
# The proximal step shrinks by lam, not by lr lam.
def l1_prox_step(w, g, lr, lam):
    def soft(v, t):
        return np.sign(v) * np.maximum(np.abs(v) - t, 0)

    return soft(np.asarray(w, float) - lr * np.asarray(g, float), lam)


# %% dropout: dropout-keep-probability
# P is taken for the probability to keep a unit.
def dropout_forward(x, p, training, rng):
    x = np.asarray(x, dtype=float)
    if not 0 <= p <= 1:
        raise ValueError("p must lie between 0 and 1")
    if not training:
        return x.copy(), np.ones(x.shape)
    if p == 0:
        return np.zeros(x.shape), np.zeros(x.shape)
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


# %% dropout: dropout-mask-per-column
# One mask of units serves all the examples of the batch, it is drawn for the last axis only.
def dropout_forward(x, p, training, rng):
    x = np.asarray(x, dtype=float)
    if p < 0 or p > 1:
        raise ValueError("p is a probability")
    mask = np.ones(x.shape)
    if training and p == 1:
        mask = np.zeros(x.shape)
    elif training:
        units = (rng.random(x.shape[-1:]) >= p) / (1 - p)
        mask = mask * units
    return x * mask, mask


# %% dropout: dropout-scales-twice
# In evaluation the output is scaled by 1 - p, although training has scaled already.
def dropout_forward(x, p, training, rng):
    if not (0 <= p <= 1):
        raise ValueError(p)
    x = np.asarray(x) * 1.0
    keep = 1 - p
    if training:
        mask = np.zeros_like(x) if keep == 0 else (rng.random(x.shape) >= p).astype(float) / keep
    else:
        mask = np.full_like(x, keep)
    return x * mask, mask


# %% smooth_labels: smooth-other-classes-only
# The rest eps is spread over the other K - 1 classes.
def smooth_labels(y, K, eps):
    Y = np.full((len(y), K), eps / (K - 1))
    for i, c in enumerate(y):
        Y[i, c] = 1 - eps
    return Y


# %% mixup: mixup-labels-unmixed
# The targets are not mixed, only the inputs.
def mixup(X, Y, lam, perm):
    X2 = lam * X + (1 - lam) * X[perm]
    return X2, np.array(Y, dtype=float)


# %% mixup: mixup-labels-other-share
# Lam and 1 - lam are exchanged for the targets.
def mixup(X, Y, lam, perm):
    mix = lambda A, share: share * A + (1 - share) * A[perm]
    return mix(X, lam), mix(Y, 1 - lam)


# %% shift_image: shift-roll
# Pixels pushed over the edge come back at the other side.
def shift_image(image, dy, dx):
    return np.roll(np.asarray(image), (dy, dx), axis=(-2, -1))


# %% ensemble_predict: ensemble-vote
# A majority vote of the members' classes instead of a mean of probabilities.
def ensemble_predict(P):
    P = np.asarray(P)
    M, N, K = P.shape
    votes = np.zeros((N, K))
    for member in P:
        votes[np.arange(N), member.argmax(axis=1)] += 1
    return votes / M


# %% more_regularizers: noise-in-evaluation
# The noise is added in evaluation as well.
def add_noise(x, std, training, rng):
    x = np.asarray(x, dtype=float)
    return x + std * rng.standard_normal(x.shape)


# %% l1: soft-crosses-zero
# The threshold moves past 0, sign(w) (|w| - t) without the maximum with 0.
def soft_threshold(w, t):
    w = np.asarray(w, float)
    return np.sign(w) * (np.abs(w) - t)


# %% l1: prox-old-weights
# The threshold is applied to the old weights, before the gradient step.
def l1_prox_step(w, g, lr, lam):
    w = np.asarray(w, float)
    shrunk = np.sign(w) * np.maximum(np.abs(w) - lr * lam, 0)
    return shrunk - lr * g


# %% dropout: dropout-unscaled
# What survives is not scaled up.
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("p")
    x = np.asarray(x, float)
    mask = (rng.random(x.shape) >= p).astype(float) if training else np.ones(x.shape)
    return x * mask, mask


# %% smooth_labels: smooth-rows-short
# The true class has 1 - eps alone, its share eps / K is missing.
def smooth_labels(y, K, eps):
    Y = np.ones((len(y), K)) * eps / K
    Y[np.arange(len(y)), y] = 1 - eps
    return Y


# %% shift_image: shift-opposite
# The directions are reversed, positive dy goes up and dx left.
def shift_image(image, dy, dx):
    image = np.asarray(image)
    H, W = image.shape[-2:]
    out = np.zeros_like(image)
    for i in range(H):
        for j in range(W):
            if 0 <= i + dy < H and 0 <= j + dx < W:
                out[..., i, j] = image[..., i + dy, j + dx]
    return out
