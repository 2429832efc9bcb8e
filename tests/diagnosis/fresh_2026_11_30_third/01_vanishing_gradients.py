# %% neuron_bce: bce-log-plus-epsilon | bce-clipped-p
# the loss is taken from probabilities clipped to [1e-12, 1 - 1e-12], so at z = 800 a wrong example costs 27.6 and not 800
def neuron_bce(X, w, b, y):
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    p_safe = np.clip(p, 1e-12, 1 - 1e-12)          # avoid log(0)
    loss = -np.mean(y * np.log(p_safe) + (1 - y) * np.log(1 - p_safe))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()

# %% neuron_bce: bce-db-summed
# the 1/N is forgotten in db (dw has it)
def neuron_bce(X, w, b, y):
    n_examples, n_features = X.shape
    loss = 0.0
    dw = np.zeros(n_features)
    db = 0.0
    for i in range(n_examples):
        z = b
        for j in range(n_features):
            z = z + X[i, j] * w[j]
        small = np.exp(-abs(z))
        if z >= 0:
            p = 1 / (1 + small)
        else:
            p = small / (1 + small)
        loss += max(z, 0) - y[i] * z + np.log(1 + small)
        dw += (p - y[i]) * X[i]
        db += p - y[i]
    loss /= n_examples
    dw /= n_examples
    return loss, dw, db

# %% gradient_check: numerical-integers
# the copy of x keeps its integer dtype, so for integers x + h is truncated to x and x - h to x - 1, and the gradient is nonsense
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        plus, minus = x.copy(), x.copy()
        plus[idx] = x[idx] + h
        minus[idx] = x[idx] - h
        grad[idx] = (f(plus) - f(minus)) / (2 * h)
    return grad


def relative_error(a, b):
    a, b = np.ravel(a), np.ravel(b)
    denominator = np.linalg.norm(a) + np.linalg.norm(b)
    if denominator == 0:
        return 0.0
    return np.linalg.norm(a - b) / denominator

# %% gradient_check: error-elementwise
# relative_error is CS231n's: the largest error of a single entry, not the ratio of norms
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        step = np.zeros_like(x)
        step[ix] = h
        grad[ix] = (f(x + step) - f(x - step)) / (2 * h)
        it.iternext()
    return grad


def relative_error(a, b):
    """returns relative error"""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))

# %% chain_gradient: chain-starts-at-one
# the product starts at the link after l, so every entry misses its own factor and the last one is 1
def chain_gradient(x, ws, f, df):
    L = len(ws)
    zs = []
    a = x
    for w in ws:
        z = w * a
        zs.append(z)
        a = f(z)
    grads = np.zeros(L)
    g = 1.0
    for l in reversed(range(L)):
        grads[l] = g
        g = g * ws[l] * df(zs[l])
    return grads

# %% chain_gradient: chain-division
# the products from the end are made by dividing the total by a cumulative product from the front, which is 0/0 when a weight is 0
def chain_gradient(x, ws, f, df):
    ws = np.asarray(ws, dtype=float)
    slopes = np.empty(len(ws))
    a = x
    for i, w in enumerate(ws):
        z = w * a
        slopes[i] = df(z)
        a = f(z)
    factors = ws * slopes
    before = np.concatenate([[1.0], np.cumprod(factors)[:-1]])
    return np.prod(factors) / before

# %% mlp_backward: backward-slope-at-h
# the slope of the activation is taken at h instead of z
def mlp_backward(dout, zs, hs, Ws, df):
    L = len(Ws)
    dWs, dbs, deltas = [None] * L, [None] * L, [None] * L
    delta = dout
    for l in range(L - 1, -1, -1):
        deltas[l] = delta
        dWs[l] = hs[l].T @ delta
        dbs[l] = delta.sum(axis=0)
        if l > 0:
            delta = (delta @ Ws[l].T) * df(hs[l])
    return dWs, dbs, deltas

# %% mlp_backward: backward-db-keepdims
# the bias gradients keep the batch axis (keepdims), shape (1, H) instead of (H,)
def mlp_backward(dout, zs, hs, Ws, df):
    dWs, dbs, deltas = [], [], []
    dz = dout
    for l in reversed(range(len(Ws))):
        dW = np.dot(hs[l].T, dz)
        db = np.sum(dz, axis=0, keepdims=True)
        dWs.insert(0, dW)
        dbs.insert(0, db)
        deltas.insert(0, dz)
        if l != 0:
            dh = np.dot(dz, Ws[l].T)
            dz = dh * df(zs[l - 1])
    return dWs, dbs, deltas

# %% gradient_report: report-ratio-finite-only
# only the ratio is tested for nan and inf, so a nan in a layer in between is called healthy
def gradient_report(deltas):
    def root_mean_square(d):
        d = np.asarray(d, dtype=float)
        return np.linalg.norm(d) / np.sqrt(d.size)

    rms = np.array(list(map(root_mean_square, deltas)))
    first, last = rms[0], rms[-1]
    ratio = 0.0 if last == 0 else first / last
    if np.isnan(ratio) or np.isinf(ratio):
        return rms, ratio, "non-finite"
    if ratio < 1e-3:
        return rms, ratio, "vanishing"
    if ratio > 1e3:
        return rms, ratio, "exploding"
    return rms, ratio, "healthy"

# %% clip_grad_norm: clip-hides-nan
# "if the norm is larger" is False for nan, so with one nan the other arrays stay as they are and the nan does not spread
def clip_grad_norm(grads, max_norm):
    total_norm = np.sqrt(sum(np.sum(g ** 2) for g in grads))
    clip_coef = max_norm / (total_norm + 1e-6)
    if clip_coef < 1:
        grads = [g * clip_coef for g in grads]
    return grads, total_norm

# %% neuron_bce: right
# softplus and the sigmoid both from np.logaddexp
def neuron_bce(X, w, b, y):
    z = X @ w + b
    loss = float(np.mean(np.logaddexp(0.0, z) - y * z))
    residual = (np.exp(-np.logaddexp(0.0, -z)) - y) / z.shape[0]
    return loss, np.einsum("nd,n->d", X, residual), float(np.einsum("n->", residual))

# %% mlp_backward: right
# recursion over the lists, einsum for the products
def mlp_backward(dout, zs, hs, Ws, df):
    def down(l, delta):
        dW = np.einsum("ni,no->io", hs[l], delta)
        db = np.add.reduce(delta, axis=0)
        if l == 0:
            return [dW], [db], [delta]
        below = np.einsum("no,io->ni", delta, Ws[l]) * df(zs[l - 1])
        dWs, dbs, deltas = down(l - 1, below)
        return dWs + [dW], dbs + [db], deltas + [delta]

    return down(len(Ws) - 1, dout)

# %% clip_grad_norm: right
# the norm of the norms, as PyTorch does it, and np.minimum so that nan spreads
def clip_grad_norm(grads, max_norm):
    total = np.linalg.norm([np.linalg.norm(np.asarray(g, dtype=float)) for g in grads])
    factor = np.minimum(1.0, np.divide(max_norm, total + 1e-6))
    return list(map(lambda g: np.multiply(g, factor), grads)), total
