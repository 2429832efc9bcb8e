"""The exercises of 03_batch_norm: forward, memory, evaluation, the layer with its state, backward, folding."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .spec import Case, Exercise, Property, Script

_X = np.array([[1.0, 10.0, -2.0], [3.0, 50.0, -2.5], [8.0, 30.0, 0.0]])
_PAIR = np.array([[1.0, 10.0, -2.0], [3.0, 50.0, -2.5]])
_GAMMA = np.array([2.0, -1.0, 0.5])
_BETA = np.array([1.0, 0.5, -3.0])
_MEAN = np.array([1.0, 20.0, -1.0])
_VAR = np.array([4.0, 100.0, 0.25])
_DOUT = np.array([[1.0, -2.0, 0.5], [0.5, 1.0, -1.0], [-3.0, 0.2, 2.0]])
_INTEGERS = np.array([[1, 7], [2, 3], [6, -1]])

BN_FORWARD_TRAIN = Exercise(
    "bn_forward_train",
    ("bn_forward_train",),
    (
        Case(
            "bn_forward_train",
            (_X, _GAMMA, _BETA, 0.5),
            "Mean and variance go down the columns (axis 0) and divide by N; then √(var + eps); then gamma · x̂ + beta.",
        ),
        Case(
            "bn_forward_train",
            (_PAIR, _GAMMA, _BETA, 0.5),
            "Two examples: their biased variance is a quarter of the squared distance, the unbiased one is half of it.",
        ),
        Case(
            "bn_forward_train",
            (np.array([[5.0, 1.0], [5.0, 2.0], [5.0, 6.0]]), np.array([3.0, 2.0]), np.array([0.5, 0.0]), 1e-5),
            "A constant column is 0 after normalization, and beta at the end: eps keeps it from being 0/0.",
        ),
        Case(
            "bn_forward_train",
            (np.array([[1e8], [1e8 + 1], [1e8 + 5]]), np.array([1.0]), np.array([0.0]), 0.1),
            "Far from 0, mean(x²) - mean(x)² loses its digits: take the mean of (x - mean)².",
        ),
        Case(
            "bn_forward_train",
            (_INTEGERS, np.array([1.0, 2.0]), np.array([0.0, 1.0]), 0.5),
            "The input may hold integers; the output and the statistics are floats.",
        ),
    ),
    (
        "One feature is one column of X. Along which axis do you average, so that one number is left for each feature?",
        "centered = X - μ has X's shape (N, D), μ has (D,);  σ² = mean of centered² down the columns, (D,);  "
        "out = γ · centered/√(σ² + ε) + β",
        "mu = np.mean(X, axis=...);  spread = X - ...;  out = gamma * spread / np.sqrt(... + eps) + ...;  "
        "return three things",
    ),
    outputs=("out", "mean", "var"),
    alone={
        "out": "mean and var are right. out = gamma · (x - mean)/√(var + eps) + beta.",
        "mean": "out is right, so the mean was, too: return one number for each column, taken before anything else.",
        "var": "out is right. var is the mean of (x - mean)² down the columns, divided by N, with neither eps "
        "nor root.",
    },
    scenes=(
        """bn_forward_train(np.array([[1, <0|2>], [<3|5|7>, <4|6|8>]]), np.array([<1..3>, <1..3>]),
    np.array([<-1..2>, 0]), 0)""",
        "bn_forward_train(np.array([[<1|3>], [<5|7|9>]]), np.array([<2..4>]), np.array([<-2..3>]), 0)",
    ),
)

UPDATE_RUNNING = Exercise(
    "update_running",
    ("update_running",),
    (
        Case(
            "update_running",
            (_MEAN, _VAR, _X, 0.1),
            "0.1 weighs the new batch and 0.9 the memory; the batch's variance is the unbiased one, Σ(x - μ)²/(N - 1).",
        ),
        Case(
            "update_running",
            (_MEAN, _VAR, _PAIR, 0.3),
            "Two examples: the unbiased variance is twice the biased one. No eps and no root goes into the memory.",
        ),
        Case("update_running", (_MEAN, _VAR, _X, 1.0), "With momentum 1 nothing of the old values is left."),
    ),
    (
        "Which of the two weights is large when the momentum is 0.1: that of the old value or that of the new one?",
        "the same as a step towards the batch: new = old + momentum · (batch value - old);  "
        "batch variance = Σ(x - μ)²/(N - 1) = biased · N/(N - 1)",
        "fresh = np.var(X, axis=..., ddof=...);  return (1 - momentum) * ... + momentum * ..., ...",
    ),
    outputs=("running_mean", "running_var"),
    alone={
        "running_mean": "The variance is right. The mean moves likewise: (1 - momentum) · old + momentum · the batch's "
        "mean.",
        "running_var": "The mean is right. The variance moves likewise, towards the batch's unbiased one, Σ(x - μ)²/(N "
        "- 1).",
    },
    scenes=(
        """update_running(np.array([<1..3>, 0]), np.array([1, <2..4>]), np.array([[1, <0|2>],
    [<3|5>, <4|6>]]), 0.5)""",
        "update_running(np.array([<0..4>]), np.array([<2..6>]), np.array([[<1|3>], [<5|7>]]), <0.25|0.5|1>)",
    ),
)

BN_EVAL = Exercise(
    "bn_eval",
    ("bn_eval",),
    (
        Case(
            "bn_eval",
            (_X, _GAMMA, _BETA, _MEAN, _VAR, 0.5),
            "gamma · (X - running_mean) / √(running_var + eps) + beta: mind the brackets.",
        ),
        Case(
            "bn_eval",
            (_X[:1], _GAMMA, _BETA, _MEAN, _VAR, 0.5),
            "One example is enough in evaluation: nothing may depend on the batch.",
        ),
        Case(
            "bn_eval",
            (_X, _GAMMA, _BETA, _MEAN, np.array([0.0, 1.0, 2.0]), 0.01),
            "A running variance may be 0: eps stands under the root with it.",
        ),
    ),
    (
        "Which statistics does a single patient bring along, and where do they have to come from instead?",
        "three steps: centered = X - running_mean, (N, D);  s = √(running_var + ε), (D,);  out = γ · (centered/s) + β",
        "return gamma * (...) / np.sqrt(...) + ...",
    ),
    scenes=(
        """bn_eval(np.array([[<-1..3>, <1..5>]]), np.array([<1..3>, 2]), np.array([<-1..1>, 1]),
    np.array([<0..2>, 1]), np.array([4, <1|4|16>]), 0)""",
        """bn_eval(np.array([[<1..6>], [<-3..3>]]), np.array([<2..4>]), np.array([<-2..3>]),
    np.array([<0..3>]), np.array([<1|4>]), 0)""",
    ),
)


def _alone(batch_norm: Callable[..., Any]) -> str | None:
    """Says what is wrong with how a layer treats one example, or None."""
    layer = batch_norm(2)
    try:
        layer(np.array([[1.0, 2.0]]))
    except ValueError:
        pass
    else:
        return "no ValueError: with one example the output is beta, whatever goes in"
    if np.any(layer.running_mean != 0):
        return "the refused example has changed running_mean"
    layer.training = False
    if np.shape(layer(np.array([[1.0, 2.0]]))) != (1, 2):
        return "in evaluation one example should give an output of shape (1, 2)"
    return None


BATCH_NORM = Exercise(
    "batch_norm",
    ("BatchNorm",),
    (
        Script(
            "BatchNorm",
            "bn = BatchNorm(2)\n(bn.gamma, bn.beta, bn.running_mean, bn.running_var, bn.training)",
            "A new layer has gamma 1, beta 0, running mean 0, running variance 1, arrays of its length; and it trains.",
        ),
        Script(
            "BatchNorm",
            "bn = BatchNorm(2, 0.5, 0.3)\nbn.gamma, bn.beta = np.array([2., -1.]), np.array([1., 3.])\n"
            "bn(np.array([[1., 10.], [3., 50.], [8., 30.]]))",
            "In training the output is that of bn_forward_train, with the layer's own gamma, beta and eps.",
        ),
        Script(
            "BatchNorm",
            "bn = BatchNorm(2, 0.5, 0.3)\nfirst = bn(np.array([[1., 10.], [3., 50.], [8., 30.]]))\n"
            "again = bn(np.array([[2., 0.], [4., 1.]]))\n(bn.running_mean, bn.running_var)",
            "After each batch in training both running statistics are what update_running makes of them.",
        ),
        Script(
            "BatchNorm",
            "bn = BatchNorm(2, 0.5, 0.3)\nbn.running_mean = np.array([100., -100.])\n"
            "bn(np.array([[1., 10.], [3., 50.], [8., 30.]]))",
            "In training the batch's own statistics normalize; the running ones are written, and never used for it.",
        ),
        Script(
            "BatchNorm",
            "bn = BatchNorm(2, 0.5, 0.3)\nbn.gamma, bn.beta = np.array([2., -1.]), np.array([1., 3.])\n"
            "batch = bn(np.array([[1., 10.], [3., 50.], [8., 30.]]))\nbn.training = False\n"
            "out = bn(np.array([[4., 20.], [5., 0.]]))\n(out, bn.running_mean, bn.running_var)",
            "In evaluation the output is that of bn_eval, and the running statistics stay as they were.",
        ),
        Script(
            "BatchNorm",
            "one, two = BatchNorm(2), BatchNorm(2)\nbatch = one(np.array([[1., 10.], [3., 50.]]))\n"
            "(two.running_mean, two.running_var)",
            "Two layers must not share their arrays: make them in __init__, on self.",
        ),
        Script(
            "BatchNorm",
            "bn = BatchNorm(2)\nX = np.array([[1., 10.], [3., 50.]])\nout = bn(X), bn(X)\n(bn.gamma, bn.beta)",
            "Training calls change running_mean and running_var only. a = b = np.ones(n) is one array with two names.",
        ),
        Property(
            "BatchNorm",
            "BatchNorm(2)(np.array([[1., 2.]])), in training and in evaluation",
            _alone,
            "In training ask first how many rows X has; one is a ValueError, before anything changes. "
            "In evaluation any number will do.",
        ),
    ),
    (
        "Which of the values must still be there at the next call, and which two things does one call in training do?",
        "not training → bn_eval with the six values on self;  training and one row → ValueError, before anything "
        "changes;  training → (rm, rv) = update_running(rm, rv, X, m) back onto self, out = first of bn_forward_train",
        "def __init__(self, ...): self.running_mean = ...;  def __call__(self, X): if not self.training: return ...;  "
        "if ...: raise ValueError(...);  self.running_mean, ... = update_running(...);  return ...",
    ),
    scenes=(
        """bn = BatchNorm(1, 0, <0.5|0.25>)
