# %% neuron_bce: bce-log-plus-epsilon
# The probability is clipped to [1e-12, 1 - 1e-12] before the logarithm, so the loss saturates at 27.6 instead of growing with |z|.
def neuron_bce(X, w, b, y):
    N = X.shape[0]
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    # avoid log(0)
    p_safe = np.clip(p, 1e-12, 1 - 1e-12)
    loss = -np.mean(y * np.log(p_safe) + (1 - y) * np.log(1 - p_safe))
    dz = (p - y) / N
    dw = X.T @ dz
    db = np.sum(dz)
    return loss, dw, db


# %% neuron_bce: bce-gradient-summed
# The loss is a mean, but the gradients are those of the sum: the 1/N is forgotten in dz.
def neuron_bce(X, w, b, y):
    z = np.dot(X, w) + b
    expo = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(expo))
    p = np.where(z >= 0, 1.0 / (1.0 + expo), expo / (1.0 + expo))
    error = p - y
    dw = X.T.dot(error)
    db = error.sum()
    return loss, dw, db


# %% gradient_check: numerical-not-restored
# The entry is not put back after the two evaluations, so later entries are measured at a shifted point.
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        x[idx] += h
        f_plus = float(f(x))
        x[idx] -= 2 * h
        f_minus = float(f(x))
        grad[idx] = (f_plus - f_minus) / (2 * h)
    return grad


