# %% neuron_bce: bce-log-plus-epsilon
# p is clipped to [1e-7, 1 - 1e-7] before the logarithm (the Keras habit), so the loss of a confident wrong answer
# stops growing at 16
def neuron_bce(X, w, b, y):
    n = X.shape[0]
    logits = X.dot(w) + b
    ez = np.exp(-np.abs(logits))
    p = np.where(logits >= 0, 1 / (1 + ez), ez / (1 + ez))
    safe = np.clip(p, 1e-7, 1 - 1e-7)   # avoid log(0)
    bce = -(y * np.log(safe) + (1 - y) * np.log(1 - safe))
    err = (p - y) / n
    return bce.mean(), X.T.dot(err), err.sum()

# %% neuron_bce: bce-gradient-summed
# the gradients are summed over the examples while the loss is averaged: dw and db lack the 1/N
def neuron_bce(X, w, b, y):
    N, D = np.shape(X)
    loss, dw, db = 0.0, np.zeros(D), 0.0
    for i in range(N):
        z = float(np.dot(X[i], w)) + b
        loss += max(z, 0) - y[i] * z + np.log1p(np.exp(-abs(z)))
        if z >= 0:
            p = 1 / (1 + np.exp(-z))
        else:
            p = np.exp(z) / (1 + np.exp(z))
        dw += (p - y[i]) * X[i]
        db += p - y[i]
    return loss / N, dw, db

# %% neuron_bce: bce-extra-slope
# the slope p(1-p) of the sigmoid is multiplied in as for a squared error, although it cancels in the cross-entropy
def neuron_bce(X, w, b, y):
    m = len(X)
    Z = np.matmul(X, w) + b

    def stable_sigmoid(v):
        e = np.exp(-abs(v))
        return np.where(v >= 0, 1, e) / (1 + e)

    A = stable_sigmoid(Z)
    cost = (np.maximum(Z, 0) - Z * y + np.log1p(np.exp(-abs(Z)))).sum() / m
    # chain rule: dL/dA * dA/dZ
    dZ = (A - y) * A * (1 - A) / m
    return cost, np.matmul(dZ, X), dZ.sum()

# %% gradient_check: numerical-forward
# a forward difference (f(x + h) - f(x)) / h instead of the central one
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    fx = f(x.copy())
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        idx = it.multi_index
        bumped = x.copy()
        bumped[idx] += h
        grad[idx] = (f(bumped) - fx) / h
        it.iternext()
    return grad


def relative_error(a, b):
    top = np.linalg.norm(np.ravel(np.asarray(a, float) - b))
    bottom = np.linalg.norm(np.ravel(a)) + np.linalg.norm(np.ravel(b))
    return top / bottom if bottom > 0 else 0.0

# %% chain_gradient: chain-slope-at-output
# the slope is taken at the activation's output a_l instead of at its input z_l
def chain_gradient(x, ws, f, df):
    acts = []
    a = x
    for w in ws:
        a = f(w * a)
        acts.append(a)
    grads = np.zeros(len(ws))
    g = 1.0
    for k in reversed(range(len(ws))):
        g = g * ws[k] * df(acts[k])
        grads[k] = g
    return grads

# %% chain_gradient: chain-from-the-input
# the product is accumulated from the first link on: entry l is the product of links 0..l, not of l..L
def chain_gradient(x, ws, f, df):
    result = []
    running = 1.0
    a = x
    for w in ws:
        z = w * a
        running *= w * df(z)
        result.append(running)
        a = f(z)
    return np.array(result, dtype=float)

# %% mlp_forward: forward-activation-at-the-end
# the activation is applied to the output layer as well
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]))
    return hs[-1], zs, hs

# %% mlp_backward: backward-reversed
# the lists are returned in the order in which they are computed, last layer first
def mlp_backward(dout, zs, hs, Ws, df):
    dWs, dbs, deltas = [], [], []
    delta = dout
    for l in range(len(Ws) - 1, -1, -1):
        deltas.append(delta)
        dWs.append(hs[l].T @ delta)
        dbs.append(delta.sum(axis=0))
        if l > 0:
            delta = (delta @ Ws[l].T) * df(zs[l - 1])
    return dWs, dbs, deltas

# %% mlp_backward: backward-slope-at-output
# the slope of the layer's own z multiplies delta before dW too: also the linear output layer's dout is multiplied by
# df(zs[-1])
def mlp_backward(dout, zs, hs, Ws, df):
    n_layers = len(Ws)
    dWs = [None] * n_layers
    dbs = [None] * n_layers
    deltas = [None] * n_layers
    upstream = dout
    for i in reversed(range(n_layers)):
        dz = upstream * df(zs[i])
        deltas[i] = dz
        dWs[i] = np.dot(hs[i].T, dz)
        dbs[i] = np.sum(dz, axis=0)
        upstream = np.dot(dz, Ws[i].T)
    return dWs, dbs, deltas

