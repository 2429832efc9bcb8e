"""The exercises of 01_vanishing_gradients: gradients of a neuron, a chain and a network; their size, and clipping."""

import numpy as np

from .spec import Case, Exercise, Script

_X = np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 0.0]])
_W = np.array([0.5, -0.25, 1.0])
_Y = np.array([1.0, 0.0])
_FAR = np.array([[800.0], [-800.0]])
_STABLE = "log(p) is too late when p is already 0: use max(z, 0) - y·z + log1p(exp(-|z|)), and build p from exp(-|z|)."
_MEAN = "With dz = (p - y)/N the 1/N is in all that follows: dw = Xᵀdz and db = the sum of dz."

NEURON_BCE = Exercise(
    "neuron_bce",
    ("neuron_bce",),
    (
        Case("neuron_bce", (_X, _W, 0.1, _Y), _MEAN),
        Case("neuron_bce", (_FAR, np.array([1.0]), 0.0, np.array([0, 1])), _STABLE),
        Case(
            "neuron_bce",
            (_X[:1], _W, -0.3, np.array([1])),
            "A batch of one: dw still has one entry for each weight, and db is a number.",
        ),
    ),
    (
        "The loss depends on w only through z = Xw + b. How does the loss change with z, and z with w?",
        "L = mean(max(z,0) - yz + log(1 + e^-|z|));  dz = (p - y)/N;  dw = Xᵀ dz;  db = Σ dz",
        "z = X @ w + b;  e = np.exp(-np.abs(z));  p = ... / (1 + e);  dz = ...;  return float(...), X.T @ ..., ...",
    ),
    outputs=("loss", "dw", "db"),
    alone={
        "loss": "Both gradients are right. The loss is the mean over the examples of max(z, 0) - y·z + "
        "log1p(exp(-|z|)).",
        "dw": "Loss and db are right. dw = Xᵀdz, with the dz whose sum is db: one entry for each weight.",
        "db": "Loss and dw are right. db is the sum of the dz that dw is made of.",
    },
    scenes=(
        """neuron_bce(np.array([[<1..4>, <-3..3>], [<1..4>, <-3..3>]]), np.array([0, 0]), 0, np.array([<0|1>,
    <0|1>]))""",
        "neuron_bce(np.array([[<-2..2>, <1..3>]]), np.array([<-1..2>, 1]), <-2..2>, np.array([<0|1>]))",
    ),
)

GRADIENT_CHECK = Exercise(
    "gradient_check",
    ("numerical_gradient", "relative_error"),
    (
        Script(
            "numerical_gradient",
            "numerical_gradient(lambda x: np.sum(x**3), np.array([[1.0, -2.0, 0.5]]), 0.01)",
            "Take one step forward and one step back: the two points are 2h apart.",
        ),
        Script(
            "numerical_gradient",
            "numerical_gradient(lambda x: x[0] * x[1] ** 2, np.array([3, 2]))",
            "Integers cannot hold a step of 1e-5: work on a copy with dtype=float.",
            rtol=1e-6,
        ),
        Script(
            "numerical_gradient",
            "numerical_gradient(lambda x: x**2, np.array(1.5))",
            "x may be a single number (a 0-d array): np.ndindex(x.shape) finds its one entry too.",
            rtol=1e-6,
        ),
        Script(
            "numerical_gradient",
            "x = np.array([1.0, 2.0])\nnumerical_gradient(lambda x: x.sum(), x)\nx",
            "x must come back as it was, to the last digit: step on a copy.",
            rtol=0.0,
            atol=0.0,
        ),
        Case("relative_error", (np.array([3.0, 4.0]), np.array([3.0, 4.5])), "‖a - b‖ / (‖a‖ + ‖b‖): one number."),
        Case("relative_error", (np.array([3.0, 4.7]), np.array([3.0, 4.0])), "Both norms count, whichever is larger."),
        Case("relative_error", (np.zeros(3), np.zeros(3)), "Two zeros are equal: their error is 0, not 0/0."),
        Case(
            "relative_error",
            (np.array([1e-9]), np.array([0.0])),
            "Something against nothing is an error of 1, however small it is: add no constant.",
        ),
    ),
    (
        "If you move one coordinate by h and all others stay, how much does f change? And if you move it by -h?",
        "g_i = (f(x + h e_i) - f(x - h e_i)) / 2h;   error = ‖a - b‖ / (‖a‖ + ‖b‖)",
        "for i in np.ndindex(x.shape): step = np.zeros(x.shape); step[i] = ...; grad[i] = (f(...) - f(...)) / ...",
    ),
    scenes=(
        "numerical_gradient(lambda x: x[0] ** 2 + <2..5> * x[1], np.array([<1..4>.0, <-3..3>.0]), 0.5)",
        "relative_error(np.array([3, 4]), np.array([<-3|0|3|6>, <-4|0|4|8>]))",
    ),
)