def relative_error(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    total = np.linalg.norm(a) + np.linalg.norm(b)
    if total == 0:
        return 0.0
    return np.linalg.norm(a - b) / total


# %% gradient_check: numerical-gradient-integers
# The result is made with zeros_like(x), so for an integer x the slopes are cut off to integers.
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def relative_error(a, b):
    num = np.sqrt(np.sum((np.asarray(a) - np.asarray(b)) ** 2))
    den = np.sqrt(np.sum(np.asarray(a) ** 2)) + np.sqrt(np.sum(np.asarray(b) ** 2))
    return 0.0 if den == 0 else num / den


# %% chain_gradient: chain-slope-at-output
# The slope is taken at the activation a = f(z) and not at z.
def chain_gradient(x, ws, f, df):
    a = x
    factors = []
    for w in ws:
        z = w * a
        a = f(z)
        factors.append(w * df(a))
    grads = np.zeros(len(ws))
    running = 1.0
    for l in range(len(ws) - 1, -1, -1):
        running = running * factors[l]
        grads[l] = running
    return grads


# %% chain_gradient: chain-from-the-input
# The products are accumulated from the first link on instead of from the last one back.
def chain_gradient(x, ws, f, df):
    factors = np.empty(len(ws))
    a = x
    for l, w in enumerate(ws):
        z = w * a
        factors[l] = w * df(z)
        a = f(z)
    return np.cumprod(factors)


# %% mlp_forward: forward-activation-at-the-end
# The activation is applied in the last layer too, which should be linear.
def mlp_forward(X, Ws, bs, f):
    zs = []
    hs = [X]
    for W, b in zip(Ws, bs):
        z = hs[-1] @ W + b
        zs.append(z)
        hs.append(f(z))
    return hs[-1], zs, hs


# %% mlp_backward: backward-slope-at-h
# The slope on the way back is taken at the activations hs[l] instead of the pre-activations zs[l - 1].
def mlp_backward(dout, zs, hs, Ws, df):
    L = len(Ws)
    dWs, dbs, deltas = [None] * L, [None] * L, [None] * L
    delta = np.array(dout, dtype=float)
    for l in reversed(range(L)):
        deltas[l] = delta
        dWs[l] = hs[l].T @ delta
        dbs[l] = delta.sum(axis=0)
        if l > 0:
            delta = (delta @ Ws[l].T) * df(hs[l])
    return dWs, dbs, deltas


# %% mlp_backward: backward-slope-at-output
# dout is multiplied by the slope at the last z although the last layer is linear.
def mlp_backward(dout, zs, hs, Ws, df):
    dWs, dbs, deltas = [], [], []
    L = len(Ws)
    for l in range(L - 1, -1, -1):
        if l == L - 1:
            delta = dout * df(zs[l])
        else:
            delta = np.dot(delta, Ws[l + 1].T) * df(zs[l])
        deltas.insert(0, delta)
        dWs.insert(0, np.dot(hs[l].T, delta))
        dbs.insert(0, np.sum(delta, axis=0))
    return dWs, dbs, deltas


# %% gradient_report: report-ratio-finite-only
# Only the ratio is tested for nan and infinity, so a broken layer in the middle (or an infinite last one) goes unnoticed.
def gradient_report(deltas):
    rms = np.array([np.sqrt(np.mean(d ** 2)) for d in deltas])
    if rms[-1] == 0:
        ratio = 0.0
    else:
        ratio = rms[0] / rms[-1]

    if not np.isfinite(ratio):
        label = "non-finite"
    elif ratio < 1e-3:
        label = "vanishing"
    elif ratio > 1e3:
        label = "exploding"
    else:
        label = "healthy"
    return rms, ratio, label


# %% clip_grad_norm: clip-hides-nan
# The if is False for a nan norm, so the other entries are handed back unclipped and the nan hides.
def clip_grad_norm(grads, max_norm):
    total_norm = np.sqrt(sum(np.sum(g ** 2) for g in grads))
    coef = max_norm / (total_norm + 1e-6)
    if coef < 1:
        new_grads = [g * coef for g in grads]
    else:
        new_grads = [g.copy() for g in grads]
    return new_grads, total_norm


# %% clip_grad_norm: writes-clip_grad_norm
# The gradients are scaled in place, so the caller's arrays change.
def clip_grad_norm(grads, max_norm):
    squares = 0.0
    for g in grads:
        squares += np.sum(np.square(g))
    total_norm = np.sqrt(squares)
    scale = np.minimum(1.0, max_norm / (total_norm + 1e-6))
    for g in grads:
        g *= scale
    return grads, total_norm


# %% more_gradients: mse-half
# The factor 2 of the squared error is forgotten in neuron_mse (gradient of one half of it).
def clip_grad_value(grads, clip_value):
    return [np.clip(g, -clip_value, clip_value) for g in grads]

def clip_grad_norm_each(grads, max_norm):
    clipped = []
    for g in grads:
        norm = np.sqrt(np.sum(g ** 2))
        clipped.append(g * np.minimum(1.0, max_norm / (norm + 1e-6)))
    return clipped

def neuron_mse(X, w, b, y):
    N = len(y)
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    loss = np.mean((p - y) ** 2)
    dz = (p - y) * p * (1 - p) / N
    return loss, X.T @ dz, dz.sum()

def count_parameters(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[:-1], sizes[1:]))


# %% neuron_bce: right
# Right: both log-likelihood halves by logaddexp, and p from the same logarithm.
def neuron_bce(X, w, b, y):
    z = np.asarray(X) @ np.asarray(w) + b
    minus_log_p = np.logaddexp(0, -z)      # -log sigmoid(z)
    minus_log_q = np.logaddexp(0, z)       # -log(1 - sigmoid(z))
    loss = (y * minus_log_p + (1 - y) * minus_log_q).mean()
    # for y = 1 the residual p - 1 is minus the other probability
    residual = (1 - y) * np.exp(-minus_log_p) - y * np.exp(-minus_log_q)
    dz = residual / len(z)
    return loss, dz @ X, dz.sum()


# %% mlp_backward: right
# Right: a recursion from the last layer down, with einsum.
def mlp_backward(dout, zs, hs, Ws, df):
    def back(l, delta):
        dW = np.einsum("ni,no->io", hs[l], delta)
        db = np.einsum("no->o", delta)
        if l == 0:
            return [dW], [db], [delta]
        below = np.einsum("no,io->ni", delta, Ws[l]) * df(zs[l - 1])
        dWs, dbs, deltas = back(l - 1, below)
        return dWs + [dW], dbs + [db], deltas + [delta]

    return back(len(Ws) - 1, np.array(dout, dtype=float))
