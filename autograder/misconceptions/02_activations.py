"""Wrong answers to 02_activations, as learners and lecture slides write them."""

import math

import numpy as np

from autograder.misconceptions import wrong

# --- sigmoid ----------------------------------------------------------------------------------------


@wrong("sigmoid", "sigmoid-sign")
def sigmoid(x):
    """Your `sigmoid` falls where it should grow: it is 1/(1 + e^x), but the exponent is -x. Quick test: far to
    the right sigmoid is 1."""
    return 1 / (1 + np.exp(np.asarray(x, float)))


@wrong("sigmoid", "sigmoid-overflow")
def sigmoid(x):
    """In your `sigmoid` an exponential overflows far out (e^(-x) for very negative x, e^x for very large x), and NumPy
    warns about it. Use e = e^(-|x|), which never exceeds 1: it is 1/(1+e) for x >= 0 and e/(1+e) for x < 0."""
    return 1 / (1 + np.exp(-np.asarray(x, float)))


@wrong("sigmoid", "sigmoid-inf-over-inf")
def sigmoid(x):
    """Your `sigmoid` divides e^x by 1 + e^x. Past x = 709 both are infinite, and infinity divided by infinity is
    nan. Use that form for negative x only, and 1/(1 + e^(-x)) for the rest."""
    e = np.exp(np.asarray(x, float))
    return e / (1 + e)


@wrong("sigmoid", "sigmoid-clipped")
def sigmoid(x):
    """Your `sigmoid` clips x to keep exp from overflowing. So everything left of the clip gets one and the same
    value, larger than the right one (clipped at -20, sigmoid(-40) is 2e-9 instead of 4e-18), and a logarithm of it is
    badly wrong. No clip is needed with e^(-|x|)."""
    return 1 / (1 + np.exp(-np.clip(x, -20, 20)))


@wrong("sigmoid", "sigmoid-clipped-10", told_as="sigmoid-clipped")
def sigmoid(x):
    """Clipped at 10."""
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@wrong("sigmoid", "sigmoid-clipped-15", told_as="sigmoid-clipped")
def sigmoid(x):
    """Clipped at 15."""
    return 1 / (1 + np.exp(-np.clip(x, -15, 15)))


@wrong("sigmoid", "sigmoid-clipped-25", told_as="sigmoid-clipped")
def sigmoid(x):
    """Clipped at 25."""
    return 1 / (1 + np.exp(-np.clip(x, -25, 25)))


@wrong("sigmoid", "sigmoid-clipped-30", told_as="sigmoid-clipped")
def sigmoid(x):
    """Clipped at 30."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))


@wrong("sigmoid", "sigmoid-clipped-35", told_as="sigmoid-clipped")
def sigmoid(x):
    """Clipped at 35."""
    return 1 / (1 + np.exp(-np.clip(x, -35, 35)))


@wrong("sigmoid", "sigmoid-one-minus")
def sigmoid(x):
    """In your `sigmoid` a small value is what is left of 1 - 1: far to the left (1 + tanh(x/2))/2, like 1 - σ(-x), is
    exactly 0, where at x = -40 it should be 4e-18. For negative x take e^x/(1 + e^x), which subtracts nothing."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(x, float)))


@wrong("sigmoid", "sigmoid-one-minus-other-side", told_as="sigmoid-one-minus")
def sigmoid(x):
    """The left side from the right one, by symmetry."""
    right = 1 / (1 + np.exp(-np.abs(x)))
    return np.where(np.asarray(x) >= 0, right, 1 - right)


@wrong("sigmoid", "sigmoid-hard")
def sigmoid(x):
    """Your `sigmoid` is a straight line with two corners (a "hard sigmoid"). It looks alike near 0 and is another
    function: the real one is 1/(1 + e^(-x))."""
    return np.clip(0.2 * np.asarray(x, float) + 0.5, 0, 1)


# --- sigmoid_grad -----------------------------------------------------------------------------------


@wrong("sigmoid", "sigmoid-grad-of-x")
def sigmoid_grad(x):
    """Your `sigmoid_grad` computes x(1 - x). That rule is for s = sigmoid(x), and the argument here is x itself:
    compute s first, then s(1 - s)."""
    return x * (1 - x)


@wrong("sigmoid", "sigmoid-grad-plus")
def sigmoid_grad(x):
    """Your `sigmoid_grad` computes s(1 + s); the sign in the bracket is a minus: s(1 - s). Quick test: at 0 the
    slope is one quarter, and nowhere is it larger."""
    s = sigmoid(x)
    return s * (1 + s)


@wrong("sigmoid", "sigmoid-grad-square")
def sigmoid_grad(x):
    """Your `sigmoid_grad` computes s². At x = 0 that happens to be right, because there s = 1 - s; everywhere
    else it is s(1 - s) that you want."""
    return sigmoid(x) ** 2


@wrong("sigmoid", "sigmoid-grad-overflow")
def sigmoid_grad(x):
    """In your `sigmoid_grad` infinity is divided by infinity far out, which is nan. e^x/(1 + e^x)² is right on paper,
    as is the same with e^(-x), but past 709 an exponential is infinite. Build the slope from a sigmoid that overflows
    nowhere: s(1 - s)."""
    e = np.exp(np.asarray(x, float))
    return e / (1 + e) ** 2


@wrong("sigmoid", "sigmoid-grad-overflow-on-the-left", told_as="sigmoid-grad-overflow")
def sigmoid_grad(x):
    """The form with e^(-x), which fails far to the left."""
    e = np.exp(-np.asarray(x, float))
    return e / (1 + e) ** 2


@wrong("sigmoid", "sigmoid-grad-tanh-rule")
def sigmoid_grad(x):
    """Your `sigmoid_grad` computes 1 - s². That is the rule for tanh; for sigmoid it is s(1 - s)."""
    return 1 - sigmoid(x) ** 2


