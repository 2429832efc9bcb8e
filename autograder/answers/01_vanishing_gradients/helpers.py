"""Right answers built on helper functions and a class of the learner's own."""

import numpy as np


def _sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def _norm(*arrays):
    return np.sqrt(sum(float(np.sum(np.square(np.asarray(a, dtype=float)))) for a in arrays))


def _rms(array):
    return _norm(array) / np.sqrt(np.size(array))


class _Layer:
    def __init__(self, W, b=None):
        self.W, self.b = W, b

    def forward(self, h):
        return np.dot(h, self.W) + self.b

    def backward(self, h, delta):
        return np.einsum("ni,nj->ij", h, delta), np.einsum("nj->j", delta), np.einsum("nj,ij->ni", delta, self.W)


def neuron_bce(X, w, b, y):
    z = _Layer(w[:, None], np.array([b])).forward(X)
    target = np.asarray(y, dtype=float).reshape(-1, 1)
    losses = np.maximum(z, 0) - target * z + np.log1p(np.exp(-np.abs(z)))
    dw, db, _ = _Layer(w[:, None]).backward(X, (_sigmoid(z) - target) / len(X))
    return float(losses.mean()), dw[:, 0], float(db[0])


def _moved(x, index, by):
    y = np.array(x, dtype=float)
    y[index] += by
    return y


def numerical_gradient(f, x, h=1e-5):
    grad = np.empty(np.shape(x))
    for index, _ in np.ndenumerate(x):
        grad[index] = (f(_moved(x, index, h)) - f(_moved(x, index, -h))) / h / 2
    return grad


def relative_error(a, b):
    if not np.any(a) and not np.any(b):
        return 0.0
    return _norm(np.asarray(a) - np.asarray(b)) / (_norm(a) + _norm(b))


def _links(x, ws, f):
    for w in ws:
        z = w * x
        yield w, z
        x = f(z)


def chain_gradient(x, ws, f, df):
    factors = np.array([w * df(z) for w, z in _links(x, ws, f)])
    return np.array([np.prod(factors[l:]) for l in range(len(factors))])


def mlp_forward(X, Ws, bs, f):
    layers = [_Layer(W, b) for W, b in zip(Ws, bs)]
    zs, hs = [], [np.array(X)]
    for layer in layers[:-1]:
        zs.append(layer.forward(hs[-1]))
        hs.append(f(zs[-1]))
    out = layers[-1].forward(hs[-1])
    return out, zs + [out], hs + [out]


def mlp_backward(dout, zs, hs, Ws, df):
    results = []
    delta = dout
    for number in range(len(Ws) - 1, -1, -1):
        dW, db, dh = _Layer(Ws[number]).backward(hs[number], delta)
        results.append((dW, db, delta))
        if number:
            delta = dh * df(zs[number - 1])
    dWs, dbs, deltas = zip(*reversed(results))
    return list(dWs), list(dbs), list(deltas)


def gradient_report(deltas):
    rms = np.array(list(map(_rms, deltas)))
    ratio = rms[0] / rms[-1] if rms[-1] > 0 or np.isnan(rms[-1]) else 0.0
    tests = {
        "non-finite": not all(np.isfinite(delta).all() for delta in deltas),
        "vanishing": ratio < 1e-3,
        "exploding": ratio > 1e3,
        "healthy": True,
    }
    return rms, ratio, next(label for label, holds in tests.items() if holds)


def clip_grad_norm(grads, max_norm):
    total_norm = _norm(*grads)
    coefficient = np.clip(max_norm / (total_norm + 1e-6), None, 1.0)
    return [np.multiply(g, coefficient) for g in grads], total_norm