_CHAIN = "f, df = np.tanh, lambda z: 1 / np.cosh(z) ** 2\n"

CHAIN_GRADIENT = Exercise(
    "chain_gradient",
    ("chain_gradient",),
    (
        Script(
            "chain_gradient",
            f"{_CHAIN}chain_gradient(0.5, np.array([1.5, -2.0, 0.8]), f, df)",
            "Entry l is the product of w·f'(z) from link l to the last: the first entry has all of them.",
        ),
        Script(
            "chain_gradient",
            f"{_CHAIN}chain_gradient(0.5, np.array([3.0]), f, df)",
            "One link: w·f'(z) with z = w·x, the number before f.",
        ),
        Script(
            "chain_gradient",
            f"{_CHAIN}chain_gradient(0.5, np.array([2.0, 0.0, 3.0]), f, df)",
            "A weight of 0 makes all earlier entries 0; dividing by it gives nan. Multiply from the back.",
        ),
        Script(
            "chain_gradient",
            f"{_CHAIN}chain_gradient(0.5, np.array([2, -1, 3]), f, df)",
            "np.zeros_like(ws) holds integers if ws does, and cuts off the decimals: np.zeros(len(ws)) holds floats.",
        ),
    ),
    (
        "Each link multiplies by something on the way back. By what, and which links lie behind entry l?",
        "z_l = w_l a_(l-1), a_l = f(z_l);   ∂a_L/∂a_(l-1) = w_l f'(z_l) · ∂a_L/∂a_l",
        "forward: collect w * df(z) for each link;  backward: g = 1, then for l in reversed(...): g *= ...; out[l] = g",
    ),
    scenes=(
        "chain_gradient(<1..2>, np.array([<-2..3>, <1..2>]), lambda z: z * z, lambda z: 2 * z)",
        """chain_gradient(<1..3>, np.array([<2..3>, <-2..2>, <1..3>]), lambda z: max(z, 0),
    lambda z: int(z > 0))""",
    ),
)

_NET = """Ws = [np.array([[1., -0.5, 0.2], [0.3, 0.8, -1.]]), np.array([[0.5], [-1.], [2.]])]
bs = [np.array([0.1, -0.2, 0.3]), np.array([0.5])]
X = np.array([[1., 2.], [-1., 0.5], [0.3, -0.7], [2., 1.]])
f, df = np.tanh, lambda z: 1 / np.cosh(z) ** 2
"""

MLP_FORWARD = Exercise(
    "mlp_forward",
    ("mlp_forward",),
    (
        Script(
            "mlp_forward",
            f"{_NET}mlp_forward(X, Ws, bs, f)",
            "Z = HW + b; f follows every layer but the last. zs has one entry a layer, hs begins with X.",
        ),
        Script(
            "mlp_forward",
            f"{_NET}mlp_forward(X[:, :1], [np.array([[2., -1.]])], [np.array([0.5, 0.])], f)",
            "One layer: it is the last one, so there is no f at all.",
        ),
    ),
    (
        "What does a layer need from the one before it? And what will its backward pass need again later?",
        "z_l = h_(l-1) W_l + b_l;   h_l = f(z_l) for l < L, and h_L = z_L",
        "zs, hs = [], [X];  for each W, b: zs.append(...);  hs.append(f(...) if ... else ...);  return ..., zs, hs",
    ),
    outputs=("out", "zs", "hs"),
    alone={
        "out": "zs and hs are right. out is the last layer's z, without f.",
        "zs": "out and hs are right. zs holds Z = HW + b of every layer, the last one too, as it is before f.",
        "hs": "out and zs are right. hs begins with X, then comes f(z) of each layer, and at the end the last "
        "layer's z itself.",
    },
    scenes=(
        """mlp_forward(np.array([[<1..3>, <-1..2>]]), [np.array([[1, <-1..2>],
    [<-1..2>, 1]]), np.array([[<1..3>], [<-2..2>]])],
    [np.array([0, <-1..1>]), np.array([<-1..2>])], lambda z: np.maximum(z, 0))""",
        """mlp_forward(np.array([[<1..3>, <-2..2>]]), [np.array([[<1..3>], [<-2..3>]])],
    [np.array([<-2..3>])], lambda z: np.maximum(z, 0))""",
    ),
)

