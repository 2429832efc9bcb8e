"""Right answers that fill a float array by boolean masks."""

import numpy as np


def sigmoid(x):
    x = np.asarray(x, dtype=float)
    out = np.empty_like(x)
    right = x >= 0
    out[right] = 1 / (1 + np.exp(-x[right]))
    left = np.exp(x[~right])
    out[~right] = left / (1 + left)
    return out


def sigmoid_grad(x):
    out = sigmoid(x)
    return out - out**2


def tanh_grad(x):
    t = np.tanh(np.asarray(x, dtype=float))
    t *= t
    return 1 - t


def relu(x):
    out = x.copy()
    out[out < 0] = 0
    return out


def relu_backward(dout, x):
    grad = dout.copy()
    grad[x <= 0] = 0
    return grad


def leaky_relu(x, negative_slope=0.01):
    out = x.astype(float)
    out[x <= 0] *= negative_slope
    return out


def leaky_relu_grad(x, negative_slope=0.01):
    out = np.full(x.shape, float(negative_slope))
    out[x > 0] = 1
    return out


def prelu_backward(dout, x, weight):
    closed = x <= 0
    dx = dout.copy()
    dx[closed] = (dout * weight)[closed]
    product = dout * x
    product[~closed] = 0
    return dx, product.sum(axis=0)


def elu(x, alpha=1.0):
    out = x.astype(float)
    out[x <= 0] = alpha * np.expm1(out[x <= 0])
    return out


def elu_grad(x, alpha=1.0):
    out = np.ones(x.shape)
    out[x <= 0] = alpha * np.exp(x[x <= 0])
    return out


def softmax_cross_entropy(Z, y):
    N = Z.shape[0]
    Z = Z - Z.max(axis=1, keepdims=True)
    chosen = np.zeros(Z.shape, dtype=bool)
    chosen[np.arange(N), y] = True
    log_norm = np.log(np.exp(Z).sum(axis=1))
    loss = (log_norm - Z[chosen]).sum() / N
    grad = np.exp(Z - log_norm.reshape(-1, 1))
    grad[chosen] -= 1
    return float(loss), grad / N


def dead_fraction(H):
    silent = np.ones(H.shape[1], dtype=bool)
    silent[(H > 0).any(axis=0)] = False
    return silent.sum() / len(silent)
