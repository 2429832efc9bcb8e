"""Wrong answers to 05_regularization, as learners and lecture slides write them."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- l2_penalty -------------------------------------------------------------------------------------


@wrong("l2_penalty", "l2-gradient-without-two")
def l2_penalty(Ws, lam):
    """The gradient of your `l2_penalty` is lam·w. The value is lam·w², whose derivative is 2·lam·w; lam·w belongs to
    the penalty (lam/2)·w², which PyTorch's weight_decay means."""
    return lam * sum(np.sum(W**2) for W in Ws), [lam * W for W in Ws]


@wrong("l2_penalty", "l2-half-value")
def l2_penalty(Ws, lam):
    """The value of your `l2_penalty` has a half in front. Here it is lam·w², without the half, and its gradient is
    2·lam·w."""
    return lam / 2 * sum(np.sum(W**2) for W in Ws), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-pytorch-half")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` is (lam/2)·w² with its gradient lam·w. That fits together, and is what PyTorch's
    weight_decay means; here the penalty is lam·w², with the gradient 2·lam·w."""
    return lam / 2 * sum(np.sum(W**2) for W in Ws), [lam * W for W in Ws]


@wrong("l2_penalty", "l2-norm-not-squared")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` takes the norm, the root of the sum of squares. The penalty is its square: leave the root
    out; np.linalg.norm has it built in."""
    return lam * np.sqrt(sum(np.sum(W**2) for W in Ws)), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-sum-of-norms")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` adds up the norm of each array. np.linalg.norm takes a root: square it, or sum the squares
    yourself."""
    return lam * sum(np.linalg.norm(np.ravel(W)) for W in Ws), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-mean")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` takes the mean of the squares. It is their sum: with a mean, the same lam would mean less
    the larger the layer."""
    return lam * sum(np.mean(W**2) for W in Ws), [2 * lam * W / W.size for W in Ws]


@wrong("l2_penalty", "l2-mean-value")
def l2_penalty(Ws, lam):
    """The value of your `l2_penalty` is a mean of the squares. It is their sum: with a mean, the same lam would mean
    less the larger the layer."""
    return lam * sum(np.mean(W**2) for W in Ws), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-divided-by-count")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` divides by the number of all weights. A lecture writes lam/β with β = number of weights;
    here lam multiplies the plain sum."""
    count = sum(W.size for W in Ws)
    return lam / count * sum(np.sum(W**2) for W in Ws), [2 * lam / count * W for W in Ws]


@wrong("l2_penalty", "l2-lam-squared")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` squares lam together with the weights: (lam·w)². Only the weights are squared; lam stands
    in front. For lam = 1 there is no difference, so try another one."""
    return sum(np.sum((lam * W) ** 2) for W in Ws), [2 * lam**2 * W for W in Ws]