_BACK = f"""{_NET}out, zs, hs = reference.mlp_forward(X, Ws, bs, f)
dout = np.array([[1.], [-2.], [0.5], [3.]])
"""

MLP_BACKWARD = Exercise(
    "mlp_backward",
    ("mlp_backward",),
    (
        Script(
            "mlp_backward",
            f"{_BACK}mlp_backward(dout, zs, hs, Ws, df)",
            "delta is dout at the last layer. Write out one entry of dW, db and the delta below as a sum: over whom "
            "does it go? Nothing is divided by N, and the slope is that of the layer below, at its z.",
        ),
        Script(
            "mlp_backward",
            "f, df = np.tanh, lambda z: 1 / np.cosh(z) ** 2\nX = np.array([[1., 2., 3.]])\n"
            "Ws = [np.array([[0.4], [-0.3], [0.1]]), np.array([[2.]]), np.array([[-1., 0.7]])]\n"
            "out, zs, hs = reference.mlp_forward(X, Ws, [np.zeros(1), np.zeros(1), np.zeros(2)], f)\n"
            "mlp_backward(np.array([[1., -2.]]), zs, hs, Ws, df)",
            "A batch of one, three layers: each list has three entries, the first layer first.",
        ),
    ),
    (
        "Where does the last layer's delta come from? What stands between it and the delta of the layer below?",
        "Z_nj = Σ_i H_ni W_ij + b_j: W_ij moves Z_nj of every example n, by H_ni, and H_ni moves Z_nj of every unit j, "
        "by W_ij. Each of these sums is a product of delta with one matrix",
        "delta = dout;  for l in reversed(range(len(Ws))): dWs[l] = ...; dbs[l] = ...; deltas[l] = delta;  "
        "if l > 0: delta = ... * df(...)",
    ),
    derived=True,
    outputs=("dWs", "dbs", "deltas"),
    alone={
        "dWs": "The deltas are right. dW_ij adds up, over the examples, what unit i sent times the delta of unit j; "
        "nothing is divided by N.",
        "dbs": "The deltas are right. db sums delta over the examples, one entry for each unit; nothing is "
        "divided by N.",
        "deltas": "The gradients are right, so your deltas were, too: return them as they are, the first layer's "
        "first.",
    },
    scenes=(
        """X, H, out = np.array([[<1..3>, <-2..2>]]), np.array([[<h=1..3>, 0]]), np.array([[<1..4>]])
zs, hs = [np.array([[<h>, <-3..-1>]]), out], [X, H, out]
Ws = [np.array([[1, 2], [0, 1]]), np.array([[<1..3>], [<-2..2>]])]
mlp_backward(np.array([[<1..3>]]), zs, hs, Ws, lambda z: (z > 0) * 1)""",
    ),
)

GRADIENT_REPORT = Exercise(
    "gradient_report",
    ("gradient_report",),
    (
        Case(
            "gradient_report",
            ([np.array([[3.0, -3.0], [1.0, -1.0]]), np.array([[2.0, -1.0, 2.0]])],),
            "Root of the mean of the squares, over all entries of a layer: signs must not cancel, width not count.",
        ),
        Case(
            "gradient_report",
            ([np.array([[2e-6, -1e-6]]), np.array([[0.01, 0.01, 0.02]]), np.array([[1.0, -1.0]])],),
            "The ratio is first over last. Below 1e-3 the gradient has vanished on its way down.",
        ),
        Case(
            "gradient_report",
            ([np.array([[np.nan, 1e-9]]), np.array([[1.0, -1.0]])],),
            "Every comparison with nan is False: look for nan and inf before you look at the ratio.",
        ),
        Case(
            "gradient_report",
            ([np.array([[0.0, 0.0]]), np.array([[0.0]])],),
            "Where the last rms is 0 nothing arrives at all: call the ratio 0.0 without dividing.",
        ),
        Case(
            "gradient_report",
            ([np.array([[np.nan, 1.0]]), np.zeros((1, 2))],),
            "nan comes before everything: look for it also where the last rms is 0, before you return.",
        ),
        Case(
            "gradient_report",
            ([np.array([[3e-12, 3e-12]]), np.array([[1e-12]])],),
            "Tiny is not 0: divide whenever the last rms is not exactly 0, and add nothing to it.",
        ),
    ),
    (
        "Which average of a layer's entries does not cancel +1 against -1, and does not grow with the layer's width?",
        "r_l = √mean(δ_l²);   ratio = r_1/r_L;   < 1e-3 vanishing, > 1e3 exploding, else healthy; nan or inf first",
        "rms = np.array([... for delta in deltas]);  ratio = ... if rms[-1] != 0 else 0.0;  if not ...: 'non-finite'",
    ),
    outputs=("rms", "ratio", "label"),
    scenes=(
        "gradient_report([np.array([<a=1..4>, -<a>]), np.array([<b=1..4>, -<b>, <b>])])",
        "gradient_report([np.array([<0|1000|2000|4000>]), np.array([<1..4>])])",
    ),
)

