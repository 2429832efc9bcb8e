"""Right answers in a few vectorized lines."""

import numpy as np


def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean, var = np.mean(X, axis=0), np.var(X, axis=0)
    x_hat = (X - mean) / (var + eps) ** 0.5
    return x_hat * gamma + beta, mean, var


def update_running(running_mean, running_var, X, momentum=0.1):
    return (
        running_mean + momentum * (np.mean(X, 0) - running_mean),
        running_var + momentum * (np.var(X, 0, ddof=1) - running_var),
    )


def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return X * scale + (beta - running_mean * scale)


class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)

    def __call__(self, X):
        if self.training:
            N = X.shape[0]
            if N == 1:
                raise ValueError("more than one example is needed in training")
            mean, var = X.mean(0), X.var(0)
            self.running_mean = self.running_mean * (1 - self.momentum) + mean * self.momentum
            self.running_var = self.running_var * (1 - self.momentum) + var * N / (N - 1) * self.momentum
        else:
            mean, var = self.running_mean, self.running_var
        return (X - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta


def bn_backward(dout, X, gamma, eps=1e-5):
    std = np.sqrt(np.var(X, axis=0) + eps)
    x_hat = (X - np.mean(X, axis=0)) / std
    along = dout - dout.mean(0) - x_hat * (dout * x_hat).mean(0)
    return gamma / std * along, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return W @ np.diag(scale), b * scale + beta - running_mean * scale


def bn2d(X, gamma, beta, eps=1e-5):
    mean = X.mean((0, 2, 3), keepdims=True)
    var = X.var((0, 2, 3), keepdims=True)
    return (X - mean) / np.sqrt(var + eps) * gamma[:, None, None] + beta[:, None, None]


def layer_norm(X, gamma, beta, eps=1e-5):
    return ((X.T - X.mean(1)) / np.sqrt(X.var(1) + eps)).T * gamma + beta


def weight_standardization(W, eps=1e-5):
    centered = W - np.mean(W, axis=0, keepdims=True)
    return centered / np.sqrt(np.mean(centered * centered, axis=0, keepdims=True) + eps)
