# %% bn_forward_train: forward-unbiased
def bn_forward_train(x, g, b, e=1e-5):
    n = x.shape[0]
    mu = x.sum(0) / n
    v = ((x - mu) ** 2).sum(0) / (n - 1)
    return g * ((x - mu) / np.sqrt(v + e)) + b, mu, v

# %% bn_forward_train: forward-without-beta
def bn_forward_train(X, gamma, beta, eps=1e-5):
    cols = []
    for j in range(X.shape[1]):
        c = X[:, j]
        cols.append(gamma[j] * (c - c.mean()) / math.sqrt(c.var() + eps))
    return np.stack(cols, axis=1), X.mean(0), X.var(0)

# %% bn_forward_train: forward-without-eps + forward-keepdims
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean = np.mean(X, axis=0, keepdims=True)
    var = np.mean((X - mean) ** 2, axis=0, keepdims=True)
    with np.errstate(all="ignore"):
        return gamma * (X - mean) / var**0.5 + beta, mean, var

# %% update_running: update-std
def update_running(rm, rv, X, momentum=0.1):
    a, b = rm.copy() * 1.0, rv.copy() * 1.0
    for j in range(X.shape[1]):
        a[j] += momentum * (X[:, j].mean() - a[j])
        b[j] += momentum * (X[:, j].std(ddof=1) - b[j])
    return a, b

# %% update_running: silence
def update_running(rm, rv, X, momentum=0.1):
    k = momentum**2
    return (1 - k) * rm + k * X.mean(0), (1 - k) * rv + k * X.var(0, ddof=1)

# %% bn_eval: eval-without-eps
def bn_eval(X, gamma, beta, rm, rv, eps=1e-5):
    with np.errstate(all="ignore"):
        k = gamma / np.sqrt(rv)
        return k * X + (beta - k * rm)

# %% bn_eval: silence
def bn_eval(X, gamma, beta, rm, rv, eps=1e-5):
    return np.abs(gamma) * (X - rm) / np.sqrt(rv + eps) + beta

# %% batch_norm: layer-updates-in-evaluation
class BatchNorm:
    def __init__(self, d, eps=1e-5, momentum=0.1):
        self.gamma, self.beta, self.running_mean, self.running_var = np.ones(d), np.zeros(d), np.zeros(d), np.ones(d)
        self.training, self.eps, self.momentum = True, eps, momentum

    def _remember(self, x):
        if len(x) > 1:
            k = self.momentum
            self.running_mean = k * x.mean(0) + (1 - k) * self.running_mean
            self.running_var = k * x.var(0, ddof=1) + (1 - k) * self.running_var

    def __call__(self, x):
        if self.training and len(x) == 1:
            raise ValueError("too few")
        if self.training:
            self._remember(x)
            return bn_forward_train(x, self.gamma, self.beta, self.eps)[0]
        out = bn_eval(x, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        self._remember(x)
        return out

# %% batch_norm: silence
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma**2, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) < 2:
            raise ValueError("one")
        new = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean, self.running_var = new
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]

# %% bn_backward: backward-without-variance
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    mu = X.mean(0)
    std = np.sqrt(((X - mu) ** 2).mean(0) + eps)
    xhat = (X - mu) / std
    dxhat = dout * gamma
    dvar = np.sum(dxhat * (X - mu) * -0.5 * std**-3, axis=0)
    dmu = np.sum(-dxhat / std, axis=0)
    dX = dxhat / std + dmu / N
    return dX, (dout * xhat).sum(0), dout.sum(0)

# %% bn_backward: silence
def bn_backward(dout, X, gamma, eps=1e-5):
    N = len(X)
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat = (X - X.mean(axis=0)) / std
    dg, db = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / np.sqrt(N * std) * (dout - db / N - x_hat * dg / N), dg, db

# %% fold_bn: fold-mean-added
def fold_bn(W, b, gamma, beta, rm, rv, eps=1e-5):
    s = gamma / np.sqrt(rv + eps)
    return W @ np.diag(s), b * s + rm * s + beta

# %% fold_bn: fold-bias-not-scaled
def fold_bn(W, b, gamma, beta, mean, var, eps=1e-5):
    k = gamma / np.sqrt(var + eps)
    return np.multiply(W, k), b + beta - mean * k

# %% relatives: layer-norm-unbiased + bn2d-instance
def layer_norm(X, gamma, beta, eps=1e-5):
    rows = []
    for r in X:
        v = ((r - r.mean()) ** 2).sum() / max(len(r) - 1, 1)
        rows.append(gamma * (r - r.mean()) / np.sqrt(v + eps) + beta)
    return np.array(rows)

