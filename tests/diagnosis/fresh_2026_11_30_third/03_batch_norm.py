# %% bn_forward_train: forward-moments
# the variance is mean(x^2) - mean(x)^2, which loses its digits (or gets negative) in a column far from 0
def bn_forward_train(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    mean = X.mean(axis=0)
    var = (X ** 2).mean(axis=0) - mean ** 2
    X_hat = (X - mean) / np.sqrt(var + eps)
    return gamma * X_hat + beta, mean, var

# %% bn_forward_train: forward-returns-var-with-eps
# eps is added to var in place, so the returned variance contains it
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mu = np.mean(X, axis=0)
    xmu = X - mu
    var = np.mean(xmu ** 2, axis=0)
    var += eps
    out = gamma * (xmu / np.sqrt(var)) + beta
    return out, mu, var

# %% bn_forward_train: forward-integer-copy
# the output is made with zeros_like(X), so for an integer X it is truncated to integers
def bn_forward_train(X, gamma, beta, eps=1e-5):
    N, D = X.shape
    out = np.zeros_like(X)
    mean = np.zeros(D)
    var = np.zeros(D)
    for j in range(D):
        mean[j] = sum(X[:, j]) / N
        var[j] = sum((X[:, j] - mean[j]) ** 2) / N
        for n in range(N):
            x_hat = (X[n, j] - mean[j]) / np.sqrt(var[j] + eps)
            out[n, j] = gamma[j] * x_hat + beta[j]
    return out, mean, var

# %% update_running: update-bessel-on-all
# Bessel's N/(N-1) multiplies the whole new running variance, also the old part of it
def update_running(running_mean, running_var, X, momentum=0.1):
    n = X.shape[0]
    mean = X.mean(axis=0)
    var = X.var(axis=0)
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = ((1 - momentum) * running_var + momentum * var) * n / (n - 1)
    return new_mean, new_var

# %% update_running: update-in-place
# the running arrays are updated in place (+=), so the arguments change
def update_running(running_mean, running_var, X, momentum=0.1):
    running_mean += momentum * (np.mean(X, axis=0) - running_mean)
    running_var += momentum * (np.var(X, axis=0, ddof=1) - running_var)
    return running_mean, running_var

# %% bn_eval: eval-eps-outside
# eps is added to the standard deviation, outside the root
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    running_std = np.sqrt(running_var)
    x_norm = (X - running_mean) / (running_std + eps)
    return x_norm * gamma + beta

# %% batch_norm: layer-arrays-are-one
# running_var is the same array as gamma (and running_mean as beta), and the in-place update changes both
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma = self.running_var = np.ones(num_features)
        self.beta = self.running_mean = np.zeros(num_features)
        self.eps = eps
        self.momentum = momentum
        self.training = True

    def __call__(self, X):
        if self.training:
            if len(X) == 1:
                raise ValueError("a batch of one example has no variance")
            mean, var = X.mean(axis=0), X.var(axis=0)
            out = self.gamma * (X - mean) / np.sqrt(var + self.eps) + self.beta
            self.running_mean *= 1 - self.momentum
            self.running_mean += self.momentum * mean
            self.running_var *= 1 - self.momentum
            self.running_var += self.momentum * X.var(axis=0, ddof=1)
            return out
        return self.gamma * (X - self.running_mean) / np.sqrt(self.running_var + self.eps) + self.beta

# %% batch_norm: layer-changes-then-raises
# the running mean has already been updated when the ValueError for a single example is raised
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.num_features = num_features
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def _normalize(self, X, mean, var):
        return self.gamma * ((X - mean) / np.sqrt(var + self.eps)) + self.beta

    def _blend(self, old, new):
        return (1 - self.momentum) * old + self.momentum * new

    def __call__(self, X):
        if not self.training:
            return self._normalize(X, self.running_mean, self.running_var)
        N = X.shape[0]
        mean = np.mean(X, axis=0)
        var = np.mean((X - mean) ** 2, axis=0)
        self.running_mean = self._blend(self.running_mean, mean)
        if N < 2:
            raise ValueError("expected more than 1 value per channel when training")
        self.running_var = self._blend(self.running_var, var * N / (N - 1))
        return self._normalize(X, mean, var)

# %% batch_norm: layer-trains-by-memory
# the running values take in the batch first and then normalize it, in training too
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.eps = eps
        self.momentum = momentum
        self.training = True

    def __call__(self, X):
        if self.training:
            if X.shape[0] < 2:
                raise ValueError("need at least two examples in training")
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * X.mean(0)
            self.running_var = (1 - m) * self.running_var + m * X.var(0, ddof=1)
        X_hat = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.gamma * X_hat + self.beta

# %% bn_backward: backward-dvar-without-half
# the factor 1/2 of the root's derivative is forgotten in dvar
def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = dout.shape
    # forward again
    mu = 1.0 / N * np.sum(X, axis=0)
    xmu = X - mu
    var = 1.0 / N * np.sum(xmu ** 2, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    # backward
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    dvar = -np.sum(dxhat * xmu, axis=0) * ivar ** 3
    dmu = -np.sum(dxhat, axis=0) * ivar
    dX = dxhat * ivar + 2 * xmu / N * dvar + dmu / N
    return dX, dgamma, dbeta

# %% bn_backward: backward-dgamma-centered-only + backward-dmu-not-divided
# (two) dgamma uses the centred input instead of x_hat, and the path through the mean is not divided by N
def bn_backward(dout, X, gamma, eps=1e-5):
    N = len(X)
    mean = np.mean(X, axis=0)
    centred = X - mean
    std = np.sqrt(np.mean(centred ** 2, axis=0) + eps)
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * centred, axis=0)
    g = dout * gamma
    direct = g / std
    through_var = 2 * centred / N * (-0.5 / std ** 3 * np.sum(g * centred, axis=0))
    through_mean = -np.sum(g, axis=0) / std
    return direct + through_var + through_mean, dgamma, dbeta

# %% fold_bn: fold-bias-not-scaled
# the layer's own bias is not scaled: b - rm * s + beta instead of (b - rm) * s + beta
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    W2 = W * scale
    b2 = b + beta - running_mean * scale
    return W2, b2

# %% fold_bn: fold-rows
# W is scaled along its rows (PyTorch's layout, units first) instead of its columns
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    bn_std = np.sqrt(running_var + eps)
    factor = gamma / bn_std
    fused_W = W * factor.reshape(-1, 1)
    fused_b = (b - running_mean) * factor + beta
    return fused_W, fused_b

# %% relatives: weights-rows + layer-norm-unbiased
# (two) weight_standardization normalizes along axis 1 (the rows of PyTorch's layout) instead of each column, and layer_norm divides by the unbiased deviation
def bn2d(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=(0, 2, 3), keepdims=True)
    var = X.var(axis=(0, 2, 3), keepdims=True)
    return gamma[None, :, None, None] * (X - mean) / np.sqrt(var + eps) + beta[None, :, None, None]

def layer_norm(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=-1, keepdims=True)
    var = X.var(axis=-1, keepdims=True, ddof=1)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta

def weight_standardization(W, eps=1e-5):
    mean = W.mean(axis=1, keepdims=True)
    var = W.var(axis=1, keepdims=True)
    return (W - mean) / np.sqrt(var + eps)

# %% bn_forward_train: right
# one column after the other, as a list of columns that is transposed at the end
def bn_forward_train(X, gamma, beta, eps=1e-5):
    columns, means, variances = [], [], []
    for x, g, b in zip(np.asarray(X, dtype=float).T, gamma, beta):
        m = x.mean()
        c = x - m
        v = c @ c / len(c)
        columns.append(b + g * c * (v + eps) ** -0.5)
        means.append(m)
        variances.append(v)
    return np.stack(columns, axis=1), np.array(means), np.array(variances)

# %% batch_norm: right
# one function for both modes; the statistics are chosen first, the memory is written last
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        zeros, ones = (lambda: np.full(num_features, 0.0)), (lambda: np.full(num_features, 1.0))
        self.__dict__.update(gamma=ones(), beta=zeros(), running_mean=zeros(), running_var=ones(),
                             training=True, eps=eps, momentum=momentum)

    def __call__(self, X):
        memory = None
        if not self.training:
            center, spread = self.running_mean, self.running_var
        elif len(X) < 2:
            raise ValueError(f"training needs at least two examples, not {len(X)}")
        else:
            center, spread = np.mean(X, axis=0), np.var(X, axis=0)
            keep, new, N = 1 - self.momentum, self.momentum, len(X)
            memory = (keep * self.running_mean + new * center,
                      keep * self.running_var + new * spread * (N / (N - 1)))
        out = (X - center) / np.sqrt(spread + self.eps) * self.gamma + self.beta
        if memory is not None:
            self.running_mean, self.running_var = memory
        return out

# %% bn_backward: right
# the Jacobian of each column, written down as a matrix
def bn_backward(dout, X, gamma, eps=1e-5):
    X = np.asarray(X, dtype=float)
    N, D = X.shape
    dX, dgamma, dbeta = np.empty((N, D)), np.empty(D), np.empty(D)
    for j in range(D):
        c = X[:, j] - X[:, j].mean()
        s = np.sqrt(np.mean(c * c) + eps)
        x_hat = c / s
        J = (np.eye(N) - 1 / N - np.outer(x_hat, x_hat) / N) / s   # symmetric
        dX[:, j] = gamma[j] * (J @ dout[:, j])
        dgamma[j] = x_hat @ dout[:, j]
        dbeta[j] = dout[:, j].sum()
    return dX, dgamma, dbeta
