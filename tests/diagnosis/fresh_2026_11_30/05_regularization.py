# %% l2_penalty: l2-gradient-without-two
# the gradient is lam * W, the 2 of the square's derivative is missing
def l2_penalty(Ws, lam):
    value = lam * sum(np.sum(np.square(W)) for W in Ws)
    grads = [lam * W for W in Ws]
    return value, grads

# %% l2_penalty: l2-sum-of-norms
# the value adds up the norms, not the squared norms
def l2_penalty(Ws, lam):
    total = 0.0
    grads = []
    for W in Ws:
        total += np.linalg.norm(np.ravel(W))
        grads.append(2 * lam * np.asarray(W))
    return lam * total, grads

# %% l1: soft-sign-lost
# soft_threshold loses the sign: negative weights become positive
def soft_threshold(w, t):
    return np.maximum(np.abs(w) - t, 0)


def l1_prox_step(w, g, lr, lam):
    u = w - lr * g
    return np.sign(u) * np.maximum(np.abs(u) - lr * lam, 0.0)

# %% l1: soft-hard
# a hard threshold: what is larger than t stays as it is instead of shrinking by t
def soft_threshold(w, t):
    w = np.asarray(w)
    return np.where(np.abs(w) <= t, 0.0, w)


def l1_prox_step(w, g, lr, lam):
    return soft_threshold(w - lr * g, lr * lam)

# %% l1: prox-threshold-lam
# the proximal step shrinks by lam, without the learning rate
def soft_threshold(w, t):
    return w - np.clip(w, -t, t)


def l1_prox_step(w, g, lr, lam):
    moved = w - lr * g
    return soft_threshold(moved, lam)

# %% l1: prox-old-weights
# the threshold is applied before the gradient step, not after it
def soft_threshold(w, t):
    shrunk = np.abs(w) - t
    shrunk = np.where(shrunk < 0, 0, shrunk)
    return np.sign(w) * shrunk


def l1_prox_step(w, g, lr, lam):
    w_sparse = soft_threshold(w, lr * lam)
    return w_sparse - lr * g

# %% dropout: dropout-keep-probability
# p is taken for the probability to keep a unit
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("p must be in [0, 1]")
    if not training:
        return x * 1.0, np.ones(x.shape)
    if p == 0:
        return np.zeros(x.shape), np.zeros(x.shape)
    mask = (rng.random(x.shape) < p) / p
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask

# %% dropout: dropout-mask-per-column
# one row of the mask serves all examples: the same units are dropped in the whole batch
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p}")
    x = np.asarray(x)
    if not training:
        return x.astype(float), np.ones(x.shape)
    if p == 1:
        return np.zeros(x.shape), np.zeros(x.shape)
    keep = (rng.random(x.shape[-1]) >= p) / (1 - p)
    mask = np.broadcast_to(keep, x.shape).copy()
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask

# %% dropout: dropout-backward-unscaled
# the backward pass keeps only which units lived and forgets the factor 1/(1-p) of the mask
def dropout_forward(x, p, training, rng):
    if p > 1 or p < 0:
        raise ValueError
    mask = np.ones(np.shape(x))
    if training:
        mask = (rng.random(np.shape(x)) >= p) * 1.0
        if p < 1:
            mask = mask / (1 - p)
        else:
            mask = mask * 0
    return x * mask, mask


def dropout_backward(dout, mask):
    grad = np.zeros_like(dout, dtype=float)
    alive = mask != 0
    grad[alive] = dout[alive]
    return grad

# %% smooth_labels: smooth-other-classes-only
# 1 - eps for the true class and eps / (K - 1) for the others
def smooth_labels(y, K, eps):
    Y = np.full((len(y), K), eps / (K - 1))
    for row, label in enumerate(y):
        Y[row, label] = 1 - eps
    return Y

# %% smooth_labels: smooth-only-adds
# eps / K is added to the one-hot rows without taking eps away from the true class: rows sum to 1 + eps
def smooth_labels(y, K, eps):
    onehot = (np.arange(K)[None, :] == np.asarray(y)[:, None]).astype(float)
    return onehot + eps / K

# %% mixup: mixup-lam-swapped
# the shares are swapped: lam goes to the partner
def mixup(X, Y, lam, perm):
    mix = lambda a: (1 - lam) * a + lam * a[perm]
    return mix(X), mix(Y)

# %% shift_image: shift-roll
# what leaves the picture comes back on the other side
def shift_image(image, dy, dx):
    shifted = np.roll(image, shift=dy, axis=-2)
    shifted = np.roll(shifted, shift=dx, axis=-1)
    return shifted

# %% ensemble_predict: ensemble-geometric
# the geometric mean: logarithms are averaged and the rows normalized
def ensemble_predict(P):
    log_mean = np.mean(np.log(np.maximum(P, 1e-300)), axis=0)
    prod = np.exp(log_mean - log_mean.max(axis=-1, keepdims=True))
    return prod / prod.sum(axis=-1, keepdims=True)

# %% l2_penalty: right
# vdot
def l2_penalty(Ws, lam):
    return float(lam) * sum(float(np.vdot(W, W)) for W in Ws), [W * (2.0 * lam) for W in Ws]

# %% l1: right
# piecewise by where
def soft_threshold(w, t):
    w = np.asarray(w, dtype=float)
    return np.where(w > t, w - t, np.where(w < -t, w + t, np.where(np.isnan(w), w, 0.0)))


def l1_prox_step(w, g, lr, lam):
    return soft_threshold(np.subtract(w, np.multiply(lr, g)), lr * lam)

# %% dropout: right
# binomial draws
def dropout_forward(x, p, training, rng):
    if p != min(max(p, 0), 1):
        raise ValueError("p is a probability")
    shape = np.shape(x)
    if training and p < 1:
        mask = rng.binomial(1, 1 - p, size=shape) / (1 - p)
    else:
        mask = np.zeros(shape) if training else np.ones(shape)
    return np.asarray(x, float) * mask, mask


def dropout_backward(dout, mask):
    return mask * dout

# %% shift_image: right
# pads, then slices
def shift_image(image, dy, dx):
    H, W = image.shape[-2:]
    out = np.zeros_like(image)
    for r in range(H):
        for c in range(W):
            if 0 <= r - dy < H and 0 <= c - dx < W:
                out[..., r, c] = image[..., r - dy, c - dx]
    return out

# %% smooth_labels: right
# outer comparison
def smooth_labels(y, K, eps):
    return (1 - eps) * np.equal.outer(y, range(K)) + eps / K