@wrong("sigmoid", "sigmoid-grad-mixed")
def sigmoid_grad(x):
    """Your `sigmoid_grad` computes s - s·x: one of the two factors is x where it should be s. It is s - s·s, that
    is s(1 - s)."""
    s = sigmoid(x)
    return s - s * x


# --- tanh_grad --------------------------------------------------------------------------------------


@wrong("sigmoid", "tanh-grad-of-x")
def tanh_grad(x):
    """Your `tanh_grad` computes 1 - x². That rule is for t = tanh(x), and the argument here is x itself: compute
    t first, then 1 - t²."""
    return 1 - np.asarray(x, float) ** 2


@wrong("sigmoid", "tanh-grad-sech")
def tanh_grad(x):
    """Your `tanh_grad` computes 1/cosh(x); the slope is its square, 1/cosh(x)², which is 1 - tanh(x)². At 0 both
    are 1, so that test does not tell them apart."""
    return 1 / np.cosh(np.clip(x, -700, 700))


@wrong("sigmoid", "tanh-grad-cosh-overflow")
def tanh_grad(x):
    """In your `tanh_grad` cosh(x), or an exponential, overflows far out, and NumPy warns about it. 1 - tanh(x)² is the
    same slope and never overflows."""
    return 1 / np.cosh(np.asarray(x, float)) ** 2


@wrong("sigmoid", "tanh-grad-not-squared")
def tanh_grad(x):
    """Your `tanh_grad` computes 1 - tanh(x); the tanh is squared: 1 - tanh(x)². Quick test: the slope is the same
    at x and at -x."""
    return 1 - np.tanh(x)


@wrong("sigmoid", "tanh-grad-of-square")
def tanh_grad(x):
    """Your `tanh_grad` squares x where it should square the tanh: 1 - tanh(x²) instead of 1 - tanh(x)²."""
    return 1 - np.tanh(np.asarray(x, float) ** 2)


@wrong("sigmoid", "tanh-grad-sigmoid-rule")
def tanh_grad(x):
    """Your `tanh_grad` computes t(1 - t). That is the rule for sigmoid; for tanh it is 1 - t². Quick test: at 0
    tanh is at its steepest, with slope 1."""
    t = np.tanh(x)
    return t * (1 - t)


@wrong("sigmoid", "tanh-grad-exp-quotient")
def tanh_grad(x):
    """Your `tanh_grad` builds tanh from exponentials such as e^x and e^(-x). Far out that is infinity divided by
    infinity, nan. np.tanh does this safely: 1 - np.tanh(x)²."""
    a, b = np.exp(np.asarray(x, float)), np.exp(-np.asarray(x, float))
    return 1 - ((a - b) / (a + b)) ** 2


@wrong("sigmoid", "tanh-grad-exp-quotient-of-2x", told_as="tanh-grad-exp-quotient")
def tanh_grad(x):
    """From e^(2x), which fails far to the right."""
    e = np.exp(2 * np.asarray(x, float))
    return 1 - ((e - 1) / (e + 1)) ** 2


@wrong("sigmoid", "tanh-grad-exp-quotient-of-minus-2x", told_as="tanh-grad-exp-quotient")
def tanh_grad(x):
    """From e^(-2x), which fails far to the left."""
    e = np.exp(-2 * np.asarray(x, float))
    return 1 - ((1 - e) / (1 + e)) ** 2


# --- relu -------------------------------------------------------------------------------------------


@wrong("relu", "relu-in-place")
def relu(x):
    """Your `relu` writes into its argument. The backward pass needs the old x, and finds your zeros there. Make a new
    array: np.maximum(0, x)."""
    x[x < 0] = 0
    return x


@wrong("relu", "relu-mask")
def relu(x):
    """Your `relu` returns where x is positive, as 0 and 1. That is its slope; the function itself lets x
    through: max(0, x)."""
    return (np.asarray(x) > 0).astype(float)


@wrong("relu", "relu-times-mask")
def relu(x):
    """Your `relu` is nan for x = -infinity, where it should be 0: x · (x > 0) is infinity times 0 there, and
    (x + |x|)/2 is infinity minus infinity. np.maximum(0, x) chooses, and computes nothing."""
    with np.errstate(invalid="ignore"):
        return x * (x > 0)


@wrong("relu", "relu-abs")
def relu(x):
    """Your `relu` returns |x|: negative entries come back with their sign turned. They should become 0."""
    return np.abs(x)


@wrong("relu", "relu-without-half")
def relu(x):
    """Your `relu` computes x + |x|, which is twice what it should be: (x + |x|)/2 is max(0, x)."""
    return x + np.abs(x)


@wrong("relu", "relu-swallows-nan")
def relu(x):
    """Your `relu` turns nan into 0: nan > 0 is False, and np.fmax passes nan over. A nan in a network is an alarm that
    must not be switched off: np.maximum(0, x) keeps it, and so does PyTorch."""
    return np.where(np.asarray(x) > 0, x, 0)


# --- relu_backward ----------------------------------------------------------------------------------


@wrong("relu", "relu-backward-one-at-zero")
def relu_backward(dout, x):
    """Your `relu_backward` lets the gradient through at x = 0. At that corner any slope from 0 to 1 could be
    meant (a lecture slide says 1), and PyTorch takes 0: use x > 0, without the equals sign."""
    return dout * (x >= 0)


@wrong("relu", "relu-backward-in-place")
def relu_backward(dout, x):
    """Your `relu_backward` writes into dout. Whoever passed dout still needs it. Make a new array: dout * (x > 0)."""
    dout[x <= 0] = 0
    return dout


