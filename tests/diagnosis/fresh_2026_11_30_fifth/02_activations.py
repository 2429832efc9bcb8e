# %% sigmoid: sigmoid-grad-of-x
# The slope is x (1 - x), as if the argument were already sigmoid(x).
def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    return x * (1 - x)


# %% sigmoid: tanh-grad-not-squared
# Tanh's slope is 1 - tanh, without the square.
def tanh_grad(x):
    t = np.tanh(np.asarray(x, dtype=float))
    return 1.0 - t


# %% relu: relu-backward-relu-of-dout
# The gradient is masked by the sign of dout, not by that of x.
def relu_backward(dout, x):
    dout = np.array(dout, dtype=float)
    dx = dout.copy()
    dx[dout <= 0] = 0
    return dx


# %% leaky_relu: leaky-max
# The maximum of x and slope x, which is right for slopes below 1 only.
def leaky_relu(x, negative_slope=0.01):
    x = np.asarray(x, dtype=float)
    return np.maximum(x, negative_slope * x)


# %% prelu: prelu-mean
# Dweight is the mean over the examples instead of the sum.
def prelu_backward(dout, x, weight):
    N, C = x.shape
    dx = np.zeros((N, C))
    dweight = np.zeros(C)
    for c in range(C):
        for n in range(N):
            if x[n, c] > 0:
                dx[n, c] = dout[n, c]
            else:
                dx[n, c] = dout[n, c] * weight[c]
                dweight[c] += dout[n, c] * x[n, c]
    return dx, dweight / N


# %% prelu: prelu-without-x
# Dweight adds up dout on the negative side and forgets the factor x.
def prelu_backward(dout, x, weight):
    left = x <= 0
    dx = dout * np.where(left, weight, 1.0)
    dweight = np.sum(dout * left, axis=0)
    return dx, dweight


# %% elu: elu-grad-is-elu
# The slope on the left is the value alpha (exp(x) - 1) itself, not its derivative.
def elu_grad(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    out = np.ones(x.shape)
    out[x <= 0] = alpha * np.expm1(x[x <= 0])
    return out


# %% elu: elu-alpha-in-exponent
# Alpha stands inside the exponent, exp(alpha x) - 1.
def elu(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, np.expm1(alpha * np.minimum(x, 0)))


# %% softmax_cross_entropy: softmax-gradient-summed
# The gradient is not divided by N although the loss is a mean.
def softmax_cross_entropy(Z, y):
    def log_softmax(scores):
        scores = scores - scores.max(axis=1, keepdims=True)
        return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))

    Z = np.asarray(Z, dtype=float)
    n = len(y)
    logp = log_softmax(Z)
    loss = -logp[np.arange(n), y].mean()
    onehot = np.eye(Z.shape[1])[y]
    return loss, np.exp(logp) - onehot


# %% dead_fraction: dead-zero-entries
# The share of silent entries, not of units that are silent for all examples.
def dead_fraction(H):
    H = np.asarray(H)
    return float((H <= 0).sum() / H.size)


# %% zoo: rrelu-one-slope
# Rrelu draws one slope for the whole array, not one for each negative entry.
def rrelu(x, lower, upper, training, rng):
    x = np.asarray(x, dtype=float)
    slope = rng.uniform(lower, upper) if training else (lower + upper) / 2
    return np.where(x >= 0, x, slope * x)


# %% losses: mse-gradient-per-example
# The gradient of the mean squared error is divided by the number of rows, the loss by that of entries.
def mse_loss(y_hat, y):
    y_hat, y = np.asarray(y_hat, float), np.asarray(y, float)
    diff = y_hat - y
    loss = np.mean(diff ** 2)
    grad = 2 * diff / len(y)
    return loss, grad


# %% relu: relu-backward-without-dout
# The backward pass returns the slope alone, without dout.
def relu_backward(dout, x):
    return (np.asarray(x) > 0).astype(float)


# %% softmax_cross_entropy: softmax-axis-zero
# The softmax is normalized over the examples (axis 0) instead of the classes.
def softmax_cross_entropy(Z, y):
    Z = np.asarray(Z, float)
    Z = Z - Z.max(axis=0)
    P = np.exp(Z) / np.exp(Z).sum(axis=0)
    n = len(y)
    loss = -np.mean(Z[np.arange(n), y] - np.log(np.exp(Z).sum(axis=0))[y])
    P[np.arange(n), y] -= 1
    return loss, P / n


# %% dead_fraction: dead-examples
# The axis is wrong, it is the share of examples for which all units are silent.
def dead_fraction(H):
    return float(np.mean([np.all(row <= 0) for row in np.asarray(H)]))


# %% losses: bce-per-example
# The binary cross-entropy's mean goes over the rows only, each row's labels are added up.
def binary_cross_entropy_with_logits(z, y):
    z, y = np.asarray(z, float), np.asarray(y, float)
    n = len(z)
    e = np.exp(-np.abs(z))
    loss = np.sum(np.maximum(z, 0) - y * z + np.log1p(e)) / n
    p = np.where(z >= 0, 1, e) / (1 + e)
    return loss, (p - y) / n
