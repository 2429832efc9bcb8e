# %% sigmoid: sigmoid-grad-of-x
# sigmoid_grad takes its argument for the activation: x * (1 - x)
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    out = np.empty(x.shape)
    pos = x >= 0
    out[pos] = 1 / (1 + np.exp(-x[pos]))
    e = np.exp(x[~pos])
    out[~pos] = e / (1 + e)
    return out


def sigmoid_grad(x):
    return x * (1 - x)


def tanh_grad(x):
    return 1.0 - np.tanh(x) ** 2

# %% relu: relu-times-mask
# relu multiplies by the mask: -inf * 0 is nan
def relu(x):
    return x * (x > 0)


def relu_backward(dout, x):
    return dout * (x > 0)

# %% relu: relu-backward-in-place
# relu_backward writes zeros into dout itself
def relu(x):
    return np.maximum(x, 0)


def relu_backward(dout, x):
    dx = dout
    dx[x <= 0] = 0
    return dx

# %% relu: relu-backward-one-at-zero
# relu_backward lets the gradient through where x is exactly 0
def relu(x):
    return np.clip(x, 0, None)


def relu_backward(dout, x):
    gate = np.ones_like(x, dtype=float)
    gate[x < 0] = 0.0
    return gate * dout

# %% leaky_relu: leaky-max
# the larger of x and slope * x: wrong for a slope above 1 (and the other way round)
def leaky_relu(x, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    g = np.full(np.shape(x), float(negative_slope))
    g[np.asarray(x) > 0] = 1
    return g

# %% prelu: prelu-mean
# the gradient of the slopes is averaged over the batch instead of summed
def prelu_backward(dout, x, weight):
    mask = (x > 0).astype(float)
    dx = dout * (mask + (1 - mask) * weight)
    dweight = np.mean(dout * x * (1 - mask), axis=0)
    return dx, dweight

# %% prelu: prelu-times-slope
# the gradient of the slopes contains the slope itself as a factor: it sums dout * weight * x
def prelu_backward(dout, x, weight):
    N, C = x.shape
    dx, dweight = np.zeros((N, C)), np.zeros(C)
    for c in range(C):
        for n in range(N):
            if x[n, c] > 0:
                dx[n, c] = dout[n, c]
            else:
                dx[n, c] = dout[n, c] * weight[c]
                dweight[c] += dout[n, c] * weight[c] * x[n, c]
    return dx, dweight

# %% elu: elu-bracket
# precedence: alpha * exp(x) - 1 on the left instead of alpha * (exp(x) - 1)
def elu(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    neg = np.minimum(x, 0)
    return np.where(x > 0, x, alpha * np.exp(neg) - 1)


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))

# %% softmax_cross_entropy: softmax-global-max
# the maximum of the whole matrix is subtracted, not that of each row: rows far below it underflow
def softmax_cross_entropy(Z, y):
    N = Z.shape[0]
    shifted = Z - Z.max()
    exps = np.exp(shifted)
    P = exps / exps.sum(axis=1, keepdims=True)
    loss = -np.log(P[np.arange(N), y]).mean()
    dZ = P.copy()
    dZ[np.arange(N), y] -= 1
    return loss, dZ / N

# %% softmax_cross_entropy: softmax-log-eps
# a small constant inside the logarithm: log(p + 1e-12)
def softmax_cross_entropy(Z, y):
    def softmax(a):
        e = np.exp(a - np.max(a, axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    probs = softmax(Z)
    onehot = np.eye(Z.shape[1])[y]
    loss = -(onehot * np.log(probs + 1e-12)).sum() / len(Z)
    return loss, (probs - onehot) / len(Z)

# %% dead_fraction: dead-zero-entries
# counts silent entries of the matrix instead of units that are silent for all examples
def dead_fraction(H):
    return float(np.count_nonzero(H <= 0)) / H.size

# %% sigmoid: right
# logaddexp, derivatives by product
def sigmoid(x):
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, float)))


sigmoid_grad = lambda x: sigmoid(x) * sigmoid(np.negative(x))


def tanh_grad(x):
    return (1 - np.tanh(x)) * (1 + np.tanh(x))

# %% relu: right
# fmax is wrong for nan, so where
def relu(x):
    x = np.asarray(x)
    return np.where(x < 0, np.zeros_like(x), x)


def relu_backward(dout, x):
    return np.where(np.greater(x, 0), dout, 0.0)

# %% prelu: right
# a loop over channels
def prelu_backward(dout, x, weight):
    columns, slopes = [], []
    for c, a in enumerate(weight):
        left = x[:, c] <= 0
        columns.append(np.where(left, a, 1.0) * dout[:, c])
        slopes.append(dout[left, c] @ x[left, c])
    return np.stack(columns, axis=1), np.asarray(slopes)

# %% elu: right
# boolean indexing into fresh arrays
def elu(x, alpha=1.0):
    out = np.array(x, dtype=np.float64, copy=True)
    left = out <= 0
    out[left] = alpha * np.expm1(out[left])
    return out


def elu_grad(x, alpha=1.0):
    out = np.ones_like(x, dtype=np.float64)
    left = np.asarray(x) <= 0
    out[left] = alpha * np.exp(np.asarray(x, dtype=np.float64)[left])
    return out

# %% dead_fraction: right
# max of each column
def dead_fraction(H):
    return sum(max(column) <= 0 for column in zip(*H)) / len(H[0])
