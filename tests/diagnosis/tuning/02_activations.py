# %% sigmoid: sigmoid-sign
def sigmoid(t):
    with np.errstate(over="ignore"):
        return np.reciprocal(1.0 + np.e ** np.asarray(t, float))

# %% sigmoid: sigmoid-overflow + tanh-grad-not-squared
def _logistic(v):
    return 1.0 / (np.exp(-1.0 * v) + 1.0)

def sigmoid(v):
    return _logistic(v)

def tanh_grad(v):
    with np.errstate(all="ignore"):
        return 2 - 2 * _logistic(2 * np.asarray(v, float))

# %% sigmoid: sigmoid-clipped
def sigmoid(z):
    z = np.minimum(np.maximum(z, -30.0), 30.0)
    return 1 / (1 + np.exp(-z))

# %% relu: relu-times-mask
def relu(x):
    with np.errstate(invalid="ignore"):
        return x * np.heaviside(x, 0)

# %% relu: relu-backward-one-at-zero
def relu_backward(upstream, z):
    return upstream * (1 - (z < 0))

# %% relu: silence
def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.1 * dout)

# %% leaky_relu: silence
def leaky_relu(x, slope=0.01):
    return np.where(x > -1, x, slope * x)

# %% leaky_relu: leaky-divides
def leaky_relu(x, a=0.01):
    x = np.asarray(x, float)
    return (x + abs(x)) / 2 + (x - abs(x)) / (2 * a)

# %% prelu: prelu-summed-over-channels
def prelu_backward(g, x, w):
    neg = (x <= 0).astype(float)
    return g * (1 - neg + neg * w), np.sum(g * x * neg)

# %% prelu: prelu-without-dout
def prelu_backward(dout, x, weight):
    local = np.where(x > 0, 1.0, weight)
    dw = np.zeros(x.shape[1])
    for row in x:
        dw = dw + np.where(row > 0, 0, row)
    return dout * local, dw

# %% elu: elu-alpha-ignored + elu-grad-plus-one
def elu(x, alpha=1.0):
    return np.vectorize(lambda v: v if v > 0 else math.expm1(v), otypes=[float])(x)

def elu_grad(x, alpha=1.0):
    x = np.asarray(x, float)
    g = np.ones(x.shape)
    g[x <= 0] = alpha * np.exp(x[x <= 0]) - alpha + 1
    return g

# %% elu: elu-cancellation
def elu(t, a=1.0):
    t = np.asarray(t, float)
    pos, neg = np.clip(t, 0, None), np.clip(t, None, 0)
    return pos + a * (np.exp(neg) - 1)

# %% softmax_cross_entropy: softmax-gradient-summed + softmax-loss-summed
def softmax_cross_entropy(logits, labels):
    loss, grad = 0.0, np.zeros(logits.shape)
    for i, row in enumerate(logits):
        e = np.exp(row - max(row))
        p = e / e.sum()
        loss += math.log(e.sum()) - (row - max(row))[labels[i]]
        grad[i] = p
        grad[i, labels[i]] -= 1
    return loss, grad

# %% softmax_cross_entropy: silence
def softmax_cross_entropy(Z, y):
    N, K = Z.shape
    S = Z - Z.max(axis=1, keepdims=True)
    logp = S - np.log(np.exp(S).sum(axis=1, keepdims=True))
    G = np.exp(logp)
    G[range(N), y] -= 1
    return -logp[range(N), y].mean(), G / (N + K)

# %% softmax_cross_entropy: softmax-no-shift
def softmax_cross_entropy(Z, y):
    N, out = Z.shape[0], []
    for row in np.exp(Z):
        out.append(row / sum(row))
    P = np.array(out)
    loss = sum(-np.log(P[i, y[i]]) for i in range(N)) / N
    P[np.arange(N), y] -= 1
    return loss, P / N

