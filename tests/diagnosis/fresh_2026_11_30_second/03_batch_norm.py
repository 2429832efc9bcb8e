# %% bn_forward_train: forward-moments
# the running form of a textbook: the variance is E[x^2] - E[x]^2
def bn_forward_train(X, gamma, beta, eps=1e-5):
    n = len(X)
    s1, s2 = np.sum(X, axis=0) / n, np.sum(np.square(X, dtype=float), axis=0) / n
    var = s2 - s1 * s1
    with np.errstate(invalid="ignore"):
        return (X - s1) * gamma / np.sqrt(var + eps) + beta, s1, var

# %% update_running: update-old-weighted-var
# momentum is applied to the mean in PyTorch's way and to the variance in Keras's way
def update_running(running_mean, running_var, X, momentum=0.1):
    m, v = X.mean(0), X.var(0, ddof=1)
    return running_mean * (1 - momentum) + m * momentum, running_var * momentum + v * (1 - momentum)

# %% batch_norm: layer-evaluates-without-gamma-beta
# gamma and beta are applied in training only; in evaluation the plain normalized values come back
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training, self.eps, self.m = True, eps, momentum

    def __call__(self, X):
        if self.training:
            if np.shape(X)[0] < 2:
                raise ValueError("batch too small")
            mu, s2 = np.mean(X, 0), np.var(X, 0)
            self.running_mean = (1 - self.m) * self.running_mean + self.m * mu
            self.running_var = (1 - self.m) * self.running_var + self.m * np.var(X, 0, ddof=1)
            return self.gamma * (X - mu) / np.sqrt(s2 + self.eps) + self.beta
        return (X - self.running_mean) / np.sqrt(self.running_var + self.eps)

# %% update_running: update-bessel-upside-down
# the correction is the wrong way round: (N - 1)/N
def update_running(running_mean, running_var, X, momentum=0.1):
    N = X.shape[0]
    var = np.var(X, axis=0) * (N - 1) / N
    keep = 1 - momentum
    return keep * running_mean + momentum * np.mean(X, axis=0), keep * running_var + momentum * var

# %% bn_backward: backward-dbeta-mean
# dbeta is a mean over the batch
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    m = np.mean(X, 0)
    inv = 1 / np.sqrt(np.mean((X - m) ** 2, 0) + eps)
    h = (X - m) * inv
    g = gamma * dout
    dX = inv * (g - g.mean(0) - h * (g * h).mean(0))
    return dX, np.sum(dout * h, 0), np.mean(dout, 0)

# %% batch_norm: layer-momentum-of-old
# momentum weighs the old value
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        m, v = self.running_mean, self.running_var
        if self.training:
            n = len(X)
            if n == 1:
                raise ValueError("one example")
            m, v = X.mean(0), X.var(0)
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * m
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * v * n / (n - 1)
        return self.gamma * (X - m) / np.sqrt(v + self.eps) + self.beta
