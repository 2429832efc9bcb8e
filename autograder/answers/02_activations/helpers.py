"""Right answers built on helper functions of the learner's own, which stand in an extra cell."""

import numpy as np


def _softplus(v):
    return np.logaddexp(0.0, v)


def _step(v):
    return (np.asarray(v) > 0) * 1.0


def _pieces(v, right, left):
    gate = _step(v)
    return gate * right + (1 - gate) * left


def _log_softmax(Z):
    Z = Z - Z.max(axis=-1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


def _one_hot(y, classes):
    return (np.asarray(y)[:, None] == np.arange(classes)[None, :]).astype(float)


def sigmoid(x):
    return np.exp(-_softplus(-np.asarray(x, dtype=float)))


def sigmoid_grad(x):
    return np.exp(-_softplus(x) - _softplus(-np.asarray(x, dtype=float)))


def tanh_grad(x):
    return 1.0 - np.square(np.tanh(x))


def relu(x):
    return np.clip(x, 0, None)


def relu_backward(dout, x):
    return np.multiply(dout, _step(x))


def leaky_relu(x, negative_slope=0.01):
    return _pieces(x, x, negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    return _pieces(x, 1.0, negative_slope)


def prelu_backward(dout, x, weight):
    return dout * _pieces(x, 1.0, weight), np.einsum("nc,nc->c", dout, np.minimum(x, 0))


def elu(x, alpha=1.0):
    return _pieces(x, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_grad(x, alpha=1.0):
    return _pieces(x, 1.0, alpha * np.exp(np.minimum(x, 0)))


def softmax_cross_entropy(Z, y):
    log_p = _log_softmax(Z)
    target = _one_hot(y, Z.shape[1])
    loss = -np.sum(target * log_p) / len(Z)
    return loss, (np.exp(log_p) - target) / len(Z)


def dead_fraction(H):
    return 1.0 - _step(H).any(axis=0).mean()
