# %% bn_forward_train: forward-eps-outside
# eps is added to the standard deviation, outside the root.
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=0)
    var = X.var(axis=0)
    x_hat = (X - mean) / (np.sqrt(var) + eps)
    return gamma * x_hat + beta, mean, var


# %% bn_forward_train: forward-unbiased
# The variance is the unbiased one (ddof=1) instead of the plain mean of squares.
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mu = np.mean(X, axis=0)
    var = np.var(X, axis=0, ddof=1)
    X_norm = (X - mu) / np.sqrt(var + eps)
    out = gamma * X_norm + beta
    return out, mu, var


# %% update_running: update-old-weighted
# The momentum weighs the old value (Keras's convention) instead of the new one.
def update_running(running_mean, running_var, X, momentum=0.1):
    batch_mean = X.mean(axis=0)
    batch_var = X.var(axis=0, ddof=1)
    new_mean = momentum * running_mean + (1 - momentum) * batch_mean
    new_var = momentum * running_var + (1 - momentum) * batch_var
    return new_mean, new_var


# %% update_running: update-biased
# The biased variance goes into the memory.
def update_running(running_mean, running_var, X, momentum=0.1):
    mu = np.mean(X, axis=0)
    var = np.var(X, axis=0)
    running_mean = (1 - momentum) * running_mean + momentum * mu
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var


# %% bn_eval: eval-variance-as-std
# The square root is forgotten: it divides by the variance.
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    X_hat = (X - running_mean) / (running_var + eps)
    return gamma * X_hat + beta


# %% batch_norm: layer-trains-by-memory
# In training it normalizes by the running statistics, just updated, instead of the batch's.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.training = True

    def __call__(self, X):
        if self.training:
            if X.shape[0] < 2:
                raise ValueError("a batch of one example has no variance")
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * X.mean(axis=0)
            self.running_var = (1 - m) * self.running_var + m * X.var(axis=0, ddof=1)
        x_hat = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.gamma * x_hat + self.beta


# %% batch_norm: layer-arrays-are-one
# gamma and running_var (and beta and running_mean) are one and the same array, and the update in place changes both.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma = self.running_var = np.ones(num_features)
        self.beta = self.running_mean = np.zeros(num_features)
        self.eps, self.momentum = eps, momentum
        self.training = True

    def __call__(self, X):
        if not self.training:
            return self.gamma * (X - self.running_mean) / np.sqrt(self.running_var + self.eps) + self.beta
        N = len(X)
        if N == 1:
            raise ValueError("need more than one example in training")
        mean, var = X.mean(axis=0), X.var(axis=0)
        out = self.gamma * (X - mean) / np.sqrt(var + self.eps) + self.beta
        self.running_mean *= 1 - self.momentum
        self.running_mean += self.momentum * mean
        self.running_var *= 1 - self.momentum
        self.running_var += self.momentum * var * N / (N - 1)
        return out


# %% batch_norm: layer-one-example-never
# One example alone is refused in evaluation too, because the test stands before the question for the mode.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)

    def __call__(self, X):
        N, D = X.shape
        if N < 2:
            raise ValueError("BatchNorm needs at least 2 examples")
        if self.training:
            mean = X.mean(axis=0)
            var = X.var(axis=0)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var * N / (N - 1)
        else:
            mean = self.running_mean
            var = self.running_var
        return self.gamma * (X - mean) / np.sqrt(var + self.eps) + self.beta


# %% bn_backward: backward-constants
# The mean and the variance are taken for constants: only the direct path is in dX.
def bn_backward(dout, X, gamma, eps=1e-5):
    mean = X.mean(axis=0)
    var = X.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (X - mean) / std
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dX = dout * gamma / std
    return dX, dgamma, dbeta


# %% bn_backward: backward-dout-without-n
# In the compact formula the N in front of dout is forgotten.
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    mu, var = np.mean(X, axis=0), np.var(X, axis=0)
    s = np.sqrt(var + eps)
    xhat = (X - mu) / s
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dX = gamma / (N * s) * (dout - dbeta - xhat * dgamma)
    return dX, dgamma, dbeta


# %% bn_backward: backward-without-gamma
# gamma is forgotten: the gradient at x_hat is taken to be dout itself.
def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = X.shape
    mu = X.mean(axis=0)
    xc = X - mu
    var = (xc ** 2).mean(axis=0)
    s = np.sqrt(var + eps)
    xhat = xc / s

    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)

    dxhat = dout
    dvar = -0.5 * (dxhat * xc).sum(axis=0) / s ** 3
    dmu = -dxhat.sum(axis=0) / s
    dX = dxhat / s + 2 * xc / N * dvar + dmu / N
    return dX, dgamma, dbeta


# %% fold_bn: fold-bias-not-scaled
# The layer's own bias b is not scaled.
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    W2 = W * scale
    b2 = b - running_mean * scale + beta
    return W2, b2


# %% relatives: weights-rows
# weight_standardization normalizes over the units (axis 1, as for PyTorch's layout) instead of over the inputs.
def bn2d(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=(0, 2, 3), keepdims=True)
    var = X.var(axis=(0, 2, 3), keepdims=True)
    X_hat = (X - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * X_hat + beta.reshape(1, -1, 1, 1)

def layer_norm(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=1, keepdims=True)
    var = X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta

def weight_standardization(W, eps=1e-5):
    mean = W.mean(axis=1, keepdims=True)
    var = W.var(axis=1, keepdims=True)
    return (W - mean) / np.sqrt(var + eps)


# %% bn_backward: right
# Right: the whole Jacobian of each column, as a matrix.
def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = X.shape
    dX, dgamma, dbeta = np.empty((N, D)), np.empty(D), np.empty(D)
    for j in range(D):
        centered = X[:, j] - np.mean(X[:, j])
        s = np.sqrt(np.mean(centered ** 2) + eps)
        xhat = centered / s
        jacobian = (np.eye(N) - 1 / N - np.outer(xhat, xhat) / N) / s
        dX[:, j] = gamma[j] * (jacobian @ dout[:, j])
        dgamma[j] = xhat @ dout[:, j]
        dbeta[j] = dout[:, j].sum()
    return dX, dgamma, dbeta


# %% batch_norm: right
# Right: attributes set in a loop, running statistics moved by a difference, one affine map at the end.
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        for name, value in dict(gamma=1, beta=0, running_mean=0, running_var=1).items():
            setattr(self, name, np.full(num_features, float(value)))
        self.training, self._eps, self._momentum = True, eps, momentum

    def _apply(self, X, center, spread):
        return (X - center) * (self.gamma / np.sqrt(spread + self._eps)) + self.beta

    def __call__(self, X):
        X = np.asarray(X, dtype=float)
        if not self.training:
            return self._apply(X, self.running_mean, self.running_var)
        n = len(X)
        if n < 2:
            raise ValueError("one example has no variance")
        center = X.mean(axis=0)
        squares = ((X - center) ** 2).sum(axis=0)
        out = self._apply(X, center, squares / n)
        self.running_mean = self.running_mean + self._momentum * (center - self.running_mean)
        self.running_var = self.running_var + self._momentum * (squares / (n - 1) - self.running_var)
        return out
