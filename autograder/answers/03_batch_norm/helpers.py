"""Right answers built on helper functions of the learner's own, which stand in an extra cell."""

import numpy as np


def _moments(A, axis):
    mean = np.average(A, axis=axis)
    centered = A - np.expand_dims(mean, axis)
    return mean, np.average(np.square(centered), axis=axis)


def _whiten(A, mean, var, eps):
    return np.divide(np.subtract(A, mean), np.sqrt(np.add(var, eps)))


def _blend(old, new, weight):
    return np.multiply(old, 1 - weight) + np.multiply(new, weight)


def bn_forward_train(X, gamma, beta, eps=1e-5):
    mean, var = _moments(X, 0)
    return gamma * _whiten(X, mean, var, eps) + beta, mean, var


def update_running(running_mean, running_var, X, momentum=0.1):
    mean, var = _moments(X, 0)
    bessel = len(X) / (len(X) - 1)
    return _blend(running_mean, mean, momentum), _blend(running_var, bessel * var, momentum)


def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * _whiten(X, running_mean, running_var, eps) + beta


class BatchNorm:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self._options = {"eps": eps, "momentum": momentum}
        self.gamma, self.beta, self.running_mean, self.running_var = (
            np.full(num_features, value) for value in (1.0, 0.0, 0.0, 1.0)
        )
        self.training = True

    def _learn(self, X):
        if X.shape[0] <= 1:
            raise ValueError(f"cannot normalize a batch of {X.shape[0]}")
        mean, var = _moments(X, 0)
        bessel = len(X) / (len(X) - 1)
        self.running_mean = _blend(self.running_mean, mean, self._options["momentum"])
        self.running_var = _blend(self.running_var, bessel * var, self._options["momentum"])
        return mean, var

    def __call__(self, X):
        mean, var = self._learn(X) if self.training else (self.running_mean, self.running_var)
        return self.gamma * _whiten(X, mean, var, self._options["eps"]) + self.beta


def bn_backward(dout, X, gamma, eps=1e-5):
    mean, var = _moments(X, 0)
    x_hat = _whiten(X, mean, var, eps)
    g = gamma * dout
    dx_hat_mean, overlap = np.average(g, axis=0), np.average(g * x_hat, axis=0)
    dX = (g - dx_hat_mean - overlap * x_hat) / np.sqrt(var + eps)
    return dX, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    identity = np.eye(len(gamma))
    origin = bn_eval(np.zeros((1, len(gamma))), gamma, beta, running_mean, running_var, eps)
    slope = np.diag(bn_eval(identity, gamma, beta, running_mean, running_var, eps) - origin)
    return W * slope, b * slope + origin[0]


def bn2d(X, gamma, beta, eps=1e-5):
    columns = np.moveaxis(X, 1, -1).reshape(-1, X.shape[1])
    out = bn_forward_train(columns, gamma, beta, eps)[0]
    N, C, H, W = X.shape
    return np.moveaxis(out.reshape(N, H, W, C), -1, 1)


def layer_norm(X, gamma, beta, eps=1e-5):
    mean, var = _moments(X, 1)
    return gamma * _whiten(X, mean[:, None], var[:, None], eps) + beta


def weight_standardization(W, eps=1e-5):
    return _whiten(W, *_moments(W, 0), eps)