CLIP_GRAD_NORM = Exercise(
    "clip_grad_norm",
    ("clip_grad_norm",),
    (
        Case(
            "clip_grad_norm",
            ([np.array([[1.0, -2.0], [2.0, 4.0]]), np.array([12.0])], 1.3),
            "One norm for all arrays together: here it is 13, and everything shrinks by the same factor.",
        ),
        Case(
            "clip_grad_norm",
            ([np.array([0.3]), np.array([0.4, 0.0])], 2.0),
            "A gradient shorter than max_norm stays as it is: the factor is never above 1.",
        ),
        Case("clip_grad_norm", ([np.zeros((2, 2)), np.zeros(3)], 1.0), "The 1e-6 in the denominator avoids 0/0."),
        Case(
            "clip_grad_norm",
            ([np.array([np.nan, 1.0]), np.array([2.0])], 1.0),
            "Python's min(1, nan) is 1 and hides the nan; np.minimum hands it on, and so does PyTorch.",
        ),
    ),
    (
        "If all arrays were one long vector, how long would it be? By which one number may you multiply it?",
        "‖g‖ = √(Σ over all arrays of Σ g²);   g ← g · min(1, max_norm / (‖g‖ + 1e-6))",
        "total = np.sqrt(sum(... for g in grads));  scale = np.minimum(1, ...);  return [...], float(total)",
    ),
    outputs=("new_grads", "total_norm"),
    alone={
        "new_grads": "The norm is right. Every array is multiplied by the same min(1, max_norm/(norm + 1e-6)), and "
        "put into a new list.",
        "total_norm": "The arrays are right. The norm is the one before clipping, as one number.",
    },
    scenes=(
        "clip_grad_norm([np.array([<3|-3>, 0]), np.array([<4|-4>])], <1|2|4|10>)",
        "clip_grad_norm([np.array([<6|-6>]), np.array([0, <8|-8>])], <2|5|20>)",
    ),
)

MORE_GRADIENTS = Exercise(
    "more_gradients",
    ("clip_grad_value", "clip_grad_norm_each", "neuron_mse", "count_parameters"),
    (
        Case(
            "clip_grad_value",
            ([np.array([[3.0, -0.2], [-5.0, 1.0]]), np.array([0.1])], 0.5),
            "Each entry by itself goes to the nearer end of [-clip_value, clip_value].",
        ),
        Case(
            "clip_grad_norm_each",
            ([np.array([3.0, 4.0]), np.array([0.6])], 1.0),
            "Each array has a norm and a factor of its own.",
        ),
        Case("neuron_mse", (_X, _W, 0.1, _Y), "The squared error's slope is 2(p - y)/N; the sigmoid's, p(1 - p), too."),
        Case("count_parameters", ([64, 32, 10],), "Each layer has inputs × outputs weights and one bias an output."),
    ),
    (
        "Three ways to clip: entry by entry, array by array, all together. Which of them keep the direction of g?",
        "by value: min(max(g, -c), c);  each: g·min(1, c/(‖g‖+1e-6));  dz = 2(p-y)·p(1-p)/N;  Σ (D+1)·H",
        "[np.clip(g, ...) for g in grads];  [... for g in grads];  z = X @ w + b; ...;  sum(... for each layer)",
    ),
    side=True,
    scenes=(
        "clip_grad_value([np.array([<-5..5>, <-5..5>, <-2..2>])], <1..3>)",
        "clip_grad_norm_each([np.array([3, 4]), np.array([<1|6|8>])], <2|5>)",
        "neuron_mse(np.array([[<1..3>, <-2..2>]]), np.array([<-1..2>, 1]), <-1..1>, np.array([<-2..3>]))",
        "count_parameters([<2..4>, <2..5>, <2..3>])",
    ),
)

EXERCISES = (
    NEURON_BCE,
    GRADIENT_CHECK,
    CHAIN_GRADIENT,
    MLP_FORWARD,
    MLP_BACKWARD,
    GRADIENT_REPORT,
    CLIP_GRAD_NORM,
    MORE_GRADIENTS,
)
