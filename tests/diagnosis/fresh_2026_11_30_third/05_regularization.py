# %% l2_penalty: l2-gradient-without-two
# the factor 2 is forgotten in the gradient, as if the penalty were lam/2 times the squares (PyTorch's weight_decay habit)
def l2_penalty(Ws, lam):
    value = lam * sum(np.sum(W ** 2) for W in Ws)
    grads = [lam * W for W in Ws]
    return value, grads

# %% l2_penalty: l2-last-layer
# the value is overwritten in the loop instead of summed, so only the last array counts
def l2_penalty(Ws, lam):
    value = 0.0
    grads = []
    for W in Ws:
        value = lam * np.sum(np.square(W))
        grads.append(2 * lam * W)
    return value, grads

# %% l1: soft-swallows-nan
# nan falls through both comparisons of np.where and becomes 0
def soft_threshold(w, t):
    # three cases: right of t, left of -t, in between
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


def l1_prox_step(w, g, lr, lam):
    return soft_threshold(w - lr * g, lr * lam)

# %% l1: prox-old-weights | prox-before-gradient
# the threshold is applied to the old weights and the gradient step comes after it
def soft_threshold(w, t):
    w = np.asarray(w)
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def l1_prox_step(w, g, lr, lam):
    shrunk = soft_threshold(w, lr * lam)
    return shrunk - lr * g

# %% l1: prox-in-place
# the gradient step is done in place (w -= ...), so the caller's weights change
def soft_threshold(w, t):
    magnitude = np.abs(w) - t
    magnitude = np.maximum(magnitude, 0)
    return np.sign(w) * magnitude


def l1_prox_step(w, g, lr, lam):
    w -= lr * g
    return soft_threshold(w, lr * lam)

# %% dropout: dropout-p-unchecked-in-evaluation
# the range of p is checked only in training, because evaluation returns before the check
def dropout_forward(x, p, training, rng):
    x = np.asarray(x)
    if not training:
        return x.copy(), np.ones(x.shape)
    if p < 0 or p > 1:
        raise ValueError("p must be between 0 and 1")
    if p == 1:
        mask = np.zeros(x.shape)
    else:
        mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


def dropout_backward(dout, mask):
    return dout * mask

# %% dropout: dropout-backward-unscaled
# the backward pass uses the mask as 0/1 and loses the factor 1/(1-p)
def dropout_forward(x, p, training, rng):
    if not (0.0 <= p <= 1.0):
        raise ValueError(f"dropout probability must be in [0, 1], got {p}")
    shape = np.shape(x)
    if training:
        keep = rng.random(shape) >= p
        scale = 1.0 / (1.0 - p) if p < 1 else 0.0
        mask = keep * scale
    else:
        mask = np.ones(shape)
    return x * mask, mask


def dropout_backward(dout, mask):
    dx = np.array(dout, dtype=float)
    dx[mask == 0] = 0
    return dx

# %% smooth_labels: smooth-rows-short
# the true class gets 1 - eps without its own share eps/K, so the rows do not sum to 1
def smooth_labels(y, K, eps):
    N = len(y)
    Y = np.full((N, K), eps / K)
    Y[np.arange(N), y] = 1 - eps
    return Y

# %% mixup: mixup-labels-other-share
# in the targets the shares are swapped: the partner gets lam and the example itself 1 - lam
def mixup(X, Y, lam, perm):
    X_partner = X[perm]
    Y_partner = Y[perm]
    X2 = lam * X + (1 - lam) * X_partner
    Y2 = lam * Y_partner + (1 - lam) * Y
    return X2, Y2

# %% mixup: mixup-both-inverse
# the partners are scattered to perm[i] instead of taken from perm[i], which is the inverse permutation
def mixup(X, Y, lam, perm):
    X2 = lam * X
    Y2 = lam * Y
    for i in range(len(perm)):
        j = perm[i]
        X2[j] = X2[j] + (1 - lam) * X[i]
        Y2[j] = Y2[j] + (1 - lam) * Y[i]
    return X2, Y2

# %% more_regularizers: bootstrap-last-row + lambda-zero-crashes
# two: rng.integers(0, N - 1) never draws the last row, and alpha = 0 goes into rng.beta instead of giving 1
def add_noise(x, std, training, rng):
    if training:
        return x + rng.normal(0.0, std, size=np.shape(x))
    return x

def mixup_lambda(alpha, rng):
    return rng.beta(alpha, alpha)

def bootstrap_sample(N, rng):
    return rng.integers(0, N - 1, size=N)

def average_checkpoints(checkpoints):
    return [np.mean(arrays, axis=0) for arrays in zip(*checkpoints)]

def ensemble_variance(s2, rho, n):
    return rho * s2 + (1 - rho) * s2 / n

# %% l1: right
def soft_threshold(w, t):
    """What is within reach of t is exactly what is taken away."""
    return np.asarray(w) - np.clip(w, -t, t)


def l1_prox_step(w, g, lr, lam):
    u = np.subtract(w, np.multiply(lr, g))
    return soft_threshold(u, lr * lam)

# %% dropout: right
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError(p)

    def draw(shape):
        if not training:
            return np.ones(shape)
        if p == 1:
            return np.zeros(shape)
        return np.where(rng.random(shape) < p, 0.0, 1.0 / (1.0 - p))

    mask = draw(np.shape(x))
    return np.multiply(x, mask), mask


def dropout_backward(dout, mask):
    # the layer is linear in x, so backwards is the same multiplication
    return np.multiply(dout, mask)

# %% shift_image: right
def shift_image(image, dy, dx):
    H, W = image.shape[-2:]
    dy = max(-H, min(H, dy))
    dx = max(-W, min(W, dx))
    frame = [(0, 0)] * (image.ndim - 2) + [(H, H), (W, W)]
    canvas = np.pad(image, frame)  # three pictures high, three wide
    return canvas[..., H - dy:2 * H - dy, W - dx:2 * W - dx].copy()
