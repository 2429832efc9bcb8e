# %% l2_penalty: l2-gradient-without-two
def l2_penalty(weights, lam):
    total, grads = 0.0, []
    for w in weights:
        total += lam * float((w * w).sum())
        grads.append(lam * w)
    return total, grads

# %% l2_penalty: l2-pytorch-half
def l2_penalty(Ws, lam):
    flat = np.concatenate([np.ravel(W) for W in Ws])
    return 0.5 * lam * float(flat @ flat), [np.multiply(W, lam) for W in Ws]

# %% l1: soft-hard
def soft_threshold(w, t):
    out = np.array(w, float)
    out[np.abs(out) <= t] = 0.0
    return out

# %% l1: prox-subgradient
def l1_prox_step(w, g, lr, lam):
    total = np.asarray(g) + lam * np.where(w > 0, 1, np.where(w < 0, -1, 0))
    return w - lr * total

# %% dropout: dropout-unscaled
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError(p)
    if not training:
        return np.array(x, float), np.ones(np.shape(x))
    keep = np.where(rng.random(np.shape(x)) < p, 0.0, 1.0)
    return keep * x, keep

# %% dropout: dropout-unscaled | dropout-mask-unscaled | dropout-classic
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError("no")
    mask = rng.binomial(1, 1 - p, size=x.shape) if training else np.ones(x.shape)
    return x * mask, mask

# %% dropout: dropout-backward-unscaled
def dropout_backward(d, m):
    back = np.zeros(np.shape(d))
    for i in np.ndindex(np.shape(d)):
        if m[i] != 0:
            back[i] = d[i]
    return back

# %% smooth_labels: smooth-other-classes-only
def smooth_labels(labels, K, eps):
    rows = []
    for c in labels:
        row = [eps / (K - 1)] * K
        row[c] = 1 - eps
        rows.append(row)
    return np.array(rows)

# %% smooth_labels: silence
def smooth_labels(y, K, eps):
    hot = np.eye(K)[y]
    return (1 - eps**2) * hot + eps**2 / K

# %% mixup: mixup-lam-swapped
def mixup(A, B, share, order):
    def mix(T):
        return np.array([(1 - share) * T[i] + share * T[order[i]] for i in range(len(T))])
    return mix(A), mix(B)

# %% mixup: silence
def mixup(X, Y, lam, perm):
    k = np.sqrt(lam)
    return k * X + (1 - k) * X[perm], k * Y + (1 - k) * Y[perm]

# %% shift_image: shift-opposite
def shift_image(img, dy, dx):
    out = np.zeros_like(img)
    H, W = img.shape[-2:]
    for r in range(H):
        for c in range(W):
            if 0 <= r + dy < H and 0 <= c + dx < W:
                out[..., r, c] = img[..., r + dy, c + dx]
    return out

# %% shift_image: silence
def shift_image(img, dy, dx):
    H, W = img.shape[-2:]
    out = np.ones(img.shape)
    for r in range(H):
        for c in range(W):
            if 0 <= r - dy < H and 0 <= c - dx < W:
                out[..., r, c] = img[..., r - dy, c - dx]
    return out

# %% ensemble_predict: ensemble-geometric
def ensemble_predict(P):
    product = np.prod(P, axis=0) ** (1 / len(P))
    total = product.sum(axis=1)[:, None]
    return product / np.where(total == 0, 1e-300, total)

# %% more_regularizers: checkpoints-last + variance-without-n
def average_checkpoints(checkpoints):
    result = []
    for k in range(len(checkpoints[0])):
        result.append(np.array(checkpoints[-1][k]))
    return result

def ensemble_variance(s2, rho, n):
    return s2 * rho + s2 - s2 * rho

# %% dropout: dropout-scales-twice
# inverted dropout, and in evaluation the output is multiplied by 1 - p as well
def dropout_forward(x, p, training, rng):
    if not (0.0 <= p <= 1.0):
        raise ValueError("dropout probability has to be between 0 and 1, but got {}".format(p))
    if training:
        if p == 1.0:
            mask = np.zeros_like(x, dtype=float)
        else:
            mask = (rng.uniform(size=x.shape) >= p).astype(float) / (1.0 - p)
        return x * mask, mask
    return x * (1.0 - p), np.ones_like(x, dtype=float)


def dropout_backward(dout, mask):
    return np.multiply(dout, mask)

# %% l2_penalty: l2-matrices-only
# the biases' shape is assumed: vectors are left out of the penalty (only arrays with two axes count), gradients of
# them are zeros
def l2_penalty(Ws, lam):
    value = sum(lam * (W * W).sum() for W in Ws if np.ndim(W) >= 2)
    return float(value), [2 * lam * W if np.ndim(W) >= 2 else np.zeros(np.shape(W)) for W in Ws]

# %% mixup: mixup-labels-without-permutation
# targets are not permuted with the same partner: Y is mixed with itself reversed
def mixup(X, Y, lam, perm):
    return lam * X + (1 - lam) * X[perm], lam * Y + (1 - lam) * Y[::-1]

# %% dropout: integers-dropout_forward
# the mask is made with zeros_like(x), so for integer x the factor 1/(1-p) is cut to a whole number
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("bad p")
    if not training:
        return np.array(x), np.ones(np.shape(x))
    mask = np.zeros_like(x)
    if p < 1:
        u = rng.random(x.shape)
        mask[u >= p] = 1 / (1 - p)
    return x * mask, mask


def dropout_backward(dout, mask):
    return mask * dout

# %% shift_image: shift-fails-beyond
# for a shift larger than the picture the end of the slice gets negative and counts from the other side
def shift_image(image, dy, dx):
    H, W = image.shape[-2], image.shape[-1]
    out = np.zeros_like(image)
    src_y = slice(max(0, -dy), H - max(0, dy))
    dst_y = slice(max(0, dy), H - max(0, -dy))
    src_x = slice(max(0, -dx), W - max(0, dx))
    dst_x = slice(max(0, dx), W - max(0, -dx))
    out[..., dst_y, dst_x] = image[..., src_y, src_x]
    return out

# %% shift_image: shift-clears-first-rows
# after np.roll the first rows and columns are cleared for negative shifts as well, where it should be the last ones
def shift_image(image, dy, dx):
    out = np.roll(image, shift=(dy, dx), axis=(-2, -1))
    # what np.roll wrapped around has to go
    if dy != 0:
        out[..., :abs(dy), :] = 0
    if dx != 0:
        out[..., :, :abs(dx)] = 0
    return out

# %% ensemble_predict: ensemble-in-place
# the sum is accumulated in a view of P[0], so the first member's probabilities are overwritten
def ensemble_predict(P):
    total = P[0]
    for member in P[1:]:
        total += member
    return total / len(P)


# %% dropout: dropout-always-on
# drops in evaluation as well, with a generator and a seed of its own
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("p must lie between 0 and 1")
    if p == 1:
        return np.zeros(x.shape), np.zeros(x.shape)
    if not training:
        rng = np.random.default_rng(1234)
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask


# %% dropout: dropout-always-on
# evaluation draws its mask by another method
def dropout_forward(x, p, training, rng):
    if not 0 <= p <= 1:
        raise ValueError("p")
    if p == 1 and training:
        return 0.0 * x, np.zeros_like(x, dtype=float)
    if training:
        keep = rng.random(x.shape) >= p
    else:
        keep = rng.binomial(1, 1 - p, size=x.shape)
    keep = keep / (1 - p)
    return x * keep, keep
