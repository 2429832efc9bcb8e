"""Right answers with plain loops over single numbers."""

import math

import numpy as np


def bn_forward_train(X, gamma, beta, eps=1e-5):
    N, D = X.shape
    out = np.zeros((N, D))
    mean, var = np.zeros(D), np.zeros(D)
    for j in range(D):
        total = 0.0
        for n in range(N):
            total += X[n, j]
        mean[j] = total / N
        squares = 0.0
        for n in range(N):
            squares += (X[n, j] - mean[j]) ** 2
        var[j] = squares / N
        for n in range(N):
            out[n, j] = gamma[j] * (X[n, j] - mean[j]) / math.sqrt(var[j] + eps) + beta[j]
    return out, mean, var


def update_running(running_mean, running_var, X, momentum=0.1):
    N, D = X.shape
    new_mean, new_var = [], []
    for j in range(D):
        mean = sum(X[n, j] for n in range(N)) / N
        var = sum((X[n, j] - mean) ** 2 for n in range(N)) / (N - 1)
        new_mean.append((1 - momentum) * running_mean[j] + momentum * mean)
        new_var.append((1 - momentum) * running_var[j] + momentum * var)
    return np.array(new_mean), np.array(new_var)


def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    out = np.zeros(X.shape)
    for n, row in enumerate(X):
        for j, x in enumerate(row):
            out[n, j] = gamma[j] * (x - running_mean[j]) / math.sqrt(running_var[j] + eps) + beta[j]
    return out


class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.training = True
        self.gamma = np.array([1.0] * num_features)
        self.beta = np.array([0.0] * num_features)
        self.running_mean = np.array([0.0] * num_features)
        self.running_var = np.array([1.0] * num_features)
        self.eps = eps
        self.momentum = momentum

    def __call__(self, X):
        N, D = X.shape
        if self.training and N < 2:
            raise ValueError
        out = np.zeros(X.shape)
        for j in range(D):
            if self.training:
                mean, var = X[:, j].mean(), X[:, j].var()
                self.running_mean[j] += self.momentum * (mean - self.running_mean[j])
                self.running_var[j] += self.momentum * (var * N / (N - 1) - self.running_var[j])
            else:
                mean, var = self.running_mean[j], self.running_var[j]
            for n in range(N):
                out[n, j] = self.gamma[j] * (X[n, j] - mean) / math.sqrt(var + self.eps) + self.beta[j]
        return out


def bn_backward(dout, X, gamma, eps=1e-5):
    N, D = X.shape
    dX, dgamma, dbeta = np.zeros((N, D)), np.zeros(D), np.zeros(D)
    for j in range(D):
        mean, std = X[:, j].mean(), math.sqrt(X[:, j].var() + eps)
        for n in range(N):
            dbeta[j] += dout[n, j]
            dgamma[j] += dout[n, j] * (X[n, j] - mean) / std
        for n in range(N):
            x_hat = (X[n, j] - mean) / std
            dX[n, j] = gamma[j] / (N * std) * (N * dout[n, j] - dbeta[j] - x_hat * dgamma[j])
    return dX, dgamma, dbeta


def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    W2, b2 = np.zeros(W.shape), np.zeros(b.shape)
    for j in range(W.shape[1]):
        scale = gamma[j] / math.sqrt(running_var[j] + eps)
        for i in range(W.shape[0]):
            W2[i, j] = W[i, j] * scale
        b2[j] = (b[j] - running_mean[j]) * scale + beta[j]
    return W2, b2


def bn2d(X, gamma, beta, eps=1e-5):
    out = np.zeros(X.shape)
    for c in range(X.shape[1]):
        channel = X[:, c]
        out[:, c] = gamma[c] * (channel - channel.mean()) / math.sqrt(channel.var() + eps) + beta[c]
    return out


def layer_norm(X, gamma, beta, eps=1e-5):
    rows = []
    for row in X:
        rows.append(gamma * (row - row.mean()) / math.sqrt(row.var() + eps) + beta)
    return np.array(rows)


def weight_standardization(W, eps=1e-5):
    out = np.zeros(W.shape)
    for j in range(W.shape[1]):
        out[:, j] = (W[:, j] - W[:, j].mean()) / math.sqrt(W[:, j].var() + eps)
    return out
