# %% signal_propagation: signal-std-of-z
def signal_propagation(X, Ws, f):
    result, h = [], X
    for i in range(len(Ws)):
        z = np.dot(h, Ws[i])
        result.append(np.sqrt(np.mean((z - z.mean()) ** 2)))
        h = f(z)
    return result

# %% signal_propagation: silence
def signal_propagation(X, Ws, f):
    h, out = X, []
    for W in Ws:
        h = f(h @ W)
        out.append(np.abs(h).std())
    return np.array(out)

# %% xavier: fans-swapped
def fan_in_out(shape):
    rf = 1
    for k in shape[2:]:
        rf *= k
    return shape[0] * rf, shape[1] * rf

# %% xavier: xavier-gain-squared
def xavier_uniform(rows, cols, rng, gain=1):
    u = 2 * rng.random((rows, cols)) - 1
    return u * math.sqrt(6 * gain**4 / (rows + cols))

# %% xavier: xavier-from-zero
def xavier_uniform(n_in, n_out, rng, gain=1):
    bound = gain * (6 / (n_in + n_out)) ** 0.5
    return bound * rng.random(size=(n_in, n_out))

# %% torch_linear_default: default-without-root
def torch_linear_default(n_in, n_out, rng):
    b = (2 * rng.random(n_out) - 1) / n_in
    W = (2 * rng.random((n_in, n_out)) - 1) / n_in
    return W, b

# %% he_normal: he-variance-as-std
def he_normal(fan_in, fan_out, rng, gain=1):
    return gain * rng.standard_normal((fan_in, fan_out)) * 2 / fan_in

# %% he_normal: he-glorot-times-root-two
def he_normal(n_in, n_out, rng, gain=1):
    glorot = (2 / (n_in + n_out)) ** 0.5
    return rng.normal(scale=1.4142135623730951 * gain * glorot, size=[n_in, n_out])

# %% gain: gain-upside-down
def gain(f):
    z = np.arange(-8, 8, 0.001)
    p = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return math.sqrt(np.sum(f(z) * f(z) * p) * 0.001)

# %% gain: gain-centred
def gain(f):
    z = np.linspace(-9, 9, 30001)
    w = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    first, second = (w * f(z)).sum(), (w * f(z) ** 2).sum()
    return (second - first**2) ** -0.5

# %% distinct_units: units-bias-ignored
def distinct_units(W, b, V):
    seen = set()
    for j in range(W.shape[1]):
        seen.add(tuple(W[:, j]) + tuple(V[j]))
    return len(seen)

# %% distinct_units: silence
def distinct_units(W, b, V):
    return len({(*W[:, j], b[j], *V[j]) for j in range(len(b))}) - 1

# %% transfer_layers: transfer-mask-inverted + transfer-aliases
def transfer_layers(src, dst, n):
    return src[:n] + dst[n:], [True] * n + [False] * (len(dst) - n)

# %% transfer_layers: silence
def transfer_layers(src, dst, n):
    return [(s + d) / 2 if i < n else d for i, (s, d) in enumerate(zip(src, dst))], [i >= n for i in range(len(dst))]

# %% torch_linear_default: default-std-as-bound
# kaiming's std is used as the bound of the weights, the factor sqrt(3) is missing (biases right)
def torch_linear_default(n_in, n_out, rng):
    # kaiming_uniform_(a=sqrt(5))
    gain = np.sqrt(2.0 / (1 + np.sqrt(5) ** 2))
    std = gain / np.sqrt(n_in)
    W = rng.uniform(-std, std, (n_in, n_out))
    bound = 1 / np.sqrt(n_in)
    b = rng.uniform(-bound, bound, n_out)
    return W, b

# %% gain: silence
# a Monte Carlo estimate with a thousand numbers: not exact to half a percent
def gain(f):
    z = np.random.default_rng(42).standard_normal(1000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))

# %% xavier: fans-one-kernel-side
# the kernel is taken to be square: shape[2] ** 2, wrong for 3 x 5 and for one or three kernel sides
def fan_in_out(shape):
    if len(shape) == 2:
        fan_out, fan_in = shape
    else:
        fan_out, fan_in = shape[0], shape[1]
        kernel_size = shape[2] ** 2
        fan_in *= kernel_size
        fan_out *= kernel_size
    return fan_in, fan_out


def xavier_uniform(n_in, n_out, rng, gain=1):
    a = gain * (6 / (n_in + n_out)) ** 0.5
    return rng.uniform(-a, a, (n_in, n_out))

# %% he_normal: he-std-as-mean
# the std is the first positional argument of rng.normal, where the mean belongs; the std is then 1
def he_normal(n_in, n_out, rng, gain=1):
    std = gain * np.sqrt(2 / n_in)
    return rng.normal(std, size=(n_in, n_out))

# %% gain: gain-short-grid
# the grid ends at 3 standard deviations, which cuts off 3 % of E[z^2]
def gain(f):
    z, dz = np.linspace(-3, 3, 10_000, retstep=True)
    density = np.exp(-0.5 * z ** 2) / np.sqrt(2 * np.pi)
    second_moment = np.sum(density * f(z) ** 2) * dz
    return float(second_moment ** -0.5)

# %% transfer_layers: transfer-changes-dst + transfer-aliases | transfer-copies-the-list
# (two) params is dst itself, so the caller's list is changed, and the layers of src are not copied
def transfer_layers(src, dst, n):
    params = dst
    trainable = []
    for i in range(len(dst)):
        if i < n:
            params[i] = src[i]
            trainable.append(False)
        else:
            trainable.append(True)
    return params, trainable

# %% signal_propagation: signal-normalized
def signal_propagation(X, Ws, f):
    out = np.zeros(len(Ws))
    h = X
    for i, W in enumerate(Ws):
        h = f(h @ W)
        out[i] = h.std()
        h = h / out[i]
    return out

# %% gain: gain-few-samples
def gain(f):
    z = np.random.default_rng(0).normal(size=10000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


# %% transfer_layers: transfer-trains-last-only
# All layers but the last are frozen, whatever n is.
def transfer_layers(src, dst, n):
    params = [(src[i] if i < n else dst[i]).copy() for i in range(len(dst))]
    trainable = [False] * (len(dst) - 1) + [True]
    return params, trainable