# %% gradient_report: report-std
# np.std instead of the root mean square: the mean of the entries is subtracted first
def gradient_report(deltas):
    rms = np.array([np.std(d) for d in deltas])
    if not np.all(np.isfinite(rms)):
        return rms, rms[0] / rms[-1] if rms[-1] != 0 else 0.0, "non-finite"
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    if ratio < 1e-3:
        return rms, ratio, "vanishing"
    if ratio > 1e3:
        return rms, ratio, "exploding"
    return rms, ratio, "healthy"

# %% gradient_report: report-ratio-upside-down
# the ratio is the last layer's rms over the first's
def gradient_report(deltas):
    rms = np.array([np.sqrt(np.mean(np.square(d))) for d in deltas])
    first, last = rms[0], rms[-1]
    ratio = 0.0 if last == 0 else last / first
    label = "healthy"
    if not np.isfinite(rms).all():
        label = "non-finite"
    elif ratio < 1e-3:
        label = "vanishing"
    elif ratio > 1e3:
        label = "exploding"
    return rms, ratio, label

# %% clip_grad_norm: clip-hides-nan
# a nan norm fails the comparison norm > max_norm, so nothing is scaled and the nan stays in its one entry
def clip_grad_norm(grads, max_norm):
    total_norm = np.sqrt(sum((g.astype(float) ** 2).sum() for g in grads))
    if total_norm > max_norm:
        coef = max_norm / (total_norm + 1e-6)
        return [g * coef for g in grads], total_norm
    return [g.copy() for g in grads], total_norm

# %% clip_grad_norm: clip-returns-clipped-norm
# the norm after clipping is returned instead of the norm before
def clip_grad_norm(grads, max_norm):
    norm = lambda gs: np.sqrt(np.sum([np.sum(np.square(g, dtype=float)) for g in gs]))
    factor = np.minimum(1.0, max_norm / (norm(grads) + 1e-6))
    clipped = [g * factor for g in grads]
    return clipped, norm(clipped)

# %% neuron_bce: right
# logaddexp and an einsum
def neuron_bce(X, w, b, y):
    X, y = np.asarray(X, float), np.asarray(y, float)
    z = np.einsum("nd,d->n", X, w) + b
    log_p, log_q = -np.logaddexp(0, -z), -np.logaddexp(0, z)
    loss = -np.average(y * log_p + (1 - y) * log_q)
    residual = np.exp(log_p) - y
    return float(loss), np.einsum("nd,n->d", X, residual) / len(y), float(residual.mean())

# %% mlp_backward: right
# recursion
def mlp_backward(dout, zs, hs, Ws, df):
    def go(l, delta):
        here = hs[l].T @ delta, np.ones(len(delta)) @ delta, delta
        if l == 0:
            return [here]
        return go(l - 1, np.multiply(delta @ Ws[l].T, df(zs[l - 1]))) + [here]

    a, b, c = zip(*go(len(Ws) - 1, dout))
    return list(a), list(b), list(c)

# %% chain_gradient: right
# two passes with an explicit double loop
def chain_gradient(x, ws, f, df):
    L = len(ws)
    factors, a = [], x
    for k in range(L):
        factors.append(ws[k] * df(ws[k] * a))
        a = f(ws[k] * a)
    return np.array([np.prod(factors[l:], dtype=float) for l in range(L)])

# %% gradient_report: right
# norms divided by the root of the size, dictionary of labels
def gradient_report(deltas):
    rms = np.asarray([np.linalg.norm(np.ravel(d)) / np.size(d) ** 0.5 for d in deltas])
    ratio = rms[0] / rms[-1] if rms[-1] else 0.0
    labels = {True: "non-finite", False: ["vanishing", "healthy", "exploding"][int(ratio >= 1e-3) + int(ratio > 1e3)]}
    return rms, ratio, labels[bool((~np.isfinite(rms)).any())]

# %% clip_grad_norm: right
# flattens everything into one vector
def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads]).astype(float)
    total = np.sqrt(flat @ flat)
    flat = flat * np.minimum(1, max_norm / (total + 1e-6))
    out, at = [], 0
    for g in grads:
        out.append(flat[at:at + np.size(g)].reshape(np.shape(g)))
        at += np.size(g)
    return out, float(total)