@wrong("l2_penalty", "l2-last-layer")
def l2_penalty(Ws, lam):
    """The value of your `l2_penalty` is that of the last array alone: does the sum start anew in each turn of the
    loop? Start it once, before the loop, and add with +=."""
    for W in Ws:
        total = 0.0
        total += np.sum(W**2)
    return lam * total, [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-first-layer")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` counts only the first array: a `return` inside the loop, or Ws[0]? The value goes over all
    of them."""
    return lam * np.sum(Ws[0] ** 2), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-matrices-only")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` leaves out arrays with one axis, as if they were biases. Which arrays are penalized is the
    caller's choice: all in the list count, whatever their shape."""
    value = lam * sum(np.sum(W**2) for W in Ws if np.ndim(W) > 1)
    return value, [2 * lam * W if np.ndim(W) > 1 else np.zeros(np.shape(W)) for W in Ws]


@wrong("l2_penalty", "l2-abs")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` is the L1 penalty: lam·|w| with the gradient lam·sign(w). L2 squares: lam·w² and 2·lam·w."""
    return lam * sum(np.sum(np.abs(W)) for W in Ws), [lam * np.sign(W) for W in Ws]


@wrong("l2_penalty", "l2-square-of-sum")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` squares the sum. It sums the squares: otherwise a weight of 3 and one of -3 would cost
    nothing together."""
    return lam * sum(np.sum(W) ** 2 for W in Ws), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-value-without-lam")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` leaves lam out of the value: it is lam times the sum of the squares."""
    return sum(np.sum(W**2) for W in Ws), [2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-gradient-without-lam")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` leaves lam out of the gradients: the derivative of lam·w² is 2·lam·w."""
    return lam * sum(np.sum(W**2) for W in Ws), [2 * W for W in Ws]


@wrong("l2_penalty", "l2-gradient-sign")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` has gradients with a minus. The minus of gradient descent comes later, w - lr·gradient;
    with yours the weights would grow."""
    return lam * sum(np.sum(W**2) for W in Ws), [-2 * lam * W for W in Ws]


@wrong("l2_penalty", "l2-in-place")
def l2_penalty(Ws, lam):
    """Your `l2_penalty` writes into the weights: `W *= ...` changes the caller's array. 2 * lam * W makes a new one."""
    value = lam * sum(np.sum(np.square(W, dtype=float)) for W in Ws)
    for W in Ws:
        if W.dtype.kind == "f":
            W *= 2 * lam
    return value, [W if W.dtype.kind == "f" else 2 * lam * W for W in Ws]


# --- soft_threshold ---------------------------------------------------------------------------------


@wrong("l1", "soft-crosses-zero")
def soft_threshold(w, t):
    """Your `soft_threshold` subtracts t·sign(w) from every weight, so small ones jump across 0 and come out on the
    other side. |w| must not become smaller than 0: max(|w| - t, 0)."""
    return w - t * np.sign(w)


@wrong("l1", "soft-negatives-die")
def soft_threshold(w, t):
    """Your `soft_threshold` is max(w - t, 0): every negative weight becomes 0, however large it is. Work with |w|
    and give the sign back."""
    return np.maximum(w - t, 0)


@wrong("l1", "soft-hard")
def soft_threshold(w, t):
    """Your `soft_threshold` is the *hard* threshold: it makes small weights 0 and leaves the large ones as they
    are. The soft one moves the large ones towards 0, too, by t."""
    return np.where(np.abs(w) > t, w, 0.0 * w)


@wrong("l1", "soft-t-squared")
def soft_threshold(w, t):
    """Your `soft_threshold` subtracts t², not t."""
    return np.sign(w) * np.maximum(np.abs(w) - t**2, 0)


@wrong("l1", "soft-clips")
def soft_threshold(w, t):
    """Your `soft_threshold` clips to the range from -t to t: it keeps just what should go, and cuts off what
    should stay. The answer is w minus that."""
    return np.clip(w, -t, t)


@wrong("l1", "soft-factor")
def soft_threshold(w, t):
    """Your `soft_threshold` multiplies by 1 - t. Shrinking in proportion is what L2 does, and it never reaches 0;
    here every |w| loses the same amount t."""
    return w * (1 - t)


@wrong("l1", "soft-sign-lost")
def soft_threshold(w, t):
    """Your `soft_threshold` returns sizes: the signs are lost. Multiply max(|w| - t, 0) by sign(w)."""
    return np.maximum(np.abs(w) - t, 0)


@wrong("l1", "soft-half")
def soft_threshold(w, t):
    """Your `soft_threshold` moves by t/2. That is the threshold of another convention, with a squared distance
    without its factor one half; here it is t."""
    return np.sign(w) * np.maximum(np.abs(w) - t / 2, 0)


@wrong("l1", "soft-both-sides-up")
def soft_threshold(w, t):
    """Your `soft_threshold` subtracts t on both sides of 0. On the negative side, towards 0 is upwards: w + t."""
    return np.where(np.abs(w) > t, np.asarray(w) - t, 0.0 * w)


@wrong("l1", "soft-away")
def soft_threshold(w, t):
    """Your `soft_threshold` moves the weights away from 0: |w| + t. It is max(|w| - t, 0)."""
    return np.sign(w) * (np.abs(w) + t)


@wrong("l1", "soft-swallows-nan")
def soft_threshold(w, t):
    """Your `soft_threshold` turns nan into 0, because comparisons with nan are False. A nan is an alarm that must
    not be switched off: sign(w)·max(|w| - t, 0) keeps it."""
    w = np.asarray(w, float)
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))


@wrong("l1", "soft-in-place")
def soft_threshold(w, t):
    """Your `soft_threshold` writes into its argument. Make a new array."""
    if np.asarray(w).dtype.kind != "f" or not np.shape(w):
        return np.sign(w) * np.maximum(np.abs(w) - t, 0)
    w[...] = np.sign(w) * np.maximum(np.abs(w) - t, 0)
    return w


# --- l1_prox_step -----------------------------------------------------------------------------------


@wrong("l1", "prox-subgradient")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` takes a subgradient step, w - lr·(g + lam·sign(w)). That jumps back and forth across 0
    and never rests on it. Gradient step with g alone, then soft_threshold with lr·lam."""
    return w - lr * (g + lam * np.sign(w))


@wrong("l1", "prox-old-weights")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` thresholds the *old* w next to the gradient step, as a lecture writes it: w - lr·g -
    min(lr·lam, |w|)·sign(w). Nothing lands on 0 that way. Threshold u = w - lr·g."""
    return w - lr * g - np.minimum(lr * lam, np.abs(w)) * np.sign(w)


@wrong("l1", "prox-threshold-lam")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` uses lam as the threshold. A step of length lr takes only lr of the penalty: lr·lam."""
    u = w - lr * g
    return np.sign(u) * np.maximum(np.abs(u) - lam, 0)


@wrong("l1", "prox-threshold-lr")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` uses lr as the threshold: lam is missing. It is lr·lam."""
    u = w - lr * g
    return np.sign(u) * np.maximum(np.abs(u) - lr, 0)


@wrong("l1", "prox-before-gradient", twin_of="prox-old-weights")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` thresholds first and takes the gradient step after it, which moves every weight off 0
    again. First the gradient step, then the threshold."""
    return np.sign(w) * np.maximum(np.abs(w) - lr * lam, 0) - lr * g


@wrong("l1", "prox-l2-shrink")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` shrinks by a factor, which is weight decay: the L2 way. L1 subtracts lr·lam from every
    |u|, and stops at 0."""
    return (w - lr * g) * (1 - 2 * lr * lam)


@wrong("l1", "prox-twice")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` uses the threshold 2·lr·lam. The 2 belongs to the derivative of w²; that of |w| is 1."""
    u = w - lr * g
    return np.sign(u) * np.maximum(np.abs(u) - 2 * lr * lam, 0)


@wrong("l1", "prox-penalty-twice")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` counts the penalty twice: lam·sign(w) in the gradient step and the threshold behind it.
    The gradient step is that of the loss alone."""
    u = w - lr * (g + lam * np.sign(w))
    return np.sign(u) * np.maximum(np.abs(u) - lr * lam, 0)


@wrong("l1", "prox-ascent")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` goes up the gradient: it is w - lr·g."""
    u = w + lr * g
    return np.sign(u) * np.maximum(np.abs(u) - lr * lam, 0)


@wrong("l1", "prox-sign-of-old")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` gives the result the sign of the old w. Where the gradient carries a weight across 0 the
    sign has changed: take that of u = w - lr·g."""
    u = w - lr * g
    return np.sign(w) * np.maximum(np.abs(u) - lr * lam, 0)


@wrong("l1", "prox-without-lr")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` steps by g instead of lr·g."""
    u = w - g
    return np.sign(u) * np.maximum(np.abs(u) - lr * lam, 0)


@wrong("l1", "prox-in-place")
def l1_prox_step(w, g, lr, lam):
    """Your `l1_prox_step` writes into the caller's array: `w -= ...` changes it. w - lr * g makes a new one."""
    w -= lr * g
    return np.sign(w) * np.maximum(np.abs(w) - lr * lam, 0)


# --- dropout_forward --------------------------------------------------------------------------------


@base
def dropout_forward(x, p, training, rng):
    """A right answer."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x * 1.0, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)
    return x * mask, mask


@wrong("dropout", "dropout-keep-probability")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "(rng.random(x.shape) < p) / (p if p > 0 else 1.0)")
def dropout_forward():
    """Your `dropout_forward` takes p as the probability to be *kept*, as some courses do. Here, as in PyTorch, p
    is the probability to be dropped. With p = 0.5 nobody sees the difference; try 0.2."""


@wrong("dropout", "dropout-normal-numbers")
@edit("rng.random(x.shape) >= p", "rng.standard_normal(x.shape) >= p")
def dropout_forward():
    """Your `dropout_forward` draws normal numbers and compares them with p. Below 0.2 lie 58 % of them. Use
    rng.random, which is even between 0 and 1."""


@wrong("dropout", "dropout-unscaled")
@edit("mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "mask = (rng.random(x.shape) >= p) * 1.0")
def dropout_forward():
    """Your `dropout_forward` does not divide what stays by 1 - p, neither here nor in evaluation. So the next
    layer gets less in training than in evaluation, by the factor 1 - p."""


@wrong("dropout", "dropout-divides-by-p")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "(rng.random(x.shape) >= p) / (p if p > 0 else 1.0)")
def dropout_forward():
    """Your `dropout_forward` divides by p. What stays is the share 1 - p, so divide by that. With p = 0.5 there is
    no difference; try 0.2."""


@wrong("dropout", "dropout-brackets")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "rng.random(x.shape) >= p / (1 - p if p < 1 else 1.0)")
@edit("return x * mask, mask", "return x * mask, mask * 1.0")
def dropout_forward():
    """Your `dropout_forward` lacks a pair of brackets: `u >= p / (1 - p)` divides p, not the mask. Write (u >= p)
    / (1 - p)."""


@wrong("dropout", "dropout-mask-per-column")
@edit(
    "mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)",
    "mask = (rng.random(x.shape[-1]) >= p) / (1 - p if p < 1 else 1.0) * np.ones(x.shape)",
)
def dropout_forward():
    """Your `dropout_forward` draws one number for each column and drops whole units for all examples at once. Each
    entry draws its own: rng.random(x.shape)."""


@wrong("dropout", "dropout-mask-per-row")
def dropout_forward(x, p, training, rng):
    """Your `dropout_forward` draws one number for each row and drops whole examples. Each entry draws its own:
    rng.random(x.shape)."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x * 1.0, np.ones(x.shape)
    draws = rng.random((x.shape[0],) + (1,) * (x.ndim - 1))
    mask = (draws >= p) / (1 - p if p < 1 else 1.0) * np.ones(x.shape)
    return x * mask, mask


@wrong("dropout", "dropout-scales-twice")
@edit("return x * 1.0, np.ones(x.shape)", "return x * (1 - p), np.full(x.shape, 1 - p)")
def dropout_forward():
    """Your `dropout_forward` scales up in training and down in evaluation as well. One of the two is enough:
    inverted dropout does nothing in evaluation."""


@wrong("dropout", "dropout-scales-twice-mask-of-ones", told_as="dropout-scales-twice")
@edit("return x * 1.0, np.ones(x.shape)", "return x * (1 - p), np.ones(x.shape)")
def dropout_forward():
    """Only the output is scaled in evaluation."""


@wrong("dropout", "dropout-classic")
@edit("return x * 1.0, np.ones(x.shape)", "return x * (1 - p), np.full(x.shape, 1 - p)")
@edit("mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "mask = (rng.random(x.shape) >= p) * 1.0")
def dropout_forward():
    """Your `dropout_forward` is the classic form: unscaled in training, multiplied by 1 - p in evaluation. This course,
    PyTorch and Keras scale in training instead."""


@wrong("dropout", "dropout-classic-mask-of-ones", told_as="dropout-classic")
@edit("return x * 1.0, np.ones(x.shape)", "return x * (1 - p), np.ones(x.shape)")
@edit("mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "mask = (rng.random(x.shape) >= p) * 1.0")
def dropout_forward():
    """Only the output is scaled in evaluation."""


@wrong("dropout", "dropout-seeded-inside")
@edit("rng.random(x.shape) >= p", "np.random.default_rng(0).random(x.shape) >= p")
def dropout_forward():
    """Your `dropout_forward` makes a generator of its own with a fixed seed, so that every step drops the same
    units: they never learn. Use the rng that is passed in."""


@wrong("dropout", "dropout-exact-number")
def dropout_forward(x, p, training, rng):
    """Your `dropout_forward` drops exactly the share p of the entries. Each entry draws for itself, so the number
    differs from step to step; only its mean is p."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x * 1.0, np.ones(x.shape)
    keep = np.ones(x.size)
    keep[rng.permutation(x.size)[: round(p * x.size)]] = 0
    mask = keep.reshape(x.shape) / (1 - p if p < 1 else 1.0)
    return x * mask, mask


@wrong("dropout", "dropout-in-place")
def dropout_forward(x, p, training, rng):
    """Your `dropout_forward` writes into x: `x *= mask` changes the caller's array. x * mask makes a new one."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)
    if x.dtype.kind == "f":
        x *= mask
        return x, mask
    return x * mask, mask


@wrong("dropout", "dropout-zero-over-zero")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "(rng.random(x.shape) >= p) / np.float64(1 - p)")
def dropout_forward():
    """Your `dropout_forward` divides 0 by 0 when p = 1, and nan spreads through the whole network. Treat p = 1 on
    its own: everything is dropped, the mask is 0."""


@wrong("dropout", "dropout-root-scale")
@edit(
    "mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)",
    "mask = (rng.random(x.shape) >= p) / np.sqrt(1 - p if p < 1 else 1.0)",
)
def dropout_forward():
    """Your `dropout_forward` divides by the root of 1 - p. For inputs with mean 0 that keeps the *variance*, as a
    lecture says dropout does; but it is the mean that has to stay: divide by 1 - p."""


@wrong("dropout", "dropout-mask-unscaled")
@edit("mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "mask = (rng.random(x.shape) >= p) * 1.0")
@edit("return x * mask, mask", "return x * mask / (1 - p if p < 1 else 1.0), mask")
def dropout_forward():
    """The mask that your `dropout_forward` returns lacks the factor 1/(1 - p). The backward pass, which only sees the
    mask, then loses that factor. Return what x has to be multiplied by."""


@wrong("dropout", "dropout-always-on")
def dropout_forward(x, p, training, rng):
    """Your `dropout_forward` ignores `training`: it drops units in evaluation, too, and a trained network answers
    differently each time. With training=False out is x and the mask is all ones."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)
    return x * mask, mask


@wrong("dropout", "dropout-training-turned")
@edit("if not training:", "if training:")
def dropout_forward():
    """Your `dropout_forward` has `training` the wrong way round: it drops in evaluation and does nothing in
    training."""


@wrong("dropout", "dropout-keeps-what-it-should-drop")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "(rng.random(x.shape) < p) / (1 - p if p < 1 else 1.0)")
def dropout_forward():
    """Your `dropout_forward` keeps where u < p, so the share p stays and is divided by 1 - p. It is u >= p that
    stays."""


@wrong("dropout", "dropout-any-p")
def dropout_forward(x, p, training, rng):
    """Your `dropout_forward` accepts a p that is not a probability. p = 1.3 drops everything without a word: raise
    ValueError unless 0 <= p <= 1."""
    if not training:
        return x * 1.0, np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)
    return x * mask, mask


@wrong("dropout", "dropout-p-unchecked-in-evaluation")
@edit("if not 0 <= p <= 1:", "if training and not 0 <= p <= 1:")
def dropout_forward():
    """Your `dropout_forward` returns before it has looked at p in evaluation. A p outside of 0 to 1 is a mistake
    there, too: check it first."""


@wrong("dropout", "dropout-noise")
@edit("(rng.random(x.shape) >= p) / (1 - p if p < 1 else 1.0)", "rng.random(x.shape) / (1 - p if p < 1 else 1.0)")
def dropout_forward():
    """Your `dropout_forward` multiplies by random numbers between 0 and 1/(1 - p) and drops nothing. The mask has
    two values: 0, and 1/(1 - p). A comparison is missing."""


# --- dropout_backward -------------------------------------------------------------------------------


@wrong("dropout", "dropout-backward-no-mask")
def dropout_backward(dout, mask):
    """Your `dropout_backward` passes dout on as it is. A dropped unit had no part in the output, so it gets no
    gradient: multiply by the mask."""
    return dout * 1.0


@wrong("dropout", "dropout-backward-unscaled")
def dropout_backward(dout, mask):
    """Your `dropout_backward` only asks whether the mask is 0 and forgets its factor 1/(1 - p). out = x·mask, so
    the slope is the mask itself."""
    return dout * (mask > 0)


@wrong("dropout", "dropout-backward-twice")
def dropout_backward(dout, mask):
    """Your `dropout_backward` scales twice: the factor 1/(1 - p) is in the mask already. Multiply by the mask
    once."""
    return dout * mask * (mask.max() if mask.size else 1.0)


@wrong("dropout", "dropout-backward-mask-squared", twin_of="dropout-backward-twice")
def dropout_backward(dout, mask):
    """Your `dropout_backward` multiplies by the mask twice, and the factor 1/(1 - p) comes in squared. Once is
    enough."""
    return dout * mask * mask


@wrong("dropout", "dropout-backward-divides")
def dropout_backward(dout, mask):
    """Your `dropout_backward` divides by the mask. The gradient goes back through a multiplication as a
    multiplication: dout·mask. And the mask has zeros."""
    return np.divide(dout, mask, out=np.zeros(dout.shape), where=mask != 0)


@wrong("dropout", "dropout-backward-mask-from-dout")
def dropout_backward(dout, mask):
    """Your `dropout_backward` finds the dropped units by the sign of dout. What was dropped is written in the mask
    of the forward pass; dout may well be negative."""
    return dout * (dout > 0) * mask.max()


@wrong("dropout", "dropout-backward-averages")
def dropout_backward(dout, mask):
    """Your `dropout_backward` divides by the mean of the mask. Its mean is about 1 by design; nothing is left to
    correct: dout·mask."""
    return dout * mask / (mask.mean() if mask.any() else 1.0)


@wrong("dropout", "dropout-backward-in-place")
def dropout_backward(dout, mask):
    """Your `dropout_backward` writes into dout: `dout *= mask` changes the caller's array. dout * mask makes a new
    one."""
    dout *= mask
    return dout


# --- smooth_labels ----------------------------------------------------------------------------------


@wrong("smooth_labels", "smooth-other-classes-only")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` gives 1 - eps to the true class and eps/(K - 1) to each other one, as one lecture has
    it. Here, as in PyTorch, eps is spread over *all* K classes: each gets eps/K, and the true one 1 - eps
    besides."""
    return np.where(np.eye(K)[y] == 1, 1 - eps, eps / (K - 1))


@wrong("smooth_labels", "smooth-rows-short")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` gives the true class 1 - eps and the others eps/K: the rows add up to 1 - eps/K. The
    true class gets its eps/K as well."""
    return np.where(np.eye(K)[y] == 1, 1 - eps, eps / K)


@wrong("smooth_labels", "smooth-not-divided")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` adds eps to every class. It is spread over them: eps/K each, so that each row adds up
    to 1."""
    return (1 - eps) * np.eye(K)[y] + eps


@wrong("smooth_labels", "smooth-only-adds")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` adds eps/K to every class and takes nothing away: the rows add up to 1 + eps. The
    one-hot part is multiplied by 1 - eps."""
    return np.eye(K)[y] + eps / K


@wrong("smooth_labels", "smooth-weights-swapped")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` has its weights swapped: eps for the label, 1 - eps for the even spread. With eps = 0
    the label should stay as it is."""
    return eps * np.eye(K)[y] + (1 - eps) / K


@wrong("smooth_labels", "smooth-divided-by-examples")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` divides eps by the number of examples. It is spread over the classes: eps/K."""
    return (1 - eps) * np.eye(K)[y] + eps / len(y)


@wrong("smooth_labels", "smooth-divided-by-k-minus-one")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` adds eps/(K - 1) to every class, the true one too: the rows add up to more than 1.
    eps/(K - 1) goes with the *other* classes; over all of them it is eps/K."""
    return (1 - eps) * np.eye(K)[y] + eps / (K - 1)


@wrong("smooth_labels", "smooth-not-at-all")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` returns one-hot rows and does not use eps."""
    return np.eye(K)[y]


@wrong("smooth_labels", "smooth-classes-from-y")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` counts the classes in y. A class that no example of the batch has still needs its
    column: use K."""
    K = int(np.max(y)) + 1
    return (1 - eps) * np.eye(K)[y] + eps / K


@wrong("smooth_labels", "smooth-labels-of-all-rows")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` marks the classes of *all* examples in every row, as hot[:, y] = 1 does. Each row has one
    true class: hot[np.arange(N), y] = 1."""
    hot = np.zeros((len(y), K))
    hot[:, y] = 1
    return (1 - eps) * hot + eps / K


@wrong("smooth_labels", "smooth-labels-of-all-rows-in-a-loop", told_as="smooth-labels-of-all-rows")
def smooth_labels(y, K, eps):
    """In a loop a label that occurs twice is added twice."""
    out = np.full((len(y), K), eps / K)
    for label in y:
        out[:, label] += 1 - eps
    return out


@wrong("smooth_labels", "smooth-labels-of-all-rows-added", told_as="smooth-labels-of-all-rows")
def smooth_labels(y, K, eps):
    """Written over the background."""
    out = np.full((len(y), K), eps / K)
    out[:, y] = 1 - eps + eps / K
    return out


@wrong("smooth_labels", "smooth-transposed")
def smooth_labels(y, K, eps):
    """Your `smooth_labels` has classes in its rows and examples in its columns. It is (N, K): a row for each
    example."""
    return ((1 - eps) * np.eye(K)[y] + eps / K).T


# --- mixup ------------------------------------------------------------------------------------------


@wrong("mixup", "mixup-labels-other-share")
def mixup(X, Y, lam, perm):
    """Your `mixup` gives the targets the share 1 - lam, where lam belongs. With lam = 0.5 nobody sees it; a picture
    that is 70 % cat must say 70 % cat."""
    return lam * X + (1 - lam) * X[perm], (1 - lam) * Y + lam * Y[perm]


@wrong("mixup", "mixup-labels-unmixed")
def mixup(X, Y, lam, perm):
    """Your `mixup` mixes the inputs and leaves the targets as they were. Then it is just noise on the inputs; the
    targets are mixed alike."""
    return lam * X + (1 - lam) * X[perm], Y * 1.0


@wrong("mixup", "mixup-bigger-share")
def mixup(X, Y, lam, perm):
    """Your `mixup` gives each mixture the label of its bigger part. The targets are mixed, too: soft labels are
    the point of it."""
    return lam * X + (1 - lam) * X[perm], Y * 1.0 if lam >= 0.5 else Y[perm] * 1.0


@wrong("mixup", "mixup-inverse-permutation")
def mixup(X, Y, lam, perm):
    """Your `mixup` uses the inverse permutation for the targets. For a swap of two there is no difference; try a cycle
    of three. The partner of example i is example perm[i], for inputs and targets: X[perm], Y[perm]."""
    return lam * X + (1 - lam) * X[perm], lam * Y + (1 - lam) * Y[np.argsort(perm)]


@wrong("mixup", "mixup-both-inverse")
def mixup(X, Y, lam, perm):
    """Your `mixup` uses the inverse of perm. The partner of example i is example perm[i]: X[perm]."""
    back = np.argsort(perm)
    return lam * X + (1 - lam) * X[back], lam * Y + (1 - lam) * Y[back]


@wrong("mixup", "mixup-same-weight")
def mixup(X, Y, lam, perm):
    """Your `mixup` weighs both parts with lam. The second one has the rest, 1 - lam, so that the shares add up to
    1. With lam = 0.5 there is no difference."""
    return lam * X + lam * X[perm], lam * Y + lam * Y[perm]


@wrong("mixup", "mixup-reversed")
def mixup(X, Y, lam, perm):
    """Your `mixup` takes the examples in reverse order as partners and does not use perm. The partner of example i
    is example perm[i]."""
    return lam * X + (1 - lam) * X[::-1], lam * Y + (1 - lam) * Y[::-1]


@wrong("mixup", "mixup-of-mixed")
def mixup(X, Y, lam, perm):
    """Your `mixup` goes through the examples one by one and overwrites them, so that later ones mix with examples
    that are mixed already. Read from the old arrays and write into new ones."""
    X2, Y2 = X.astype(float), Y.astype(float)
    for i, j in enumerate(perm):
        X2[i] = lam * X2[i] + (1 - lam) * X2[j]
        Y2[i] = lam * Y2[i] + (1 - lam) * Y2[j]
    return X2, Y2


@wrong("mixup", "mixup-lam-swapped")
def mixup(X, Y, lam, perm):
    """Your `mixup` gives lam to the partner and 1 - lam to the example itself. It is the other way round: lam = 1
    mixes nothing."""
    return (1 - lam) * X + lam * X[perm], (1 - lam) * Y + lam * Y[perm]


@wrong("mixup", "mixup-labels-without-permutation")
def mixup(X, Y, lam, perm):
    """Your `mixup` mixes each target with another partner than perm names: a shifted neighbour, or the rows in reverse
    order. The partner of target i is target perm[i]: Y[perm]."""
    return lam * X + (1 - lam) * X[perm], lam * Y + (1 - lam) * np.roll(Y, 1, axis=0)


@wrong("mixup", "mixup-labels-reversed", told_as="mixup-labels-without-permutation")
def mixup(X, Y, lam, perm):
    """The targets in reverse order."""
    return lam * X + (1 - lam) * X[perm], lam * Y + (1 - lam) * Y[::-1]


@wrong("mixup", "mixup-in-place")
def mixup(X, Y, lam, perm):
    """Your `mixup` writes into the caller's data set: `X[...] = ...` or `X *= ...` changes it, and the next epoch mixes
    mixtures. Make new arrays."""
    X[...] = lam * X + (1 - lam) * X[perm]
    Y[...] = lam * Y + (1 - lam) * Y[perm]
    return X, Y


# --- shift_image ------------------------------------------------------------------------------------


@wrong("shift_image", "shift-roll")
def shift_image(image, dy, dx):
    """Your `shift_image` rolls: what leaves the picture on one side comes back on the other. It is lost, and what
    becomes free is 0."""
    return np.roll(image, (dy, dx), axis=(-2, -1))


@wrong("shift_image", "shift-axes-swapped")
def shift_image(image, dy, dx):
    """Your `shift_image` has dy and dx swapped: dy moves along axis -2, the rows (down), dx along axis -1, the
    columns (right)."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) - dx, np.arange(W) - dy
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside


@wrong("shift_image", "shift-opposite")
def shift_image(image, dy, dx):
    """Your `shift_image` moves the other way. Positive dy is down and positive dx is right: out[i, j] = image[i -
    dy, j - dx]."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) + dy, np.arange(W) + dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside


@wrong("shift_image", "shift-up-instead-of-down")
def shift_image(image, dy, dx):
    """Your `shift_image` moves up for a positive dy. In a picture, rows are counted from the top: positive is
    down."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) + dy, np.arange(W) - dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside


@wrong("shift_image", "shift-edge")
def shift_image(image, dy, dx):
    """Your `shift_image` fills what becomes free with the pixels of the edge. It becomes 0."""
    H, W = image.shape[-2:]
    rows, columns = np.clip(np.arange(H) - dy, 0, H - 1), np.clip(np.arange(W) - dx, 0, W - 1)
    return image[..., rows[:, None], columns] * 1.0


@wrong("shift_image", "shift-in-place")
def shift_image(image, dy, dx):
    """Your `shift_image` writes into its argument. The picture is needed again in the next epoch: make a new array."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) - dy, np.arange(W) - dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    image[...] = image[..., rows[:, None] % H, columns % W] * inside
    return image


@wrong("shift_image", "shift-empty-slice")
def shift_image(image, dy, dx):
    """Your `shift_image` slices with [:-d]. For d = 0 that is [:0], which is empty, and nothing is copied. Compute
    the end of the slice as H - d."""
    out = np.zeros(image.shape)
    H, W = image.shape[-2:]
    if abs(dy) >= H or abs(dx) >= W:
        return out
    to_y, from_y = (slice(dy, None), slice(None, -dy)) if dy >= 0 else (slice(None, dy), slice(-dy, None))
    to_x, from_x = (slice(dx, None), slice(None, -dx)) if dx >= 0 else (slice(None, dx), slice(-dx, None))
    piece = image[..., from_y, from_x]
    if piece.size:
        out[..., to_y, to_x] = piece
    return out


@wrong("shift_image", "shift-first-axes")
def shift_image(image, dy, dx):
    """Your `shift_image` moves along the first two axes. Several pictures come as (..., H, W): the picture is in
    the *last* two."""
    H, W = image.shape[:2]
    rows, columns = np.arange(H) - dy, np.arange(W) - dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    picked = image[rows[:, None] % H, columns % W]
    return picked * inside.reshape(H, W, *[1] * (image.ndim - 2))


@wrong("shift_image", "shift-wraps-beyond")
def shift_image(image, dy, dx):
    """Your `shift_image` takes a shift modulo the picture's size: moved by its whole width, the picture comes back.
    Nothing should be left of it."""
    H, W = image.shape[-2:]
    dy, dx = int(np.fmod(dy, H)), int(np.fmod(dx, W))
    rows, columns = np.arange(H) - dy, np.arange(W) - dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside


@wrong("shift_image", "shift-fails-beyond")
def shift_image(image, dy, dx):
    """Your `shift_image` fails for a shift that is larger than the picture: H - |dy| is negative there and counts from
    the other end. Nothing of the picture is left then, so all is 0."""
    H, W = image.shape[-2:]
    out = np.zeros_like(image)
    rows, columns = slice(max(dy, 0), H + min(dy, 0)), slice(max(dx, 0), W + min(dx, 0))
    from_rows, from_columns = slice(max(-dy, 0), H - max(dy, 0)), slice(max(-dx, 0), W - max(dx, 0))
    out[..., rows, columns] = image[..., from_rows, from_columns]
    return out


@wrong("shift_image", "shift-clears-first-rows")
def shift_image(image, dy, dx):
    """After np.roll your `shift_image` clears the wrong rows and columns for a negative shift. There the *last* ones
    become free: out[..., dy:, :] = 0 for dy < 0."""
    out = np.roll(image, (dy, dx), axis=(-2, -1))
    if dy:
        out[..., : abs(dy), :] = 0
    if dx:
        out[..., : abs(dx)] = 0
    return out


@wrong("shift_image", "shift-clears-nearly-all", told_as="shift-clears-first-rows")
def shift_image(image, dy, dx):
    """With the slice [:dy] for a negative dy."""
    out = np.roll(image, (dy, dx), axis=(-2, -1))
    out[..., :dy, :] = 0
    out[..., :dx] = 0
    return out


@wrong("shift_image", "shift-rolls-for-negative")
def shift_image(image, dy, dx):
    """After np.roll your `shift_image` clears what a positive shift leaves free, and nothing for a negative one: there
    what leaves the picture comes back on the other side. Clear the last rows, out[..., dy:, :] = 0 for dy < 0."""
    out = np.roll(image, (dy, dx), axis=(-2, -1))
    out[..., : max(dy, 0), :] = 0
    out[..., : max(dx, 0)] = 0
    return out


@wrong("shift_image", "shift-positive-only")
def shift_image(image, dy, dx):
    """Your `shift_image` moves by the size of the shift and forgets its sign: -2 goes down like 2. Negative is up
    and left."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) - abs(dy), np.arange(W) - abs(dx)
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return image[..., rows[:, None] % H, columns % W] * inside


@wrong("shift_image", "shift-mean")
def shift_image(image, dy, dx):
    """Your `shift_image` fills what becomes free with the picture's mean. It becomes 0."""
    H, W = image.shape[-2:]
    rows, columns = np.arange(H) - dy, np.arange(W) - dx
    inside = ((rows >= 0) & (rows < H))[:, None] & ((columns >= 0) & (columns < W))
    return np.where(inside, image[..., rows[:, None] % H, columns % W], image.mean())


# --- ensemble_predict -------------------------------------------------------------------------------


@wrong("ensemble_predict", "ensemble-vote")
def ensemble_predict(P):
    """Your `ensemble_predict` lets the members vote. A vote throws away how sure each of them is; average their
    probabilities."""
    return np.mean(np.eye(P.shape[2])[P.argmax(axis=2)], axis=0)


@wrong("ensemble_predict", "ensemble-geometric")
def ensemble_predict(P):
    """Your `ensemble_predict` averages logarithms, which is the geometric mean: one member with probability 0 has
    a veto. Average the probabilities themselves."""
    with np.errstate(divide="ignore"):
        Q = np.exp(np.mean(np.log(P), axis=0))
    return Q / np.maximum(Q.sum(axis=1, keepdims=True), 1e-300)


@wrong("ensemble_predict", "ensemble-sum")
def ensemble_predict(P):
    """Your `ensemble_predict` adds the members up. Divide by their number: a row of probabilities adds up to 1."""
    return np.sum(P, axis=0)


@wrong("ensemble_predict", "ensemble-over-examples")
def ensemble_predict(P):
    """Your `ensemble_predict` averages over the examples, axis 1. P is (members, examples, classes): the axis that
    goes is 0."""
    return np.mean(P, axis=1)


@wrong("ensemble_predict", "ensemble-over-classes")
def ensemble_predict(P):
    """Your `ensemble_predict` averages over the classes, the last axis: that is 1/K for every example. The axis
    that goes is 0, the members."""
    return np.mean(P, axis=-1)


@wrong("ensemble_predict", "ensemble-max")
def ensemble_predict(P):
    """Your `ensemble_predict` takes the largest probability that any member gives. Such rows add up to more than
    1. It is the mean."""
    return np.max(P, axis=0)


@wrong("ensemble_predict", "ensemble-median")
def ensemble_predict(P):
    """Your `ensemble_predict` takes the median. Its rows need not add up to 1, and a sure member counts no more
    than a wavering one. It is the mean."""
    return np.median(P, axis=0)


@wrong("ensemble_predict", "ensemble-class")
def ensemble_predict(P):
    """Your `ensemble_predict` returns the predicted class. Asked for are the mean probabilities (N, K); argmax
    comes later."""
    return np.mean(P, axis=0).argmax(axis=1)


@wrong("ensemble_predict", "ensemble-softmax")
def ensemble_predict(P):
    """Your `ensemble_predict` applies softmax to the mean. P holds probabilities already: a second softmax
    flattens them."""
    e = np.exp(np.mean(P, axis=0))
    return e / e.sum(axis=1, keepdims=True)


@wrong("ensemble_predict", "ensemble-in-place")
def ensemble_predict(P):
    """Your `ensemble_predict` adds the members up in the array of the first one, P[0], which is a view of P: the
    caller's probabilities change. Begin with a copy, or let P.mean(axis=0) make the array."""
    total = P[0]
    for member in P[1:]:
        total += member
    return total / len(P)


# --- bonus: add_noise -------------------------------------------------------------------------------


@wrong("more_regularizers", "noise-variance")
def add_noise(x, std, training, rng):
    """Your `add_noise` takes std for a variance: the noise is scaled by its root. The argument is the standard
    deviation."""
    return x + np.sqrt(std) * rng.standard_normal(np.shape(x)) if training else np.array(x)


@wrong("more_regularizers", "noise-uniform")
def add_noise(x, std, training, rng):
    """Your `add_noise` draws from a uniform distribution. Asked for is normal noise: rng.standard_normal, or
    rng.normal."""
    return x + std * rng.uniform(-(3**0.5), 3**0.5, np.shape(x)) if training else np.array(x)


@wrong("more_regularizers", "noise-one-number")
def add_noise(x, std, training, rng):
    """Your `add_noise` adds one random number to everything. Each entry draws its own: give the generator the
    shape of x."""
    return x + std * rng.standard_normal() if training else np.array(x)


@wrong("more_regularizers", "noise-multiplies")
def add_noise(x, std, training, rng):
    """Your `add_noise` multiplies by 1 + noise. Asked for is noise that is added, of the same size for all
    entries."""
    return x * (1 + std * rng.standard_normal(np.shape(x))) if training else np.array(x)


@wrong("more_regularizers", "noise-in-evaluation")
def add_noise(x, std, training, rng):
    """Your `add_noise` adds noise in evaluation, too. There x stays as it is."""
    return x + std * rng.standard_normal(np.shape(x))


@wrong("more_regularizers", "noise-in-place")
def add_noise(x, std, training, rng):
    """Your `add_noise` writes into x: `x += ...` changes the caller's data, and the noise piles up from step to step.
    Make a new array."""
    if training:
        x += std * rng.standard_normal(np.shape(x))
    return x


# --- bonus: mixup_lambda ----------------------------------------------------------------------------


@wrong("more_regularizers", "lambda-uniform")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` draws evenly from 0 to 1. That is Beta(1, 1) only; use rng.beta(alpha, alpha)."""
    return float(rng.random()) if alpha > 0 else 1.0


@wrong("more_regularizers", "lambda-beta-one")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` draws from Beta(alpha, 1), which prefers one side. Both parameters are alpha; then the
    mean is one half."""
    return float(rng.beta(alpha, 1.0)) if alpha > 0 else 1.0


@wrong("more_regularizers", "lambda-constant")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` returns alpha itself. alpha is the parameter of the distribution that lambda is drawn
    from."""
    return float(alpha) if alpha > 0 else 1.0


@wrong("more_regularizers", "lambda-folded")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` takes the larger of lambda and 1 - lambda. Some code does so for reasons of its own;
    asked for is the plain draw, whose mean is one half."""
    if alpha <= 0:
        return 1.0
    lam = float(rng.beta(alpha, alpha))
    return max(lam, 1 - lam)


@wrong("more_regularizers", "lambda-zero-crashes")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` asks for Beta(0, 0), which does not exist. alpha = 0 means "off": return 1."""
    return float(rng.beta(alpha, alpha))


@wrong("more_regularizers", "lambda-off-is-zero")
def mixup_lambda(alpha, rng):
    """Your `mixup_lambda` returns 0 for alpha = 0. With lambda = 0 every example is replaced by its partner; "off"
    is 1."""
    return float(rng.beta(alpha, alpha)) if alpha > 0 else 0.0


# --- bonus: bootstrap_sample ------------------------------------------------------------------------


@wrong("more_regularizers", "bootstrap-permutation")
def bootstrap_sample(N, rng):
    """Your `bootstrap_sample` is a permutation: every row occurs exactly once, and all members of the ensemble see
    the same data. Draw with replacement."""
    return rng.permutation(N)


@wrong("more_regularizers", "bootstrap-subset")
def bootstrap_sample(N, rng):
    """Your `bootstrap_sample` draws 63 % of the rows, each once. A bootstrap sample has N rows, some of them
    several times: draw with replacement."""
    return rng.permutation(N)[: max(1, round(0.632 * N))]


@wrong("more_regularizers", "bootstrap-last-row")
def bootstrap_sample(N, rng):
    """Your `bootstrap_sample` never draws the last row: the end of rng.integers is not included, so it is N and
    not N - 1."""
    return rng.integers(0, max(N - 1, 1), size=N)


@wrong("more_regularizers", "bootstrap-from-one")
def bootstrap_sample(N, rng):
    """Your `bootstrap_sample` counts rows from 1 to N. NumPy counts from 0 to N - 1."""
    return rng.integers(1, N + 1, size=N)


# --- bonus: average_checkpoints ---------------------------------------------------------------------


@wrong("more_regularizers", "checkpoints-last")
def average_checkpoints(checkpoints):
    """Your `average_checkpoints` returns the last checkpoint. Average each array over all of them."""
    return [np.array(part) for part in checkpoints[-1]]


@wrong("more_regularizers", "checkpoints-sum")
def average_checkpoints(checkpoints):
    """Your `average_checkpoints` adds the checkpoints up. Divide by their number."""
    return [sum(parts) for parts in zip(*checkpoints, strict=True)]


@wrong("more_regularizers", "checkpoints-within")
def average_checkpoints(checkpoints):
    """Your `average_checkpoints` divides by the number of arrays in a checkpoint. It is the number of checkpoints
    that counts."""
    return [sum(parts) / len(checkpoints[0]) for parts in zip(*checkpoints, strict=True)]


@wrong("more_regularizers", "checkpoints-running")
def average_checkpoints(checkpoints):
    """Your `average_checkpoints` halves the old average with each new checkpoint, so that the last ones count
    most. Each counts the same: their sum, divided by their number."""
    average = [np.array(part) for part in checkpoints[0]]
    for checkpoint in checkpoints[1:]:
        average = [(old + new) / 2 for old, new in zip(average, checkpoint, strict=True)]
    return average


# --- bonus: ensemble_variance -----------------------------------------------------------------------


@wrong("more_regularizers", "variance-uncorrelated")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` is s2/n, which ignores the correlation. What the members share does not shrink:
    rho·s2 + (1 - rho)·s2/n."""
    return s2 / n


@wrong("more_regularizers", "variance-n-squared")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` divides by n². The 1/n² of the mean meets n variances, which leaves 1/n."""
    return rho * s2 + (1 - rho) * s2 / n**2


@wrong("more_regularizers", "variance-without-n")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` does not depend on n: rho·s2 + (1 - rho)·s2 is s2. The second part is divided by n."""
    return rho * s2 + (1 - rho) * s2


@wrong("more_regularizers", "variance-root")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` divides by the root of n. That is how a standard deviation shrinks; a variance
    shrinks with n."""
    return rho * s2 + (1 - rho) * s2 / np.sqrt(n)


@wrong("more_regularizers", "variance-shared-part-missing")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` lacks rho·s2, the part that all members share and that no average removes."""
    return (1 - rho) * s2 / n


@wrong("more_regularizers", "variance-of-sum")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` grows with n: that is the variance of a sum. The mean divides it by n²."""
    return n * s2


@wrong("more_regularizers", "variance-rho-swapped")
def ensemble_variance(s2, rho, n):
    """Your `ensemble_variance` shrinks the shared part and keeps the other: rho and 1 - rho are swapped."""
    return (1 - rho) * s2 + rho * s2 / n
