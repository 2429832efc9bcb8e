"""The exercises of 05_regularization: penalties, dropout, softened labels, mixed and shifted examples, ensembles."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..wording import counted
from .spec import Case, Curve, Exercise, Property, Script

Function = Callable[..., Any]

_W1 = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, -1.0]])
_W2 = np.array([[2.0], [-0.5], [1.0]])
_LINE = np.array([-3.0, -0.8, -0.2, 0.0, 0.3, 1.0, 2.5])
_DOUT = np.array([[1.0, -2.0, 3.0], [-4.0, 5.0, 0.5]])
_IMAGE = np.arange(1.0, 13.0).reshape(3, 4)
_ROWS = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
_ONE_HOT = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
_MEMBERS = np.array([[[0.9, 0.1], [0.2, 0.8]], [[0.4, 0.6], [0.3, 0.7]], [[0.4, 0.6], [0.7, 0.3]]])

L2_PENALTY = Exercise(
    "l2_penalty",
    ("l2_penalty",),
    (
        Case("l2_penalty", ([_W1], 0.25), "The value is lam times the sum of the squares; the slope of w² is 2w."),
        Case("l2_penalty", ([_W1, _W2], 0.1), "All arrays of the list count, and each gets a gradient of its shape."),
        Case("l2_penalty", ([np.array([[3, -1]])], 0.5), "Whole numbers are weights too: 3² + 1² = 10."),
    ),
    (
        "What is the derivative of lam·w² with respect to w, and does one weight's derivative depend on the others?",
        "value = lam · Σ over all arrays of Σ w²;  gradient of each array = 2·lam·W",
        "value = lam * sum(... for W in Ws);  grads = [... for W in Ws];  return value, grads",
    ),
    outputs=("value", "grads"),
    alone={
        "value": "The gradients are right. The value is lam times the sum of all squares.",
        "grads": "The value is right. Each array's gradient is 2 · lam · W, in the array's shape.",
    },
    scenes=(
        "l2_penalty([np.array([[<1..3>, <-3..3>]]), np.array([[<1..2>]])], <2|3|0.5>)",
        "l2_penalty([np.array([<-4..4>, <1..4>])], <2..4>)",
    ),
)

L1 = Exercise(
    "l1",
    ("soft_threshold", "l1_prox_step"),
    (
        Case("soft_threshold", (_LINE, 0.4), "Each |w| becomes smaller by t, but not below 0; the sign stays."),
        Case("soft_threshold", (np.array([0.5, -0.5, 0.4]), 0.5), "At |w| = t, and below, nothing is left."),
        Case("soft_threshold", (_LINE, 0.0), "A threshold of 0 changes nothing."),
        Case("soft_threshold", (np.array([-3, 0, 2]), 0.5), "Integers cannot hold 2.5: the answer is a float array."),
        Case(
            "l1_prox_step",
            (np.array([1.0, -0.3, 0.0, 0.02]), np.array([2.0, -4.0, 0.3, -2.0]), 0.1, 0.5),
            "First the gradient step u = w - lr·g; then soft_threshold(u, ...): with which threshold?",
        ),
        Case(
            "l1_prox_step",
            (np.array([0.25, -0.25]), np.array([0.0, 0.0]), 0.5, 0.2),
            "Without a gradient only the threshold lr·lam acts.",
        ),
    ),
    (
        "Which weights does a threshold of t turn into 0, and by how much do all others move?",
        "soft_threshold(w, t) = sign(w)·max(|w| - t, 0);  step: u = w - lr·g, then soft_threshold(u, lr·lam)",
        "return np.sign(...) * np.maximum(..., 0)   and   return soft_threshold(..., ...)",
    ),
    (Curve("soft_threshold", (0.5,)), Curve("soft_threshold", (1.5,))),
    scenes=(
        "soft_threshold(np.array([<-4..4>, <-4..4>, <1..5>]), <1..3>)",
        "l1_prox_step(np.array([<-3..3>, <1..4>]), np.array([<-2..2>, <1..3>]), <1|0.5>, <1..3>)",
    ),
)


def _drops(dropout_forward: Function) -> str | None:
    """Says what is wrong with dropout in training, or None."""
    x = np.full((200, 50), 3.0)
    out, mask = (np.asarray(part) for part in dropout_forward(x.copy(), 0.2, True, np.random.default_rng(1)))
    again = np.asarray(dropout_forward(x.copy(), 0.2, True, np.random.default_rng(1))[0])
    if out.shape != x.shape or mask.shape != x.shape:
        return f"out has shape {out.shape}, mask has shape {mask.shape}; wanted {x.shape} for both"
    if not np.array_equal(out, again):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if not np.allclose(out, x * mask):
        return "out is not x times mask"
    share = float(np.mean(out == 0))
    if abs(share - 0.2) > 0.03:
        return f"{share:.0%} of the entries are 0; p = 0.2 is the probability to be dropped"
    kept = np.unique(out[out != 0].round(9))
    if len(kept) != 1 or abs(kept[0] - 3.75) > 1e-6:
        return f"kept entries became {kept[:3].tolist()}; 3 divided by 1 - p is 3.75"
    if np.ptp((out == 0).mean(axis=0)) == 0 or np.ptp((out == 0).mean(axis=1)) == 0:
        return "whole rows or whole columns share their fate: each entry draws for itself"
    return None


def _draws_again(dropout_forward: Function) -> str | None:
    """Tells whether a second call with the same generator gives the same mask."""
    rng = np.random.default_rng(3)
    first, second = (np.asarray(dropout_forward(np.ones((20, 30)), 0.4, True, rng)[1]) for _ in range(2))
    return (
        "two calls in a row dropped the same entries: each step draws a new mask"
        if np.array_equal(first, second)
        else None
    )


def _refuses(dropout_forward: Function) -> str | None:
    """Says what is wrong with a value that is not a probability."""
    try:
        dropout_forward(np.ones((2, 3)), 1.5, True, np.random.default_rng(0))
    except ValueError:
        return None
    return "no ValueError came"


DROPOUT = Exercise(
    "dropout",
    ("dropout_forward", "dropout_backward"),
    (
        Property(
            "dropout_forward",
            "dropout_forward(x, 0.2, True, rng) for 10 000 entries, all of them 3",
            _drops,
            "Each entry draws a number of its own and survives if it is not below p; survivors are divided by 1 - p.",
            lambda dropout_forward: dropout_forward(np.full(10_000, 3.0), 0.2, True, np.random.default_rng(0))[0],
        ),
        Property(
            "dropout_forward",
            "dropout_forward(x, 0.4, True, rng) twice in a row with one rng",
            _draws_again,
            "Use the rng that is passed in, and never seed anything inside the function.",
        ),
        Script(
            "dropout_forward",
            "out, mask = dropout_forward(np.full(10_000, 3.0), 0.3, True, np.random.default_rng(0))\n"
            "share = round(np.mean(mask == 0), 1)\n"
            "np.append(np.unique(out), share), np.append(np.unique(mask), share)",
            "In out there are 0 and 3/(1 - p), in mask 0 and 1/(1 - p); the last number, the share of zeros, is p.",
        ),
        Case("dropout_forward", (_DOUT, 0.3, False, None), "In evaluation out is x, unscaled, and mask is all ones."),
        Script(
            "dropout_forward",
            "dropout_forward(np.array([[1.0, -2.0], [3.0, 4.0]]), 1.0, True, np.random.default_rng(0))",
            "p = 1 drops everything: zeros, without a division of 0 by 0.",
        ),
        Script(
            "dropout_forward",
            "dropout_forward(np.array([[1, 2, 3]]), 0.0, True, np.random.default_rng(0))",
            "p = 0 drops nothing.",
        ),
        Property(
            "dropout_forward",
            "dropout_forward(x, 1.5, True, rng)",
            _refuses,
            "A probability lies between 0 and 1: raise ValueError(...) for any other p.",
        ),
        Case(
            "dropout_backward",
            (_DOUT, np.array([[1.25, 0.0, 1.25], [1.25, 1.25, 0.0]])),
            "out = x · mask, so the slope is the mask, with the scale that is already in it.",
        ),
    ),
    (
        "If an entry survives with probability 1 - p, by what must it be multiplied so that its mean does not change?",
        "mask_i = [u_i >= p] / (1 - p) with u_i ~ U(0, 1);  out = x·mask;  dx = dout·mask;  evaluation: mask = 1",
        "first refuse a bad p;  mask = (rng.random(...) >= ...) / ... if p < 1 else ...;  return x * ..., ...",
    ),
    outputs=("out", "mask"),
    scenes=(
        """dropout_forward(np.array([<1..4>, <-3..3>, <2..5>]), 0.5, True, Draws([<0.2|0.7>, <0.3|0.9>,
    <0.1|0.6>]))""",
        "dropout_forward(np.array([<1..4>, <2..5>]), 0.5, <True|False>, Draws([<0.2|0.7>, <0.3|0.9>]))",
        "dropout_backward(np.array([<-3..3>, <1..4>, <2..5>]), np.array([2, <0|2>, 0]))",
    ),
)

SMOOTH_LABELS = Exercise(
    "smooth_labels",
    ("smooth_labels",),
    (
        Case(
            "smooth_labels",
            (np.array([2, 0]), 4, 0.2),
            "Every class gets eps/K, the true one too; the true one gets 1 - eps besides. Each row adds up to 1.",
        ),
        Case("smooth_labels", (np.array([1, 0, 1]), 2, 0.1), "Two classes: 0.95 and 0.05."),
        Case("smooth_labels", (np.array([0, 2]), 3, 0.0), "eps = 0 is the one-hot row."),
    ),
    (
        "A row is a mixture: with weight 1 - eps the true class, with weight eps which distribution?",
        "Y = (1 - eps)·onehot(y) + eps/K",
        "onehot = np.eye(K)[...];  return (...) * onehot + ...",
    ),
    scenes=(
        "smooth_labels(np.array([<0..1>]), 2, <0.2|0.4|0.5>)",
        "smooth_labels(np.array([<0..3>]), 4, <0.4|0.8>)",
    ),
)

MIXUP = Exercise(
    "mixup",
    ("mixup",),
    (
        Case(
            "mixup",
            (np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0], [7.0, 70.0]]), np.eye(4), 0.75, np.array([1, 3, 0, 2])),
            "Example i keeps the share lam and takes 1 - lam from example perm[i]; its target does exactly the same.",
        ),
        Case("mixup", (_ROWS, _ONE_HOT, 1.0, np.array([1, 2, 0])), "lam = 1 mixes nothing."),
        Case(
            "mixup",
            (np.arange(8.0).reshape(2, 2, 2), np.eye(2), 0.25, np.array([1, 0])),
            "Images may come in more axes: index the first one only.",
        ),
    ),
    (
        "If 30 % of the picture is a cat, how much cat does the target say?",
        "X2 = lam·X + (1 - lam)·X[perm];  Y2 = lam·Y + (1 - lam)·Y[perm]",
        "return lam * ... + (1 - lam) * X[...], ...",
    ),
    outputs=("X2", "Y2"),
    alone={
        "X2": "Y2 is right. X2 is mixed in the same way: lam·X + (1 - lam)·X[perm].",
        "Y2": "X2 is right. Y2 is mixed in the same way: lam·Y + (1 - lam)·Y[perm].",
    },
    scenes=(
        """mixup(np.array([[<1..5>], [<2..9>], [4]]), np.array([[1, 0], [0, 1],
    [1, 0]]), <0.25|0.5|0.75>, np.array(<[1, 2, 0]|[2, 0, 1]|[1, 0, 2]>))""",
        "mixup(np.array([[<2..8>], [<2..8>]]), np.array([[1], [0]]), <0.25|0.5|0.75>, np.array([1, 0]))",
        "mixup(np.array([[<2..8>], [<2..8>]]), np.array([[0], [1]]), <0.25|0.5|0.75>, np.array([0, 1]))",
    ),
)

SHIFT_IMAGE = Exercise(
    "shift_image",
    ("shift_image",),
    (
        Case("shift_image", (_IMAGE, 1, 0), "Down by one: the first row becomes 0, the last one leaves the picture."),
        Case("shift_image", (_IMAGE, 0, -1), "A negative dx moves to the left: the last column becomes 0."),
        Case("shift_image", (_IMAGE, -1, 2), "dy moves along the rows' axis, dx along the columns'; both at once."),
        Case("shift_image", (_IMAGE, 0, 0), "Nothing moves; mind that image[:-0] is empty."),
        Case("shift_image", (_IMAGE, 0, 4), "Moved by its whole width, the picture is gone."),
        Case(
            "shift_image",
            (np.arange(1.0, 13.0).reshape(2, 2, 3), 0, 1),
            "The last two axes are the picture, axes before them count pictures.",
        ),
    ),
    (
        "Which rows of the old picture are still there afterwards, and where do they stand in the new one?",
        "out[..., i, j] = image[..., i - dy, j - dx] where that exists, else 0",
        "out = np.zeros(...);  out[..., max(dy, 0): ..., ...] = image[..., max(-dy, 0): ..., ...]",
    ),
    scenes=(
        "shift_image(np.array([[<1..4>, <5..9>], [<1..4>, <5..9>]]), <-1..1>, <-1..1>)",
        "shift_image(np.array([[<1..4>, <5..9>, <1..4>]]), 0, <-2..2>)",
    ),
)

ENSEMBLE_PREDICT = Exercise(
    "ensemble_predict",
    ("ensemble_predict",),
    (
        Case(
            "ensemble_predict",
            (_MEMBERS,),
            "Average over the members, axis 0: one member may be so sure that it outweighs two.",
        ),
        Case("ensemble_predict", (_MEMBERS[:1],), "An ensemble of one says what its member says."),
    ),
    (
        "P has shape (members, examples, classes), the answer (examples, classes): which axis goes away?",
        "out[n, k] = mean over m of P[m, n, k]",
        "return P....(axis=...)",
    ),
    scenes=(
        "ensemble_predict(np.array([[<[0.9, 0.1]|[0.3, 0.7]|[0.5, 0.5]>], [<[0.1, 0.9]|[0.7, 0.3]>]]))",
        """ensemble_predict(np.array([[<[1, 0]|[0.6, 0.4]>, [0.2, 0.8]],
    [<[0, 1]|[0.4, 0.6]>, <[0.4, 0.6]|[0.8, 0.2]>]]))""",
    ),
)


def _many_lambdas(mixup_lambda: Function) -> Any:
    rng = np.random.default_rng(5)
    return np.array([float(mixup_lambda(0.4, rng)) for _ in range(2000)])


def _beta(mixup_lambda: Function) -> str | None:
    """Says what is wrong with draws of mixup's lambda, or None."""
    draws = _many_lambdas(mixup_lambda)
    if draws.min() < 0 or draws.max() > 1:
        return f"draws lie between {draws.min():.2g} and {draws.max():.2g}; a share lies between 0 and 1"
    if abs(draws.mean() - 0.5) > 0.05:
        return f"2000 draws have mean {draws.mean():.2f}; wanted 0.5"
    if abs(draws.var() - 1 / 7.2) > 0.02:
        return f"2000 draws have variance {draws.var():.3f}; for alpha = 0.4 it is 0.139"
    return None


