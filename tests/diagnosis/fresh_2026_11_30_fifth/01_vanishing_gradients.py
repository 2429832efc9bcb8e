# %% neuron_bce: bce-db-divided-twice
# Db is the mean of the dz that already holds 1/N, so db is divided by N twice.
def neuron_bce(X, w, b, y):
    N = len(y)
    z = X @ w + b
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    dz = (p - y) / N
    dw = X.T @ dz
    db = dz.mean()
    return loss, dw, db


# %% neuron_bce: bce-extra-slope
# Sigmoid's slope p (1 - p) is multiplied into dz again, although it has cancelled.
def neuron_bce(X, w, b, y):
    def squash(z):
        if z >= 0:
            return 1 / (1 + math.exp(-z))
        e = math.exp(z)
        return e / (1 + e)

    n = X.shape[0]
    loss, dw, db = 0.0, np.zeros(len(w)), 0.0
    for row, target in zip(X, y):
        z = float(np.dot(row, w) + b)
        p = squash(z)
        loss += max(z, 0) - target * z + math.log1p(math.exp(-abs(z)))
        slope = (p - target) * p * (1 - p)
        dw += slope * row
        db += slope
    return loss / n, dw / n, db / n


# %% gradient_check: numerical-not-restored
# The moved entry is not put back, so later entries are measured at a point where earlier ones are moved by -h.
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x.copy())
        x[index] -= 2 * h
        below = f(x.copy())
        grad[index] = (above - below) / (2 * h)
    return grad


# %% gradient_check: error-largest
# The relative error divides by the larger of the two norms instead of their sum.
def relative_error(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    distance = np.sqrt(np.sum((a - b) ** 2))
    size = max(np.sqrt(np.sum(a ** 2)), np.sqrt(np.sum(b ** 2)))
    if size == 0:
        return 0.0
    return distance / size


# %% chain_gradient: chain-from-the-input
# Entry l is the product of the first links up to l, not from l to the end.
def chain_gradient(x, ws, f, df):
    a, factors = x, []
    for w in ws:
        z = w * a
        factors.append(w * df(z))
        a = f(z)
    return np.cumprod(np.array(factors, dtype=float))


# %% chain_gradient: chain-starts-at-one
# The product leaves out the link itself, it starts at l + 1.
def chain_gradient(x, ws, f, df):
    L = len(ws)
    zs, a = np.zeros(L), x
    for l in range(L):
        zs[l] = ws[l] * a
        a = f(zs[l])
    grads = np.ones(L)
    for l in range(L - 2, -1, -1):
        grads[l] = grads[l + 1] * ws[l + 1] * df(zs[l + 1])
    return grads


# %% mlp_backward: backward-db-mean
# Db is the mean over the batch, not the sum.
def mlp_backward(dout, zs, hs, Ws, df):
    L = len(Ws)
    deltas = [None] * L
    deltas[-1] = dout
    for l in reversed(range(L - 1)):
        deltas[l] = deltas[l + 1] @ Ws[l + 1].T * df(zs[l])
    dWs = [hs[l].T @ deltas[l] for l in range(L)]
    dbs = [np.mean(d, axis=0) for d in deltas]
    return dWs, dbs, deltas


# %% mlp_backward: backward-slope-at-output
# The linear last layer is treated like a hidden one, dout is multiplied by df.
def mlp_backward(dout, zs, hs, Ws, df):
    dWs, dbs, deltas = [], [], []
    upstream = dout
    for W, z, h in zip(Ws[::-1], zs[::-1], hs[-2::-1]):
        delta = upstream * df(z)
        dWs.insert(0, h.T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        upstream = delta @ W.T
    return dWs, dbs, deltas


# %% gradient_report: report-ratio-upside-down
# The ratio is the last over the first, upside down.
def gradient_report(deltas):
    rms = np.array([np.sqrt(np.mean(np.square(d))) for d in deltas])
    ratio = 0.0 if rms[-1] == 0 else float(rms[-1] / rms[0]) if rms[0] != 0 else np.inf
    if not np.all(np.isfinite(rms)):
        return rms, ratio, "non-finite"
    if ratio < 1e-3:
        label = "vanishing"
    elif ratio > 1e3:
        label = "exploding"
    else:
        label = "healthy"
    return rms, ratio, label


# %% clip_grad_norm: clip-sum-of-norms
# The total norm is the sum of the arrays' norms, not the root of the sum of their squares.
def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        total = total + np.linalg.norm(np.ravel(g))
    factor = np.minimum(1.0, max_norm / (total + 1e-6))
    return [g * factor for g in grads], total


# %% more_gradients: count-no-biases
# The parameter count counts the weights only, without biases.
def count_parameters(sizes):
    return sum(a * b for a, b in zip(sizes, sizes[1:]))


# %% neuron_bce: bce-gradient-summed
# Dw and db are not divided by N, although the loss is a mean.
def neuron_bce(X, w, b, y):
    z = X @ w + b
    e = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(e))
    err = np.where(z >= 0, 1, e) / (1 + e) - y
    return loss, err @ X, err.sum()


# %% chain_gradient: chain-slope-at-output
# The slope is taken at the activation's output instead of its input.
def chain_gradient(x, ws, f, df):
    out = []
    a = x
    for w in ws:
        a = f(w * a)
        out.append(w * df(a))
    return np.cumprod(out[::-1])[::-1].astype(float)


# %% mlp_backward: backward-slope-at-h
# The slopes of hidden layers are taken at hs, not at zs.
def mlp_backward(dout, zs, hs, Ws, df):
    deltas = [dout]
    for l in range(len(Ws) - 1, 0, -1):
        deltas.insert(0, (deltas[0] @ Ws[l].T) * df(hs[l]))
    dWs = [h.T @ d for h, d in zip(hs, deltas)]
    return dWs, [d.sum(0) for d in deltas], deltas


# %% gradient_report: report-norm
# Each layer has the norm, not the root mean square.
def gradient_report(deltas):
    sizes = np.array([np.linalg.norm(d) for d in deltas])
    ratio = 0.0 if sizes[-1] == 0 else sizes[0] / sizes[-1]
    if not np.isfinite(sizes).all():
        return sizes, ratio, "non-finite"
    return sizes, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


# %% clip_grad_norm: clip-always
# A short gradient is lengthened to max_norm.
def clip_grad_norm(grads, max_norm):
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    return [np.asarray(g) * max_norm / (total + 1e-6) for g in grads], total