@wrong("relu", "relu-backward-without-dout")
def relu_backward(dout, x):
    """Your `relu_backward` returns ReLU's own slope and forgets dout, the gradient that arrives from above. The
    chain rule multiplies the two."""
    return (x > 0).astype(float)


@wrong("relu", "relu-backward-times-relu")
def relu_backward(dout, x):
    """Your `relu_backward` multiplies dout by relu(x). The chain rule wants the slope of relu at x, which is 0
    or 1, not its value."""
    return dout * np.maximum(0, x)


@wrong("relu", "relu-backward-relu-of-dout")
def relu_backward(dout, x):
    """Your `relu_backward` cuts off negative gradients: it applies ReLU to dout. What decides is the sign of x,
    the input of the forward pass; dout may well be negative."""
    return np.maximum(0, dout)


@wrong("relu", "relu-backward-mask-from-dout", twin_of="relu-backward-relu-of-dout")
def relu_backward(dout, x):
    """Your `relu_backward` takes its mask from dout. What decides is the sign of x, the input of the forward
    pass; dout may well be negative."""
    return dout * (dout > 0)


@wrong("relu", "relu-backward-half-at-zero")
def relu_backward(dout, x):
    """Your `relu_backward` lets half of the gradient through at x = 0. Any slope from 0 to 1 could be meant at
    that corner, and PyTorch takes 0."""
    return dout * np.heaviside(x, 0.5)


# --- leaky_relu -------------------------------------------------------------------------------------


@wrong("leaky_relu", "leaky-max")
def leaky_relu(x, a):
    """Your `leaky_relu` takes the larger of slope·x and x. That is the right piece only for slopes up to 1; a
    lecture slide has this form without saying so. Choose by the sign of x instead."""
    return np.maximum(a * x, x)


@wrong("leaky_relu", "leaky-divides")
def leaky_relu(x, a):
    """Your `leaky_relu` divides by the slope. Xu et al. write it so (their a = 100 is a slope of 0.01); here and
    in PyTorch the slope multiplies x."""
    return np.where(np.asarray(x) > 0, x, np.asarray(x) / a)


@wrong("leaky_relu", "leaky-sign")
def leaky_relu(x, a):
    """Your `leaky_relu` turns the sign on the left: it gives -slope·x, which is positive there. The left side goes
    on downwards, only more gently: slope·x."""
    return np.where(np.asarray(x) > 0, x, -a * np.asarray(x))


@wrong("leaky_relu", "leaky-constant")
def leaky_relu(x, a):
    """Your `leaky_relu` gives the slope itself on the left, a constant. The function there is slope·x, and the
    slope alone is its derivative."""
    return np.where(np.asarray(x) > 0, x, a)


@wrong("leaky_relu", "leaky-fixed-slope")
def leaky_relu(x, a):
    """Your `leaky_relu` uses a slope of its own (0.01 is PyTorch's default), whatever slope it is given. Use the
    argument."""
    return np.where(np.asarray(x) > 0, x, 0.01 * np.asarray(x))


@wrong("leaky_relu", "leaky-fixed-slope-0.1", told_as="leaky-fixed-slope")
def leaky_relu(x, a):
    """With 0.1."""
    return np.where(np.asarray(x) > 0, x, 0.1 * np.asarray(x))


@wrong("leaky_relu", "leaky-fixed-slope-0.2", told_as="leaky-fixed-slope")
def leaky_relu(x, a):
    """With 0.2."""
    return np.where(np.asarray(x) > 0, x, 0.2 * np.asarray(x))


@wrong("leaky_relu", "leaky-integer-copy")
def leaky_relu(x, a):
    """Your `leaky_relu` works on a copy of x and multiplies in place. If x holds integers, so does the copy, and
    it cannot hold slope·x: NumPy refuses. np.where(x > 0, x, ...) makes a float array by itself."""
    out = x.copy()
    out[x < 0] *= a
    return out


# --- leaky_relu_grad --------------------------------------------------------------------------------


@wrong("leaky_relu", "leaky-grad-one-at-zero")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` is 1 at x = 0. Both slopes could be meant at that corner (a lecture slide says 1);
    PyTorch takes the left one: use x > 0, without the equals sign."""
    return np.where(np.asarray(x) >= 0, 1.0, a)


@wrong("leaky_relu", "leaky-grad-times-x")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` gives slope·x on the left. That is the function; its derivative there is the slope
    alone."""
    return np.where(np.asarray(x) > 0, 1.0, a * np.asarray(x))


@wrong("leaky_relu", "leaky-grad-zero-at-zero")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` is 0 at x = 0. That is ReLU's convention; a leaky unit never has slope 0, and at 0
    PyTorch takes the left slope."""
    return np.where(np.asarray(x) > 0, 1.0, np.where(np.asarray(x) < 0, a, 0.0))


@wrong("leaky_relu", "leaky-grad-between-at-zero")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` is halfway between both slopes at x = 0, (1 + slope)/2; a formula with np.sign(x), which
    is 0 there, gives that. PyTorch takes the left slope at 0: np.where(x > 0, 1.0, slope)."""
    return (1 + a) / 2 + np.sign(x) * (1 - a) / 2


@wrong("leaky_relu", "leaky-grad-sign")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` gives minus the slope on the left. The line slope·x goes up from left to right for a
    positive slope, there too."""
    return np.where(np.asarray(x) > 0, 1.0, -a)


@wrong("leaky_relu", "leaky-grad-x-on-the-right")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` gives x itself on the right. That is the function; its derivative there is 1."""
    return np.where(np.asarray(x) > 0, x, a)


@wrong("leaky_relu", "leaky-grad-fixed-slope")
def leaky_relu_grad(x, a):
    """Your `leaky_relu_grad` uses a slope of its own (0.01 is PyTorch's default), whatever slope it is given. Use the
    argument."""
    return np.where(np.asarray(x) > 0, 1.0, 0.01)


