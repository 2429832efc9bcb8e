# %% signal_propagation: signal-mean-of-column-stds
# The mean of the units' stds (axis 0) instead of the std of all entries.
def signal_propagation(X, Ws, f):
    h, sizes = X, []
    for W in Ws:
        h = f(h @ W)
        sizes.append(np.mean(np.std(h, axis=0)))
    return np.array(sizes)


# %% signal_propagation: signal-std-of-z
# The std is measured before the activation.
def signal_propagation(X, Ws, f):
    stds = np.empty(len(Ws))
    h = X
    for i in range(len(Ws)):
        z = h @ Ws[i]
        stds[i] = z.std()
        h = f(z)
    return stds


# %% xavier: fans-swapped
# Fan-in and fan-out are swapped, as in the layout (in, out).
def fan_in_out(shape):
    n_in, n_out, *kernel = shape
    field = int(np.prod(kernel)) if kernel else 1
    return n_in * field, n_out * field


# %% xavier: fans-field-in-only
# Fan-out does not count the kernel's positions.
def fan_in_out(shape):
    out, inputs = shape[0], shape[1]
    k = 1
    for side in shape[2:]:
        k *= side
    return inputs * k, out


# %% xavier: xavier-bound-is-std
# The std sqrt(2/(n_in+n_out)) is taken for the bound of the uniform distribution.
def xavier_uniform(n_in, n_out, rng, gain=1):
    std = gain * np.sqrt(2 / (n_in + n_out))
    return rng.uniform(-std, std, size=(n_in, n_out))


# %% torch_linear_default: default-zero-bias
# The biases are zeros.
def torch_linear_default(n_in, n_out, rng):
    bound = 1 / math.sqrt(n_in)
    W = rng.uniform(-bound, bound, (n_in, n_out))
    b = np.zeros(n_out)
    return W, b


# %% he_normal: he-variance-as-std
# The variance 2/n_in goes into rng.normal as its std.
def he_normal(n_in, n_out, rng, gain=1):
    return gain * rng.normal(0.0, 2 / n_in, size=(n_in, n_out))


# %% he_normal: he-gain-under-root
# The gain is under the root, it multiplies the variance.
def he_normal(n_in, n_out, rng, gain=1):
    variance = gain * 2 / n_in
    return rng.standard_normal((n_in, n_out)) * np.sqrt(variance)


# %% gain: gain-centred
# The std of f(z) instead of the root mean square.
def gain(f):
    z = np.linspace(-10, 10, 20001)
    density = np.exp(-z ** 2 / 2)
    density /= density.sum()
    h = f(z)
    mean = (density * h).sum()
    return float(1 / np.sqrt((density * (h - mean) ** 2).sum()))


# %% distinct_units: units-columns-only
# Only the incoming weights are compared, not the bias and the outgoing ones.
def distinct_units(W, b, V):
    columns = {tuple(W[:, j]) for j in range(W.shape[1])}
    return len(columns)


# %% transfer_layers: transfer-mask-inverted
# Trainable says True for the transferred layers, the flags are reversed.
def transfer_layers(src, dst, n):
    params = [np.array(a) for a in src[:n]] + [np.array(a) for a in dst[n:]]
    trainable = [i < n for i in range(len(dst))]
    return params, trainable


# %% more_initializers: lecun-is-he
# LeCun's variance is He's, 2/n_in.
def lecun_normal(n_in, n_out, rng):
    return rng.normal(size=(n_in, n_out)) * np.sqrt(2.0 / n_in)


# %% signal_propagation: signal-rms
# The root mean square instead of the std.
def signal_propagation(X, Ws, f):
    out, h = [], X
    for W in Ws:
        h = f(h @ W)
        out.append(np.sqrt((h ** 2).mean()))
    return np.array(out)


# %% he_normal: he-fan-out
# Fan-out is taken instead of fan-in.
def he_normal(n_in, n_out, rng, gain=1):
    return rng.normal(size=(n_in, n_out)) * (gain * math.sqrt(2 / n_out))


# %% gain: gain-without-root
# The root is forgotten, it is one over the mean square.
def gain(f):
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-z * z / 2)
    return float(p.sum() / (p * np.square(f(z))).sum())


# %% distinct_units: units-rows-of-w
# Rows are compared, it counts different inputs of W instead of units.
def distinct_units(W, b, V):
    return len(np.unique(np.asarray(W), axis=0))
