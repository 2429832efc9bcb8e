# %% bn_forward_train: forward-divides-by-variance
# It divides by the variance plus eps, without the root.
def bn_forward_train(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    mu = X.mean(axis=0)
    var = ((X - mu) ** 2).mean(axis=0)
    x_hat = (X - mu) / (var + eps)
    return gamma * x_hat + beta, mu, var


# %% bn_forward_train: forward-unbiased
# The variance is unbiased, with N - 1.
def bn_forward_train(X, gamma, beta, eps=1e-5):
    N, D = X.shape
    out, mean, var = np.zeros((N, D)), np.zeros(D), np.zeros(D)
    for j in range(D):
        column = X[:, j].astype(float)
        mean[j] = column.sum() / N
        var[j] = ((column - mean[j]) ** 2).sum() / (N - 1)
        out[:, j] = gamma[j] * (column - mean[j]) / np.sqrt(var[j] + eps) + beta[j]
    return out, mean, var


# %% update_running: update-biased
# The batch's variance enters the memory biased, without N/(N-1).
def update_running(running_mean, running_var, X, momentum=0.1):
    batch_mean, batch_var = np.mean(X, axis=0), np.var(X, axis=0)
    new_mean = running_mean + momentum * (batch_mean - running_mean)
    new_var = running_var + momentum * (batch_var - running_var)
    return new_mean, new_var


# %% update_running: update-old-weighted
# The momentum is Keras's, it weighs the old value.
def update_running(running_mean, running_var, X, momentum=0.1):
    def blend(old, new):
        return momentum * old + (1 - momentum) * new

    return blend(running_mean, X.mean(0)), blend(running_var, X.var(0, ddof=1))


# %% bn_eval: eval-eps-outside
# Eps is added outside the root.
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / (np.sqrt(running_var) + eps)
    return X * scale + (beta - running_mean * scale)


# %% batch_norm: layer-trains-by-memory
# In training it normalizes by the running statistics it has just updated, not by the batch's.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def __call__(self, X):
        if self.training:
            if len(X) < 2:
                raise ValueError("a batch of one example has no variance")
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * X.mean(axis=0)
            self.running_var = (1 - m) * self.running_var + m * X.var(axis=0, ddof=1)
        x_hat = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.gamma * x_hat + self.beta


# %% batch_norm: layer-updates-in-evaluation
# The running statistics are updated in evaluation, too.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.training = True

    def _remember(self, X):
        self.running_mean = self.running_mean * (1 - self.momentum) + self.momentum * X.mean(axis=0)
        self.running_var = self.running_var * (1 - self.momentum) + self.momentum * X.var(axis=0, ddof=1)

    def __call__(self, X):
        if self.training:
            if X.shape[0] == 1:
                raise ValueError("need more than one example")
            mean, var = X.mean(axis=0), X.var(axis=0)
        else:
            mean, var = self.running_mean, self.running_var
        out = self.gamma * (X - mean) / np.sqrt(var + self.eps) + self.beta
        if len(X) > 1:
            self._remember(X)
        return out


# %% bn_backward: backward-constants
# Mean and variance are taken as constants, only the direct path is there.
def bn_backward(dout, X, gamma, eps=1e-5):
    X = np.asarray(X, dtype=float)
    s = np.sqrt(X.var(axis=0) + eps)
    x_hat = (X - X.mean(axis=0)) / s
    return dout * gamma / s, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


# %% bn_backward: backward-without-gamma
# Gamma is forgotten on the way to x_hat.
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    xc = X - X.mean(axis=0)
    s = np.sqrt((xc ** 2).mean(axis=0) + eps)
    xhat = xc / s
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dvar = (dout * xc).sum(axis=0) * -0.5 / s ** 3
    dmu = -(dout / s).sum(axis=0)
    dX = dout / s + dvar * 2 * xc / N + dmu / N
    return dX, dgamma, dbeta


# %% fold_bn: fold-bias-not-scaled
# The old bias is not scaled, b2 = b - rm s + beta.
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    s = gamma / np.sqrt(running_var + eps)
    W2 = W * s[None, :]
    b2 = b - running_mean * s + beta
    return W2, b2


# %% fold_bn: fold-without-mean
# The running mean is forgotten in the bias.
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    W2, b2 = np.zeros(W.shape), np.zeros(len(b))
    for j in range(W.shape[1]):
        s = gamma[j] / np.sqrt(running_var[j] + eps)
        W2[:, j] = W[:, j] * s
        b2[j] = b[j] * s + beta[j]
    return W2, b2


# %% relatives: layer-norm-columns
# Layer normalization takes its statistics over the examples (axis 0), like batch normalization.
def layer_norm(X, gamma, beta, eps=1e-5):
    X = np.asarray(X, dtype=float)
    m = X.mean(axis=0, keepdims=True)
    v = X.var(axis=0, keepdims=True)
    return (X - m) / np.sqrt(v + eps) * gamma + beta


# %% batch_norm: layer-momentum-of-old
# The momentum weighs the old value.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return (X - self.running_mean) / np.sqrt(self.running_var + self.eps) * self.gamma + self.beta
        if len(X) == 1:
            raise ValueError("one example")
        m = self.momentum
        mu, var = X.mean(axis=0), X.var(axis=0)
        self.running_mean = m * self.running_mean + (1 - m) * mu
        self.running_var = m * self.running_var + (1 - m) * X.var(axis=0, ddof=1)
        return (X - mu) / np.sqrt(var + self.eps) * self.gamma + self.beta


# %% bn_backward: backward-without-mean
# The path through the mean is left out.
def bn_backward(dout, X, gamma, eps=1e-5):
    X = np.asarray(X, float)
    N = len(X)
    xc = X - X.mean(axis=0)
    s = np.sqrt(X.var(axis=0) + eps)
    g = dout * gamma
    dvar = np.sum(g * xc, axis=0) * (-0.5) * s ** -3
    return g / s + dvar * 2 * xc / N, np.sum(dout * xc / s, axis=0), np.sum(dout, axis=0)


# %% bn_backward: backward-dgamma-of-x
# Dgamma is the sum of dout times X, not times the normalized X.
def bn_backward(dout, X, gamma, eps=1e-5):
    X = np.asarray(X, float)
    s = np.sqrt(X.var(axis=0) + eps)
    xh = (X - X.mean(axis=0)) / s
    g = dout * gamma
    dX = (g - g.mean(axis=0) - xh * (g * xh).mean(axis=0)) / s
    return dX, (dout * X).sum(axis=0), dout.sum(axis=0)


# %% relatives: weights-rows
# Weight standardization works along the wrong axis, each input's outgoing weights.
def weight_standardization(W, eps=1e-5):
    W = np.asarray(W, float)
    return (W - W.mean(axis=1, keepdims=True)) / np.sqrt(W.var(axis=1, keepdims=True) + eps)