@wrong("leaky_relu", "leaky-grad-fixed-slope-0.1", told_as="leaky-grad-fixed-slope")
def leaky_relu_grad(x, a):
    """With 0.1."""
    return np.where(np.asarray(x) > 0, 1.0, 0.1)


@wrong("leaky_relu", "leaky-grad-fixed-slope-0.2", told_as="leaky-grad-fixed-slope")
def leaky_relu_grad(x, a):
    """With 0.2."""
    return np.where(np.asarray(x) > 0, 1.0, 0.2)


# --- prelu_backward ---------------------------------------------------------------------------------


@wrong("prelu", "prelu-summed-over-channels")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` sums the gradient of the slopes over everything. Each channel has a slope of its own:
    sum over the batch only, axis 0, and keep one entry for each channel."""
    return dout * np.where(x > 0, 1.0, a), np.full(a.shape, (dout * np.minimum(x, 0)).sum())


@wrong("prelu", "prelu-without-x")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` sums dout where x is negative, without x. The output there is weight·x, and its
    derivative with respect to the weight is x: sum dout · min(x, 0)."""
    return dout * np.where(x > 0, 1.0, a), (dout * (x < 0)).sum(axis=0)


@wrong("prelu", "prelu-all-x")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` sums dout·x over all entries. Where x is positive the slope plays no part, so only
    negative x count: sum dout · min(x, 0)."""
    return dout * np.where(x > 0, 1.0, a), (dout * x).sum(axis=0)


@wrong("prelu", "prelu-mean")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` averages over the batch. The 1/N of a mean loss is already in dout; dividing once more
    makes the slope's gradient N times too small. Sum."""
    return dout * np.where(x > 0, 1.0, a), (dout * np.minimum(x, 0)).mean(axis=0)


@wrong("prelu", "prelu-without-dout")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` forgets dout in the gradient of the slopes. The chain rule multiplies by what arrives
    from above, there as in dx."""
    return dout * np.where(x > 0, 1.0, a), np.minimum(x, 0).sum(axis=0)


@wrong("prelu", "prelu-one-at-zero")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` takes slope 1 at x = 0. Both slopes could be meant at that corner (a lecture slide says
    1); PyTorch takes the learned one: use x > 0, without the equals sign."""
    return dout * np.where(x >= 0, 1.0, a), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-slope-missing")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` passes dout on to x as it is, on both sides. Left of 0 the output is weight·x, so dx is
    dout·weight there."""
    return dout * 1.0, (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-zero-on-the-left")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` lets nothing through to x on the left. That is ReLU; here the output is weight·x there, and
    dx is dout·weight."""
    return dout * (x > 0), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-slope-everywhere")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` multiplies dx by the weight on the right as well. Right of 0 the output is x, and its slope
    1."""
    return dout * a, (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-dx-divided")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` divides dout by the weight in dx left of 0. The output is weight·x there, so its derivative
    is the weight: dx is dout·weight."""
    return np.where(x > 0, dout, dout / a), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-dx-divided-everywhere", told_as="prelu-dx-divided")
def prelu_backward(dout, x, a):
    """Divided on both sides."""
    return dout / a, (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-dx-without-dout")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` returns the bare slopes for dx, without dout. The chain rule multiplies by what arrives
    from above, there as in dweight."""
    return np.where(x > 0, 1.0, a), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-left-without-dout")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` forgets dout in dx on the left: it is dout·weight there, not the weight alone."""
    return np.where(x > 0, dout, a), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-slope-added")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` adds the weight to dout in dx on the left. The chain rule multiplies: dout·weight."""
    return np.where(x > 0, dout, dout + a), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-dx-times-x")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` multiplies dout by the output weight·x, on the left of dx. The chain rule wants the slope
    there, the weight alone."""
    return np.where(x > 0, dout, dout * a * x), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-dx-times-output", told_as="prelu-dx-times-x")
def prelu_backward(dout, x, a):
    """On the right as well."""
    return dout * np.where(x > 0, x, a * x), (dout * np.minimum(x, 0)).sum(axis=0)


@wrong("prelu", "prelu-times-slope")
def prelu_backward(dout, x, a):
    """Your `prelu_backward` has a factor too many in the gradient of the slopes: the derivative of weight·x with
    respect to the weight is x, and the weight itself is gone."""
    return dout * np.where(x > 0, 1.0, a), (dout * a * np.minimum(x, 0)).sum(axis=0)


# --- elu --------------------------------------------------------------------------------------------


@wrong("elu", "elu-without-minus-one")
def elu(x, a):
    """Your `elu` is alpha·e^x on the left: the -1 is missing. Without it the two pieces do not meet at 0, and the
    left side is positive: alpha·(e^x - 1)."""
    return np.where(np.asarray(x) > 0, x, a * np.exp(np.minimum(x, 0)))


@wrong("elu", "elu-alpha-in-exponent")
def elu(x, a):
    """Your `elu` has alpha in the exponent, e^(alpha·x) - 1. alpha stands before the bracket and sets how deep the
    left side goes: alpha·(e^x - 1)."""
    return np.where(np.asarray(x) > 0, x, np.expm1(a * np.minimum(x, 0)))


@wrong("elu", "elu-alpha-ignored")
def elu(x, a):
    """Your `elu` does not use alpha: the left side always goes down to -1. It should go down to -alpha:
    alpha·(e^x - 1)."""
    return np.where(np.asarray(x) > 0, x, np.expm1(np.minimum(x, 0)))


@wrong("elu", "elu-bracket")
def elu(x, a):
    """Your `elu` is alpha·e^x - 1 on the left: the bracket is missing. alpha multiplies the -1 too:
    alpha·(e^x - 1). For alpha = 1 the two are the same."""
    return np.where(np.asarray(x) > 0, x, a * np.exp(np.minimum(x, 0)) - 1)


@wrong("elu", "elu-unused-branch")
def elu(x, a):
    """In your `elu` exp overflows for large x: np.where computes both pieces everywhere and chooses afterwards. Give
    exp only what it needs: np.minimum(x, 0)."""
    return np.where(np.asarray(x) > 0, x, a * np.expm1(x))


@wrong("elu", "elu-alpha-on-the-right")
def elu(x, a):
    """Your `elu` multiplies the right side by alpha as well. Only the left side has alpha: the right side is x.
    SELU is the one that scales both sides."""
    return np.where(np.asarray(x) > 0, a * np.asarray(x), a * np.expm1(np.minimum(x, 0)))


@wrong("elu", "elu-left-everywhere")
def elu(x, a):
    """Your `elu` is alpha·(e^x - 1) on the right as well, where it should be x: np.where(x > 0, x, ...)."""
    return a * np.expm1(np.minimum(x, 80))


@wrong("elu", "elu-cancellation")
def elu(x, a):
    """Your `elu` computes exp(x) - 1, which loses its digits just left of 0: 1 minus nearly 1. np.expm1(x) computes
    the same difference and keeps them."""
    return np.where(np.asarray(x) > 0, x, a * (np.exp(np.minimum(x, 0)) - 1))


# --- elu_grad ---------------------------------------------------------------------------------------


@wrong("elu", "elu-grad-one-at-zero")
def elu_grad(x, a):
    """Your `elu_grad` is 1 at x = 0. For alpha other than 1 there is a corner, where both slopes could be meant (a
    lecture slide says 1); PyTorch takes the left one, alpha: use x > 0, without the equals sign."""
    return np.where(np.asarray(x) >= 0, 1.0, a * np.exp(np.minimum(x, 0)))


@wrong("elu", "elu-grad-plus-one")
def elu_grad(x, a):
    """Your `elu_grad` is elu(x) + 1 on the left. That shortcut works for alpha = 1 only; in general it is
    elu(x) + alpha, that is alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, a * np.expm1(np.minimum(x, 0)) + 1)


