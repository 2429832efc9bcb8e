# %% bn_forward_train: forward-eps-outside
# eps is added to the standard deviation, outside the root
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mu = np.mean(X, axis=0)
    sd = np.std(X, axis=0)
    normed = (X - mu) / (sd + eps)
    return gamma * normed + beta, mu, sd ** 2

# %% bn_forward_train: forward-rows
# the statistics are taken over the features of each example (axis 1), as in layer normalization
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean = X.mean(axis=1, keepdims=True)
    var = X.var(axis=1, keepdims=True)
    out = gamma * (X - mean) / np.sqrt(var + eps) + beta
    return out, mean, var

# %% bn_forward_train: forward-unbiased
# the variance is the unbiased one, divided by N - 1
def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean = X.mean(0)
    var = ((X - mean) ** 2).sum(0) / (X.shape[0] - 1)  # sample variance
    x_hat = (X - mean) * (var + eps) ** -0.5
    return x_hat * gamma + beta, mean, var

# %% update_running: update-old-weighted
# momentum weighs the old value (Keras): m * old + (1 - m) * new
def update_running(running_mean, running_var, X, momentum=0.1):
    batch = np.mean(X, axis=0), np.var(X, axis=0, ddof=1)
    old = running_mean, running_var
    new_mean, new_var = (momentum * r + (1 - momentum) * s for r, s in zip(old, batch))
    return new_mean, new_var

# %% update_running: update-biased
# the variance that is remembered is the biased one
def update_running(running_mean, running_var, X, momentum=0.1):
    mu, var = X.mean(axis=0), X.var(axis=0)
    running_mean = running_mean + momentum * (mu - running_mean)
    running_var = running_var + momentum * (var - running_var)
    return running_mean, running_var

# %% bn_eval: eval-eps-outside
# eps is added outside the root
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / (np.sqrt(running_var) + eps)
    return X * scale + (beta - running_mean * scale)

# %% bn_eval: eval-variance-as-std
# divides by the variance, the root is missing
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    out = np.zeros(X.shape)
    for j in range(X.shape[1]):
        out[:, j] = gamma[j] * (X[:, j] - running_mean[j]) / (running_var[j] + eps) + beta[j]
    return out

# %% batch_norm: layer-updates-in-evaluation
# in evaluation the running statistics are updated too
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def _track(self, X):
        if len(X) < 2:
            return
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * X.mean(0)
        self.running_var = (1 - m) * self.running_var + m * X.var(0, ddof=1)

    def __call__(self, X):
        X = np.asarray(X, dtype=float)
        if self.training and len(X) < 2:
            raise ValueError("need at least two examples")
        if self.training:
            mean, var = X.mean(0), X.var(0)
        else:
            mean, var = self.running_mean, self.running_var
        out = self.gamma * (X - mean) / np.sqrt(var + self.eps) + self.beta
        self._track(X)
        return out

# %% batch_norm: layer-trains-by-memory
# in training the output is normalized by the freshly updated running statistics, not by those of the batch
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
            if X.shape[0] == 1:
                raise ValueError("batch of one")
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * X.mean(axis=0)
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * X.var(axis=0, ddof=1)
        x_hat = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
        return self.gamma * x_hat + self.beta

# %% batch_norm: layer-changes-then-raises
# for a batch of one the running mean is already changed when the ValueError is raised
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        ones, zeros = np.ones, np.zeros
        self.gamma, self.beta = ones(num_features), zeros(num_features)
        self.running_mean, self.running_var = zeros(num_features), ones(num_features)
        self.training, self.eps, self.momentum = True, eps, momentum

    def __call__(self, X):
        if not self.training:
            return (X - self.running_mean) / (self.running_var + self.eps) ** 0.5 * self.gamma + self.beta
        N = X.shape[0]
        mu = X.mean(0)
        self.running_mean = self.running_mean + self.momentum * (mu - self.running_mean)
        if N < 2:
            raise ValueError("variance of a single example")
        var = X.var(0)
        self.running_var = self.running_var + self.momentum * (var * N / (N - 1) - self.running_var)
        return (X - mu) / (var + self.eps) ** 0.5 * self.gamma + self.beta

