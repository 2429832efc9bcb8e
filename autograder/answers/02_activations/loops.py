"""Right answers with plain loops over single numbers."""

import math

import numpy as np


def sigmoid(x):
    x = np.asarray(x)
    out = np.zeros(x.size)
    for i, v in enumerate(x.ravel()):
        if v >= 0:
            out[i] = 1 / (1 + math.exp(-v))
        else:
            out[i] = math.exp(v) / (1 + math.exp(v))
    return out.reshape(x.shape)


def sigmoid_grad(x):
    s = sigmoid(x)
    result = []
    for value in s.ravel():
        result.append(value * (1 - value))
    return np.array(result).reshape(np.shape(x))


def tanh_grad(x):
    x = np.asarray(x)
    return np.array([1 - math.tanh(v) ** 2 for v in x.flat]).reshape(x.shape)


def relu(x):
    out = np.array(x, dtype=float)
    for index in np.ndindex(out.shape):
        if out[index] < 0:
            out[index] = 0.0
    return out


def relu_backward(dout, x):
    dx = np.zeros_like(dout)
    for index in np.ndindex(x.shape):
        if x[index] > 0:
            dx[index] = dout[index]
    return dx


def leaky_relu(x, negative_slope=0.01):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = x[index] if x[index] > 0 else negative_slope * x[index]
    return out


def leaky_relu_grad(x, negative_slope=0.01):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = 1.0 if x[index] > 0 else negative_slope
    return out


def prelu_backward(dout, x, weight):
    dx = np.zeros(x.shape)
    dw = np.zeros(len(weight))
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            if x[n, c] > 0:
                dx[n, c] = dout[n, c]
            else:
                dx[n, c] = dout[n, c] * weight[c]
                dw[c] += dout[n, c] * x[n, c]
    return dx, dw


def elu(x, alpha=1.0):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = x[index] if x[index] > 0 else alpha * math.expm1(x[index])
    return out


def elu_grad(x, alpha=1.0):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        out[index] = 1.0 if x[index] > 0 else alpha * math.exp(x[index])
    return out


def softmax_cross_entropy(Z, y):
    N, K = Z.shape
    total = 0.0
    dZ = np.zeros((N, K))
    for n in range(N):
        top = max(Z[n])
        norm = sum(math.exp(z - top) for z in Z[n])
        total += math.log(norm) - (Z[n, y[n]] - top)
        for k in range(K):
            dZ[n, k] = (math.exp(Z[n, k] - top) / norm - (k == y[n])) / N
    return total / N, dZ


def dead_fraction(H):
    dead = 0
    for unit in range(H.shape[1]):
        alive = False
        for example in range(H.shape[0]):
            if H[example, unit] > 0:
                alive = True
        if not alive:
            dead += 1
    return dead / H.shape[1]