@wrong("elu", "elu-grad-is-elu")
def elu_grad(x, a):
    """Your `elu_grad` is alpha·(e^x - 1) on the left. That is the function; the -1 is gone in its derivative,
    alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, a * np.expm1(np.minimum(x, 0)))


@wrong("elu", "elu-grad-alpha-lost")
def elu_grad(x, a):
    """Your `elu_grad` is e^x on the left: alpha got lost. The derivative of alpha·(e^x - 1) is alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, np.exp(np.minimum(x, 0)))


@wrong("elu", "elu-grad-alpha-not-handed-on")
def elu_grad(x, alpha=1.0):
    """Your `elu_grad` is elu(x) + alpha on the left, with the elu of alpha = 1: alpha is not handed on. Call elu(x,
    alpha), or write alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, np.expm1(np.minimum(x, 0)) + alpha)


@wrong("elu", "elu-grad-alpha-twice")
def elu_grad(x, alpha=1.0):
    """Your `elu_grad` multiplies elu(x) + alpha, or alpha·e^x, by alpha once more. It is alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, alpha**2 * np.exp(np.minimum(x, 0)))


@wrong("elu", "elu-grad-alpha-in-exponent")
def elu_grad(x, a):
    """Your `elu_grad` has alpha in the exponent, e^(alpha·x). It is a factor in front: alpha·e^x."""
    return np.where(np.asarray(x) > 0, 1.0, np.exp(a * np.minimum(x, 0)))


@wrong("elu", "elu-grad-left-everywhere")
def elu_grad(x, a):
    """Your `elu_grad` is alpha·e^x on the right as well. There elu is x, and its slope 1: np.where(x > 0, 1.0, ...)."""
    return a * np.exp(np.minimum(x, 50.0))


# --- rrelu ------------------------------------------------------------------------------------------


@wrong("zoo", "rrelu-eval-upper")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` uses the upper bound in evaluation. What training saw on average is the middle,
    (lower + upper)/2."""
    return np.where(x > 0, x, (rng.uniform(l, u, x.shape) if training else u) * x)


@wrong("zoo", "rrelu-one-slope")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` draws one slope for the whole array. Each entry draws its own:
    rng.uniform(lower, upper, size=x.shape)."""
    return np.where(x > 0, x, (rng.uniform(l, u) if training else (l + u) / 2) * x)


@wrong("zoo", "rrelu-random-eval")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` draws slopes in evaluation too, so a trained network answers differently each time. There the
    slope is fixed: (lower + upper)/2."""
    return np.where(x > 0, x, rng.uniform(l, u, x.shape) * x)


