# %% neuron_bce: bce-naive-log | bce-overflow
def _squash(t):
    return 1 / (1 + np.exp(-t))

def neuron_bce(X, w, b, y):
    p = _squash(X.dot(w) + b)
    d = (p - y) / X.shape[0]
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(), d @ X, d.sum()

# %% neuron_bce: bce-db-summed
def neuron_bce(X, w, b, y):
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    err = p - y
    dw = np.array([np.mean(err * X[:, j]) for j in range(X.shape[1])])
    return np.mean(np.logaddexp(0, z) - y * z), dw, sum(err)

# %% gradient_check: numerical-forward
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, float)
    base, flat = f(x), x.ravel()
    out = []
    for i in range(flat.size):
        moved = flat.copy()
        moved[i] += h
        out.append((f(moved.reshape(x.shape)) - base) / h)
    return np.array(out).reshape(x.shape)

# %% gradient_check: numerical-without-2 + error-of-a-only
def numerical_gradient(func, point, h=1e-5):
    point = np.array(point, dtype=np.float64)
    slope = np.empty(point.shape)
    it = np.nditer(point, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        up, down = point.copy(), point.copy()
        up[i], down[i] = point[i] + h, point[i] - h
        slope[i] = (func(up) - func(down)) / h
        it.iternext()
    return slope

def relative_error(a, b):
    n = np.linalg.norm(a)
    return float(np.linalg.norm(np.asarray(a) - np.asarray(b)) / n) if n else 0.0

# %% chain_gradient: chain-slope-at-output
def chain_gradient(x, ws, f, df):
    n, a, d = len(ws), x, []
    for w in ws:
        a = f(w * a)
        d.append(df(a) * w)
    out, run = np.ones(n), 1.0
    for i in reversed(range(n)):
        run *= d[i]
        out[i] = run
    return out

# %% chain_gradient: chain-without-slopes | chain-from-the-input ?
def chain_gradient(x, ws, f, df):
    out, run = [], 1.0
    for w in ws:
        run *= w
        out.append(run)
    return np.array(out, float)

# %% mlp_forward: forward-activation-at-the-end
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for i in range(len(Ws)):
        z = np.dot(hs[i], Ws[i]) + bs[i]
        zs += [z]
        hs += [f(z)]
    return hs[len(Ws)], zs, hs

# %% mlp_forward: forward-no-bias | forward-activation-at-the-end ?
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for W in Ws:
        zs.append(hs[-1] @ W)
        hs.append(f(zs[-1]))
    return hs[-1], zs, hs

# %% mlp_backward: backward-slope-at-h
def mlp_backward(dout, zs, hs, Ws, df):
    dWs, dbs, deltas = [], [], [dout]
    for l in range(len(Ws) - 1, 0, -1):
        deltas.insert(0, np.multiply(np.dot(deltas[0], np.transpose(Ws[l])), df(hs[l])))
    for l in range(len(Ws)):
        dWs.append(np.dot(np.transpose(hs[l]), deltas[l]))
        dbs.append(np.sum(deltas[l], 0))
    return dWs, dbs, deltas

# %% mlp_backward: silence
def mlp_backward(dout, zs, hs, Ws, df):
    L = len(Ws)
    dWs, dbs, deltas = [None] * L, [None] * L, [None] * L
    delta = dout
    for l in reversed(range(L)):
        dWs[l], dbs[l], deltas[l] = hs[l].T @ delta, delta.sum(0), delta
        if l > 0:
            delta = (delta @ Ws[l].T) * (zs[l - 1] > 0)
    return dWs, dbs, deltas

# %% gradient_report: report-norm | report-labels-swapped ?
def gradient_report(deltas):
    norms = np.array([np.sqrt((d * d).sum()) for d in deltas])
    ratio = norms[0] / norms[-1] if norms[-1] else 0.0
    if np.isnan(norms).any() or np.isinf(norms).any():
        label = "non-finite"
    else:
        label = "exploding" if ratio < 1e-3 else "vanishing" if ratio > 1e3 else "healthy"
    return norms, float(ratio), label

# %% clip_grad_norm: clip-each-array
def clip_grad_norm(grads, max_norm):
    out, squares = [], 0.0
    for g in grads:
        n = np.sqrt((g * g).sum())
        squares += n * n
        k = max_norm / (n + 1e-6)
        out.append(g * k if k < 1 else g * 1.0)
    return out, math.sqrt(squares) if squares == squares else squares

# %% clip_grad_norm: clip-returns-clipped-norm | clip-by-value ?
def clip_grad_norm(grads, max_norm):
    clipped = [np.clip(g, -max_norm, max_norm) for g in grads]
    return clipped, float(np.sqrt(sum((c**2).sum() for c in clipped)))

# %% more_gradients: mse-half + count-no-biases
def neuron_mse(X, w, b, y):
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z < 0, e, 1.0) / (1 + e)
    back = (p - y) * (p - p**2) / len(p)
    return ((p - y) ** 2).mean(), back @ X, back.sum()

def count_parameters(sizes):
    total = 0
    for i in range(1, len(sizes)):
        total += sizes[i] * sizes[i - 1]
    return total