def _noise(add_noise: Function) -> str | None:
    """Says what is wrong with noise in training, or None."""
    x = np.full((100, 80), 2.0)
    first, again = (np.asarray(add_noise(x.copy(), 0.5, True, np.random.default_rng(2))) for _ in range(2))
    if first.shape != x.shape:
        return f"it returned shape {first.shape}; wanted {x.shape}"
    if not np.array_equal(first, again):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if abs(first.mean() - 2) > 0.05 or abs(first.std() - 0.5) > 0.04:
        return f"around 2 there is noise of mean {first.mean() - 2:.2f} and std {first.std():.2f}; wanted 0 and 0.5"
    if len(np.unique(first)) < first.size // 2:
        return "entries share their noise: each draws its own"
    return None


def _bootstrap(bootstrap_sample: Function) -> str | None:
    """Says what is wrong with a bootstrap sample, or None."""
    rows = np.asarray(bootstrap_sample(1000, np.random.default_rng(4)))
    if rows.shape != (1000,) or rows.dtype.kind not in "iu":
        return f"it returned shape {rows.shape} and dtype {rows.dtype}; wanted 1000 integers"
    if rows.min() < 0 or rows.max() > 999:
        return f"row numbers lie between {rows.min()} and {rows.max()}; wanted 0 to 999"
    distinct = len(np.unique(rows))
    return (
        None
        if 580 < distinct < 685
        else f"{counted(distinct, 'different row')}; with replacement about 632 are expected"
    )


