# %% bn_forward_train: forward-returns-std + forward-eps-outside
def bn_forward_train(X, gamma, beta, eps=1e-5):
    m, s = X.mean(axis=0), X.std(axis=0)
    return (X - m) / (s + eps) * gamma + beta, m, s

# %% bn_forward_train: silence
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mid = np.median(X, axis=0)
    var = ((X - mid) ** 2).mean(axis=0)
    return gamma * (X - mid) / np.sqrt(var + eps) + beta, mid, var

# %% update_running: update-old-weighted
def update_running(rm, rv, X, momentum=0.1):
    mu, v = np.average(X, axis=0), np.var(X, axis=0, ddof=1)
    keep = momentum
    return rm * keep + mu * (1 - keep), rv * keep + v * (1 - keep)

# %% update_running: update-no-decay + update-biased
def update_running(rm, rv, X, momentum=0.1):
    return rm + momentum * X.mean(0), rv + momentum * (((X - X.mean(0)) ** 2).mean(0) - rv)

# %% bn_eval: eval-eps-outside
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    std = np.power(running_var, 0.5) + eps
    return np.array([gamma * ((row - running_mean) / std) + beta for row in X])

# %% bn_eval: eval-without-beta | eval-variance-as-std ?
def bn_eval(X, gamma, beta, rm, rv, eps=1e-5):
    return gamma * (X - rm) / (rv + eps)

# %% batch_norm: layer-biased-memory + layer-one-example-is-silent
class BatchNorm:
    def __init__(self, d, eps=1e-5, momentum=0.1):
        self.gamma = np.ones(d)
        self.beta = np.zeros(d)
        self.running_mean = np.zeros(d)
        self.running_var = np.ones(d)
        self.training = True
        self.eps = eps
        self.momentum = momentum

    def __call__(self, x):
        if self.training:
            mu, var = x.mean(0), x.var(0)
            self.running_mean = self.running_mean + self.momentum * (mu - self.running_mean)
            self.running_var = self.running_var + self.momentum * (var - self.running_var)
        else:
            mu, var = self.running_mean, self.running_var
        return self.gamma * (x - mu) / np.sqrt(var + self.eps) + self.beta

# %% batch_norm: layer-momentum-of-old
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        for name, value in dict(gamma=1, beta=0, running_mean=0, running_var=1).items():
            setattr(self, name, np.full(num_features, float(value)))
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return (X - self.running_mean) / np.sqrt(self.running_var + self.eps) * self.gamma + self.beta
        n = X.shape[0]
        if n < 2:
            raise ValueError("N = 1")
        mean, var = X.mean(0), X.var(0)
        m = self.momentum
        self.running_mean = m * self.running_mean + (1 - m) * mean
        self.running_var = m * self.running_var + (1 - m) * var * n / (n - 1)
        return (X - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

# %% bn_backward: backward-dgamma-of-x + backward-dbeta-mean
def bn_backward(d, X, g, eps=1e-5):
    n = X.shape[0]
    inv = 1 / np.sqrt(X.var(0) + eps)
    h = (X - X.mean(0)) * inv
    dh = d * g
    dX = inv * (dh - dh.mean(0) - h * (dh * h).mean(0))
    return dX, np.einsum("nd,nd->d", d, X), np.einsum("nd->d", d) / n

# %% bn_backward: backward-constants
def bn_backward(dout, X, gamma, eps=1e-5):
    m = np.mean(X, 0)
    s = (np.mean((X - m) ** 2, 0) + eps) ** -0.5
    dX, dg, db = np.zeros(X.shape), 0, 0
    for n in range(len(X)):
        dX[n] = dout[n] * gamma * s
        dg = dg + dout[n] * (X[n] - m) * s
        db = db + dout[n]
    return dX, dg, db

# %% fold_bn: fold-rows + fold-without-beta
def fold_bn(W, b, gamma, beta, rm, rv, eps=1e-5):
    k = gamma * (rv + eps) ** -0.5
    return (W.T * k).T if W.shape[0] == len(k) else np.diag(np.resize(k, W.shape[0])) @ W, (b - rm) * k

# %% fold_bn: fold-eps-outside
def fold_bn(W, b, gamma, beta, mean, var, eps=1e-5):
    std = np.sqrt(var) + eps
    W2 = np.stack([W[:, j] * gamma[j] / std[j] for j in range(W.shape[1])], axis=1)
    return W2, gamma * (b - mean) / std + beta

# %% fold_bn: silence
def fold_bn(W, b, gamma, beta, mean, var, eps=1e-5):
    s = gamma**2 / np.sqrt(var + eps)
    return W * s, (b - mean) * s + beta
