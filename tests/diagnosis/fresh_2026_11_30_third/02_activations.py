# %% sigmoid: sigmoid-grad-of-x + tanh-grad-of-x
# sigmoid_grad and tanh_grad expect the output of the activation (Keras/cache habit) instead of x
def sigmoid(x):
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def sigmoid_grad(x):
    # s'(x) = s * (1 - s)
    return x * (1 - x)


def tanh_grad(x):
    # tanh' = 1 - tanh^2
    return 1 - x ** 2

# %% relu: relu-times-mask
# relu is x times the mask, and -inf * 0 is nan instead of 0
def relu(x):
    return x * (x > 0)


def relu_backward(dout, x):
    dx = np.array(dout, copy=True)
    dx[x <= 0] = 0
    return dx

# %% leaky_relu: leaky-max
# max(a*x, x), which is the wrong piece for a slope above 1
def leaky_relu(x, negative_slope=0.01):
    return np.maximum(negative_slope * x, x)


def leaky_relu_grad(x, negative_slope=0.01):
    return np.where(x > 0, 1.0, negative_slope)

# %% prelu: prelu-times-slope
# dweight is built from dx, which already has the slope in it, instead of from dout
def prelu_backward(dout, x, weight):
    slope = np.where(x > 0, 1.0, weight)
    dx = dout * slope
    dweight = np.sum(dx * np.minimum(x, 0), axis=0)
    return dx, dweight

# %% prelu: prelu-mean
# the gradient of the slopes is averaged over the batch instead of summed
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

# %% softmax_cross_entropy: softmax-log-eps
# log(p + 1e-8) of the finished probabilities: the loss of a confident wrong answer stops at 18.4
def softmax_cross_entropy(Z, y):
    def softmax(z):
        e = np.exp(z - np.max(z, axis=-1, keepdims=True))
        return e / np.sum(e, axis=-1, keepdims=True)

    p = softmax(Z)
    batch = y.shape[0]
    loss = -np.mean(np.log(p[np.arange(batch), y] + 1e-8))
    grad = p.copy()
    grad[np.arange(batch), y] -= 1.0
    return float(loss), grad / batch

# %% dead_fraction: dead-exactly-zero | dead-mean-zero
# silent is taken as exactly 0, so units with negative pre-activations are not counted
def dead_fraction(H):
    dead = np.all(H == 0, axis=0)
    return dead.sum() / H.shape[1]

# %% zoo: rrelu-one-slope + gelu-tanh
# (two) rrelu draws one slope for the whole array instead of one for each entry, and gelu is the tanh approximation
def rrelu(x, lower, upper, training, rng):
    if training:
        a = rng.uniform(lower, upper)
    else:
        a = (lower + upper) / 2
    return np.where(x > 0, x, a * x)

def crelu(x):
    return np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=1)

def selu(x):
    scale = 1.0507009873554805
    alpha = 1.6732632423543772
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))

def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))

def silu(x):
    e = np.exp(-np.abs(x))
    return x * np.where(x >= 0, 1 / (1 + e), e / (1 + e))

def mish(x):
    return x * np.tanh(np.logaddexp(0, x))

# %% sigmoid: right
# everything in log space: log sigmoid(x) = -log(1 + e^-x), and the slope is sigmoid(x) * sigmoid(-x)
def sigmoid(x):
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=float)))


def sigmoid_grad(x):
    t = np.asarray(x, dtype=float)
    return np.exp(-(np.logaddexp(0.0, t) + np.logaddexp(0.0, -t)))


def tanh_grad(x):
    # tanh(x) = 2 sigmoid(2x) - 1
    return 4.0 * sigmoid_grad(2.0 * np.asarray(x, dtype=float))

# %% softmax_cross_entropy: right
# logaddexp.reduce is the stable log-sum-exp of each row
def softmax_cross_entropy(Z, y):
    N, K = Z.shape
    log_p = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    target = np.equal.outer(np.asarray(y), np.arange(K))
    loss = -log_p[target].sum() / N
    return float(loss), (np.exp(log_p) - target) / N

# %% dead_fraction: right
# counts the units that speak at least once, in a loop over the columns
def dead_fraction(H):
    units = list(zip(*np.asarray(H).tolist()))
    alive = [any(value > 0 for value in unit) for unit in units]
    return alive.count(False) / len(alive)