BONUS = Exercise(
    "more_regularizers",
    ("add_noise", "mixup_lambda", "bootstrap_sample", "average_checkpoints", "ensemble_variance"),
    (
        Property(
            "add_noise",
            "add_noise(x, 0.5, True, rng) for 8000 entries, all of them 2",
            _noise,
            "In training: x + std · rng.standard_normal(x.shape).",
            lambda add_noise: add_noise(np.full(8000, 2.0), 0.5, True, np.random.default_rng(0)),
        ),
        Case("add_noise", (_DOUT, 0.5, False, None), "In evaluation nothing is added."),
        Property(
            "mixup_lambda",
            "mixup_lambda(0.4, rng), 2000 times",
            _beta,
            "Draw from rng.beta(alpha, alpha).",
            _many_lambdas,
        ),
        Script(
            "mixup_lambda", "mixup_lambda(0.0, np.random.default_rng(0))", "alpha = 0 switches mixup off: lambda is 1."
        ),
        Property(
            "bootstrap_sample",
            "bootstrap_sample(1000, rng)",
            _bootstrap,
            "N row numbers from 0 to N - 1, each drawn anew: rng.integers(N, size=N).",
        ),
        Case(
            "average_checkpoints",
            ([[_W1, np.array([1.0, 2.0])], [3 * _W1, np.array([3.0, 6.0])]],),
            "Average each parameter over the checkpoints; the answer is one list of arrays, like a checkpoint.",
        ),
        Case("ensemble_variance", (2.0, 0.25, 4), "rho·s2 + (1 - rho)·s2/n: only the second part shrinks."),
        Case("ensemble_variance", (2.0, 0.0, 4), "Without correlation it is s2/n."),
        Script(
            "ensemble_variance",
            "ensemble_variance(2.0, 1.0, 50)",
            "With correlation 1 all members are wrong together, and fifty are no better than one.",
        ),
    ),
    (
        "Var of a mean is the mean of all entries of the covariance matrix: how many are s2, how many rho·s2?",
        "x + std·N(0,1);  lambda ~ Beta(alpha, alpha);  Var = rho·s2 + (1 - rho)·s2/n;  average: mean over checkpoints",
        "rng.beta(...);  rng.integers(...);  [np.mean(parts, axis=...) for parts in zip(*checkpoints)]",
    ),
    side=True,
    scenes=(
        "add_noise(np.array([<1..4>, <-2..2>]), <2..3>, <True|False>, Draws([<-2..2>, <1..2>]))",
        "mixup_lambda(<0..2>, Draws([0.3]))",
        "bootstrap_sample(4, Draws([<0|0.25|0.5>, <0.5|0.75>, 0, 0.25]))",
        "average_checkpoints([[np.array([<1..3>, 3])], [np.array([<3..5>, <5..9>])]])",
        "ensemble_variance(<2|4>, <0.5|0|1>, <2|4>)",
    ),
)

EXERCISES = (L2_PENALTY, L1, DROPOUT, SMOOTH_LABELS, MIXUP, SHIFT_IMAGE, ENSEMBLE_PREDICT, BONUS)