@wrong("zoo", "rrelu-divides")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` divides by (lower + upper)/2 in evaluation. Xu et al. write it so, with slopes as divisors; here
    and in PyTorch the slope multiplies x."""
    return np.where(x > 0, x, rng.uniform(l, u, x.shape) * x if training else x / ((l + u) / 2))


@wrong("zoo", "rrelu-geometric-mean")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` uses the geometric mean of the bounds in evaluation. The mean of evenly spread slopes is
    (lower + upper)/2."""
    return np.where(x > 0, x, (rng.uniform(l, u, x.shape) if training else math.sqrt(l * u)) * x)


@wrong("zoo", "rrelu-normal")
def rrelu(x, l, u, training, rng):
    """Your `rrelu` draws its slopes from a normal distribution. They are spread evenly between the bounds:
    rng.uniform(lower, upper, size=x.shape)."""
    slope = rng.normal((l + u) / 2, (u - l) / math.sqrt(12), x.shape) if training else (l + u) / 2
    return np.where(x > 0, x, slope * x)


# --- crelu ------------------------------------------------------------------------------------------


@wrong("zoo", "crelu-negative-half")
def crelu(x):
    """Your `crelu` puts min(x, 0) into its second half. It is relu(-x), the same without the sign: both halves are
    positive."""
    return np.concatenate([np.maximum(x, 0), np.minimum(x, 0)], axis=1)


@wrong("zoo", "crelu-axis-zero")
def crelu(x):
    """Your `crelu` stacks along axis 0, which doubles the number of examples. The features are axis 1."""
    return np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=0)


@wrong("zoo", "crelu-last-axis")
def crelu(x):
    """Your `crelu` stacks along the last axis. For a table that is axis 1, but images are (N, C, H, W) and their
    channels are axis 1 too; the last axis is their width."""
    return np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)], axis=-1)


@wrong("zoo", "crelu-halves-swapped")
def crelu(x):
    """Your `crelu` has its halves in the other order: relu(x) comes first, relu(-x) behind it."""
    return np.concatenate([np.maximum(-x, 0), np.maximum(x, 0)], axis=1)


@wrong("zoo", "crelu-sum")
def crelu(x):
    """Your `crelu` adds its two halves, which gives |x|. They stand side by side, so that the layer doubles its
    width."""
    return np.maximum(x, 0) + np.maximum(-x, 0)


# --- selu, gelu, silu, mish -------------------------------------------------------------------------


@wrong("zoo", "selu-unscaled")
def selu(x):
    """Your `selu` is an ELU with SELU's alpha, without the scale: everything, on both sides of 0, is multiplied by
    1.0507."""
    return np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


@wrong("zoo", "selu-left-only")
def selu(x):
    """Your `selu` scales its left side only. The factor 1.0507 multiplies x on the right as well: that is what
    makes the activations grow back to variance 1."""
    return np.where(x > 0, x, 1.0507009873554805 * 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


@wrong("zoo", "gelu-tanh")
def gelu(x):
    """Your `gelu` is the approximation with tanh, about 0.0005 off. The exact one uses erf, and is PyTorch's
    default."""
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


@wrong("zoo", "gelu-sigmoid")
def gelu(x):
    """Your `gelu` is x·sigmoid(1.702·x), an approximation that is up to 0.02 off. The exact one is x times the
    normal distribution function, with erf."""
    return x / (1 + np.exp(-1.702 * np.maximum(x, -400)))


@wrong("zoo", "gelu-without-root")
def gelu(x):
    """Your `gelu` takes erf of x. In the normal distribution function it is erf of x/√2."""
    return x * 0.5 * (1 + np.vectorize(math.erf)(x))


@wrong("zoo", "silu-sigmoid-alone")
def silu(x):
    """Your `silu` returns sigmoid(x). Silu is x times that."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


@wrong("zoo", "silu-overflow")
def silu(x):
    """In your `silu` an exponential overflows far out, e^(-x) for very negative x for instance. Build it from your
    stable sigmoid: x·sigmoid(x)."""
    return x / (1 + np.exp(-x))


@wrong("zoo", "mish-overflow")
def mish(x):
    """Your `mish` computes log(1 + e^x) as it stands, and e^x overflows for large x. np.logaddexp(0, x) is the same
    and does not."""
    return x * np.tanh(np.log(1 + np.exp(x)))


@wrong("zoo", "mish-sigmoid")
def mish(x):
    """Your `mish` takes tanh of sigmoid(x). It is tanh of softplus(x), and softplus is log(1 + e^x)."""
    return x * np.tanh(np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))))


# --- softmax_cross_entropy --------------------------------------------------------------------------


@wrong("softmax_cross_entropy", "softmax-no-shift")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` applies exp to the logits as they are. exp(1000) is infinite, and infinity
    divided by infinity is nan. Subtract each row's maximum first: softmax does not change."""
    N, e = len(y), np.exp(Z)
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(N), y]).mean()
    p[np.arange(N), y] -= 1
    return loss, p / N


@wrong("softmax_cross_entropy", "softmax-axis-zero")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` normalises down the columns, over the examples. An example is a row, and its
    probabilities add up to 1: axis=1, keepdims=True."""
    N, s = len(y), Z - Z.max(axis=0, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=0, keepdims=True))
    return -log_p[np.arange(N), y].mean(), (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-global-max")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` subtracts the largest logit of the whole batch. A row that lies far below it becomes
    exp(-1800) = 0 everywhere, and 0 divided by 0, or log(0), is not a number. Each row needs a maximum of its own."""
    N, e = len(y), np.exp(Z - Z.max())
    log_p = np.log(e) - np.log(e.sum(axis=1, keepdims=True))
    return -log_p[np.arange(N), y].mean(), (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-global-max-log-sum", told_as="softmax-global-max")
def softmax_cross_entropy(Z, y):
    """With the logarithm of the sum."""
    N, s = len(y), Z - Z.max()
    log_sum = np.log(np.exp(s).sum(axis=1, keepdims=True))
    return np.mean(log_sum[:, 0] - s[np.arange(N), y]), (np.exp(s - log_sum) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-global-max-of-p", told_as="softmax-global-max")
def softmax_cross_entropy(Z, y):
    """With the probabilities, and their logarithm."""
    N, e = len(y), np.exp(Z - Z.max())
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y]).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-whole-batch")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` divides by the sum over the whole batch. The probabilities of each row add up
    to 1: sum over axis 1, with keepdims=True."""
    N, s = len(y), Z - Z.max()
    log_p = s - np.log(np.exp(s).sum())
    return -log_p[np.arange(N), y].mean(), (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` keeps the probability away from 0 by a small number inside the logarithm. It changes
    every loss a little, and a very wrong answer a lot: with 1e-8 no loss exceeds 18. Take log-softmax instead: z - max
    - log(sum(exp(z - max)))."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y] + 1e-8).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-eps-1e-7", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With 1e-7."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y] + 1e-7).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-eps-1e-10", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With 1e-10."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y] + 1e-10).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-eps-1e-12", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With 1e-12."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y] + 1e-12).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-eps-1e-15", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With 1e-15."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y] + 1e-15).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-clipped-1e-7", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With a clip at 1e-7."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.clip(p[np.arange(N), y], 1e-7, 1 - 1e-7)).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-clipped-1e-12", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With a clip at 1e-12."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.clip(p[np.arange(N), y], 1e-12, 1 - 1e-12)).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-clipped-1e-15", told_as="softmax-log-eps")
def softmax_cross_entropy(Z, y):
    """With a clip at 1e-15."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(np.clip(p[np.arange(N), y], 1e-15, 1 - 1e-15)).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-log-of-probability")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` takes the logarithm of the probability. A very wrong answer has probability 0
    in the computer, and log(0) is minus infinity. Take log-softmax instead: z - max - log(sum(exp(z - max)))."""
    N, e = len(y), np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(N), y]).mean(), (p - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-gradient-summed")
def softmax_cross_entropy(Z, y):
    """The gradient of your `softmax_cross_entropy` lacks the 1/N of a mean. Without it a larger batch takes larger
    steps."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -log_p[np.arange(N), y].mean(), np.exp(log_p) - np.eye(Z.shape[1])[y]


@wrong("softmax_cross_entropy", "softmax-gradient-sign")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` has its gradient the wrong way round: one-hot minus p. A step against it would
    make the loss grow. It is (p - one-hot)/N."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -log_p[np.arange(N), y].mean(), (np.eye(Z.shape[1])[y] - np.exp(log_p)) / N


