"""Right answers with plain loops over single numbers."""

import numpy as np


def l2_penalty(Ws, lam):
    value = 0.0
    grads = []
    for W in Ws:
        grad = np.zeros(W.shape)
        for index in np.ndindex(W.shape):
            value += lam * float(W[index]) ** 2
            grad[index] = 2 * lam * W[index]
        grads.append(grad)
    return value, grads


def soft_threshold(w, t):
    w = np.asarray(w)
    out = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        if w[index] > t:
            out[index] = w[index] - t
        elif w[index] < -t:
            out[index] = w[index] + t
        elif np.isnan(w[index]):
            out[index] = np.nan
    return out


def l1_prox_step(w, g, lr, lam):
    u = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        u[index] = w[index] - lr * g[index]
    return soft_threshold(u, lr * lam)


def dropout_forward(x, p, training, rng):
    if p < 0 or p > 1:
        raise ValueError("p must be between 0 and 1")
    out = np.zeros(x.shape)
    mask = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if not training:
            mask[index] = 1.0
        elif rng.random() >= p:
            mask[index] = 1 / (1 - p)
        out[index] = x[index] * mask[index]
    return out, mask


def dropout_backward(dout, mask):
    dx = np.empty(dout.shape)
    for index in np.ndindex(dout.shape):
        dx[index] = dout[index] * mask[index]
    return dx


def smooth_labels(y, K, eps):
    Y = np.zeros((len(y), K))
    for n in range(len(y)):
        for k in range(K):
            Y[n, k] = eps / K
            if k == y[n]:
                Y[n, k] += 1 - eps
    return Y


def mixup(X, Y, lam, perm):
    X2 = []
    Y2 = []
    for i in range(len(X)):
        j = perm[i]
        X2.append(lam * X[i] + (1 - lam) * X[j])
        Y2.append(lam * Y[i] + (1 - lam) * Y[j])
    return np.array(X2), np.array(Y2)


def shift_image(image, dy, dx):
    out = np.zeros(image.shape)
    height, width = image.shape[-2], image.shape[-1]
    for i in range(height):
        for j in range(width):
            if 0 <= i - dy < height and 0 <= j - dx < width:
                out[..., i, j] = image[..., i - dy, j - dx]
    return out


def ensemble_predict(P):
    total = np.zeros(P.shape[1:])
    for member in P:
        total = total + member
    return total / len(P)
