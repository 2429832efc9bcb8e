"""Right answers with np.select, np.piecewise, np.vectorize and array methods."""

import math

import numpy as np


def _sigmoid_one(v):
    return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))


def sigmoid(x):
    return np.vectorize(_sigmoid_one, otypes=[float])(x)


def sigmoid_grad(x):
    e = np.exp(-np.abs(x))
    return e / np.square(1 + e)


def tanh_grad(x):
    return 4 * sigmoid_grad(2 * np.asarray(x))


def relu(x):
    return np.where(np.isnan(x), x, np.select([np.asarray(x) > 0], [x], default=0))


def relu_backward(dout, x):
    return np.select([x > 0], [dout], 0.0)


def leaky_relu(x, a=0.01):
    return np.piecewise(np.asarray(x, float), [x > 0], [lambda v: v, lambda v: a * v])


def leaky_relu_grad(x, a=0.01):
    return np.piecewise(np.asarray(x, float), [x > 0], [1.0, a])


def prelu_backward(grad_out, z, a):
    slope = np.select([z > 0], [1.0], default=a[np.newaxis, :])
    contributions = grad_out * z * (z < 0)
    return grad_out * slope, contributions.sum(axis=0)


def elu(x, a=1.0):
    return np.piecewise(np.asarray(x, float), [x > 0], [lambda v: v, lambda v: a * np.expm1(v)])


def elu_grad(x, a=1.0):
    return np.piecewise(np.asarray(x, float), [x > 0], [1.0, lambda v: a * np.exp(v)])


def softmax_cross_entropy(logits, labels):
    def row_loss(row, label):
        m = row.max()
        return m + np.log(np.exp(row - m).sum()) - row[label]

    losses = [row_loss(row, label) for row, label in zip(logits, labels)]
    weights = np.exp(logits - logits.max(1, keepdims=True))
    gradient = weights / weights.sum(1, keepdims=True)
    np.subtract.at(gradient, (np.arange(len(labels)), labels), 1)
    return sum(losses) / len(losses), gradient / len(losses)


def dead_fraction(activations):
    alive = np.count_nonzero(activations > 0, axis=0)
    return float((alive == 0).sum() / activations.shape[1])