# %% bn_backward: backward-constants
# mean and variance are treated as constants: only the direct path is kept in dX
def bn_backward(dout, X, gamma, eps=1e-5):
    mu, var = X.mean(axis=0), X.var(axis=0)
    inv = 1.0 / np.sqrt(var + eps)
    xhat = (X - mu) * inv
    dgamma = (dout * xhat).sum(axis=0)
    dbeta = dout.sum(axis=0)
    dX = dout * gamma * inv
    return dX, dgamma, dbeta

# %% bn_backward: backward-dgamma-centered-only
# dgamma uses the centered X without dividing by the standard deviation
def bn_backward(dout, X, gamma, eps=1e-5):
    N = X.shape[0]
    xmu = X - X.mean(0)
    var = (xmu ** 2).mean(0)
    sqrtvar = np.sqrt(var + eps)
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xmu, axis=0)
    g = dout * gamma
    dvar = np.sum(g * xmu, axis=0) * -0.5 * sqrtvar ** -3
    dmu = -np.sum(g, axis=0) / sqrtvar
    dX = g / sqrtvar + dvar * 2 * xmu / N + dmu / N
    return dX, dgamma, dbeta

# %% fold_bn: fold-mean-not-scaled
# the running mean is subtracted without the scale: b * s - rm + beta
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    std = np.sqrt(running_var + eps)
    W_folded = W * (gamma / std)
    b_folded = b * (gamma / std) - running_mean + beta
    return W_folded, b_folded

# %% bn_forward_train: right
# transposed, column by column
def bn_forward_train(X, gamma, beta, eps=1e-5):
    cols, means, variances = [], [], []
    for col, g, b in zip(np.asarray(X, float).T, gamma, beta):
        m = col.sum() / col.size
        v = ((col - m) @ (col - m)) / col.size
        cols.append(g * (col - m) / (v + eps) ** 0.5 + b)
        means.append(m)
        variances.append(v)
    return np.array(cols).T, np.array(means), np.array(variances)

# %% update_running: right
# np.cov-free, lerp helper
def update_running(running_mean, running_var, X, momentum=0.1):
    def lerp(old, new):
        return old + momentum * (new - old)

    N = len(X)
    return lerp(running_mean, np.average(X, axis=0)), lerp(running_var, np.var(X, axis=0) * (N / (N - 1)))

# %% bn_backward: right
# projection matrix applied to each column
def bn_backward(dout, X, gamma, eps=1e-5):
    X = np.asarray(X, dtype=float)
    N, D = X.shape
    dX = np.zeros((N, D))
    dgamma, dbeta = np.zeros(D), np.zeros(D)
    for j in range(D):
        c = X[:, j] - X[:, j].mean()
        s = np.sqrt(c @ c / N + eps)
        h = c / s
        J = (np.eye(N) - 1 / N - np.outer(h, h) / N) / s
        dX[:, j] = gamma[j] * (J @ dout[:, j])
        dgamma[j], dbeta[j] = h @ dout[:, j], dout[:, j].sum()
    return dX, dgamma, dbeta

# %% fold_bn: right
# column by column
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = np.divide(gamma, np.sqrt(np.add(running_var, eps)))
    columns = [w * s for w, s in zip(np.transpose(W), scale)]
    return np.stack(columns, axis=1), beta - (running_mean - b) * scale

# %% batch_norm: right
# property-free class, in-place running update
class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.training = True
        self.hyper = dict(eps=eps, momentum=momentum)
        for name, value in dict(gamma=1.0, beta=0.0, running_mean=0.0, running_var=1.0).items():
            setattr(self, name, np.full(num_features, value))

    def __call__(self, X):
        rows = np.asarray(X, float)
        m, v = self.running_mean, self.running_var
        if self.training:
            if rows.shape[0] < 2:
                raise ValueError("a batch needs two examples to have a variance")
            m, v = rows.mean(axis=0), rows.var(axis=0)
            k = self.hyper["momentum"]
            self.running_mean *= 1 - k
            self.running_mean += k * m
            self.running_var *= 1 - k
            self.running_var += k * rows.var(axis=0, ddof=1)
        return self.gamma * ((rows - m) / np.sqrt(v + self.hyper["eps"])) + self.beta