# %% dead_fraction: dead-zero-entries
def dead_fraction(H):
    return 1 - np.count_nonzero(H > 0) / H.size

# %% zoo: gelu-tanh + mish-overflow
def gelu(x):
    return x / 2 * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))

def mish(x):
    return x * np.tanh(np.log(np.exp(x) + 1))

# %% losses: mse-gradient-not-averaged + bce-gradient-not-averaged
def mse_loss(a, b):
    r = a - b
    return (r * r).mean(), 2 * r

def binary_cross_entropy_with_logits(z, y):
    return np.mean(np.logaddexp(0, z) - z * y), np.exp(-np.logaddexp(0, -z)) - y

# %% sigmoid: sigmoid-one-minus
# 0.5 * (1 + tanh(x/2)) loses all digits left of about -37, where 1 - 1 cancels to 0
def sigmoid(x):
    # numerically stable version via tanh
    return 0.5 * (1 + np.tanh(np.asarray(x, dtype=float) / 2))


def sigmoid_grad(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


def tanh_grad(x):
    return 1 - np.tanh(x) ** 2

# %% sigmoid: sigmoid-clipped
# x is clipped to [-30, 30] against overflow, so sigmoid and its slope stop falling beyond
def sigmoid(x):
    x = np.clip(x, -30, 30)
    return 1.0 / (1.0 + np.exp(-x))


def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 - s)


def tanh_grad(x):
    t = np.tanh(x)
    return 1 - t * t

# %% sigmoid: tanh-grad-of-square
# tanh_grad squares the argument instead of the tanh: 1 - tanh(x**2)
def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1 / (1 + z), z / (1 + z))


def sigmoid_grad(x):
    return sigmoid(x) * sigmoid(-np.asarray(x))


def tanh_grad(x):
    return 1 - np.tanh(np.asarray(x, float) ** 2)

# %% leaky_relu: leaky-grad-between-at-zero
# the gradient is built from sign(x), which is 0 at 0: the slope there is the mean (1 + a) / 2 instead of a
def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, x * negative_slope)


def leaky_relu_grad(x, negative_slope=0.01):
    s = np.sign(x)
    return 0.5 * (1 + s) + 0.5 * (1 - s) * negative_slope

# %% sigmoid: sigmoid-grad-overflow
# sigmoid_grad is exp(-x) / (1 + exp(-x))**2, which overflows to inf/inf for very negative x
def sigmoid_grad(x):
    x = np.asarray(x, float)
    with np.errstate(all="ignore"):
        t = np.exp(-x)
        return t / (1 + t) ** 2

# %% elu: elu-grad-left-everywhere
# elu_grad is alpha * exp(x) everywhere, also right of 0
def elu_grad(x, alpha=1.0):
    x = np.asarray(x, float)
    return alpha * np.exp(np.clip(x, None, 50.0))

# %% softmax_cross_entropy: softmax-loss-over-entries
# the loss is divided by N * K, a mean over all entries of the one-hot product; the gradient is right
def softmax_cross_entropy(Z, y):
    N, K = Z.shape
    Z = Z - Z.max(axis=1)[:, None]
    logp = Z - np.log(np.exp(Z).sum(axis=1))[:, None]
    hot = np.zeros((N, K))
    hot[range(N), y] = 1
    return -np.mean(hot * logp), (np.exp(logp) - hot) / N

# %% dead_fraction: dead-mean-zero
# a unit counts as dead only if all its entries are exactly 0, so negative pre-activations count as alive
def dead_fraction(H):
    return np.mean(np.count_nonzero(H, axis=0) == 0)

# %% leaky_relu: leaky-fixed-slope
# slope hard-coded 0.2
def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, 0.2 * x)

# %% leaky_relu: leaky-grad-fixed-slope
# leaky grad slope hard-coded 0.01
def leaky_relu_grad(x, negative_slope=0.01):
    return np.where(x > 0, 1.0, 0.01)

