# %% signal_propagation: signal-std-of-z
# measures the input of the activation, h @ W, instead of its output
def signal_propagation(X, Ws, f):
    stds = []
    h = X
    for W in Ws:
        pre = h @ W
        stds.append(pre.std())
        h = f(pre)
    return np.array(stds)

# %% signal_propagation: signal-mean-of-column-stds
# the std of each unit over the examples, then the mean over the units, instead of one std of all entries
def signal_propagation(X, Ws, f):
    out = np.zeros(len(Ws))
    for layer, W in enumerate(Ws):
        X = f(np.dot(X, W))
        out[layer] = np.mean(np.std(X, axis=0))
    return out

# %% xavier: fans-swapped
# fan_in_out reads the shape as (in, out, *kernel): fan-in and fan-out are swapped
def fan_in_out(shape):
    n_in, n_out = shape[0], shape[1]
    receptive = 1
    for side in shape[2:]:
        receptive *= side
    return n_in * receptive, n_out * receptive


def xavier_uniform(n_in, n_out, rng, gain=1):
    limit = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, (n_in, n_out))

# %% xavier: fans-field-in-only
# the fan-out of a convolution ignores the kernel (fan-in is right)
def fan_in_out(shape):
    out_channels, in_channels, *kernel = shape
    return in_channels * int(np.prod(kernel)), out_channels


def xavier_uniform(n_in, n_out, rng, gain=1):
    a = gain * (6 / (n_in + n_out)) ** 0.5
    return (2 * rng.random((n_in, n_out)) - 1) * a

# %% xavier: xavier-gain-under-root
# the gain stands under the root, so it multiplies the variance and not the std
def fan_in_out(shape):
    k = np.prod(shape[2:], dtype=int)
    return int(shape[1] * k), int(shape[0] * k)


def xavier_uniform(n_in, n_out, rng, gain=1):
    bound = np.sqrt(gain * 6.0 / (n_in + n_out))
    return rng.uniform(low=-bound, high=bound, size=(n_in, n_out))

# %% xavier: xavier-bound-is-std
# the std sqrt(2 / (n_in + n_out)) is used as the bound of the uniform distribution
def fan_in_out(shape):
    import math
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def xavier_uniform(n_in, n_out, rng, gain=1):
    std = gain * np.sqrt(2.0 / (n_in + n_out))
    return rng.uniform(-std, std, size=(n_in, n_out))

# %% torch_linear_default: default-zero-bias
# the biases are zeros
def torch_linear_default(n_in, n_out, rng):
    k = 1 / np.sqrt(n_in)
    weights = rng.uniform(-k, k, size=(n_in, n_out))
    bias = np.zeros(n_out)
    return weights, bias

# %% he_normal: he-variance-as-std
# the variance 2 / n_in is given where NumPy takes the standard deviation
def he_normal(n_in, n_out, rng, gain=1):
    return rng.normal(loc=0.0, scale=gain * 2 / n_in, size=(n_in, n_out))

# %% he_normal: he-truncated
# the normal numbers are cut off at two standard deviations (as Keras's truncated normal), so the std is too small
def he_normal(n_in, n_out, rng, gain=1):
    std = gain * np.sqrt(2 / n_in)
    W = rng.normal(0.0, std, (n_in, n_out))
    return np.clip(W, -2 * std, 2 * std)

# %% he_normal: he-fan-out
# divides by fan-out, the number of outputs
def he_normal(n_in, n_out, rng, gain=1):
    scale = np.sqrt(2.0 / n_out)
    return gain * scale * rng.standard_normal((n_in, n_out))

# %% gain: gain-centred
# one over the standard deviation of f(z): the mean of f is subtracted
def gain(f):
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-z**2 / 2)
    p /= p.sum()
    h = f(z)
    mean = (p * h).sum()
    variance = (p * (h - mean) ** 2).sum()
    return float(1 / np.sqrt(variance))

# %% gain: gain-density-without-half
# the weights are exp(-z**2), a normal density of variance 1/2, the factor 1/2 in the exponent is missing
def gain(f):
    grid = np.linspace(-10.0, 10.0, 10_001)
    weight = np.exp(-grid * grid)
    second_moment = np.average(np.square(f(grid)), weights=weight)
    return 1.0 / float(second_moment) ** 0.5

# %% distinct_units: units-rounded
# units are rounded first, so units that are nearly equal count as one
def distinct_units(W, b, V):
    units = np.concatenate([W, b[None, :], V.T], axis=0).T
    return len(np.unique(np.round(units, 6), axis=0))

# %% transfer_layers: transfer-mask-inverted
# trainable is inverted: True for the transferred layers, False for the fresh ones
def transfer_layers(src, dst, n):
    params, trainable = [], []
    for i in range(len(dst)):
        transferred = i < n
        params.append(np.array(src[i]) if transferred else dst[i])
        trainable.append(transferred)
    return params, trainable

# %% signal_propagation: right
# reduce-free recursion with a generator
def signal_propagation(X, Ws, f):
    def layers(h):
        for W in Ws:
            h = f(np.einsum("ni,io->no", h, W))
            yield float(np.sqrt(np.mean((h - np.mean(h)) ** 2)))

    return np.fromiter(layers(X), dtype=float)

# %% xavier: right
# draws for the transposed matrix
def fan_in_out(shape):
    shape = [int(s) for s in shape]
    rest = 1
    while len(shape) > 2:
        rest *= shape.pop()
    return shape[1] * rest, shape[0] * rest


def xavier_uniform(n_in, n_out, rng, gain=1):
    fan_avg = (n_in + n_out) / 2
    std = gain * fan_avg**-0.5
    return (rng.uniform(-1, 1, (n_out, n_in)) * std * 3**0.5).T

# %% he_normal: right
# scaled after the draw, one row at a time
def he_normal(n_in, n_out, rng, gain=1):
    rows = [rng.standard_normal(n_out) for _ in range(n_in)]
    return np.vstack(rows) * (gain / np.sqrt(n_in / 2))

# %% gain: right
# trapezoid over the density
def gain(f):
    z = np.linspace(-10, 10, 40001)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return float(np.trapezoid(density * f(z) ** 2, z) ** -0.5)

# %% distinct_units: right
# a set of tuples
def distinct_units(W, b, V):
    seen = set()
    for h in range(len(b)):
        seen.add((tuple(W[:, h]), float(b[h]), tuple(V[h])))
    return len(seen)
