# %% signal_propagation: signal-mean-of-column-stds
# the std is taken for each unit over the examples and then averaged, not over all entries
def signal_propagation(X, Ws, f):
    h = X
    stds = []
    for W in Ws:
        h = f(h @ W)
        stds.append(np.mean(np.std(h, axis=0)))
    return np.array(stds)

# %% signal_propagation: signal-linear-last
# the last layer gets no activation, as in a usual network
def signal_propagation(X, Ws, f):
    sizes = np.zeros(len(Ws))
    h = X
    for l, W in enumerate(Ws):
        z = np.dot(h, W)
        h = f(z) if l < len(Ws) - 1 else z
        sizes[l] = h.std()
    return sizes

# %% xavier: xavier-gain-under-root
# the gain stands inside the root, so the std is multiplied by sqrt(gain)
def fan_in_out(shape):
    receptive = int(np.prod(shape[2:]))
    return shape[1] * receptive, shape[0] * receptive


def xavier_uniform(n_in, n_out, rng, gain=1):
    limit = np.sqrt(6 * gain / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))

# %% torch_linear_default: default-bias-fan-out
# the biases get the bound 1/sqrt(n_out), because there are n_out of them
def torch_linear_default(n_in, n_out, rng):
    def uniform(n, shape):
        k = 1 / np.sqrt(n)
        return rng.uniform(-k, k, size=shape)

    return uniform(n_in, (n_in, n_out)), uniform(n_out, (n_out,))

# %% torch_linear_default: default-std-as-bound
# PyTorch's kaiming code from memory, without the sqrt(3) from std to bound: the weights are too small by sqrt(3)
def torch_linear_default(n_in, n_out, rng):
    a = np.sqrt(5)
    gain = np.sqrt(2.0 / (1 + a ** 2))
    std = gain / np.sqrt(n_in)
    W = rng.uniform(-std, std, size=(n_in, n_out))
    bound = 1 / np.sqrt(n_in)
    b = rng.uniform(-bound, bound, size=n_out)
    return W, b

# %% he_normal: he-glorot-times-root-two
# sqrt(2) times Glorot's std, with n_in + n_out, as on the slide
def he_normal(n_in, n_out, rng, gain=1):
    xavier_std = np.sqrt(2.0 / (n_in + n_out))
    he_std = np.sqrt(2.0) * xavier_std
    W = rng.standard_normal((n_in, n_out)) * he_std * gain
    return W

# %% gain: gain-centred
# one over the standard deviation of f(z), so the mean of f(z) is taken out of E[f(z)^2]
def gain(f):
    z = np.linspace(-10, 10, 20001)
    weights = np.exp(-z ** 2 / 2)
    weights /= weights.sum()
    h = f(z)
    mean = np.sum(weights * h)
    variance = np.sum(weights * (h - mean) ** 2)
    return float(1 / np.sqrt(variance))

# %% distinct_units: units-rounded | units-allclose
# the numbers are rounded to 6 decimals first, so nearly equal units count as one
def distinct_units(W, b, V):
    units = np.vstack([W, b[None, :], V.T])          # one column per unit
    return np.unique(np.round(units, 6), axis=1).shape[1]

# %% distinct_units: units-largest-count
# W, b and V are counted separately and the largest count is returned; units that differ in different parts are missed
def distinct_units(W, b, V):
    n_in = len(set(map(tuple, W.T)))
    n_bias = len(set(b))
    n_out = len(set(map(tuple, V)))
    return max(n_in, n_bias, n_out)

# %% transfer_layers: transfer-negative-slice
# dst[-(len(dst) - n):] is dst[-0:], the whole list, when n == len(dst)
def transfer_layers(src, dst, n):
    rest = len(dst) - n
    params = [w.copy() for w in src[:n]] + dst[-rest:]
    trainable = [False] * n + [True] * rest
    return params, trainable

# %% more_initializers: orthogonal-signs
# the signs of Q's columns are not corrected by the diagonal of R
def lecun_normal(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / n_in), size=(n_in, n_out))


def orthogonal(n_in, n_out, rng, gain=1):
    big, small = max(n_in, n_out), min(n_in, n_out)
    Q, R = np.linalg.qr(rng.normal(size=(big, small)))
    if n_in < n_out:
        Q = Q.T
    return gain * Q

# %% signal_propagation: right
# itertools.accumulate carries the signal through the layers
def signal_propagation(X, Ws, f):
    from itertools import accumulate, islice
    signals = accumulate(Ws, lambda h, W: f(h @ W), initial=X)
    return np.array([np.std(h) for h in islice(signals, 1, None)], dtype=float)

# %% gain: right
# midpoints of 20 000 bins, weighted with the exact probability of each bin (erf)
def gain(f):
    from math import erf, sqrt
    edges = np.linspace(-10.0, 10.0, 20_001)
    cdf = np.array([0.5 * (1 + erf(e / sqrt(2))) for e in edges])
    middle = (edges[1:] + edges[:-1]) / 2
    return float(1 / np.sqrt(np.dot(np.diff(cdf), np.square(f(middle)))))

# %% distinct_units: right
# a set of tuples, one for each unit
def distinct_units(W, b, V):
    return len({(*w, bias, *v) for w, bias, v in zip(W.T.tolist(), b.tolist(), V.tolist())})
