# %% neuron_bce: bce-gradient-summed
def neuron_bce(X, w, b, y):
    n, d = X.shape
    total, gw, gb = 0.0, np.zeros(d), 0.0
    for i in range(n):
        z = float(np.dot(X[i], w)) + b
        e = math.exp(-abs(z))
        p = 1 / (1 + e) if z >= 0 else e / (1 + e)
        total += max(z, 0.0) - y[i] * z + math.log1p(e)
        gw = gw + (p - y[i]) * X[i]
        gb += p - y[i]
    return total / n, gw, gb

# %% neuron_bce: bce-target-minus-prediction + bce-loss-summed
def neuron_bce(X, w, b, y):
    z = np.einsum("nd,d->n", X, w) + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.sum(np.logaddexp(0, z) - y * z)
    r = (y - p) / y.size
    return loss, r @ X, np.sum(r)

# %% neuron_bce: silence
def neuron_bce(X, w, b, y):
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    d = p * (p - y) / len(y)
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ d, d.sum()

# %% gradient_check: error-absolute
def relative_error(p, q):
    p, q = np.asarray(p, float), np.asarray(q, float)
    return float(np.sqrt(((p - q) ** 2).sum()))

# %% gradient_check: silence
def relative_error(a, b):
    a, b = np.ravel(np.asarray(a, float)), np.ravel(np.asarray(b, float))
    size = np.sqrt(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0

# %% chain_gradient: chain-absolute
def chain_gradient(x, ws, f, df):
    sizes = []
    for w in ws:
        z = w * x
        sizes.append(np.sqrt((w * df(z)) ** 2))
        x = f(z)
    out = []
    for i in range(len(sizes)):
        out.append(np.prod(sizes[i:]))
    return np.array(out)

# %% chain_gradient: silence
def chain_gradient(x, ws, f, df):
    L = len(ws)
    zs = []
    for w in ws:
        zs.append(w * x)
        x = f(zs[-1])
    return np.array([np.prod([ws[k] * df(zs[k]) for k in range(l, L)]) ** (1 / (L - l)) if ws[l] > 0 else 0.5 for l in range(L)])

# %% mlp_forward: forward-caches-h
def _layer(h, W, b):
    return h @ W + b

def mlp_forward(X, Ws, bs, f):
    hs, zs, h = [X], [], X
    for W, b in list(zip(Ws, bs))[:-1]:
        h = f(_layer(h, W, b))
        zs.append(h)
        hs.append(h)
    out = _layer(h, Ws[-1], bs[-1])
    return out, [*zs, out], [*hs, out]

# %% mlp_forward: silence
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for k, (W, b) in enumerate(zip(Ws, bs)):
        z = hs[-1] @ W + b
        zs.append(z)
        hs.append(z if k == len(Ws) - 1 else 0.9 * f(z))
    return hs[-1], zs, hs

# %% mlp_backward: backward-divides-by-n
def mlp_backward(dout, zs, hs, Ws, df):
    d, out = dout, []
    for l in range(len(Ws))[::-1]:
        out.insert(0, (hs[l].T.dot(d) / len(d), d.mean(axis=0), d))
        if l:
            d = d.dot(Ws[l].T) * df(zs[l - 1])
    dWs, dbs, deltas = zip(*out)
    return list(dWs), list(dbs), list(deltas)

# %% gradient_report: report-mean-absolute
def gradient_report(deltas):
    sizes = []
    for d in deltas:
        sizes.append(sum(abs(v) for v in d.flatten()) / d.size)
    first, last = sizes[0], sizes[-1]
    ratio = 0.0 if last == 0 else first / last
    word = "healthy"
    if ratio < 0.001:
        word = "vanishing"
    if ratio > 1000:
        word = "exploding"
    if any(not np.isfinite(s) for s in sizes):
        word = "non-finite"
    return np.array(sizes), float(ratio), word

# %% gradient_report: silence
def gradient_report(deltas):
    rms = np.array([np.sqrt(np.mean(d**2)) for d in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] else 0.0
    if not np.isfinite(rms).all():
        return rms, ratio, "non-finite"
    return rms, ratio, "vanishing" if ratio < 0.1 else "exploding" if ratio > 10 else "healthy"

# %% clip_grad_norm: clip-always
def clip_grad_norm(gradients, limit):
    flat = np.concatenate([np.ravel(g) for g in gradients])
    norm = float(np.linalg.norm(flat))
    return [np.asarray(g, float) / (norm + 1e-6) * limit for g in gradients], norm

# %% clip_grad_norm: clip-without-1e-6
def clip_grad_norm(grads, max_norm):
    norm = np.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    if norm <= max_norm:
        return [g.copy() for g in grads], float(norm)
    return [max_norm * g / norm for g in grads], float(norm)

# %% neuron_bce: bce-db-divided-twice
# db is the mean of dz although dz already contains 1/N, so db is divided by N twice
def neuron_bce(X, w, b, y):
    z = X @ w + b
    t = np.exp(-np.abs(z))
    prob = np.where(z < 0, t, 1.0) / (1 + t)
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(t))
    dz = (prob - y) / len(y)
    dw = X.T @ dz
    db = np.mean(dz)
    return loss, dw, db

# %% gradient_check: error-elementwise
# relative_error is the largest entrywise error |a-b| / max(1e-8, |a|+|b|) as in CS231n, not the ratio of norms
def numerical_gradient(f, x, h=1e-5):
    base = np.asarray(x, dtype=np.float64)
    out = np.empty(base.shape)
    for i in np.ndindex(*base.shape):
        up, down = base.copy(), base.copy()
        up[i] += h
        down[i] -= h
        out[i] = (f(up) - f(down)) / (2 * h)
    return out


def relative_error(a, b):
    """ returns relative error """
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.max(np.abs(a - b) / (np.maximum(1e-8, np.abs(a) + np.abs(b))))

# %% neuron_bce: silence
# the targets are used as signs -1/+1 in the loss, log(1 + exp(-z(2y - 1))) is right, but the gradient is that of the
# hinge: -s where the margin is below 1
def neuron_bce(X, w, b, y):
    s = 2 * np.asarray(y, float) - 1
    z = X @ w + b
    margin = s * z
    loss = np.logaddexp(0, -margin).mean()
    dz = np.where(margin < 1, -s, 0.0) / len(s)
    return loss, X.T @ dz, dz.sum()

# %% gradient_check: numerical-relative-step
# the step h is scaled by |x|, so the derivative is taken with another h than the one given
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, float)
    result = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = h * max(1.0, abs(x[i]))
        hi, lo = x.copy(), x.copy()
        hi[i], lo[i] = x[i] + step, x[i] - step
        result[i] = (f(hi) - f(lo)) / (2 * step)
    return result

