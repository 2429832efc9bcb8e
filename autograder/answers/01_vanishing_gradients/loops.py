"""Right answers with plain loops over single numbers."""

import math

import numpy as np


def neuron_bce(X, w, b, y):
    N, D = X.shape
    loss = 0.0
    dw = np.zeros(D)
    db = 0.0
    for n in range(N):
        z = float(b)
        for d in range(D):
            z += X[n, d] * w[d]
        if z >= 0:
            p = 1 / (1 + math.exp(-z))
        else:
            p = math.exp(z) / (1 + math.exp(z))
        loss += max(z, 0) - y[n] * z + math.log1p(math.exp(-abs(z)))
        for d in range(D):
            dw[d] += (p - y[n]) * X[n, d] / N
        db += (p - y[n]) / N
    return loss / N, dw, db


def numerical_gradient(f, x, h=1e-5):
    point = np.array(x, dtype=float)
    answer = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        old = point[index]
        point[index] = old + h
        up = f(point)
        point[index] = old - h
        down = f(point)
        point[index] = old
        answer[index] = (up - down) / (2 * h)
    return answer


def relative_error(a, b):
    top = bottom_a = bottom_b = 0.0
    for u, v in zip(np.ravel(a), np.ravel(b)):
        top += (u - v) ** 2
        bottom_a += u**2
        bottom_b += v**2
    if bottom_a == 0 and bottom_b == 0:
        return 0.0
    return math.sqrt(top) / (math.sqrt(bottom_a) + math.sqrt(bottom_b))


def chain_gradient(x, ws, f, df):
    L = len(ws)
    zs = []
    a = x
    for l in range(L):
        zs.append(ws[l] * a)
        a = f(zs[l])
    out = np.zeros(L)
    g = 1.0
    for l in range(L - 1, -1, -1):
        g = g * ws[l] * df(zs[l])
        out[l] = g
    return out


def mlp_forward(X, Ws, bs, f):
    zs = []
    hs = [X]
    for l in range(len(Ws)):
        z = np.zeros((len(X), Ws[l].shape[1]))
        for n in range(len(X)):
            for j in range(Ws[l].shape[1]):
                z[n, j] = bs[l][j]
                for i in range(Ws[l].shape[0]):
                    z[n, j] += hs[l][n, i] * Ws[l][i, j]
        zs.append(z)
        hs.append(z if l == len(Ws) - 1 else f(z))
    return hs[-1], zs, hs


def mlp_backward(dout, zs, hs, Ws, df):
    L = len(Ws)
    dWs = [np.zeros(W.shape) for W in Ws]
    dbs = [np.zeros(W.shape[1]) for W in Ws]
    deltas = [np.zeros(z.shape) for z in zs]
    for l in range(L - 1, -1, -1):
        if l == L - 1:
            deltas[l] = dout.copy()
        else:
            slope = df(zs[l])
            for n in range(len(dout)):
                for i in range(Ws[l + 1].shape[0]):
                    for j in range(Ws[l + 1].shape[1]):
                        deltas[l][n, i] += deltas[l + 1][n, j] * Ws[l + 1][i, j] * slope[n, i]
        for n in range(len(dout)):
            for j in range(Ws[l].shape[1]):
                dbs[l][j] += deltas[l][n, j]
                for i in range(Ws[l].shape[0]):
                    dWs[l][i, j] += hs[l][n, i] * deltas[l][n, j]
    return dWs, dbs, deltas


def gradient_report(deltas):
    rms = []
    for delta in deltas:
        total = 0.0
        for value in delta.ravel():
            total += value * value
        rms.append(math.sqrt(total / delta.size))
    ratio = 0.0 if rms[-1] == 0 else rms[0] / rms[-1]
    for r in rms:
        if math.isnan(r) or math.isinf(r):
            return np.array(rms), ratio, "non-finite"
    if ratio < 0.001:
        label = "vanishing"
    elif ratio > 1000:
        label = "exploding"
    else:
        label = "healthy"
    return np.array(rms), ratio, label


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        for value in np.ravel(g):
            total += float(value) ** 2
    norm = math.sqrt(total)
    factor = 1.0
    if math.isnan(norm):
        factor = norm
    elif max_norm / (norm + 1e-6) < 1:
        factor = max_norm / (norm + 1e-6)
    new = []
    for g in grads:
        new.append(g * factor)
    return new, norm