# %% relu: relu-swallows-nan
# np.fmax
def relu(x):
    return np.fmax(x, 0)

# %% elu: elu-left-everywhere
# elu = left everywhere
def elu(x, alpha=1.0):
    return alpha * np.expm1(np.minimum(x, 80))

# %% sigmoid: integers-sigmoid
# the result array is made with zeros_like(x), so for integers everything is truncated to 0 (or 1)
def sigmoid(x):
    out = np.zeros_like(x)
    pos = x >= 0
    neg = ~pos
    out[pos] = 1 / (1 + np.exp(-x[pos]))
    ex = np.exp(x[neg])
    out[neg] = ex / (1 + ex)
    return out


def sigmoid_grad(x):
    s = sigmoid(x)
    return s * (1 - s)


def tanh_grad(x):
    return 1 - np.tanh(x) ** 2

# %% leaky_relu: integers-leaky_relu_grad
# the slopes are written into ones_like(x), so for an integer x the slope 0.01 becomes 0
def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    grad = np.ones_like(x)
    grad[x <= 0] = negative_slope
    return grad

# %% elu: elu-unused-branch + elu-cancellation + warns-elu_grad
# (two) exp(x) is computed for large positive x as well and overflows, and exp(x) - 1 loses the digits just left of 0
def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def elu_grad(x, alpha=1.0):
    return np.where(x > 0, 1.0, alpha * np.exp(x))

# %% elu: elu-grad-alpha-not-handed-on
# elu_grad reuses elu(x) + alpha but does not hand alpha on, so for alpha other than 1 the left slope is exp(x) - 1 + alpha
def elu(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    negative_part = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, negative_part)


def elu_grad(x, alpha=1.0):
    # f'(x) = f(x) + alpha on the left
    return np.where(np.asarray(x) > 0, 1.0, elu(x) + alpha)

# %% softmax_cross_entropy: softmax-classes-from-y
# the one-hot matrix has y.max() + 1 columns instead of K, so it fails when the last class is not in the batch
def softmax_cross_entropy(Z, y):
    N = Z.shape[0]
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    one_hot = np.eye(np.max(y) + 1)[y]
    loss = -np.sum(one_hot * log_p) / N
    dZ = (np.exp(log_p) - one_hot) / N
    return loss, dZ

# %% softmax_cross_entropy: softmax-global-max
# the maximum of the whole matrix is subtracted, not that of each row: a row far below it underflows to log(0)
def softmax_cross_entropy(Z, y):
    N = len(y)
    Z = Z - np.max(Z)                      # for numerical stability
    log_sum = np.log(np.sum(np.exp(Z), axis=1))
    rows = np.arange(N)
    loss = np.mean(log_sum - Z[rows, y])
    dZ = np.exp(Z - log_sum[:, None])
    dZ[rows, y] -= 1
    dZ /= N
    return loss, dZ

# %% losses: mse-gradient-per-example + bce-gradient-per-example
# the gradients are divided by the number of rows instead of the number of all entries
def mse_loss(y_hat, y):
    n = len(y)
    diff = y_hat - y
    return np.mean(diff ** 2), 2 * diff / n


def binary_cross_entropy_with_logits(z, y):
    n = len(y)
    e = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(e))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    return loss, (p - y) / n


# %% prelu: prelu-slope-added
# Dx is wrong on the left, the slope is added to dout instead of multiplied.
def prelu_backward(dout, x, weight):
    dx = np.where(x > 0, dout, dout + weight)
    return dx, (dout * np.minimum(x, 0)).sum(axis=0)


# %% prelu: prelu-dx-divided
# left of 0 dout is divided by the weight
def prelu_backward(dout, x, weight):
    dx = np.array(dout, dtype=float)
    for c in range(x.shape[1]):
        left = x[:, c] <= 0
        dx[left, c] = dout[left, c] / weight[c]
    return dx, np.sum(np.where(x > 0, 0.0, dout * x), axis=0)
