# %% signal_propagation: signal-std-of-z
# The std is taken before the activation (of z) instead of after it.
def signal_propagation(X, Ws, f):
    stds = []
    h = X
    for W in Ws:
        z = h @ W
        stds.append(np.std(z))
        h = f(z)
    return np.array(stds)


# %% signal_propagation: signal-mean-of-column-stds
# The std is taken over the examples for each unit and then averaged, instead of once over all entries.
def signal_propagation(X, Ws, f):
    result = np.zeros(len(Ws))
    h = X
    for i, W in enumerate(Ws):
        h = f(np.dot(h, W))
        result[i] = np.mean(np.std(h, axis=0))
    return result


# %% xavier: xavier-bound-is-std
# The std sqrt(2 / (n_in + n_out)) is used as the bound of the uniform distribution.
def fan_in_out(shape):
    kernel = int(np.prod(shape[2:]))
    return shape[1] * kernel, shape[0] * kernel


def xavier_uniform(n_in, n_out, rng, gain=1):
    a = gain * np.sqrt(2 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


# %% xavier: fans-field-in-only
# The kernel is counted in the fan-in only and is forgotten in the fan-out.
def fan_in_out(shape):
    fan_out = shape[0]
    fan_in = 1
    for s in shape[1:]:
        fan_in *= s
    return fan_in, fan_out


def xavier_uniform(n_in, n_out, rng, gain=1):
    bound = gain * np.sqrt(6.0 / (n_in + n_out))
    return rng.uniform(-bound, bound, (n_in, n_out))


# %% xavier: xavier-gain-under-root
# The gain stands inside the root, so it multiplies the variance and not the std.
def fan_in_out(shape):
    out_channels, in_channels, *kernel = shape
    receptive = 1
    for k in kernel:
        receptive *= k
    return in_channels * receptive, out_channels * receptive


def xavier_uniform(n_in, n_out, rng, gain=1):
    limit = np.sqrt(gain * 6 / (n_in + n_out))
    return rng.uniform(low=-limit, high=limit, size=(n_in, n_out))


# %% torch_linear_default: default-zero-bias
# The biases are zeros instead of uniform numbers.
def torch_linear_default(n_in, n_out, rng):
    k = 1 / np.sqrt(n_in)
    W = rng.uniform(-k, k, size=(n_in, n_out))
    b = np.zeros(n_out)
    return W, b


# %% he_normal: he-variance-as-std
# The variance is given to rng.normal where the std belongs (no square root).
def he_normal(n_in, n_out, rng, gain=1):
    return gain * rng.normal(0, 2 / n_in, size=(n_in, n_out))


# %% he_normal: he-global-random
# The numbers come from np.random instead of from the generator rng.
def he_normal(n_in, n_out, rng, gain=1):
    std = gain * np.sqrt(2.0 / n_in)
    return np.random.randn(n_in, n_out) * std


# %% gain: gain-centred
# The variance of f(z) is used instead of its mean square.
def gain(f):
    z = np.linspace(-10, 10, 20001)
    weights = np.exp(-z ** 2 / 2)
    weights /= weights.sum()
    fz = f(z)
    mean = np.sum(weights * fz)
    var = np.sum(weights * (fz - mean) ** 2)
    return float(1 / np.sqrt(var))


# %% distinct_units: units-allclose
# np.allclose takes nearly equal units for the same.
def distinct_units(W, b, V):
    units = np.vstack([W, b.reshape(1, -1), V.T]).T
    found = []
    for u in units:
        if not any(np.allclose(u, other) for other in found):
            found.append(u)
    return len(found)


# %% transfer_layers: transfer-aliases
# The arrays are handed over as they are, without copies.
def transfer_layers(src, dst, n):
    params = list(src[:n]) + list(dst[n:])
    trainable = [i >= n for i in range(len(dst))]
    return params, trainable


# %% transfer_layers: transfer-negative-slice
# The new layers are counted from behind, and for n = len(dst) the slice [-0:] takes all of dst.
def transfer_layers(src, dst, n):
    n_new = len(dst) - n
    params = [w.copy() for w in src[:n]]
    params += [w.copy() for w in dst[-n_new:]]
    trainable = [False] * n + [True] * n_new
    return params, trainable


# %% more_initializers: orthogonal-signs
# The signs of R's diagonal are not corrected in orthogonal.
def lecun_normal(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(1 / n_in), size=(n_in, n_out))


def orthogonal(n_in, n_out, rng, gain=1):
    big, small = max(n_in, n_out), min(n_in, n_out)
    A = rng.normal(size=(big, small))
    Q, _ = np.linalg.qr(A)
    if n_in < n_out:
        Q = Q.T
    return gain * Q


# %% gain: right
# Right: a weighted average as one expression.
def gain(f):
    grid = np.linspace(-10, 10, 20001)
    density = np.exp(-0.5 * grid * grid)
    return float(np.average(np.square(np.asarray(f(grid), dtype=float)), weights=density) ** -0.5)


# %% distinct_units: right
# Right: a set of tuples, one for each unit.
def distinct_units(W, b, V):
    incoming = np.transpose(W).tolist()
    outgoing = np.asarray(V).tolist()
    return len({(tuple(w), bias, tuple(v)) for w, bias, v in zip(incoming, np.asarray(b).tolist(), outgoing)})
