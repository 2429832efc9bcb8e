# %% signal_propagation: signal-ddof
def signal_propagation(X, Ws, f):
    out = np.zeros(len(Ws))
    for i, W in enumerate(Ws):
        X = f(X @ W)
        out[i] = np.sqrt(((X - X.mean()) ** 2).sum() / (X.size - 1)) if X.size > 1 else 0.0
    return out

# %% signal_propagation: signal-rms
def signal_propagation(X, Ws, f):
    def go(h, rest):
        if not rest:
            return []
        h = f(h @ rest[0])
        return [np.linalg.norm(h) / np.sqrt(h.size), *go(h, rest[1:])]
    return np.array(go(X, list(Ws)))

# %% xavier: fans-without-field + xavier-fan-in-only
def fan_in_out(shape):
    o, i = shape[:2]
    return i, o

def xavier_uniform(n_in, n_out, rng, gain=1):
    limit = gain * math.sqrt(3.0 / n_in)
    return rng.uniform(-1, 1, (n_in, n_out)) * limit

# %% xavier: silence
def xavier_uniform(n_in, n_out, rng, gain=1):
    a = gain * np.sqrt(6 / (n_in + n_out)) * np.sqrt(2)
    return rng.triangular(-a, 0, a, size=(n_in, n_out))

# %% torch_linear_default: default-zero-bias
def torch_linear_default(n_in, n_out, rng):
    k = n_in**-0.5
    return rng.uniform(low=-k, high=k, size=(n_in, n_out)), np.array([0.0] * n_out)

# %% torch_linear_default: silence
def torch_linear_default(n_in, n_out, rng):
    k = 1 / np.sqrt(n_in)
    return np.clip(rng.normal(0, k, (n_in, n_out)), -k, k), np.clip(rng.normal(0, k, n_out), -k, k)

# %% he_normal: he-fan-out
def he_normal(a, b, rng, gain=1):
    return gain * rng.standard_normal((a, b)) / np.sqrt(b / 2)

# %% he_normal: silence
def he_normal(n_in, n_out, rng, gain=1):
    return rng.laplace(0, gain * np.sqrt(1 / n_in), size=(n_in, n_out))

# %% gain: gain-mean-absolute
def gain(f):
    z = np.linspace(-12, 12, 60001)
    w = np.exp(-0.5 * z * z)
    return 1 / (np.sum(abs(f(z)) * w) / w.sum())

# %% gain: silence
def gain(f):
    z = np.linspace(-4, 4, 8001)
    return float(1 / np.max(np.abs(f(z))))

# %% distinct_units: units-outgoing-ignored
def distinct_units(W, b, V):
    return len({(*map(float, W[:, j]), float(b[j])) for j in range(len(b))})

# %% transfer_layers: transfer-last-n
def transfer_layers(src, dst, n):
    L = len(dst)
    params = []
    for i in range(L):
        params.append(np.copy(src[i]) if i >= L - n and i < len(src) else dst[i])
    return params, [i < L - n for i in range(L)]

# %% transfer_layers: transfer-nothing-frozen
def transfer_layers(src, dst, n):
    params = list(dst)
    for i in range(n):
        params[i] = np.array(src[i], copy=True)
    return params, [True for _ in params]
