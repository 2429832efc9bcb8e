# %% l1: prox-ascent
# l1_prox_step adds the gradient: w + lr * g
def l1_prox_step(w, g, lr, lam):
    z = w + lr * np.asarray(g)
    return np.where(np.abs(z) > lr * lam, z - lr * lam * np.sign(z), 0.0)

# %% dropout: dropout-mask-unscaled
# the mask returned is boolean-like 0/1 while the output is scaled
def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("p out of range")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones_like(x)
    kept = (rng.random(x.shape) >= p).astype(float)
    return (x * kept / (1 - p) if p < 1 else x * 0), kept

# %% smooth_labels: smooth-weights-swapped
# smoothing is applied with 1 - eps and eps swapped
def smooth_labels(y, K, eps):
    rows = []
    for c in y:
        row = [(1 - eps) / K] * K
        row[c] += eps
        rows.append(row)
    return np.array(rows)

# %% ensemble_predict: ensemble-vote
# a majority vote: the share of members that choose each class
def ensemble_predict(P):
    M, N, K = P.shape
    votes = np.argmax(P, axis=2)
    out = np.zeros((N, K))
    for m in range(M):
        out[np.arange(N), votes[m]] += 1
    return out / M

# %% shift_image: shift-axes-swapped
# dy and dx are exchanged
def shift_image(image, dy, dx):
    H, W = image.shape[-2], image.shape[-1]
    big = np.zeros((*image.shape[:-2], 3 * H, 3 * W), dtype=image.dtype)
    big[..., H:2 * H, W:2 * W] = image
    y, x = np.clip(dx, -H, H), np.clip(dy, -W, W)
    return big[..., H - y:2 * H - y, W - x:2 * W - x].copy()

# %% l2_penalty: l2-pytorch-half
# lam / 2 in the value, gradient lam W (PyTorch's weight decay)
def l2_penalty(Ws, lam):
    return 0.5 * lam * sum(float((W ** 2).sum()) for W in Ws), [lam * W for W in Ws]