@wrong("softmax_cross_entropy", "softmax-extra-factor")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` multiplies its gradient by p(1 - p). That factor belongs to squared error behind
    a sigmoid; with cross-entropy it has cancelled, and (p - one-hot)/N is all."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    return -log_p[np.arange(N), y].mean(), (p - np.eye(Z.shape[1])[y]) * p * (1 - p) / N


@wrong("softmax_cross_entropy", "softmax-loss-summed")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` sums the loss over the batch. It is the mean over the examples."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -log_p[np.arange(N), y].sum(), (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-loss-over-entries")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` divides the loss by the number of entries, N · K, as np.mean over the one-hot table
    does. It is the mean over the N examples: sum over the classes first."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    hot = np.eye(Z.shape[1])[y]
    return -np.mean(hot * log_p), (np.exp(log_p) - hot) / N


@wrong("softmax_cross_entropy", "softmax-classes-from-y")
def softmax_cross_entropy(Z, y):
    """Your `softmax_cross_entropy` counts the classes in y (y.max() + 1, or its different values). A batch need not
    hold every class: the columns of Z say how many there are, Z.shape[1]."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    hot = np.eye(np.max(y) + 1)[y]
    return -np.sum(hot * log_p) / N, (np.exp(log_p) - hot) / N


@wrong("softmax_cross_entropy", "softmax-classes-from-y-unique", told_as="softmax-classes-from-y")
def softmax_cross_entropy(Z, y):
    """With the different values of y."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    hot = np.zeros((N, len(np.unique(y))))
    hot[np.arange(N), y] = 1
    return -np.sum(hot * log_p) / N, (np.exp(log_p) - hot) / N


@wrong("softmax_cross_entropy", "softmax-labels-of-all-rows")
def softmax_cross_entropy(Z, y):
    """The gradient of your `softmax_cross_entropy` takes 1 from the columns of *all* labels in every row, as
    dZ[:, y] -= 1 does. Each row has one label: dZ[np.arange(N), y] -= 1."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    dZ = np.exp(log_p)
    dZ[:, y] -= 1
    return -log_p[np.arange(N), y].mean(), dZ / N


@wrong("softmax_cross_entropy", "softmax-labels-of-all-rows-in-a-loop", told_as="softmax-labels-of-all-rows")
def softmax_cross_entropy(Z, y):
    """In a loop a label that occurs twice is taken off twice."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    dZ = np.exp(log_p)
    for label in y:
        dZ[:, label] -= 1
    return -log_p[np.arange(N), y].mean(), dZ / N


@wrong("softmax_cross_entropy", "softmax-labels-of-all-rows-in-the-table", told_as="softmax-labels-of-all-rows")
def softmax_cross_entropy(Z, y):
    """A one-hot table with the labels of all rows, from which the loss comes, too."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    hot = np.zeros(Z.shape)
    hot[:, y] = 1
    return -(hot * log_p).sum() / N, (np.exp(log_p) - hot) / N


@wrong("softmax_cross_entropy", "softmax-loss-of-all-labels")
def softmax_cross_entropy(Z, y):
    """The loss of your `softmax_cross_entropy` reads every row at the labels of *all* rows, as log_p[:, y] does. Each
    row has one label: log_p[np.arange(N), y]."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -log_p[:, y].mean(), (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-loss-of-all-labels-summed", told_as="softmax-loss-of-all-labels")
def softmax_cross_entropy(Z, y):
    """Added up, and divided by the number of rows."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -log_p[:, y].sum() / N, (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


@wrong("softmax_cross_entropy", "softmax-loss-of-all-labels-in-the-table", told_as="softmax-loss-of-all-labels")
def softmax_cross_entropy(Z, y):
    """By a one-hot table with the labels of all rows."""
    N, s = len(y), Z - Z.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    hot = np.zeros(Z.shape)
    hot[:, y] = 1
    return -(hot * log_p).sum() / N, (np.exp(log_p) - np.eye(Z.shape[1])[y]) / N


# --- dead_fraction ----------------------------------------------------------------------------------


@wrong("dead_fraction", "dead-zero-entries")
def dead_fraction(H):
    """Your `dead_fraction` counts silent entries. A unit that is off for some examples is alive; dead is a column
    that is silent for all of them."""
    return float(np.mean(H <= 0))


@wrong("dead_fraction", "dead-any")
def dead_fraction(H):
    """Your `dead_fraction` calls a unit dead as soon as one example leaves it silent. It must be silent for all of
    them: .all(axis=0), not .any."""
    return float(np.mean((H <= 0).any(axis=0)))


@wrong("dead_fraction", "dead-examples")
def dead_fraction(H):
    """Your `dead_fraction` looks along the rows and finds examples that wake no unit. A unit is a column:
    .all(axis=0)."""
    return float(np.mean((H <= 0).all(axis=1)))


@wrong("dead_fraction", "dead-first-example")
def dead_fraction(H):
    """Your `dead_fraction` looks at the first example only. A unit that is silent there may be awake for the
    next."""
    return float(np.mean(H[0] <= 0))


@wrong("dead_fraction", "dead-mean-zero")
def dead_fraction(H):
    """Your `dead_fraction` calls a unit dead only if its entries, or their mean, are exactly 0. Pre-activations of a
    dead unit are negative. Ask for H <= 0 in every row."""
    return float(np.mean(H.mean(axis=0) == 0))


@wrong("dead_fraction", "dead-exactly-zero", twin_of="dead-mean-zero")
def dead_fraction(H):
    """Your `dead_fraction` calls a unit dead only if its entries are exactly 0. Pre-activations of a dead unit are
    negative. Ask for H <= 0 in every row."""
    return float(np.mean((H == 0).all(axis=0)))


@wrong("dead_fraction", "dead-count")
def dead_fraction(H):
    """Your `dead_fraction` returns how many units are dead. Asked for is their share, between 0 and 1: divide by the
    number of units."""
    return float((H <= 0).all(axis=0).sum())


# --- losses -----------------------------------------------------------------------------------------


@wrong("losses", "mse-half")
def mse_loss(y_hat, y):
    """Your `mse_loss` is half of the mean square. That half is a convenience of some lectures, which makes the
    gradient tidier; PyTorch has none, and its gradient keeps the factor 2."""
    return float(np.mean((y_hat - y) ** 2) / 2), (y_hat - y) / y.size


@wrong("losses", "mse-sum")
def mse_loss(y_hat, y):
    """Your `mse_loss` sums the squares. It is their mean over all entries, and so its gradient is divided by their
    number."""
    return float(np.sum((y_hat - y) ** 2)), 2 * (y_hat - y)


@wrong("losses", "mse-gradient-not-averaged")
def mse_loss(y_hat, y):
    """The gradient of your `mse_loss` lacks the division by the number of entries. The loss is a mean, so it is 2
    (y_hat - y)/y.size."""
    return float(np.mean((y_hat - y) ** 2)), 2 * (y_hat - y)


@wrong("losses", "mse-gradient-per-example")
def mse_loss(y_hat, y):
    """The gradient of your `mse_loss` is divided by the number of rows. The loss is the mean over all entries, so its
    gradient is divided by their number: 2 (y_hat - y)/y.size."""
    return float(np.mean((y_hat - y) ** 2)), 2 * (y_hat - y) / len(y)


@wrong("losses", "mse-per-example")
def mse_loss(y_hat, y):
    """Your `mse_loss` divides by the number of rows. It is the mean over all entries, as in PyTorch: divide by y.size,
    in the loss and in its gradient."""
    return float(np.sum((y_hat - y) ** 2) / len(y)), 2 * (y_hat - y) / len(y)


@wrong("losses", "mse-sign")
def mse_loss(y_hat, y):
    """Your `mse_loss` has its gradient the wrong way round: it is 2 (y_hat - y)/N, prediction minus target."""
    return float(np.mean((y_hat - y) ** 2)), 2 * (y - y_hat) / y.size


@wrong("losses", "bce-of-probability")
def binary_cross_entropy_with_logits(z, y):
    """Your `binary_cross_entropy_with_logits` takes log(sigmoid(z)) and log(1 - sigmoid(z)). For large |z| one of
    them is the logarithm of 0. max(z, 0) - y·z + log1p(exp(-|z|)) is the same on paper and safe."""
    p = 1 / (1 + np.exp(-z))
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))), (p - y) / y.size


@wrong("losses", "bce-gradient-not-averaged")
def binary_cross_entropy_with_logits(z, y):
    """The gradient of your `binary_cross_entropy_with_logits` lacks the division by the number of entries. The loss is
    a mean, so it is (sigmoid(z) - y)/y.size."""
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    return float(loss), np.where(z >= 0, 1, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z))) - y


@wrong("losses", "bce-per-example")
def binary_cross_entropy_with_logits(z, y):
    """Your `binary_cross_entropy_with_logits` divides by the number of examples. With several labels for each,
    PyTorch's mean goes over all entries."""
    n, e = len(z), np.exp(-np.abs(z))
    loss = np.sum(np.maximum(z, 0) - y * z + np.log1p(e)) / n
    return float(loss), (np.where(z >= 0, 1, e) / (1 + e) - y) / n


@wrong("losses", "bce-gradient-per-example")
def binary_cross_entropy_with_logits(z, y):
    """The gradient of your `binary_cross_entropy_with_logits` is divided by the number of rows. With several labels for
    each example the mean goes over all entries: divide by y.size."""
    e = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(e))
    return float(loss), (np.where(z >= 0, 1, e) / (1 + e) - y) / len(z)
