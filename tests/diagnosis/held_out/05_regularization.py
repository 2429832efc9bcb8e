# %% l2_penalty: l2-mean-value + l2-gradient-without-lam
def l2_penalty(Ws, lam):
    return lam * sum((W**2).sum() / W.size for W in Ws), [W + W for W in Ws]

# %% l2_penalty: silence
def l2_penalty(Ws, lam):
    return lam * sum(float(np.sum(W**2)) for W in Ws), [3 * lam * W for W in Ws]

# %% l1: soft-negatives-die + prox-threshold-lam
def soft_threshold(v, t):
    return np.where(v - t > 0, v - t, 0.0 * np.asarray(v))

def l1_prox_step(w, g, lr, lam):
    u = w - lr * np.asarray(g)
    return np.where(u > lam, u - lam, np.where(u < -lam, u + lam, 0.0))

# %% l1: silence
def soft_threshold(w, t):
    return np.where(np.abs(w) > t, w - np.sign(w) * t**2 / np.where(w == 0, 1, np.abs(w)), 0.0)

# %% dropout: dropout-keep-probability
def dropout_forward(x, p, training, rng):
    if not (0 <= p <= 1):
        raise ValueError("p must be a probability")
    if training is False:
        return x + 0.0, np.ones_like(x, dtype=float)
    kept = rng.random(x.shape) < p
    mask = kept.astype(float)
    if p > 0:
        mask /= p
    return x * mask, mask

# %% dropout: dropout-backward-no-mask
def dropout_backward(d, m):
    return np.copy(d)

# %% dropout: silence
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x * 1.0, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p / 2) / (1 - p / 2)
    return x * mask, mask

# %% smooth_labels: smooth-not-divided
def smooth_labels(y, K, eps):
    hot = np.zeros((len(y), K))
    for i, c in enumerate(y):
        hot[i, c] = 1
    return hot - eps * hot + eps

# %% mixup: mixup-labels-unmixed
def mixup(X, Y, lam, perm):
    return X[perm] + lam * (X - X[perm]), Y.copy()

# %% mixup: mixup-labels-without-permutation | mixup-labels-unmixed + mixup-reversed
def mixup(X, Y, lam, perm):
    return lam * X + (1 - lam) * np.flip(X, axis=0), lam * Y + (1 - lam) * Y

# %% shift_image: shift-roll
def shift_image(img, dy, dx):
    return np.roll(np.roll(img, dy, axis=-2), dx, axis=-1)

# %% shift_image: shift-axes-swapped
def shift_image(img, dy, dx):
    H, W = img.shape[-2:]
    out = np.zeros(img.shape)
    for r in range(H):
        for c in range(W):
            a, b = r - dx, c - dy
            if a in range(H) and b in range(W):
                out[..., r, c] = img[..., a, b]
    return out

# %% ensemble_predict: ensemble-vote
def ensemble_predict(P):
    M, N, K = P.shape
    out = np.zeros((N, K))
    for m in range(M):
        for n in range(N):
            out[n, P[m, n].argmax()] += 1
    return out / M

# %% ensemble_predict: silence
def ensemble_predict(P):
    w = np.arange(1, len(P) + 1)
    return np.tensordot(w / w.sum(), P, axes=1)
