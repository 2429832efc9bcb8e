"""Right answers with np.where and np.maximum, short and vectorised."""

import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_grad(x):
    return sigmoid(x) * sigmoid(-np.asarray(x))


def tanh_grad(x):
    t = np.tanh(x)
    return (1 - t) * (1 + t)


def relu(x):
    return np.maximum(x, 0)


def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.0)


def leaky_relu(x, negative_slope=0.01):
    return np.maximum(0, x) + negative_slope * np.minimum(0, x)


def leaky_relu_grad(x, negative_slope=0.01):
    return np.where(x > 0, 1, negative_slope)


def prelu_backward(dout, x, weight):
    open_ = x > 0
    return np.where(open_, dout, dout * weight), np.where(open_, 0, dout * x).sum(0)


def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * np.expm1(np.where(x > 0, 0, x)))


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * np.exp(np.where(x > 0, 0, x)))


def softmax_cross_entropy(Z, y):
    n, k = Z.shape
    shifted = Z - np.max(Z, axis=1)[:, None]
    log_norm = np.log(np.sum(np.exp(shifted), axis=1))
    loss = np.mean(log_norm - shifted[np.arange(n), y])
    return loss, (np.exp(shifted - log_norm[:, None]) - np.eye(k)[y]) / n


def dead_fraction(H):
    return np.mean(np.max(H, axis=0) <= 0)
