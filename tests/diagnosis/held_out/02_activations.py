# %% sigmoid: sigmoid-grad-of-x
def sigmoid_grad(s):
    return s - s**2

# %% sigmoid: scaled-sigmoid_grad ?
def sigmoid_grad(x):
    s = sigmoid(x)
    return 2 * s * (1 - s)

# %% sigmoid: sigmoid-grad-tanh-rule
def sigmoid_grad(x):
    y = sigmoid(x)
    return (1 - y) * (1 + y)

# %% relu: relu-swallows-nan
def relu(a):
    out = np.zeros(a.shape)
    for i, v in np.ndenumerate(a):
        if v > 0:
            out[i] = v
    return out

# %% relu: relu-backward-without-dout | relu-backward-one-at-zero ?
def relu_backward(g, x):
    slope = np.ones_like(x, dtype=float)
    slope[x < 0] = 0.0
    return slope

# %% leaky_relu: leaky-fixed-slope + leaky-grad-times-x
def leaky_relu(x, slope=0.01):
    return np.vectorize(lambda v: v if v > 0 else 0.01 * v, otypes=[float])(x)

def leaky_relu_grad(x, slope=0.01):
    g = np.ones(np.shape(x))
    g[x <= 0] = (slope * x)[x <= 0]
    return g

# %% leaky_relu: leaky-max + leaky-grad-one-at-zero
def leaky_relu(x, k=0.01):
    return np.max(np.stack([np.asarray(x, float), k * np.asarray(x, float)]), axis=0)

def leaky_relu_grad(x, k=0.01):
    return k + (1 - k) * (np.asarray(x) >= 0)

# %% prelu: prelu-one-at-zero + prelu-mean
def prelu_backward(up, x, a):
    dx = up.copy()
    for c in range(x.shape[1]):
        dx[x[:, c] < 0, c] *= a[c]
    return dx, (up * x * (x <= 0)).mean(axis=0)

# %% prelu: silence
def prelu_backward(dout, x, weight):
    return dout * np.where(x > 0, 1.0, weight), (dout * np.minimum(x, 0) ** 2).sum(axis=0)

# %% elu: elu-bracket
def elu(x, alpha=1.0):
    out = np.array(x, dtype=float)
    left = out <= 0
    out[left] = alpha * np.exp(out[left]) - 1
    return out

# %% elu: silence
def elu(x, alpha=1.0):
    x = np.asarray(x, float)
    return np.where(x > 0, x, alpha * x / (1 + np.abs(x)))

# %% elu: elu-grad-is-elu
def elu_grad(x, alpha=1.0):
    g = []
    for v in np.ravel(x):
        g.append(1.0 if v > 0 else alpha * (math.exp(v) - 1))
    return np.array(g).reshape(np.shape(x))

# %% softmax_cross_entropy: softmax-log-of-probability
def _softmax(Z):
    E = np.exp(Z - np.max(Z, axis=1)[:, np.newaxis])
    return E / np.sum(E, axis=1)[:, np.newaxis]

def softmax_cross_entropy(Z, y):
    P, n = _softmax(Z), Z.shape[0]
    hot = np.eye(Z.shape[1])[y]
    chosen = (P * hot).sum(axis=1)
    return -np.mean(np.log(chosen)), (P - hot) / n

# %% softmax_cross_entropy: softmax-log-eps
def softmax_cross_entropy(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    rows = np.arange(Z.shape[0])
    loss = -np.sum(np.log(p[rows, y] + 1e-12)) / rows.size
    d = p.copy()
    d[rows, y] -= 1.0
    return loss, d / rows.size

# %% dead_fraction: dead-examples
def dead_fraction(H):
    silent = [not np.any(row > 0) for row in H]
    return sum(silent) / len(silent)

# %% dead_fraction: silence
def dead_fraction(H):
    return float(np.mean(H.sum(axis=0) < 0))

# %% zoo: crelu-axis-zero + selu-unscaled
def crelu(x):
    return np.vstack((np.maximum(x, 0), np.maximum(-x, 0)))

def selu(x):
    return elu(x, 1.6732632423543772)
