# %% sigmoid: sigmoid-grad-of-x
# sigmoid_grad takes its argument for the output of the sigmoid: x * (1 - x).
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_grad(x):
    x = np.asarray(x, dtype=float)
    return x * (1 - x)


def tanh_grad(x):
    e = np.exp(-2 * np.abs(np.asarray(x, dtype=float)))
    return 4 * e / (1 + e) ** 2


# %% sigmoid: sigmoid-overflow
# np.where computes both branches, so exp overflows in the one that is not used.
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    return np.where(x >= 0, 1 / (1 + np.exp(-x)), np.exp(x) / (1 + np.exp(x)))


def sigmoid_grad(x):
    # symmetric, so only |x| matters
    e = np.exp(-np.abs(np.asarray(x, dtype=float)))
    return e / (1 + e) ** 2


def tanh_grad(x):
    return 1 - np.tanh(x) ** 2


# %% relu: relu-times-mask
# x * (x > 0) turns minus infinity into nan (inf times 0).
def relu(x):
    return x * (x > 0)


def relu_backward(dout, x):
    return np.where(x > 0, dout, 0.0)


# %% leaky_relu: leaky-max
# The maximum of the two lines picks the wrong one if the slope is above 1.
def leaky_relu(x, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    return np.where(x > 0, 1.0, negative_slope)


# %% leaky_relu: leaky-grad-one-at-zero
# At x = 0 the slope is 1 instead of negative_slope (>= for >).
def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_grad(x, negative_slope=0.01):
    grad = np.ones(np.shape(x))
    grad[x < 0] = negative_slope
    return grad


# %% prelu: prelu-mean
# The contributions of the examples to dweight are averaged instead of added up.
def prelu_backward(dout, x, weight):
    dx = dout * np.where(x > 0, 1.0, weight)
    dweight = np.mean(dout * np.minimum(x, 0), axis=0)
    return dx, dweight


# %% elu: elu-unused-branch + warns-elu_grad
# exp is computed for large positive x too and overflows, although np.where does not use it.
def elu(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, x, alpha * np.expm1(x))


def elu_grad(x, alpha=1.0):
    x = np.asarray(x, dtype=float)
    return np.where(x > 0, 1.0, alpha * np.exp(x))


# %% elu: elu-grad-alpha-lost
# The factor alpha is forgotten in the derivative.
def elu(x, alpha=1.0):
    neg = np.minimum(x, 0)
    return np.where(x > 0, x, alpha * np.expm1(neg))


def elu_grad(x, alpha=1.0):
    neg = np.minimum(x, 0)
    return np.where(x > 0, 1.0, np.exp(neg))


# %% softmax_cross_entropy: softmax-labels-of-all-rows
# dZ[:, y] -= 1 takes 1 from the columns of all labels in every row, not from each row's own label.
def softmax_cross_entropy(Z, y):
    N = Z.shape[0]
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(N), y].mean()
    dZ = np.exp(log_p)
    dZ[:, y] -= 1
    dZ /= N
    return loss, dZ


# %% softmax_cross_entropy: softmax-global-max
# The maximum of the whole matrix is subtracted instead of each row's own, so rows with small logits underflow to log 0.
def softmax_cross_entropy(Z, y):
    n = len(y)
    Z = Z - np.max(Z)  # for stability
    expZ = np.exp(Z)
    sums = np.sum(expZ, axis=1, keepdims=True)
    logprobs = Z - np.log(sums)
    loss = -np.sum(logprobs[range(n), y]) / n
    dZ = np.exp(logprobs)
    dZ[range(n), y] -= 1
    return loss, dZ / n


# %% dead_fraction: dead-mean-zero
# Silent is tested as exactly 0, so negative pre-activations do not count.
def dead_fraction(H):
    dead = np.all(H == 0, axis=0)
    return np.mean(dead)


# %% zoo: rrelu-one-slope
# In training rrelu draws one slope for the whole array and not one for each entry.
import math

def rrelu(x, lower, upper, training, rng):
    if training:
        slope = rng.uniform(lower, upper)
    else:
        slope = (lower + upper) / 2
    return np.where(x >= 0, x, slope * x)

def crelu(x):
    return np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=1)

def selu(x):
    lam, alpha = 1.0507009873554805, 1.6732632423543772
    return lam * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))

def gelu(x):
    erf = np.vectorize(math.erf, otypes=[float])
    return x * 0.5 * (1 + erf(x / np.sqrt(2)))

def silu(x):
    e = np.exp(-np.abs(x))
    return x * np.where(x >= 0, 1 / (1 + e), e / (1 + e))

def mish(x):
    return x * np.tanh(np.logaddexp(0, x))


# %% losses: bce-gradient-per-example
# The gradient of the binary cross-entropy is divided by the number of rows, though the mean goes over all entries.
def mse_loss(y_hat, y):
    diff = y_hat - y
    return np.mean(diff ** 2), 2 * diff / diff.size


def binary_cross_entropy_with_logits(z, y):
    e = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(e))
    p = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
    N = z.shape[0]
    return loss, (p - y) / N


# %% relu: right
# Right: clip with one end, and a masked copy on the way back.
def relu(x):
    return np.clip(x, 0, None)


def relu_backward(dout, x):
    dx = np.zeros(np.shape(x))
    np.copyto(dx, dout, where=np.greater(x, 0))
    return dx


# %% softmax_cross_entropy: right
# Right: one row after the other, with logaddexp.reduce.
def softmax_cross_entropy(Z, y):
    rows = np.array(Z, dtype=float)
    losses, grads = [], []
    for row, k in zip(rows, y):
        row = row - row.max()
        log_p = row - np.logaddexp.reduce(row)
        losses.append(-log_p[k])
        target = np.zeros(len(row))
        target[k] = 1.0
        grads.append((np.exp(log_p) - target) / len(rows))
    return float(np.mean(losses)), np.stack(grads)
