"""The exercises of 02_activations: activations, their derivatives, and losses for output activations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .spec import Case, Curve, Exercise, Property

_LINE = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
_FAR = np.array([-1000.0, -40.0, 40.0, 1000.0])
_INTEGERS = np.array([-2, -1, 0, 1, 2])
_TABLE = np.array([[-2.0, 0.0, 1.5], [0.5, -1.0, -3.0]])
_DOUT = np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, 0.5]])
_OVERFLOW = "np.exp of a large positive number overflows: can you arrange that exp only ever sees numbers below 0?"

SIGMOID = Exercise(
    "sigmoid",
    ("sigmoid", "sigmoid_grad", "tanh_grad"),
    (
        Case("sigmoid", (_LINE,), "It is below one half left of 0 and above it on the right: which side is wrong?"),
        Case("sigmoid", (_FAR,), _OVERFLOW),
        Case(
            "sigmoid",
            (np.array([-40.0]),),
            "This is small, but it is not 0: is anything clipped or rounded away?",
            atol=0.0,
        ),
        Case("sigmoid", (_INTEGERS,), "The input may hold integers; the answer is a float all the same."),
        Case(
            "sigmoid_grad",
            (_LINE,),
            "With s = sigmoid(x) the slope is s(1 - s): one quarter at 0, and nowhere more. The argument is x, not s.",
        ),
        Case("sigmoid_grad", (_FAR,), "Far out the slope is 0: can you build it from your stable sigmoid?"),
        Case(
            "tanh_grad",
            (_LINE,),
            "With t = tanh(x) the slope is 1 - t²: 1 at 0, and the same at x and -x. The argument is x, not t.",
        ),
        Case("tanh_grad", (_FAR,), "cosh overflows where tanh does not: is there a form with tanh alone?"),
    ),
    (
        "For which sign of x does exp(-x) overflow, and for which does exp(x)? Could you use each where it is safe?",
        "With e = exp(-|x|) nothing overflows: sigmoid is 1/(1+e) for x >= 0 and e/(1+e) for x < 0. "
        "The slopes are s(1-s) and 1-t².",
        "e = np.exp(-np.abs(x));  return np.where(x >= 0, ..., ...) / (1 + e)",
    ),
    (Curve("sigmoid"), Curve("sigmoid_grad"), Curve("tanh_grad")),
    scenes=(
        "sigmoid(np.array([<-3..3>, 0, <-3..3>]))",
        "sigmoid(np.array([0, <-900|-3|2|900>]))",
        "sigmoid_grad(np.array([0, <-3..3>]))",
        "tanh_grad(np.array([0, <-3..3>]))",
    ),
)

RELU = Exercise(
    "relu",
    ("relu", "relu_backward"),
    (
        Case("relu", (_TABLE,), "Negative entries become 0, positive ones stay as they are."),
        Case(
            "relu",
            (np.array([-np.inf, -1.0, np.nan, 2.0]),),
            "nan > 0 is False, and 0 times infinity is nan: np.maximum handles both.",
        ),
        Case(
            "relu_backward",
            (_DOUT, _TABLE),
            "The gradient that arrives, dout, passes where x > 0 and nowhere else; x = 0 counts as closed.",
        ),
    ),
    (
        "The chain rule multiplies what arrives by the local slope. What is the slope of ReLU left and right of 0?",
        "relu(x) = max(0, x);  dx = dout · [x > 0]",
        "return np.maximum(..., ...)   and   return dout * (...)",
    ),
    (Curve("relu"),),
    scenes=(
        "relu(np.array([<-4..4>, <-4..4>, <-4..4>]))",
        "relu(np.array([[<-4..4>, 0], [<1..4>, <-4..-1>]]))",
        "relu_backward(np.array([<2..5>, <-4..-1>, <2..5>]), np.array([<-3..3>, 0, <-3..3>]))",
    ),
)

LEAKY_RELU = Exercise(
    "leaky_relu",
    ("leaky_relu", "leaky_relu_grad"),
    (
        Case("leaky_relu", (_LINE, 0.1), "The slope multiplies x on the left of 0."),
        Case(
            "leaky_relu",
            (_LINE, 2.0),
            "The slope may be larger than 1: then the larger of two numbers is not what you want.",
        ),
        Case("leaky_relu", (_INTEGERS, 0.1), "The input may hold integers: an integer array cannot hold 0.1."),
        Case(
            "leaky_relu_grad", (_LINE, 0.1), "One number for each x: 1 on the right; the slope on the left, and at 0."
        ),
    ),
    (
        "Left of 0 the line has which slope? Does your formula still choose the left piece when that slope is above 1?",
        "f(x) = x for x > 0, else a·x;  f'(x) = 1 for x > 0, else a",
        "return np.where(x > 0, ..., ...)   twice",
    ),
    (Curve("leaky_relu", (0.1,)), Curve("leaky_relu", (2.0,)), Curve("leaky_relu_grad", (0.1,))),
    scenes=(
        "leaky_relu(np.array([<-4..4>, <-4..-1>, 0]), <2|3|0.5|-1>)",
        "leaky_relu_grad(np.array([<-4..4>, <-4..4>, 0]), <2|3|0.5|-1>)",
    ),
)

PRELU = Exercise(
    "prelu",
    ("prelu_backward",),
    (
        Case(
            "prelu_backward",
            (_DOUT, _TABLE, np.array([0.25, 0.1, 2.0])),
            "dx is dout times 1 or the slope. dweight sums dout · min(x, 0) over axis 0; no mean.",
        ),
        Case(
            "prelu_backward",
            (np.array([[2.0, -1.0]]), np.array([[-1.0, 3.0]]), np.array([0.5, 0.5])),
            "A batch of one: the gradient of the slopes still has one entry for each channel.",
        ),
    ),
    (
        "The output is weight · x where x <= 0. What is its slope in weight, and which entries share a weight?",
        "dx = dout · (1 if x > 0 else weight);  dweight_c = Σ_n dout_nc · min(x_nc, 0)",
        "dx = dout * np.where(...);  dweight = (...).sum(axis=...);  return dx, dweight",
    ),
    outputs=("dx", "dweight"),
    alone={
        "dx": "dweight is right. dx is dout where x > 0, and dout times the channel's weight elsewhere.",
        "dweight": "dx is right. dweight sums dout · min(x, 0) over the examples, axis 0: one entry for each "
        "channel, and no mean.",
    },
    scenes=(
        """prelu_backward(np.array([[<1..3>, <-3..3>], [<1..3>, 2]]), np.array([[<-3..3>, <-3..-1>],
    [<-2..2>, <1..3>]]), np.array([<2..3>, 0.5]))""",
        """prelu_backward(np.array([[<1..4>], [<-3..3>], [2]]), np.array([[<-3..3>], [<-4..-1>],
    [<-1..1>]]), np.array([<2..4>]))""",
    ),
)

ELU = Exercise(
    "elu",
    ("elu", "elu_grad"),
    (
        Case("elu", (_LINE, 1.0), "Left of 0 it is alpha · (exp(x) - 1): it goes down to -alpha, and through 0."),
        Case("elu", (_LINE, 0.5), "alpha multiplies the whole left side, and only the left side."),
        Case("elu", (_FAR, 0.5), "Both pieces are computed everywhere: give exp only what it needs, min(x, 0)."),
        Case(
            "elu",
            (np.array([-1e-12]), 0.5),
            "exp(x) - 1 loses its digits near 0: NumPy has a function for just this.",
            atol=0.0,
        ),
        Case("elu_grad", (_LINE, 0.5), "The slope is 1 on the right, alpha · exp(x) on the left, and alpha at 0."),
        Case("elu_grad", (_FAR, 0.5), "Both pieces are computed everywhere: give exp only what it needs, min(x, 0)."),
    ),
    (
        "Which of your two pieces is computed at x = 1000, and which of them is used?",
        "f(x) = x for x > 0, else alpha·(e^x - 1);  f'(x) = 1 for x > 0, else alpha·e^x",
        "left = alpha * np.expm1(...);  return np.where(x > 0, ..., left);  what may expm1 never see?",
    ),
    (Curve("elu", (1.0,)), Curve("elu", (0.5,)), Curve("elu_grad", (0.5,))),
    scenes=(
        "elu(np.array([<-3..3>, 0, <1..4>]), <2..4>)",
        "elu(np.array([<-2..4>, <-2..4>]), <1..3>)",
        "elu_grad(np.array([<-3..3>, 0, <-2..4>]), <2..4>)",
    ),
)

SOFTMAX_CROSS_ENTROPY = Exercise(
    "softmax_cross_entropy",
    ("softmax_cross_entropy",),
    (
        Case(
            "softmax_cross_entropy",
            (np.array([[2.0, 1.0, -1.0], [0.0, 0.5, 3.0]]), np.array([0, 1])),
            "Each row is one example: softmax over its classes, loss averaged over the rows. For the gradient take the "
            "slopes of log Σ exp(z) and of -z_y, one after the other.",
        ),
        Case(
            "softmax_cross_entropy",
            (np.array([[1000.0, 0.0], [-1000.0, -1002.0]]), np.array([1, 0])),
            "Subtract from each row its own largest logit before exp, and never take log of a probability.",
        ),
    ),
    (
        "What happens to softmax when you subtract the same number from all logits of a row?",
        "-log p_y = log Σ exp(z_j) - z_y: what is the slope of the first term with respect to z_k, and of the second? "
        "To stay finite, take the row's maximum out of the sum first",
        "shifted = Z - ...;  log_p = shifted - ...;  loss picks log_p[np.arange(...), y];  dZ = ...; "
        "dZ[np.arange(...), y] -= ...;  keepdims=True helps",
    ),
    derived=True,
    outputs=("loss", "dZ"),
    alone={
        "loss": "The gradient is right. The loss is the mean over the rows of -log p of the true class, with "
        "the natural logarithm.",
        "dZ": "The loss is right. Its slope has two terms, that of log Σ exp(z) and that of -z_y; the 1/N is the "
        "loss's own.",
    },
    scenes=(
        "softmax_cross_entropy(np.array([[<a=-2..3>, <a>], [<b=-2..3>, <b>]]), np.array([<0|1>, <0|1>]))",
        "softmax_cross_entropy(np.array([[<a=-1..3>, <a>, <a>, <a>]]), np.array([<0..3>]))",
        "softmax_cross_entropy(np.array([[<-2..3>, <-2..3>, 0]]), np.array([<0..2>]))",
    ),
)

DEAD_FRACTION = Exercise(
    "dead_fraction",
    ("dead_fraction",),
    (
        Case(
            "dead_fraction",
            (np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 2.0, 0.0], [0.0, 3.0, 0.0, 0.0]]),),
            "A unit is a column, dead if it is silent for every example. The answer is a share, between 0 and 1.",
        ),
        Case(
            "dead_fraction",
            (np.array([[-1.0, 2.0, 3.0], [-3.0, -4.0, 1.0]]),),
            "Silent means not positive: negative entries count too.",
        ),
    ),
    (
        "A unit that is off for one example may be on for the next. When can it never learn again?",
        "share of the columns j with H_ij <= 0 for all i",
        "return float(np.mean((...).all(axis=...)))",
    ),
    scenes=(
        "dead_fraction(np.array([[0, <0..2>, <0..1>, 0], [0, <0..1>, 0, <0..3>]]))",
        "dead_fraction(np.array([[<0..1>, 0], [<0..2>, <0..1>], [0, 0]]))",
    ),
)


def _randomized(rrelu: Callable[..., Any]) -> str | None:
    """Says what is wrong with a randomized leaky ReLU in training, or None."""
    x = -np.ones((200, 50))
    x[0] = 2.0
    first = np.asarray(rrelu(x.copy(), 0.1, 0.5, True, np.random.default_rng(1)))
    again = np.asarray(rrelu(x.copy(), 0.1, 0.5, True, np.random.default_rng(1)))
    if first.shape != x.shape:
        return f"it returned shape {first.shape}; wanted {x.shape}"
    slopes = -first[1:]
    if not np.array_equal(first, again):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if not np.all(first[0] == 2.0):
        return "positive entries changed"
    if slopes.min() < 0.1 or slopes.max() > 0.5:
        return f"slopes lie between {slopes.min():.3g} and {slopes.max():.3g}; wanted 0.1 to 0.5"
    if len(np.unique(slopes)) < slopes.size // 2:
        return "entries share their slopes: each draws its own"
    return None


ZOO = Exercise(
    "zoo",
    ("rrelu", "crelu", "selu", "gelu", "silu", "mish"),
    (
        Case("rrelu", (_TABLE, 0.125, 0.25, False, None), "In evaluation the slope is the middle of lower and upper."),
        Property(
            "rrelu",
            "rrelu(x, 0.1, 0.5, True, rng) for 10 000 entries of x",
            _randomized,
            "In training each negative entry draws a slope of its own: rng.uniform(lower, upper, size=x.shape).",
        ),
        Case("crelu", (_TABLE,), "relu(x) first, relu(-x) behind it: axis 1 becomes twice as long."),
        Case(
            "crelu",
            (np.arange(-4.0, 4.0).reshape(1, 2, 2, 2),),
            "For images (N, C, H, W) the channels are axis 1 too, not the last axis.",
        ),
        Case("selu", (_LINE,), "An ELU with SELU's own alpha, and then everything times 1.0507009873554805."),
        Case("gelu", (_LINE,), "Φ(x) = (1 + erf(x/√2))/2, exactly; np.vectorize(math.erf) takes arrays.", rtol=1e-6),
        Case("silu", (_LINE,), "x times sigmoid(x)."),
        Case("silu", (_FAR,), _OVERFLOW),
        Case("mish", (_LINE,), "x times tanh of softplus(x), and softplus(x) = log(1 + e^x)."),
        Case("mish", (_FAR,), "np.logaddexp(0, x) is softplus without overflow."),
    ),
    (
        "Which of the six are x times something between 0 and 1, and which treat the two sides of 0 apart?",
        "rrelu: a ~ U(lower, upper);  crelu: [relu(x), relu(-x)];  gelu = x·Φ(x), Φ(x) = (1 + erf(x/√2))/2;  "
        "silu = x·σ(x);  mish = x·tanh(log(1 + e^x));  selu = λ·elu(x, α)",
        "slope = rng.uniform(...) if training else ...;  np.concatenate([..., ...], axis=...);  x * (...)",
    ),
    (Curve("selu"), Curve("gelu"), Curve("silu"), Curve("mish")),
    side=True,
    scenes=(
        "rrelu(np.array([<-4..4>, <-4..-1>, 2]), <1..2>, <3..4>, False, None)",
        "crelu(np.array([[<-3..3>, <-3..3>]]))",
        "selu(np.array([0, <-2..3>]))",
        "gelu(np.array([0, <-2..3>]))",
        "silu(np.array([0, <-2..3>]))",
        "mish(np.array([0, <-2..3>]))",
    ),
)

LOSSES = Exercise(
    "losses",
    ("mse_loss", "binary_cross_entropy_with_logits"),
    (
        Case(
            "mse_loss",
            (np.array([1.0, 2.0, 4.0]), np.array([1.5, 2.0, 1.0])),
            "The mean of the squares; its gradient has a factor 2 and a 1/N.",
        ),
        Case(
            "binary_cross_entropy_with_logits",
            (np.array([0.5, -2.0, 3.0]), np.array([1.0, 0.0, 0.0])),
            "The argument is the logit z. The gradient is (sigmoid(z) - y)/N.",
        ),
        Case(
            "binary_cross_entropy_with_logits",
            (np.array([[800.0, -800.0], [-800.0, 1.0]]), np.array([[1, 0], [1, 0]])),
            "max(z, 0) - y·z + log1p(exp(-|z|)) takes no logarithm of a probability; its mean goes over all entries.",
        ),
    ),
    (
        "Both gradients are prediction minus target, times a constant. Which constants?",
        "MSE: mean (ŷ-y)², gradient 2(ŷ-y)/N;  BCE: mean max(z,0) - yz + log(1 + e^-|z|), gradient (σ(z)-y)/N",
        "loss = np.mean(np.maximum(z, 0) - ... + np.log1p(...));  return float(loss), (...) / z.size",
    ),
    outputs=("loss", "gradient"),
    alone={
        "loss": "The gradient is right. The loss is the mean over all entries.",
        "gradient": "The loss is right. Its gradient has the 1/N of the mean, N being the number of all entries.",
    },
    side=True,
    scenes=(
        "mse_loss(np.array([<1..5>, <-2..2>]), np.array([<0..3>, <-1..3>]))",
        "binary_cross_entropy_with_logits(np.array([0, 0]), np.array([<0|1>, <0|1>]))",
        "binary_cross_entropy_with_logits(np.array([<-2..2>, 0]), np.array([<0|1>, <0|1>]))",
    ),
)

EXERCISES = (
    SIGMOID,
    RELU,
    LEAKY_RELU,
    PRELU,
    ELU,
    SOFTMAX_CROSS_ENTROPY,
    DEAD_FRACTION,
    ZOO,
    LOSSES,
)