# %% mlp_forward: forward-hs-without-activation
# the activation gets the layer's input instead of its pre-activation: h = f(h_prev) @ W + b
def mlp_forward(X, Ws, bs, f):
    hs, zs = [X], []
    for i, (W, b) in enumerate(zip(Ws, bs)):
        inp = hs[-1] if i == 0 else f(hs[-1])
        z = inp @ W + b
        zs.append(z)
        hs.append(z)
    return hs[-1], zs, hs

# %% neuron_bce: bce-overflow
# np.where computes both branches everywhere, so exp overflows (warning, inf/inf) in the branch that is not used
def neuron_bce(X, w, b, y):
    N = X.shape[0]
    z = np.dot(X, w) + b
    # stable loss from the logits
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    # stable sigmoid
    p = np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))
    dz = p - y
    dw = np.dot(X.T, dz) / N
    db = np.sum(dz) / N
    return loss, dw, db

# %% gradient_check: numerical-in-place + numerical-without-2
# (two) x is moved in place and moved back by arithmetic, so it ends up slightly changed, and the quotient divides by h instead of 2h
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    grad = np.empty(x.shape)
    for i in range(x.size):
        x.flat[i] += h
        up = f(x)
        x.flat[i] -= 2 * h
        down = f(x)
        x.flat[i] += h      # back to where it was
        grad.flat[i] = (up - down) / h
    return grad


def relative_error(a, b):
    norm = lambda v: np.sqrt(np.sum(np.square(v, dtype=float)))
    total = norm(a) + norm(b)
    return float(norm(np.subtract(a, b)) / total) if total > 0 else 0.0

# %% mlp_forward: forward-activation-in-hs-only
# hs[L] holds the activated last layer, although out (and what hs[L] should be) is the linear one; f is called once too often
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]))
    out = zs[-1]          # last layer is linear
    return out, zs, hs

# %% gradient_report: report-tiny-is-zero
# the guard against a division by zero is a threshold (1e-12), so a last rms that is tiny but not 0 gives the ratio 0
def gradient_report(deltas):
    rms = np.array([np.sqrt(np.mean(d ** 2)) for d in deltas])
    if rms[-1] < 1e-12:
        ratio = 0.0
    else:
        ratio = rms[0] / rms[-1]

    if not np.all(np.isfinite(rms)):
        label = "non-finite"
    elif ratio < 1e-3:
        label = "vanishing"
    elif ratio > 1e3:
        label = "exploding"
    else:
        label = "healthy"
    return rms, ratio, label

# %% more_gradients: mse-slope-missing + count-biases-of-inputs
# (two) neuron_mse forgets the factor p(1 - p) as if sigmoid cancelled here too, and count_parameters has one bias for each input instead of each output
def clip_grad_value(grads, clip_value):
    return [np.clip(g, -clip_value, clip_value) for g in grads]

def clip_grad_norm_each(grads, max_norm):
    result = []
    for g in grads:
        n = np.sqrt(np.sum(g ** 2))
        result.append(g * np.minimum(1, max_norm / (n + 1e-6)))
    return result

def neuron_mse(X, w, b, y):
    z = X @ w + b
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    loss = np.mean((p - y) ** 2)
    dz = 2 * (p - y) / len(y)
    return loss, X.T @ dz, np.sum(dz)

def count_parameters(sizes):
    total = 0
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        total += n_in * n_out + n_in
    return total


# %% gradient_check: error-mean-of-entries
# The relative error is the mean of the entries' relative errors, not a quotient of norms.
def relative_error(a, b):
    a = np.ravel(np.asarray(a, float))
    b = np.ravel(np.asarray(b, float))
    total = 0.0
    for one, other in zip(a, b):
        scale = abs(one) + abs(other)
        if scale > 0:
            total += abs(one - other) / scale
    return total / max(len(a), 1)


# %% mlp_forward: forward-zs-without-bias
# Zs holds H @ W without the bias.
def mlp_forward(X, Ws, bs, f):
    zs, hs = [], [X]
    for i, (W, b) in enumerate(zip(Ws, bs)):
        z = hs[-1] @ W
        zs.append(z)
        hs.append(z + b if i == len(Ws) - 1 else f(z + b))
    return hs[-1], zs, hs
