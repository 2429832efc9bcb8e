# %% l2_penalty: l2-gradient-without-two
# The gradient forgets the factor 2 (lam * w, as in PyTorch's weight_decay, instead of 2 * lam * w).
def l2_penalty(Ws, lam):
    value = 0.0
    grads = []
    for W in Ws:
        value += np.sum(W ** 2)
        grads.append(lam * W)
    return lam * value, grads


# %% l2_penalty: l2-sum-of-norms
# The value sums the norms of the arrays instead of the squared norms.
def l2_penalty(Ws, lam):
    value = lam * sum(np.linalg.norm(W) for W in Ws)
    grads = [2 * lam * W for W in Ws]
    return value, grads


# %% l1: soft-hard
# Hard thresholding: what is larger than t is kept as it is instead of being moved towards 0 by t.
def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return np.where(np.abs(w) <= t, 0.0, w)


def l1_prox_step(w, g, lr, lam):
    u = w - lr * g
    return soft_threshold(u, lr * lam)


# %% l1: prox-threshold-lam
# The threshold of the proximal step is lam instead of lr * lam.
def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def l1_prox_step(w, g, lr, lam):
    # gradient step first, then shrink
    w_new = w - lr * g
    return soft_threshold(w_new, lam)


# %% l1: prox-old-weights
# Wrong order: the old weights are shrunk first, and the gradient step comes afterwards.
def soft_threshold(w, t):
    shrunk = np.abs(w) - t
    shrunk = np.maximum(shrunk, 0.0)
    return np.sign(w) * shrunk


def l1_prox_step(w, g, lr, lam):
    return soft_threshold(w, lr * lam) - lr * g


# %% dropout: dropout-keeps-what-it-should-drop
# The comparison is the wrong way round: units are kept with probability p instead of dropped with probability p.
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError("p must be between 0 and 1")
    x = np.asarray(x)
    if not training:
        return x * 1.0, np.ones(x.shape)
    if p == 1:
        mask = np.zeros(x.shape)
    else:
        mask = (rng.random(x.shape) < p) / (1 - p)
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


# %% dropout: dropout-mask-per-column
# One mask is drawn for the whole batch (each unit on or off for all examples) instead of a new one for each example.
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p} is not a probability")
    x = np.asarray(x)
    mask = np.ones(x.shape)
    if training:
        if p == 1:
            mask = np.zeros(x.shape)
        else:
            keep = rng.random(x.shape[1:]) >= p
            mask = mask * keep / (1 - p)
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask


# %% dropout: dropout-scales-twice
# Inverted dropout in training, and in evaluation the output is scaled by 1 - p once more.
def dropout_forward(x, p, training, rng):
    if not (0 <= p <= 1):
        raise ValueError("drop probability must lie in [0, 1]")
    x = np.asarray(x)
    if training:
        if p == 1:
            mask = np.zeros(x.shape)
        else:
            mask = (rng.random(x.shape) >= p).astype(float) / (1 - p)
        out = x * mask
    else:
        mask = np.ones(x.shape)
        out = x * (1 - p)  # expected value at test time
    return out, mask


def dropout_backward(dout, mask):
    return dout * mask


# %% dropout: right
def dropout_forward(x, p, training, rng):
    # nan is outside of [0, 1] too, therefore "not (...)"
    if not (p >= 0 and p <= 1):
        raise ValueError("p")
    x = np.array(x)
    scale = 0.0 if p == 1 else 1.0 / (1.0 - p)
    mask = np.full(x.shape, 1.0)
    if training:
        coin = rng.random(x.shape)
        mask = np.where(np.less(coin, p), 0.0, scale)
    return np.multiply(x, mask), mask


dropout_backward = lambda dout, mask: np.multiply(mask, dout)


# %% smooth_labels: smooth-other-classes-only
# eps is spread over the K - 1 wrong classes only, and the right one gets just 1 - eps.
def smooth_labels(y, K, eps):
    N = len(y)
    Y = np.full((N, K), eps / (K - 1))
    Y[np.arange(N), y] = 1 - eps
    return Y


# %% mixup: mixup-lam-swapped
# The shares are swapped: the example itself gets 1 - lam and its partner gets lam.
def mixup(X, Y, lam, perm):
    X2 = (1 - lam) * X + lam * X[perm]
    Y2 = (1 - lam) * Y + lam * Y[perm]
    return X2, Y2


# %% shift_image: shift-fails-beyond
# The slices are not limited, so a shift larger than the picture fails (or copies the wrong part).
def shift_image(image, dy, dx):
    H, W = image.shape[-2], image.shape[-1]
    out = np.zeros_like(image)
    # where it goes
    top, bottom = max(dy, 0), H + min(dy, 0)
    left, right = max(dx, 0), W + min(dx, 0)
    # where it comes from
    src = image[..., max(-dy, 0):H - max(dy, 0), max(-dx, 0):W - max(dx, 0)]
    out[..., top:bottom, left:right] = src
    return out


# %% shift_image: right
def shift_image(image, dy, dx):
    image = np.asarray(image)
    H, W = image.shape[-2:]
    # look up for each pixel of the new picture where it comes from
    r = np.arange(H) - dy
    c = np.arange(W) - dx
    inside = ((0 <= r) & (r < H))[:, None] & ((0 <= c) & (c < W))[None, :]
    looked_up = np.take(np.take(image, r % H if H else r, axis=-2), c % W if W else c, axis=-1)
    return np.where(inside, looked_up, image.dtype.type(0))


# %% ensemble_predict: ensemble-vote
# A majority vote: the share of members that vote for each class, instead of the mean of their probabilities.
def ensemble_predict(P):
    M, N, K = P.shape
    votes = P.argmax(axis=2)  # (M, N)
    out = np.zeros((N, K))
    for m in range(M):
        out[np.arange(N), votes[m]] += 1
    return out / M


# %% more_regularizers: writes-average_checkpoints
# average_checkpoints adds up in place in the arrays of the first checkpoint, so the argument is changed.
def add_noise(x, std, training, rng):
    if not training:
        return x
    return x + std * rng.standard_normal(np.shape(x))


def mixup_lambda(alpha, rng):
    if alpha == 0:
        return 1.0
    return float(rng.beta(alpha, alpha))


def bootstrap_sample(N, rng):
    return rng.integers(0, N, size=N)


def average_checkpoints(checkpoints):
    total = list(checkpoints[0])
    for cp in checkpoints[1:]:
        for i, array in enumerate(cp):
            total[i] += array
    return [a / len(checkpoints) for a in total]


def ensemble_variance(s2, rho, n):
    return rho * s2 + (1 - rho) * s2 / n
