"""Right answers in many small steps, the backward pass the long way through each path."""

import numpy as np


def bn_forward_train(X, gamma, beta, eps=1e-5):
    # step 1: the mean of each column
    mu = X.sum(axis=0) / X.shape[0]
    # step 2: subtract it
    xmu = X - mu
    # step 3: squares and their mean
    sq = xmu * xmu
    var = sq.sum(axis=0) / X.shape[0]
    # step 4: the inverse root
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    # step 5: normalize, scale, shift
    xhat = xmu * ivar
    out = gamma * xhat
    out = out + beta
    return out, mu, var


def update_running(running_mean, running_var, X, momentum=0.1):
    N = X.shape[0]
    mu = X.sum(axis=0) / N
    var_unbiased = ((X - mu) ** 2).sum(axis=0) / (N - 1)
    keep = 1.0 - momentum
    new_running_mean = keep * running_mean
    new_running_mean = new_running_mean + momentum * mu
    new_running_var = keep * running_var
    new_running_var = new_running_var + momentum * var_unbiased
    return [new_running_mean, new_running_var]


def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    centered = X - running_mean.reshape(1, -1)
    std = np.sqrt(running_var.reshape(1, -1) + eps)
    normalized = centered / std
    scaled = normalized * gamma.reshape(1, -1)
    shifted = scaled + beta.reshape(1, -1)
    return shifted


class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.reset()

    def reset(self):
        self.gamma = np.ones((self.num_features,))
        self.beta = np.zeros((self.num_features,))
        self.running_mean = np.zeros((self.num_features,))
        self.running_var = np.ones((self.num_features,))
        self.training = True

    def train_step(self, X):
        out, mu, var = bn_forward_train(X, self.gamma, self.beta, self.eps)
        new = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean = new[0]
        self.running_var = new[1]
        return out

    def __call__(self, X):
        if self.training is True and X.shape[0] == 1:
            raise ValueError("BatchNorm needs two examples at least")
        elif self.training:
            return self.train_step(X)
        else:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)


def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = X.shape
    # forward again
    mu = X.mean(axis=0)
    xmu = X - mu
    var = (xmu**2).mean(axis=0)
    std = np.sqrt(var + eps)
    xhat = xmu / std
    # the output
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    # the variance
    divar = (dxhat * xmu).sum(axis=0)
    dsqrtvar = -1.0 / std**2 * divar
    dvar = 0.5 / std * dsqrtvar
    dsq = np.ones((N, D)) / N * dvar
    # the mean
    dxmu = dxhat / std + 2 * xmu * dsq
    dmu = -dxmu.sum(axis=0)
    # together
    dX = dxmu + np.ones((N, D)) / N * dmu
    return dX, dgamma, dbeta


def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    std = np.sqrt(running_var + eps)
    W2 = W / std
    W2 = W2 * gamma
    b2 = b - running_mean
    b2 = b2 / std
    b2 = b2 * gamma
    b2 = b2 + beta
    return W2, b2


def bn2d(X, gamma, beta, eps=1e-5):
    N, C, H, W = X.shape
    mu = X.sum(axis=(0, 2, 3)).reshape(1, C, 1, 1) / (N * H * W)
    var = ((X - mu) ** 2).sum(axis=(0, 2, 3)).reshape(1, C, 1, 1) / (N * H * W)
    xhat = (X - mu) / np.sqrt(var + eps)
    return gamma.reshape(1, C, 1, 1) * xhat + beta.reshape(1, C, 1, 1)


def layer_norm(X, gamma, beta, eps=1e-5):
    D = X.shape[1]
    mu = X.sum(axis=1).reshape(-1, 1) / D
    var = ((X - mu) ** 2).sum(axis=1).reshape(-1, 1) / D
    return gamma.reshape(1, -1) * ((X - mu) / np.sqrt(var + eps)) + beta.reshape(1, -1)


def weight_standardization(W, eps=1e-5):
    fan_in = W.shape[0]
    mu = W.sum(axis=0) / fan_in
    var = ((W - mu) ** 2).sum(axis=0) / fan_in
    return (W - mu) / np.sqrt(var + eps)