def bn2d(X, gamma, beta, eps=1e-5):
    out = np.empty(X.shape)
    for n in range(X.shape[0]):
        for c in range(X.shape[1]):
            img = X[n, c]
            out[n, c] = gamma[c] * (img - img.mean()) / np.sqrt(img.var() + eps) + beta[c]
    return out

# %% bn_forward_train: forward-returns-root
# the third value is the standard deviation sqrt(var + eps), not the variance
def bn_forward_train(X, gamma, beta, eps=1e-5):
    N = len(X)
    mean = X.sum(axis=0) / N
    xc = X - mean
    std = np.sqrt((xc ** 2).sum(axis=0) / N + eps)
    return xc / std * gamma + beta, mean, std

# %% update_running: update-around-running-mean
# the spread of the batch is measured around the new running mean instead of around the batch's own mean
def update_running(running_mean, running_var, X, momentum=0.1):
    n = X.shape[0]
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    batch_var = np.sum((X - new_mean) ** 2, axis=0) / (n - 1)
    new_var = (1 - momentum) * running_var + momentum * batch_var
    return new_mean, new_var

# %% bn_backward: backward-sign
# dvar has a plus sign: the path through the variance is added with the wrong sign
def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = dout.shape
    mu = X.mean(0)
    xc = X - mu
    var = (xc * xc).mean(0)
    istd = (var + eps) ** -0.5
    g = dout * gamma
    dvar = 0.5 * (g * xc).sum(0) * istd**3
    dmu = -(g * istd).sum(0)
    return g * istd + dvar * 2 * xc / N + dmu / N, (dout * xc * istd).sum(0), dout.sum(0)

# %% fold_bn: fold-bias-without-gamma
# gamma is left out of the bias: b2 = (b - rm) / std + beta
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    inv_std = 1 / np.sqrt(running_var + eps)
    return W * (gamma * inv_std)[None, :], (b - running_mean) * inv_std + beta

# %% bn_forward_train: forward-fixed-eps
# hard-coded 1e-8
def bn_forward_train(X, gamma, beta, eps=1e-5):
    m, v = X.mean(0), X.var(0)
    return gamma * (X - m) / np.sqrt(v + 1e-8) + beta, m, v

# %% bn_eval: eval-fixed-eps
# hard-coded 1e-8
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-8) + beta

# %% bn_backward: backward-fixed-eps
# hard-coded 1e-8
def bn_backward(dout, X, gamma, eps=1e-5):
    N = len(X)
    m, v = X.mean(0), X.var(0)
    s = np.sqrt(v + 1e-8)
    h = (X - m) / s
    return gamma / (N * s) * (N * dout - dout.sum(0) - h * (dout * h).sum(0)), (dout * h).sum(0), dout.sum(0)

# %% fold_bn: fold-fixed-eps
# hard-coded 1e-7
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    s = gamma / np.sqrt(running_var + 1e-7)
    return W * s, (b - running_mean) * s + beta

# %% batch_norm: layer-ignores-eps
# class with eps hard-coded 1e-8
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training, self.m = True, momentum

    def __call__(self, X):
        if not self.training:
            return self.gamma * (X - self.running_mean) / np.sqrt(self.running_var + 1e-8) + self.beta
        if len(X) < 2:
            raise ValueError
        mu, v = X.mean(0), X.var(0)
        self.running_mean = (1 - self.m) * self.running_mean + self.m * mu
        self.running_var = (1 - self.m) * self.running_var + self.m * X.var(0, ddof=1)
        return self.gamma * (X - mu) / np.sqrt(v + 1e-8) + self.beta

# %% bn_backward: backward-one-sum-for-all
# the sums of the short formula: sum(dout * x_hat) has no axis and runs over all columns together
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    mu, var = X.mean(axis=0), X.var(axis=0)
    s = np.sqrt(var + eps)
    x_hat = (X - mu) / s
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dX = gamma / (N * s) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum())
    return dX, dgamma, dbeta

# %% bn_forward_train: forward-mean-of-all
def bn_forward_train(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    m = X.mean()
    v = X.var(axis=0)
    xn = (X - m) / np.sqrt(v + eps)
    return gamma * xn + beta, np.full(X.shape[1], m), v

# %% bn_backward: backward-dvar-power
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    mu = X.mean(axis=0)
    var = X.var(axis=0)
    xc = X - mu
    inv = 1 / np.sqrt(var + eps)
    dgamma = np.sum(dout * xc * inv, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * xc * -0.5 * inv, axis=0)
    dmu = np.sum(-dxhat * inv, axis=0)
    dX = dxhat * inv + dvar * 2 * xc / N + dmu / N
    return dX, dgamma, dbeta


# %% bn_forward_train: forward-rows
# The statistics are those of each row (axis 1).
def bn_forward_train(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, float)
    m, v = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - m) / np.sqrt(v + eps) + beta, X.mean(axis=0), X.var(axis=0)