bn(np.array([[<1|3>], [<5|7|9>]]))
(bn.running_mean, bn.running_var)""",
        """bn = BatchNorm(1, 0, 0.5)
bn(np.array([[<1|3>], [<5|7|9>]]))""",
        """bn = BatchNorm(1, 0, 0.5)
bn.training = False
bn(np.array([[<1..4>], [<-3..3>]]))""",
    ),
)

BN_BACKWARD = Exercise(
    "bn_backward",
    ("bn_backward",),
    (
        Case(
            "bn_backward",
            (_DOUT, _X, _GAMMA, 0.5),
            "dbeta and dgamma each add up over the batch; dX has three paths: directly, through the variance, and "
            "through the mean.",
        ),
        Case(
            "bn_backward",
            (_DOUT[:2], _PAIR, _GAMMA, 0.5),
            "N = 2: mean and variance divide by N, and so do their slopes.",
        ),
        Case(
            "bn_backward",
            (_DOUT[:, :1], np.array([[0.01], [0.02], [0.06]]), np.array([-1.5]), 0.01),
            "A column with little variance: the eps of the forward pass belongs into x̂ and into the factor in front.",
        ),
        Case(
            "bn_backward",
            (_DOUT[:, :1], np.array([[1e8], [1e8 + 1], [1e8 + 5]]), np.array([1.5]), 0.1),
            "Far from 0, mean(x²) - mean(x)² loses its digits: take the mean of (x - mean)².",
        ),
    ),
    (
        "If you move one x, which three things that its column's outputs are made of move with it?",
        "with g = dout · γ and s = √(σ² + ε): dσ² = Σ g (x - μ) · (slope of 1/s with respect to σ²), dμ = -Σ g / s; "
        "then each x gets g/s, dσ² times the slope of σ², and dμ times the slope of μ",
        "s = np.sqrt(... + eps);  x_hat = ...;  g = ...;  dvar = (...).sum(axis=0);  dmean = ...;  "
        "dX = g / s + ... * dvar + ... * dmean;  return dX, ..., ...",
    ),
    derived=True,
    outputs=("dX", "dgamma", "dbeta"),
    alone={
        "dX": "dgamma and dbeta are right. dX has three paths: directly, through the variance, through the mean. Each "
        "of its columns adds up to 0.",
        "dgamma": "dX and dbeta are right. dgamma sums dout · x̂ over the batch.",
        "dbeta": "dX and dgamma are right. dbeta sums dout over the batch.",
    },
    scenes=(
        """bn_backward(np.array([[<-2..3>], [<1..4>], [<-2..2>], [<-3..3>]]), np.array([[1], [1], [<b=3|5>],
    [<b>]]), np.array([<1..3>]), 0)""",
        """bn_backward(np.array([[<-2..3>], [<1..4>], [0], [0]]), np.array([[0], [<c=2|4>], [0],
    [<c>]]), np.array([<1..2>]), 0)""",
    ),
)

_W = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.0]])
_B = np.array([0.5, -1.0, 2.0])

FOLD_BN = Exercise(
    "fold_bn",
    ("fold_bn",),
    (
        Case(
            "fold_bn",
            (_W, _B, _GAMMA, _BETA, _MEAN, _VAR, 0.5),
            "With s = gamma/√(running_var + eps): W · s (a unit is a column), and (b - running_mean) · s + beta.",
        ),
        Script(
            "fold_bn",
            "W, b = np.array([[1., 3., 0.], [2., -1., 1.]]), np.array([1., 0., 2.])\n"
            "X = np.array([[1., 2.], [3., -1.]])\n"
            "bn = np.array([2., -1., 3.]), np.ones(3), np.array([4., 5., 6.]), np.array([0.5, 2., 0.1]), 0.1\n"
            "W2, b2 = fold_bn(W, b, *bn)\nnp.round(X @ W2 + b2 - reference.bn_eval(X @ W + b, *bn), 9)",
            "The folded layer and the two layers should agree for every X; follow what happens to b.",
        ),
    ),
    (
        "In evaluation BN multiplies each unit's output by a constant and adds one. What do both do to W and to b?",
        "BN gives (XW + b - rm) · s + β with s = γ/√(rv + ε), (units,);  multiply out: X (W · s) + what has no X in it",
        "s = gamma / np.sqrt(...);  return W * ..., (...) * s + ...",
    ),
    outputs=("W2", "b2"),
    alone={
        "W2": "b2 is right. Each column of W, a unit, is multiplied by its gamma/√(running_var + eps).",
        "b2": "W2 is right. b2 = (b - running_mean) · gamma/√(running_var + eps) + beta.",
    },
    scenes=(
        """fold_bn(np.array([[<1..3>, <-2..2>], [<0..2>, 1]]), np.array([<-1..2>, 1]), np.array([<1..3>, 2]),
    np.array([0, <-1..2>]), np.array([<0..2>, 1]), np.array([4, <1|4>]), 0)""",
        """fold_bn(np.array([[<1..4>], [<-3..3>]]), np.array([<-1..3>]), np.array([<2..4>]),
    np.array([<-2..3>]), np.array([<0..3>]), np.array([<1|4>]), 0)""",
    ),
)

_IMAGES = np.array([1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 0.0, 3.0, -2.0, 6.0, 9.0, -5.0]).reshape(1, 2, 2, 3)

RELATIVES = Exercise(
    "relatives",
    ("bn2d", "layer_norm", "weight_standardization"),
    (
        Case(
            "bn2d",
            (_IMAGES, np.array([2.0, -1.0]), np.array([0.5, 3.0]), 0.5),
            "Average over axes 0, 2 and 3 at once; gamma and beta want the shape (1, C, 1, 1).",
        ),
        Case(
            "bn2d",
            (np.arange(16.0).reshape(2, 2, 2, 2) ** 2, np.array([2.0, -1.0]), np.array([0.5, 3.0]), 0.5),
            "The two images share each channel's statistics: average over the examples too.",
        ),
        Case(
            "layer_norm",
            (_X, _GAMMA, _BETA, 0.5),
            "Each row has its own mean and variance (axis 1, keepdims=True); gamma and beta belong to the columns.",
        ),
        Case("layer_norm", (_X[:1], _GAMMA, _BETA, 0.5), "One example is enough: its row has all that is needed."),
        Case(
            "weight_standardization",
            (np.array([[1.0, -2.0], [3.0, 0.0], [0.5, 4.0]]), 0.5),
            "A unit's incoming weights are a column of W: mean 0, then √(variance + eps), biased.",
        ),
    ),
    (
        "Which entries share a mean: those of a channel, those of an example, or those of a unit?",
        "(x - mean)/√(var + ε) · γ + β, averaged over axes (0, 2, 3) for bn2d, over axis 1 for layer_norm, "
        "over axis 0 for weight_standardization",
        "m = X.mean(axis=..., keepdims=True);  gamma.reshape(1, -1, ...) for images",
    ),
    derived=True,
    side=True,
    scenes=(
        "bn2d(np.array([[[[1, <b=3|5|7>], [<b>, 1]]]]), np.array([<1..3>]), np.array([<-1..2>]), 0)",
        """layer_norm(np.array([[1, <3|5|7>], [<0|2>, <4|8>]]), np.array([<1..3>, 2]), np.array([0, <-1..2>]),
    0)""",
        "weight_standardization(np.array([[1, <0|2>], [<3|5|7>, <4|6|8>]]), 0)",
    ),
)

EXERCISES = (BN_FORWARD_TRAIN, UPDATE_RUNNING, BN_EVAL, BATCH_NORM, BN_BACKWARD, FOLD_BN, RELATIVES)
