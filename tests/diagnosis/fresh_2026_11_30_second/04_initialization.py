# %% signal_propagation: signal-mean-of-row-stds
# the std is taken of the last axis only (per example), and averaged
def signal_propagation(X, Ws, f):
    history = []
    for W in Ws:
        X = f(X.dot(W))
        history += [X.std(axis=-1).mean()]
    return np.asarray(history)

# %% xavier: fans-sum-of-sides
# the fan-in of a convolution counts the kernel sides as a sum instead of a product
def fan_in_out(shape):
    o, i, *k = shape
    area = sum(k) if k else 1
    return i * area, o * area

# %% he_normal: he-uniform
# uniform numbers with the bound sqrt(6/n_in) (he_uniform) instead of normal ones
def he_normal(n_in, n_out, rng, gain=1):
    limit = gain * (6 / n_in) ** 0.5
    return (2 * rng.random((n_in, n_out)) - 1) * limit

# %% transfer_layers: transfer-mask-of-src
# the list is as long as src: when dst has more layers, they are missing
def transfer_layers(src, dst, n):
    params = [np.copy(src[i]) if i < n else dst[i] for i in range(len(src))]
    return params, [i >= n for i in range(len(src))]

# %% distinct_units: units-outgoing-ignored
# the outgoing weights are forgotten
def distinct_units(W, b, V):
    return len({(*col, bias) for col, bias in zip(W.T.tolist(), b.tolist())})

# %% gain: gain-upside-down
# the result is not inverted: the rms itself
def gain(f):
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-z * z / 2)
    return float(np.sqrt((p * f(z) ** 2).sum() / p.sum()))

# %% transfer_layers: transfer-aliases
# arrays are handed over without a copy
def transfer_layers(src, dst, n):
    return list(src)[:n] + list(dst)[n:], [False] * n + [True] * (len(dst) - n)
