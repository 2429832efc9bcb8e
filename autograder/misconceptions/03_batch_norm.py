"""Wrong answers to 03_batch_norm, as learners and lecture slides write them.

Names that are not defined here (``bn_eval`` in a class, say) are the solution's.
"""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- bn_forward_train -------------------------------------------------------------------------------


@base
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """A right answer."""
    mean, var = X.mean(axis=0), X.var(axis=0)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-unbiased")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = X.mean(axis=0), X.var(axis=0, ddof=1)")
def bn_forward_train():
    """Your `bn_forward_train` divides the squares by N - 1. Normalization uses the biased variance, divided by
    N: then the squares of each normalized column have mean 1. The N - 1 belongs into the running variance."""


@wrong("bn_forward_train", "forward-eps-outside")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / (np.sqrt(var) + eps) + beta")
def bn_forward_train():
    """Your `bn_forward_train` divides by √var + eps; eps belongs under the root: √(var + eps). With eps = 1e-5
    both look alike; call it once with eps = 0.5."""


@wrong("bn_forward_train", "forward-without-gamma-beta")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var", "(X - mean) / np.sqrt(var + eps), mean, var")
def bn_forward_train():
    """Your `bn_forward_train` stops at the normalized x̂, as one lecture's formula does. The output is gamma ·
    x̂ + beta: without them the layer could never leave mean 0 and deviation 1. Try a gamma that is not 1."""


@wrong("bn_forward_train", "forward-without-gamma")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var", "(X - mean) / np.sqrt(var + eps) + beta, mean, var")
def bn_forward_train():
    """Your `bn_forward_train` shifts by beta but never multiplies by gamma: it is gamma · x̂ + beta. Try gamma
    = 2."""


@wrong("bn_forward_train", "forward-without-beta")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var", "gamma * (X - mean) / np.sqrt(var + eps), mean, var")
def bn_forward_train():
    """Your `bn_forward_train` scales by gamma but never adds beta: it is gamma · x̂ + beta. Try beta = 3; every
    column should then have mean 3."""


@wrong("bn_forward_train", "forward-gamma-beta-swapped")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "beta * (X - mean) / np.sqrt(var + eps) + gamma")
def bn_forward_train():
    """Your `bn_forward_train` multiplies by beta and adds gamma; it is the other way round: gamma · x̂ +
    beta."""


@wrong("bn_forward_train", "forward-gamma-times-beta")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * ((X - mean) / np.sqrt(var + eps) + beta)")
def bn_forward_train():
    """Your `bn_forward_train` computes gamma · (x̂ + beta), so beta is scaled too: it is gamma · x̂ + beta.
    With gamma = 1 you cannot see it."""


@wrong("bn_forward_train", "forward-without-eps")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` does not use the eps that it is given; one lecture's formula has none. Divide by √(var +
    eps): without it a constant column, which a silent unit is, becomes 0/0."""
    mean, var = X.mean(axis=0), X.var(axis=0)
    with np.errstate(all="ignore"):
        return gamma * (X - mean) / np.sqrt(var) + beta, mean, var


@wrong("bn_forward_train", "forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-5) + beta")
def bn_forward_train():
    """Your `bn_forward_train` does not use the eps that it is given: it has a number of its own (such as 1e-5), or
    none. Use the argument."""


@wrong("bn_forward_train", "forward-fixed-eps-1e-3", told_as="forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-3) + beta")
def bn_forward_train():
    """With 1e-3."""


@wrong("bn_forward_train", "forward-fixed-eps-1e-6", told_as="forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-6) + beta")
def bn_forward_train():
    """With 1e-6."""


@wrong("bn_forward_train", "forward-fixed-eps-1e-7", told_as="forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-7) + beta")
def bn_forward_train():
    """With 1e-7."""


@wrong("bn_forward_train", "forward-fixed-eps-1e-8", told_as="forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-8) + beta")
def bn_forward_train():
    """With 1e-8."""


@wrong("bn_forward_train", "forward-fixed-eps-1e-12", told_as="forward-fixed-eps")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean) / np.sqrt(var + 1e-12) + beta")
def bn_forward_train():
    """With 1e-12."""


@wrong("bn_forward_train", "forward-rows")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` averages along axis 1, over the features of each example. That is layer
    normalization. A feature is a column: axis=0, which leaves D numbers."""
    mean, var = X.mean(axis=1), X.var(axis=1)
    return gamma * (X - mean[:, None]) / np.sqrt(var[:, None] + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-rows-in-the-output", told_as="forward-rows")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Mean and variance that are returned are right."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta, X.mean(axis=0), X.var(axis=0)


@wrong("bn_forward_train", "forward-rows-as-a-column", told_as="forward-rows")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Mean and variance are returned with shape (N, 1)."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-one-mean-in-the-output", told_as="forward-one-mean")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Mean and variance that are returned are right."""
    return gamma * (X - X.mean()) / np.sqrt(X.var() + eps) + beta, X.mean(axis=0), X.var(axis=0)


@wrong("bn_forward_train", "forward-one-mean")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = X.mean(), X.var()")
def bn_forward_train():
    """Your `bn_forward_train` takes one mean and one variance of the whole array. Each feature has its own: say
    axis=0, and D numbers are left."""


@wrong("bn_forward_train", "forward-mean-of-all")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = np.full(X.shape[1], X.mean()), X.var(axis=0)")
def bn_forward_train():
    """Your `bn_forward_train` subtracts one mean of the whole array. Each feature has its own mean: say axis=0."""


@wrong("bn_forward_train", "forward-mean-of-all-in-the-variance", told_as="forward-mean-of-all")
@edit(
    "mean, var = X.mean(axis=0), X.var(axis=0)",
    """
    mean = np.full(X.shape[1], X.mean())
    var = ((X - mean) ** 2).mean(axis=0)
    """,
)
def bn_forward_train():
    """The variance is taken about that mean."""


@wrong("bn_forward_train", "forward-mean-of-all-as-a-number", told_as="forward-mean-of-all")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = np.mean(X), X.var(axis=0)")
def bn_forward_train():
    """One number is returned."""


@wrong("bn_forward_train", "forward-variance-of-all")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = X.mean(axis=0), np.full(X.shape[1], X.var())")
def bn_forward_train():
    """Your `bn_forward_train` divides by one variance of the whole array. Each feature has its own variance: say
    axis=0."""


@wrong("bn_forward_train", "forward-variance-of-all-centered", told_as="forward-variance-of-all")
@edit(
    "mean, var = X.mean(axis=0), X.var(axis=0)",
    """
    mean = X.mean(axis=0)
    var = np.full(X.shape[1], ((X - mean) ** 2).mean())
    """,
)
def bn_forward_train():
    """The mean of all centered squares."""


@wrong("bn_forward_train", "forward-variance-of-all-as-a-number", told_as="forward-variance-of-all")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = X.mean(axis=0), np.var(X)")
def bn_forward_train():
    """One number is returned."""


@wrong("bn_forward_train", "forward-divides-by-variance")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var", "gamma * (X - mean) / (var + eps) + beta, mean, var")
def bn_forward_train():
    """Your `bn_forward_train` divides by the variance; the root is missing: √(var + eps). Quick test: a column
    in metres and the same column in centimetres should come out alike."""


@wrong("bn_forward_train", "forward-returns-std")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """The third value of your `bn_forward_train` is the standard deviation. The variance is asked for: the square of
    that."""
    mean, std = X.mean(axis=0), X.std(axis=0)
    return gamma * (X - mean) / np.sqrt(std**2 + eps) + beta, mean, std


@wrong("bn_forward_train", "forward-returns-root")
@edit(
    "gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var",
    "gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, np.sqrt(var + eps)",
)
def bn_forward_train():
    """The third value of your `bn_forward_train` is √(var + eps), by which X - mean is divided. The variance itself is
    asked for, without eps and without the root."""


@wrong("bn_forward_train", "forward-returns-var-with-eps")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` returns the variance with eps in it. eps belongs to the division only; the variance of a
    constant column is 0."""
    mean = X.mean(axis=0)
    var = X.var(axis=0) + eps
    return gamma * (X - mean) / np.sqrt(var) + beta, mean, var


@wrong("bn_forward_train", "forward-moments")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` computes mean(x²) - mean(x)². On paper that is the variance; in a column far from
    0 it is the difference of two huge, nearly equal numbers, and can even be negative. Take the mean of (x -
    mean)²."""
    mean = X.mean(axis=0)
    var = np.mean(np.asarray(X, float) ** 2, axis=0) - mean**2
    with np.errstate(all="ignore"):
        return gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-not-centered")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var", "gamma * X / np.sqrt(var + eps) + beta, mean, var")
def bn_forward_train():
    """Your `bn_forward_train` divides X by the deviation without subtracting the mean first. Quick test: with
    beta = 0 every column of the output has mean 0."""


@wrong("bn_forward_train", "forward-precedence")
@edit("gamma * (X - mean) / np.sqrt(var + eps) + beta", "gamma * (X - mean / np.sqrt(var + eps)) + beta")
def bn_forward_train():
    """Your `bn_forward_train` divides only the mean: X - mean / √... is X - (mean / √...). Put X - mean in
    brackets."""


@wrong("bn_forward_train", "forward-absolute-deviation")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` averages |x - mean| where it should average the squares (x - mean)²."""
    mean = X.mean(axis=0)
    var = np.abs(X - mean).mean(axis=0)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-summed-squares")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` adds the squares up and does not divide by N. The variance is their mean;
    otherwise the output shrinks with the size of the batch."""
    mean = X.mean(axis=0)
    var = ((X - mean) ** 2).sum(axis=0)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta, mean, var


@wrong("bn_forward_train", "forward-min-max")
@edit("gamma * (X - mean) / np.sqrt(var + eps)", "gamma * (X - mean) / (X.max(axis=0) - X.min(axis=0) + eps)")
def bn_forward_train():
    """Your `bn_forward_train` divides by the range, largest minus smallest. That is min-max scaling; batch
    normalization divides by the standard deviation, √(var + eps)."""


@wrong("bn_forward_train", "forward-in-place")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` writes into X (X -= mean, X /= ...). The backward pass needs the old X. And
    integers cannot be changed like this. Make a new array: centered = X - mean."""
    mean, var = X.mean(axis=0), X.var(axis=0)
    X -= mean
    X /= np.sqrt(var + eps)
    return gamma * X + beta, mean, var


@wrong("bn_forward_train", "forward-integer-copy")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` fills an array made by zeros_like(X). If X holds integers, so does that array,
    and every fraction is cut off. Make it from a computation, or say dtype=float."""
    mean, var = X.mean(axis=0), X.var(axis=0)
    out = np.zeros_like(X)
    out[...] = gamma * (X - mean) / np.sqrt(var + eps) + beta
    return out, mean, var


@wrong("bn_forward_train", "forward-order")
def bn_forward_train(X, gamma, beta, eps=1e-5):
    """Your `bn_forward_train` returns its three values in another order. It is out, mean, var."""
    mean, var = X.mean(axis=0), X.var(axis=0)
    return mean, var, gamma * (X - mean) / np.sqrt(var + eps) + beta


@wrong("bn_forward_train", "forward-keepdims")
@edit("X.mean(axis=0), X.var(axis=0)", "X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)")
def bn_forward_train():
    """Your `bn_forward_train` returns mean and variance with shape (1, D), because of keepdims=True. They
    should have shape (D,); for columns broadcasting works without keepdims."""


@wrong("bn_forward_train", "forward-swallows-nan")
@edit("mean, var = X.mean(axis=0), X.var(axis=0)", "mean, var = np.nanmean(X, axis=0), np.nanvar(X, axis=0)")
def bn_forward_train():
    """Your `bn_forward_train` averages around nan (np.nanmean). A nan in a network is an alarm that must not be
    switched off: with np.mean its whole column becomes nan, as in PyTorch."""


@wrong("bn_forward_train", "forward-keras-eps")
@edit("def bn_forward_train(X, gamma, beta, eps=1e-5):", "def bn_forward_train(X, gamma, beta, eps=1e-3):")
def bn_forward_train():
    """Your `bn_forward_train` has 1e-3 as its default for eps. That is Keras's, and a lecture's; PyTorch's, and
    this course's, is 1e-5."""


@wrong("bn_forward_train", "forward-clipped")
@edit("gamma * (X - mean) / np.sqrt(var + eps)", "gamma * np.clip((X - mean) / np.sqrt(var + eps), -3, 3)")
def bn_forward_train():
    """Your `bn_forward_train` cuts the normalized values off at -3 and 3. Batch normalization does not: in a batch
    of N one value can become as large as √(N - 1), and a clipped one would get no gradient."""


# --- update_running ---------------------------------------------------------------------------------


@wrong("update_running", "update-old-weighted")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` lets the momentum weigh the OLD value, as Keras and two lectures do. In PyTorch,
    and here, it weighs the new one: (1 - momentum) · old + momentum · new. With 0.1 yours forgets nine tenths
    in every step."""
    new_mean = momentum * running_mean + (1 - momentum) * X.mean(axis=0)
    new_var = momentum * running_var + (1 - momentum) * X.var(axis=0, ddof=1)
    return new_mean, new_var


@wrong("update_running", "update-old-weighted-var")
def update_running(running_mean, running_var, X, momentum=0.1):
    """In the variance of your `update_running` the two weights have changed places: it is (1 - momentum) · old +
    momentum · new for both."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    new_var = momentum * running_var + (1 - momentum) * X.var(axis=0, ddof=1)
    return new_mean, new_var


@wrong("update_running", "update-biased")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` puts the biased variance into the memory. It is to estimate the variance of *all*
    examples, so divide by N - 1: np.var(..., ddof=1). For N = 2 yours is half of it."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * X.var(axis=0)


@wrong("update_running", "update-keras", told_as="update-old-weighted + update-biased")
def update_running(running_mean, running_var, X, momentum=0.1):
    """The form of Keras, and of many a course's homework."""
    new_mean = momentum * running_mean + (1 - momentum) * X.mean(axis=0)
    return new_mean, momentum * running_var + (1 - momentum) * X.var(axis=0)


@wrong("update_running", "update-keras-default", told_as="update-old-weighted + update-biased")
def update_running(running_mean, running_var, X, momentum=0.99):
    """With Keras's default, too."""
    new_mean = momentum * running_mean + (1 - momentum) * X.mean(axis=0)
    return new_mean, momentum * running_var + (1 - momentum) * X.var(axis=0)


@wrong("update_running", "update-bessel-upside-down")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` multiplies the biased variance by (N - 1)/N; the correction makes it larger, not
    smaller: N/(N - 1)."""
    N = len(X)
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * X.var(axis=0) * (N - 1) / N


@wrong("update_running", "update-bessel-on-all")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` multiplies the *sum* of old and new by N/(N - 1). The old value has had its
    correction when it was new: correct the batch's variance only, or the memory grows without end."""
    N = len(X)
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, ((1 - momentum) * running_var + momentum * X.var(axis=0)) * N / (N - 1)


@wrong("update_running", "update-std")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` mixes the standard deviation of the batch into the running *variance*. Take the
    variance: no root."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * X.std(axis=0, ddof=1)


@wrong("update_running", "update-eps")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` adds an eps to the variance before storing it. eps is not part of the memory:
    bn_eval adds it when it divides."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * (X.var(axis=0, ddof=1) + 1e-5)


@wrong("update_running", "update-replaces")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` returns the statistics of this batch and forgets the old ones. With momentum 0.1
    nine tenths of the old values stay."""
    return X.mean(axis=0), X.var(axis=0, ddof=1)


@wrong("update_running", "update-in-place")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` writes into the old arrays (*=, +=). Whoever passed them still holds them, and
    integers cannot be changed like this. Make new ones: (1 - momentum) * running_mean + ..."""
    running_mean *= 1 - momentum
    running_mean += momentum * X.mean(axis=0)
    running_var *= 1 - momentum
    running_var += momentum * X.var(axis=0, ddof=1)
    return running_mean, running_var


@wrong("update_running", "update-no-decay")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` adds momentum · new to the whole old value. The old one must make room: (1 -
    momentum) · old. As it is, the running mean grows with every batch."""
    return running_mean + momentum * X.mean(axis=0), running_var + momentum * X.var(axis=0, ddof=1)


@wrong("update_running", "update-away")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` steps *away* from the batch: the sign of the difference is turned. It is old +
    momentum · (new - old)."""
    new_mean = running_mean - momentum * (X.mean(axis=0) - running_mean)
    return new_mean, running_var - momentum * (X.var(axis=0, ddof=1) - running_var)


@wrong("update_running", "update-half")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` takes the middle of old and new, whatever the momentum is. The weights are 1 -
    momentum and momentum."""
    return (running_mean + X.mean(axis=0)) / 2, (running_var + X.var(axis=0, ddof=1)) / 2


@wrong("update_running", "update-fixed-momentum")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` has 0.1 and 0.9 written into it and never looks at its argument momentum. Use the
    argument."""
    return 0.9 * running_mean + 0.1 * X.mean(axis=0), 0.9 * running_var + 0.1 * X.var(axis=0, ddof=1)


@wrong("update_running", "update-rows")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` averages along axis 1, over the features of each example. A feature is a column:
    axis=0."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=1)
    return new_mean, (1 - momentum) * running_var + momentum * X.var(axis=1, ddof=1)


@wrong("update_running", "update-one-mean")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` mixes one mean and one variance of the whole batch into every feature. Each feature
    has its own: say axis=0."""
    return (1 - momentum) * running_mean + momentum * X.mean(), (1 - momentum) * running_var + momentum * X.var(ddof=1)


@wrong("update_running", "update-order")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` returns its two values in another order. It is the mean, then the variance."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1), new_mean


@wrong("update_running", "update-second-moment")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` averages X² instead of (X - mean)². Quick test: adding 100 to X must not change the
    variance."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * (X**2).sum(axis=0) / (len(X) - 1)


@wrong("update_running", "update-around-running-mean")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` measures the batch's squares from the *running* mean. The batch's variance is about
    the batch's own mean; the running one is off by as much as the memory lags behind."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    batch_var = ((X - running_mean) ** 2).sum(axis=0) / (len(X) - 1)
    return new_mean, (1 - momentum) * running_var + momentum * batch_var


@wrong("update_running", "update-around-new-running-mean", told_as="update-around-running-mean")
def update_running(running_mean, running_var, X, momentum=0.1):
    """About the running mean after the update."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    batch_var = ((X - new_mean) ** 2).sum(axis=0) / (len(X) - 1)
    return new_mean, (1 - momentum) * running_var + momentum * batch_var


@wrong("update_running", "update-sum")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` mixes the *sum* of the batch into the running mean: divide it by N."""
    new_mean = (1 - momentum) * running_mean + momentum * X.sum(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)


@wrong("update_running", "update-mean-only")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` returns the old variance. It follows the batch, like the mean."""
    return (1 - momentum) * running_mean + momentum * X.mean(axis=0), running_var


@wrong("update_running", "update-integer-copy")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` fills copies of the old arrays. If those hold integers, so do the copies, and every
    fraction is cut off. Return what you have computed as it is."""
    mean, var = np.zeros_like(running_mean), np.zeros_like(running_var)
    mean[...] = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    var[...] = (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)
    return mean, var


@wrong("update_running", "update-moments")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` computes the batch's variance as mean(x²) - mean(x)². In a column far from 0 that is the
    difference of two huge, nearly equal numbers. Take Σ(x - mean)²/(N - 1)."""
    N = len(X)
    batch_var = (np.mean(np.asarray(X, float) ** 2, axis=0) - X.mean(axis=0) ** 2) * N / (N - 1)
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * batch_var


@wrong("update_running", "update-swallows-nan")
def update_running(running_mean, running_var, X, momentum=0.1):
    """Your `update_running` averages around nan (np.nanmean, np.nanvar). A nan in a network is an alarm that must
    not be switched off: with np.mean its column becomes nan, as in PyTorch."""
    new_mean = (1 - momentum) * running_mean + momentum * np.nanmean(X, axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * np.nanvar(X, axis=0, ddof=1)


@wrong("update_running", "update-keras-momentum")
def update_running(running_mean, running_var, X, momentum=0.99):
    """Your `update_running` has 0.99 as its default for momentum. That is Keras's, which weighs the old value;
    here it weighs the new one, and the default is 0.1."""
    new_mean = (1 - momentum) * running_mean + momentum * X.mean(axis=0)
    return new_mean, (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)


# --- bn_eval ----------------------------------------------------------------------------------------


@wrong("bn_eval", "eval-batch-statistics")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` normalizes by the statistics of X itself. In evaluation X may be one patient, whose output
    would be beta: use running_mean and running_var."""
    return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps) + beta


@wrong("bn_eval", "eval-batch-mean")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` uses the running variance, but still subtracts the mean of X. In evaluation both come from
    the memory."""
    return gamma * (X - X.mean(axis=0)) / np.sqrt(running_var + eps) + beta


@wrong("bn_eval", "eval-batch-variance")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` subtracts the running mean, but still divides by the deviation of X. In evaluation both
    come from the memory."""
    return gamma * (X - running_mean) / np.sqrt(X.var(axis=0) + eps) + beta


@wrong("bn_eval", "eval-without-gamma-beta")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` forgets gamma and beta. They were learned for this: gamma · x̂ + beta, in evaluation as in
    training. With gamma = 1 and beta = 0 you cannot see it."""
    return (X - running_mean) / np.sqrt(running_var + eps)


@wrong("bn_eval", "eval-without-gamma")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` adds beta but never multiplies by gamma: gamma · x̂ + beta."""
    return (X - running_mean) / np.sqrt(running_var + eps) + beta


@wrong("bn_eval", "eval-without-beta")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` multiplies by gamma but never adds beta: gamma · x̂ + beta."""
    return gamma * (X - running_mean) / np.sqrt(running_var + eps)


@wrong("bn_eval", "eval-gamma-times-beta")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` computes gamma · (x̂ + beta), so beta is scaled too: it is gamma · x̂ + beta."""
    return gamma * ((X - running_mean) / np.sqrt(running_var + eps) + beta)


@wrong("bn_eval", "eval-beta-in-denominator")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` divides by √(...) + beta: a bracket is closed too late. beta is added at the very end."""
    with np.errstate(all="ignore"):
        return gamma * (X - running_mean) / (np.sqrt(running_var + eps) + beta)


@wrong("bn_eval", "eval-without-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` does not use the eps that it is given. The network was trained with √(var + eps), and a running
    variance can be 0: without any eps you then divide by 0."""
    with np.errstate(all="ignore"):
        return gamma * (X - running_mean) / np.sqrt(running_var) + beta


@wrong("bn_eval", "eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` does not use the eps that it is given: it has a number of its own (such as 1e-5), or none. Use the
    argument."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-5) + beta


@wrong("bn_eval", "eval-fixed-eps-1e-3", told_as="eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """With 1e-3."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-3) + beta


@wrong("bn_eval", "eval-fixed-eps-1e-6", told_as="eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """With 1e-6."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-6) + beta


@wrong("bn_eval", "eval-fixed-eps-1e-7", told_as="eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """With 1e-7."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-7) + beta


@wrong("bn_eval", "eval-fixed-eps-1e-8", told_as="eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """With 1e-8."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-8) + beta


@wrong("bn_eval", "eval-fixed-eps-1e-12", told_as="eval-fixed-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """With 1e-12."""
    return gamma * (X - running_mean) / np.sqrt(running_var + 1e-12) + beta


@wrong("bn_eval", "eval-eps-outside")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` divides by √running_var + eps; eps belongs under the root, as in training."""
    return gamma * (X - running_mean) / (np.sqrt(running_var) + eps) + beta


@wrong("bn_eval", "eval-eps-subtracted")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` subtracts eps from the running variance; it is added. As it is, a small variance gives
    nan."""
    with np.errstate(all="ignore"):
        return gamma * (X - running_mean) / np.sqrt(running_var - eps) + beta


@wrong("bn_eval", "eval-precedence")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` divides only the running mean: X - running_mean / √... is X - (running_mean / √...). Put X
    - running_mean in brackets."""
    return gamma * (X - running_mean / np.sqrt(running_var + eps)) + beta


@wrong("bn_eval", "eval-variance-as-std")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` divides by running_var + eps as if it were a standard deviation: take the root."""
    return gamma * (X - running_mean) / (running_var + eps) + beta


@wrong("bn_eval", "eval-not-centered")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` never subtracts the running mean: gamma · (X - running_mean)/√(...) + beta."""
    return gamma * X / np.sqrt(running_var + eps) + beta


@wrong("bn_eval", "eval-mean-added")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` adds the running mean; it is subtracted."""
    return gamma * (X + running_mean) / np.sqrt(running_var + eps) + beta


@wrong("bn_eval", "eval-statistics-swapped")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` subtracts the running variance and divides by the root of the running mean: the two have
    changed places."""
    with np.errstate(all="ignore"):
        return gamma * (X - running_var) / np.sqrt(running_mean + eps) + beta


@wrong("bn_eval", "eval-bessel")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` makes the running variance biased again with (N - 1)/N. N is the number of examples in
    this call, which has nothing to do with the memory; for N = 1 your variance is 0."""
    N = len(X)
    return gamma * (X - running_mean) / np.sqrt(running_var * (N - 1) / N + eps) + beta


@wrong("bn_eval", "eval-updates-first")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` mixes X into the running statistics before it uses them. In evaluation nothing is learned:
    an example's output must not depend on the others."""
    mean, var = 0.9 * running_mean + 0.1 * X.mean(axis=0), 0.9 * running_var + 0.1 * X.var(axis=0)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta


@wrong("bn_eval", "eval-in-place")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` writes into X (X -= running_mean). The caller still needs it, and integers cannot be
    changed like this. Make a new array: X - running_mean."""
    X -= running_mean
    X *= gamma / np.sqrt(running_var + eps)
    return X + beta


@wrong("bn_eval", "eval-integer-copy")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` fills an array made by zeros_like(X). If X holds integers, so does that array, and every
    fraction is cut off."""
    out = np.zeros_like(X)
    for n in range(len(X)):
        out[n] = gamma * (X[n] - running_mean) / np.sqrt(running_var + eps) + beta
    return out


@wrong("bn_eval", "eval-hides-nan")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `bn_eval` replaces nan by a number (np.nan_to_num). A nan in a network is an alarm that must not be
    switched off: let it through, as PyTorch does."""
    return np.nan_to_num(gamma * (X - running_mean) / np.sqrt(running_var + eps) + beta)


@wrong("bn_eval", "eval-keras-eps")
def bn_eval(X, gamma, beta, running_mean, running_var, eps=1e-3):
    """Your `bn_eval` has 1e-3 as its default for eps. That is Keras's, and a lecture's; PyTorch's, and this
    course's, is 1e-5."""
    return gamma * (X - running_mean) / np.sqrt(running_var + eps) + beta


# --- BatchNorm --------------------------------------------------------------------------------------


@base
class BatchNorm:
    """A right answer."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) == 1:
            raise ValueError("one example")
        memory = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean, self.running_var = memory
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]


@wrong("batch_norm", "layer-never-updated")
@edit(
    """
    memory = update_running(self.running_mean, self.running_var, X, self.momentum)
    self.running_mean, self.running_var = memory
    """,
    "update_running(self.running_mean, self.running_var, X, self.momentum)",
)
class BatchNorm:
    """Your `BatchNorm` never changes its running statistics: after training they are still 0 and 1, and
    evaluation does not normalize at all. Call update_running in training and keep what it returns, on self."""


@wrong("batch_norm", "layer-last-batch")
@edit(
    "memory = update_running(self.running_mean, self.running_var, X, self.momentum)",
    "out, mean, var = bn_forward_train(X, self.gamma, self.beta, self.eps)",
)
@edit("self.running_mean, self.running_var = memory", "self.running_mean, self.running_var = mean, var")
@edit("return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]", "return out")
class BatchNorm:
    """Your `BatchNorm` keeps the statistics of the last batch only. The memory is to average over many batches:
    keep what update_running makes of the old values and this batch."""


@wrong("batch_norm", "layer-trains-by-memory")
class BatchNorm:
    """Your `BatchNorm` normalizes by its running statistics while it trains, after mixing the batch in (a
    lecture says so). In training the batch's own statistics normalize; the running ones are written, and used
    in evaluation only."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if self.training:
            if len(X) == 1:
                raise ValueError("one example")
            new = update_running(self.running_mean, self.running_var, X, self.momentum)
            self.running_mean, self.running_var = new
        return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)


@wrong("batch_norm", "layer-trains-by-old-memory")
class BatchNorm:
    """Your `BatchNorm` normalizes by its running statistics while it trains, before mixing the batch in: the
    first batch is hardly touched. In training the batch's own statistics normalize; the running ones are used
    in evaluation only."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        out = bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if self.training:
            if len(X) == 1:
                raise ValueError("one example")
            new = update_running(self.running_mean, self.running_var, X, self.momentum)
            self.running_mean, self.running_var = new
        return out


@wrong("batch_norm", "layer-updates-in-evaluation")
class BatchNorm:
    """Your `BatchNorm` goes on updating its running statistics in evaluation. Then the test examples leak into
    the model, and the same input gives another output the second time. Update in training only."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        mean, var = self.running_mean, self.running_var
        if len(X) > 1:
            self.running_mean, self.running_var = update_running(mean, var, X, self.momentum)
        elif self.training:
            raise ValueError("one example")
        if self.training:
            return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]
        return bn_eval(X, self.gamma, self.beta, mean, var, self.eps)


@wrong("batch_norm", "layer-evaluates-by-batch")
class BatchNorm:
    """Your `BatchNorm` normalizes by the batch in evaluation. A single example then becomes beta, whatever it is: when
    `training` is false, use bn_eval with the running statistics."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if self.training:
            if len(X) == 1:
                raise ValueError("one example")
            new = update_running(self.running_mean, self.running_var, X, self.momentum)
            self.running_mean, self.running_var = new
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]


@wrong("batch_norm", "layer-ignores-mode")
@edit(
    """
    if not self.training:
        return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
    """,
    "",
)
class BatchNorm:
    """Your `BatchNorm` never looks at `self.training`: in evaluation it goes on as in training. Begin __call__
    with `if not self.training: return bn_eval(...)`."""


@wrong("batch_norm", "layer-mode-upside-down")
@edit("if not self.training:", "if self.training:")
class BatchNorm:
    """Your `BatchNorm` has its two modes exchanged: it normalizes by the batch and learns when `training` is
    false. Look at the `if` again."""


@wrong("batch_norm", "layer-one-example-is-silent")
class BatchNorm:
    """Your `BatchNorm` takes a batch of one in training without a word. It is its own mean, so its output is
    beta for any input, and nobody notices: raise a ValueError."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) > 1:
            new = update_running(self.running_mean, self.running_var, X, self.momentum)
            self.running_mean, self.running_var = new
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]


@wrong("batch_norm", "layer-asserts")
@edit(
    """
    if len(X) == 1:
        raise ValueError("one example")
    """,
    "assert len(X) > 1",
)
class BatchNorm:
    """Your `BatchNorm` uses `assert` against a batch of one, which raises an AssertionError, and nothing at all
    under `python -O`. For a wrong value from outside Python has `raise ValueError("...")`."""


@wrong("batch_norm", "layer-one-example-never")
@edit(
    "if not self.training:",
    """
    if len(X) == 1:
        raise ValueError("one example")
    if not self.training:
    """,
)
class BatchNorm:
    """Your `BatchNorm` refuses a single example in evaluation too. There it is the normal case: ask for the
    mode first, and for the number of rows in training only."""


@wrong("batch_norm", "layer-shared-state")
class BatchNorm:
    """All layers of your `BatchNorm` share one memory, because it lives on the class (or in a default
    argument). The second layer then normalizes by the first one's numbers: make the arrays in __init__, on
    self."""

    _memory = {}

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self._memory.setdefault((num_features, "mean"), np.zeros(num_features))
        self._memory.setdefault((num_features, "var"), np.ones(num_features))
        self.num_features = num_features
        self.eps, self.momentum, self.training = eps, momentum, True

    @property
    def running_mean(self):
        return self._memory[self.num_features, "mean"]

    @running_mean.setter
    def running_mean(self, value):
        self._memory[self.num_features, "mean"] = value

    @property
    def running_var(self):
        return self._memory[self.num_features, "var"]

    @running_var.setter
    def running_var(self, value):
        self._memory[self.num_features, "var"] = value

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) == 1:
            raise ValueError("one example")
        memory = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean, self.running_var = memory
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]


@wrong("batch_norm", "layer-momentum-of-old")
@edit(
    "memory = update_running(self.running_mean, self.running_var, X, self.momentum)",
    "memory = update_running(self.running_mean, self.running_var, X, 1 - self.momentum)",
)
class BatchNorm:
    """In your `BatchNorm` the momentum weighs the OLD value, as in Keras and in two lectures. In PyTorch, and
    here, it weighs the new one: with 0.1 the memory keeps nine tenths."""


@wrong("batch_norm", "layer-biased-memory")
class BatchNorm:
    """Your `BatchNorm` puts the biased variance of bn_forward_train into its memory. The memory takes the
    unbiased one, N/(N - 1) times as large: let update_running do it."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) == 1:
            raise ValueError("one example")
        out, mean, var = bn_forward_train(X, self.gamma, self.beta, self.eps)
        self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
        self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        return out


@wrong("batch_norm", "layer-cumulative")
@edit(
    "self.eps, self.momentum, self.training = eps, momentum, True",
    """
    self.eps, self.momentum, self.training = eps, momentum, True
    self.count = 0
    """,
)
@edit(
    "memory = update_running(self.running_mean, self.running_var, X, self.momentum)",
    """
    self.count += 1
    memory = update_running(self.running_mean, self.running_var, X, 1 / self.count)
    """,
)
class BatchNorm:
    """Your `BatchNorm` averages all batches with equal weight. PyTorch does that for momentum=None; with a
    number, new batches weigh `momentum` and old ones fade: that matters, because the weights below change."""


@wrong("batch_norm", "layer-remembers-output")
@edit(
    "memory = update_running(self.running_mean, self.running_var, X, self.momentum)",
    """
    out = bn_forward_train(X, self.gamma, self.beta, self.eps)[0]
    memory = update_running(self.running_mean, self.running_var, out, self.momentum)
    """,
)
@edit("return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]", "return out")
class BatchNorm:
    """Your `BatchNorm` takes the statistics of its *output* into the memory. Those are beta and gamma² by
    construction; the memory is about what comes in: update with X."""


@wrong("batch_norm", "layer-evaluates-without-gamma-beta")
@edit(
    "return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)",
    "return (X - self.running_mean) / np.sqrt(self.running_var + self.eps)",
)
class BatchNorm:
    """Your `BatchNorm` forgets gamma and beta in evaluation. They were learned for this; pass self.gamma and
    self.beta to bn_eval as well."""


@wrong("batch_norm", "layer-without-gamma-beta")
@edit(
    "return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)",
    "return (X - self.running_mean) / np.sqrt(self.running_var + self.eps)",
)
@edit("bn_forward_train(X, self.gamma, self.beta, self.eps)[0]", "bn_forward_train(X, 1.0, 0.0, self.eps)[0]")
class BatchNorm:
    """Your `BatchNorm` always uses gamma = 1 and beta = 0, whatever its attributes say. The optimizer changes
    self.gamma and self.beta: use them in every call."""


@wrong("batch_norm", "layer-variance-starts-at-zero")
@edit("np.zeros(num_features), np.ones(num_features)", "np.zeros(num_features), np.zeros(num_features)")
class BatchNorm:
    """Your `BatchNorm` starts with a running variance of 0. It starts with 1, so that a layer that has seen
    nothing leaves its input nearly as it is in evaluation, and does not blow it up."""


@wrong("batch_norm", "layer-gamma-starts-at-zero")
@edit("np.ones(num_features), np.zeros(num_features)", "np.zeros(num_features), np.zeros(num_features)")
class BatchNorm:
    """Your `BatchNorm` starts with gamma = 0, so that a new layer gives 0 for everything. gamma starts with
    ones."""


@wrong("batch_norm", "layer-scalars")
@edit(
    """
    self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
    self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
    """,
    "self.gamma, self.beta, self.running_mean, self.running_var = 1.0, 0.0, 0.0, 1.0",
)
class BatchNorm:
    """Your `BatchNorm` starts with single numbers. Each feature has a gamma, a beta and running statistics of
    its own: arrays of length num_features from the start."""


@wrong("batch_norm", "layer-starts-in-evaluation")
@edit("eps, momentum, True", "eps, momentum, False")
class BatchNorm:
    """Your `BatchNorm` starts with training = False. A new layer trains, as in PyTorch: model.eval() comes
    later."""


@wrong("batch_norm", "layer-ignores-eps")
@edit("eps, momentum, True", "1e-5, momentum, True")
class BatchNorm:
    """Your `BatchNorm` takes eps and does not use it: the default 1e-5 of your functions, or a number of yours, is
    used instead."""


@wrong("batch_norm", "layer-ignores-eps-1e-3", told_as="layer-ignores-eps")
@edit("eps, momentum, True", "1e-3, momentum, True")
class BatchNorm:
    """With 1e-3."""


@wrong("batch_norm", "layer-ignores-eps-1e-6", told_as="layer-ignores-eps")
@edit("eps, momentum, True", "1e-6, momentum, True")
class BatchNorm:
    """With 1e-6."""


@wrong("batch_norm", "layer-ignores-eps-1e-7", told_as="layer-ignores-eps")
@edit("eps, momentum, True", "1e-7, momentum, True")
class BatchNorm:
    """With 1e-7."""


@wrong("batch_norm", "layer-ignores-eps-1e-8", told_as="layer-ignores-eps")
@edit("eps, momentum, True", "1e-8, momentum, True")
class BatchNorm:
    """With 1e-8."""


@wrong("batch_norm", "layer-ignores-eps-1e-12", told_as="layer-ignores-eps")
@edit("eps, momentum, True", "1e-12, momentum, True")
class BatchNorm:
    """With 1e-12."""


@wrong("batch_norm", "layer-ignores-momentum")
@edit("eps, momentum, True", "eps, 0.1, True")
class BatchNorm:
    """Your `BatchNorm` takes a momentum and never passes it on: the default 0.1 of update_running is used
    instead."""


@wrong("batch_norm", "layer-keras-defaults")
@edit(
    "def __init__(self, num_features, eps=1e-5, momentum=0.1):",
    "def __init__(self, num_features, eps=1e-3, momentum=0.99):",
)
class BatchNorm:
    """Your `BatchNorm` has Keras's defaults, eps=1e-3 and momentum=0.99. This course has PyTorch's: eps=1e-5
    and momentum=0.1, the weight of the new batch."""


@wrong("batch_norm", "layer-arrays-are-one")
class BatchNorm:
    """In your `BatchNorm` two attributes are one array, because of self.gamma = self.running_var = np.ones(...).
    When the running variance is updated in place, gamma changes with it, and beta with the running mean. Call
    np.ones and np.zeros once for each attribute."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma = self.running_var = np.ones(num_features)
        self.beta = self.running_mean = np.zeros(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        if len(X) == 1:
            raise ValueError("one example")
        out = bn_forward_train(X, self.gamma, self.beta, self.eps)[0]
        mean, var = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean[:], self.running_var[:] = mean, var
        return out


@wrong("batch_norm", "layer-changes-then-raises")
class BatchNorm:
    """Your `BatchNorm` updates its memory first and then refuses the single example. The caller gets the ValueError,
    and the layer is spoiled all the same: a variance of one example is 0/0. Ask for the number of rows first."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def __call__(self, X):
        if not self.training:
            return bn_eval(X, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        with np.errstate(all="ignore"):
            memory = update_running(self.running_mean, self.running_var, X, self.momentum)
        self.running_mean, self.running_var = memory
        if len(X) == 1:
            raise ValueError("one example")
        return bn_forward_train(X, self.gamma, self.beta, self.eps)[0]


# --- bn_backward ------------------------------------------------------------------------------------


@base
def bn_backward(dout, X, gamma, eps=1e-5):
    """A right answer."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma), dgamma, dbeta


@base("bn_backward through the variance")
def bn_backward(dout, X, gamma, eps=1e-5):
    """A right answer, step by step."""
    N, centered = len(X), X - X.mean(axis=0)
    std = np.sqrt(X.var(axis=0) + eps)
    g = dout * gamma
    dvar = -0.5 * (g * centered).sum(axis=0) / std**3
    dX = g / std + dvar * 2 * centered / N - g.sum(axis=0) / std / N
    return dX, (dout * centered / std).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-constants")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` treats mean and variance as constants: dX = dout · gamma / √(var + eps). They depend
    on X, and the gradient goes through them too. Quick test: each column of dX sums to 0."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat = (X - X.mean(axis=0)) / std
    return dout * gamma / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-without-mean")
@edit("gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)", "gamma / (N * std) * (N * dout - x_hat * dgamma)")
def bn_backward():
    """Your `bn_backward` has lost the path through the mean, which is - Σ dout in the short form. Quick test: each
    column of dX sums to 0, because shifting a column changes nothing."""


@wrong("bn_backward", "backward-without-variance")
@edit("gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)", "gamma / (N * std) * (N * dout - dbeta)")
def bn_backward():
    """Your `bn_backward` has lost the path through the variance, which is - x̂ · Σ dout · x̂ in the short form. Quick
    test: for a small eps, each column of dX · x̂ sums to nearly 0, because stretching a column changes nothing."""


@wrong("bn_backward", "backward-one-sum-for-all")
@edit(
    "gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)",
    "gamma / (N * std) * (N * dout - dbeta - x_hat * (dout * x_hat).sum())",
)
def bn_backward():
    """In dX your `bn_backward` sums over all columns together, as .sum() does without axis=0. Each column has sums of
    its own, in the path through the mean as in the one through the variance."""


@wrong("bn_backward", "backward-one-sum-for-all-mean", told_as="backward-one-sum-for-all")
@edit(
    "gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)",
    "gamma / (N * std) * (N * dout - dout.sum() - x_hat * dgamma)",
)
def bn_backward():
    """In the path through the mean."""


@wrong("bn_backward", "backward-one-sum-for-all-both", told_as="backward-one-sum-for-all")
@edit(
    "gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)",
    "gamma / (N * std) * (N * dout - dout.sum() - x_hat * (dout * x_hat).sum())",
)
def bn_backward():
    """In both."""


@wrong("bn_backward", "backward-without-gamma")
@edit("gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)", "(N * dout - dbeta - x_hat * dgamma) / (N * std)")
def bn_backward():
    """Your `bn_backward` forgets gamma in dX. The output is gamma · x̂ + beta, so everything that goes back to
    X is multiplied by gamma."""


@wrong("bn_backward", "backward-moments")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt((X**2).mean(axis=0) - X.mean(axis=0)**2 + eps)")
def bn_backward():
    """Your `bn_backward` computes mean(x²) - mean(x)². On paper that is the variance; in a column far from 0 it is the
    difference of two huge, nearly equal numbers, and can even be negative. Take the mean of (x - mean)²."""


@wrong("bn_backward", "backward-dgamma-of-x")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` sums dout · X for dgamma. gamma multiplies the *normalized* x̂, so it is Σ dout ·
    x̂."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, (dout * X).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-dgamma-centered-only")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` sums dout · (X - mean) for dgamma and forgets to divide by √(var + eps): it is Σ dout
    · x̂."""
    centered, N = X - X.mean(axis=0), len(X)
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat = centered / std
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, (dout * centered).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-dgamma-with-gamma")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` has gamma in dgamma. The gradient of gamma · x̂ with respect to gamma is x̂ alone: Σ
    dout · x̂, with the dout that arrives."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    g = dout * gamma
    dX = (N * g - g.sum(axis=0) - x_hat * (g * x_hat).sum(axis=0)) / (N * std)
    return dX, (g * x_hat).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-dbeta-with-gamma")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` has gamma in dbeta. beta is added at the very end, behind gamma: dbeta is Σ dout."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    g = dout * gamma
    dX = (N * g - g.sum(axis=0) - x_hat * (g * x_hat).sum(axis=0)) / (N * std)
    return dX, (dout * x_hat).sum(axis=0), g.sum(axis=0)


@wrong("bn_backward", "backward-dgamma-without-dout")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` forgets dout in dgamma: Σ x̂ is 0 by construction. The chain rule makes it Σ dout ·
    x̂."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, x_hat.sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-dbeta-mean")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` averages dout for dbeta. It is the sum: the 1/N of a mean loss is in dout already."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma = (dout * x_hat).sum(axis=0)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * dgamma)
    return dX, dgamma, dout.mean(axis=0)


@wrong("bn_backward", "backward-dgamma-mean")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` averages dout · x̂ for dgamma. It is the sum: the 1/N of a mean loss is in dout
    already."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, (dout * x_hat).mean(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-both-means")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` averages over the batch in dgamma and in dbeta. Both are sums: the 1/N of a mean loss
    is in dout already."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, (dout * x_hat).mean(axis=0), dout.mean(axis=0)


@wrong("bn_backward", "backward-not-summed")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` returns dgamma and dbeta with the shape of X. All examples share one gamma and one
    beta for each feature: sum over axis 0, and D numbers are left."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dX = gamma / (N * std) * (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0))
    return dX, dout * x_hat, dout


@wrong("bn_backward", "backward-without-eps")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` does not use the eps that it is given. The forward pass divides by √(var + eps), so its
    gradient does: in x̂ and in the factor in front. With eps = 1e-5 you hardly see it; try 0.5."""
    with np.errstate(all="ignore"):
        std = np.sqrt(X.var(axis=0))
        x_hat, N = (X - X.mean(axis=0)) / std, len(X)
        dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
        return gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma), dgamma, dbeta


@wrong("bn_backward", "backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-5)")
def bn_backward():
    """Your `bn_backward` does not use the eps that it is given: it has a number of its own (such as 1e-5), or none. Use
    the argument."""


@wrong("bn_backward", "backward-fixed-eps-1e-3", told_as="backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-3)")
def bn_backward():
    """With 1e-3."""


@wrong("bn_backward", "backward-fixed-eps-1e-6", told_as="backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-6)")
def bn_backward():
    """With 1e-6."""


@wrong("bn_backward", "backward-fixed-eps-1e-7", told_as="backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-7)")
def bn_backward():
    """With 1e-7."""


@wrong("bn_backward", "backward-fixed-eps-1e-8", told_as="backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-8)")
def bn_backward():
    """With 1e-8."""


@wrong("bn_backward", "backward-fixed-eps-1e-12", told_as="backward-fixed-eps")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0) + 1e-12)")
def bn_backward():
    """With 1e-12."""


@wrong("bn_backward", "backward-unbiased")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "std = np.sqrt(X.var(axis=0, ddof=1) + eps)")
def bn_backward():
    """Your `bn_backward` uses the unbiased variance (ddof=1). The forward pass divides by N, so the backward
    pass does."""


@wrong("bn_backward", "backward-n-minus-one")
@edit("x_hat, N = (X - X.mean(axis=0)) / std, len(X)", "x_hat, N = (X - X.mean(axis=0)) / std, len(X) - 1")
def bn_backward():
    """Your `bn_backward` has N - 1 where N belongs, all through dX. The mean and the biased variance of the forward
    pass both divide by N."""


@wrong("bn_backward", "backward-not-divided-by-n")
@edit("gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)", "gamma / std * (N * dout - dbeta - x_hat * dgamma)")
def bn_backward():
    """Your `bn_backward` is N times too large in dX: the factor in front is gamma/(N √(var + eps))."""


@wrong("bn_backward", "backward-dout-without-n")
@edit("gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)", "gamma / (N * std) * (dout - dbeta - x_hat * dgamma)")
def bn_backward():
    """Your `bn_backward` counts the direct path 1/N as much as it should. In the short form N · dout stands in the
    bracket; or take dout - mean(dout) - x̂ · mean(dout · x̂) and no N in front: that is the same formula."""


@wrong("bn_backward", "backward-sign")
@edit("N * dout - dbeta - x_hat * dgamma", "N * dout - dbeta + x_hat * dgamma")
def bn_backward():
    """In your `bn_backward` the path through the variance has the wrong sign: in the short form x̂ · Σ dout · x̂ is
    subtracted, like Σ dout; in the long one dvar begins with a minus."""


@wrong("bn_backward", "backward-divides-by-variance")
@edit("std = np.sqrt(X.var(axis=0) + eps)", "var = X.var(axis=0) + eps")
@edit("x_hat, N = (X - X.mean(axis=0)) / std, len(X)", "x_hat, N = (X - X.mean(axis=0)) / np.sqrt(var), len(X)")
@edit("gamma / (N * std)", "gamma / (N * var)")
def bn_backward():
    """Your `bn_backward` divides dX by var + eps; it is divided by the root of that: gamma/(N √(var + eps)) in front
    of the short form."""


@wrong("bn_backward", "backward-centered-in-bracket")
def bn_backward(dout, X, gamma, eps=1e-5):
    """In the variance's part of dX your `bn_backward` has X - mean where x̂ belongs: divide it by √(var + eps)."""
    centered, N = X - X.mean(axis=0), len(X)
    std = np.sqrt(X.var(axis=0) + eps)
    dgamma, dbeta = (dout * centered / std).sum(axis=0), dout.sum(axis=0)
    return gamma / (N * std) * (N * dout - dbeta - centered * dgamma), dgamma, dbeta


@wrong("bn_backward", "backward-dvar-without-half", base="bn_backward through the variance")
@edit("dvar = -0.5 * (g * centered).sum(axis=0) / std**3", "dvar = -(g * centered).sum(axis=0) / std**3")
def bn_backward():
    """Your `bn_backward` counts the path through the variance twice: the slope of 1/√v is -1/(2 v√v), with a 2
    that cancels the 2 of the square."""


@wrong("bn_backward", "backward-dvar-power", base="bn_backward through the variance")
@edit("dvar = -0.5 * (g * centered).sum(axis=0) / std**3", "dvar = -0.5 * (g * centered).sum(axis=0) / std")
def bn_backward():
    """In the path through the variance of your `bn_backward` the power is another one: the slope of (var + eps)^(-1/2)
    is -1/2 (var + eps)^(-3/2)."""


@wrong("bn_backward", "backward-dvar-power-two", base="bn_backward through the variance", told_as="backward-dvar-power")
@edit("dvar = -0.5 * (g * centered).sum(axis=0) / std**3", "dvar = -0.5 * (g * centered).sum(axis=0) / std**4")
def bn_backward():
    """With -2."""


@wrong(
    "bn_backward", "backward-dvar-power-three", base="bn_backward through the variance", told_as="backward-dvar-power"
)
@edit("dvar = -0.5 * (g * centered).sum(axis=0) / std**3", "dvar = -0.5 * (g * centered).sum(axis=0) / std**6")
def bn_backward():
    """With -3: the variance where its root belongs."""


@wrong("bn_backward", "backward-dmu-not-divided", base="bn_backward through the variance")
@edit("g.sum(axis=0) / std / N", "g.sum(axis=0) / std")
def bn_backward():
    """Your `bn_backward` adds dμ to every example undivided. The mean depends on each x with slope 1/N: add
    dμ/N."""


@wrong("bn_backward", "backward-zero")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` gives 0 for dX. That is right for a dout of ones, which some tests use, and for hardly
    any other."""
    x_hat = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return np.zeros(X.shape), (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@wrong("bn_backward", "backward-order")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` returns dbeta before dgamma. The order is dX, dgamma, dbeta."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    return gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma), dbeta, dgamma


@wrong("bn_backward", "backward-keepdims")
@edit("(dout * x_hat).sum(axis=0)", "(dout * x_hat).sum(axis=0, keepdims=True)")
@edit("dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)")
def bn_backward():
    """Your `bn_backward` returns dgamma and dbeta with shape (1, D), because of keepdims=True. They need the
    shape of gamma and beta, (D,)."""


@wrong("bn_backward", "backward-in-place")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` writes into dout (dout *= gamma). Whoever passed it still needs it, and integers
    cannot be changed like this. Make a new array: g = dout * gamma."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dout *= gamma
    dX = (N * dout - dout.sum(axis=0) - x_hat * (dout * x_hat).sum(axis=0)) / (N * std)
    return dX, dgamma, dbeta


@wrong("bn_backward", "backward-integer-copy")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` fills an array made by zeros_like(dout). If dout holds integers, so does that array,
    and every fraction is cut off."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dX = np.zeros_like(dout)
    for n in range(N):
        dX[n] = gamma / (N * std) * (N * dout[n] - dbeta - x_hat[n] * dgamma)
    return dX, dgamma, dbeta


@wrong("bn_backward", "backward-hides-nan")
def bn_backward(dout, X, gamma, eps=1e-5):
    """Your `bn_backward` replaces nan by a number (np.nan_to_num). A nan in a gradient is an alarm that must not be
    switched off: let it through, as PyTorch does."""
    std = np.sqrt(X.var(axis=0) + eps)
    x_hat, N = (X - X.mean(axis=0)) / std, len(X)
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dX = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    return np.nan_to_num(dX), np.nan_to_num(dgamma), dbeta


@wrong("bn_backward", "backward-keras-eps")
@edit("def bn_backward(dout, X, gamma, eps=1e-5):", "def bn_backward(dout, X, gamma, eps=1e-3):")
def bn_backward():
    """Your `bn_backward` has 1e-3 as its default for eps. That is Keras's, and a lecture's; PyTorch's, and this
    course's, is 1e-5, the same one as in the forward pass."""


# --- fold_bn ----------------------------------------------------------------------------------------


@base
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """A right answer."""
    scale = gamma / np.sqrt(running_var + eps)
    return W * scale, (b - running_mean) * scale + beta


@wrong("fold_bn", "fold-rows")
@edit("W * scale, (b - running_mean) * scale + beta", "W * scale[:, None], (b - running_mean) * scale + beta")
def fold_bn():
    """Your `fold_bn` scales the *rows* of W. With X @ W + b a unit is a column: W * scale. (The rows are right
    in PyTorch, whose weights are (units, inputs).) With a square W the shapes do not warn you."""


@wrong("fold_bn", "fold-bias-not-scaled")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, b - running_mean * scale + beta")
def fold_bn():
    """Your `fold_bn` leaves b unscaled. BN gets X @ W + b, so b is centered and scaled with the rest: (b -
    running_mean) · scale + beta."""


@wrong("fold_bn", "fold-nothing-scaled-in-bias")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, b - running_mean + beta")
def fold_bn():
    """The bias of your `fold_bn` lacks the scale: it is (b - running_mean) · scale + beta."""


@wrong("fold_bn", "fold-mean-not-scaled")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, b * scale - running_mean + beta")
def fold_bn():
    """Your `fold_bn` scales b but not the running mean: it is (b - running_mean) · scale + beta."""


@wrong("fold_bn", "fold-without-mean")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, b * scale + beta")
def fold_bn():
    """Your `fold_bn` forgets the running mean: (b - running_mean) · scale + beta. With running_mean = 0, as in
    a new layer, you cannot see it."""


@wrong("fold_bn", "fold-mean-added")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, (b + running_mean) * scale + beta")
def fold_bn():
    """Your `fold_bn` adds the running mean to b; BN subtracts it: (b - running_mean) · scale + beta."""


@wrong("fold_bn", "fold-without-bias")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, beta - running_mean * scale")
def fold_bn():
    """Your `fold_bn` forgets b. A layer that was trained with a bias has one: (b - running_mean) · scale +
    beta."""


@wrong("fold_bn", "fold-without-beta")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, (b - running_mean) * scale")
def fold_bn():
    """Your `fold_bn` forgets beta, which is added at the end: (b - running_mean) · scale + beta."""


@wrong("fold_bn", "fold-beta-scaled")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W * scale, (b - running_mean + beta) * scale")
def fold_bn():
    """Your `fold_bn` scales beta too. beta is added behind the scaling: (b - running_mean) · scale + beta."""


@wrong("fold_bn", "fold-without-gamma")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = 1 / np.sqrt(running_var + eps)")
def fold_bn():
    """Your `fold_bn` forgets gamma: the scale is gamma/√(running_var + eps), for W and for b."""


@wrong("fold_bn", "fold-bias-without-gamma")
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `fold_bn` forgets gamma in the bias: (b - running_mean) · scale + beta, with the scale gamma/√(running_var +
    eps), as for W."""
    root = np.sqrt(running_var + eps)
    return W * (gamma / root), (b - running_mean) / root + beta


@wrong("fold_bn", "fold-gamma-alone")
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `fold_bn` scales by gamma alone and forgets to divide by √(running_var + eps)."""
    return W * gamma, (b - running_mean) * gamma + beta


@wrong("fold_bn", "fold-without-eps")
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `fold_bn` does not use the eps that it is given: the scale is gamma/√(running_var + eps). For a unit with a
    running variance of 0 you divide by 0 without any."""
    with np.errstate(all="ignore"):
        scale = gamma / np.sqrt(running_var)
        return W * scale, (b - running_mean) * scale + beta


@wrong("fold_bn", "fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-5)")
def fold_bn():
    """Your `fold_bn` does not use the eps that it is given: it has a number of its own (such as 1e-5), or none. Use the
    argument."""


@wrong("fold_bn", "fold-fixed-eps-1e-3", told_as="fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-3)")
def fold_bn():
    """With 1e-3."""


@wrong("fold_bn", "fold-fixed-eps-1e-6", told_as="fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-6)")
def fold_bn():
    """With 1e-6."""


@wrong("fold_bn", "fold-fixed-eps-1e-7", told_as="fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-7)")
def fold_bn():
    """With 1e-7."""


@wrong("fold_bn", "fold-fixed-eps-1e-8", told_as="fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-8)")
def fold_bn():
    """With 1e-8."""


@wrong("fold_bn", "fold-fixed-eps-1e-12", told_as="fold-fixed-eps")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / np.sqrt(running_var + 1e-12)")
def fold_bn():
    """With 1e-12."""


@wrong("fold_bn", "fold-eps-outside")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / (np.sqrt(running_var) + eps)")
def fold_bn():
    """Your `fold_bn` divides by √running_var + eps; eps belongs under the root, as in bn_eval."""


@wrong("fold_bn", "fold-variance-as-std")
@edit("scale = gamma / np.sqrt(running_var + eps)", "scale = gamma / (running_var + eps)")
def fold_bn():
    """Your `fold_bn` divides by the variance; the root is missing: gamma/√(running_var + eps)."""


@wrong("fold_bn", "fold-weights-untouched")
@edit("return W * scale, (b - running_mean) * scale + beta", "return W.copy(), (b - running_mean) * scale + beta")
def fold_bn():
    """Your `fold_bn` returns W as it was. BN scales X @ W + b, both parts of it: W · scale."""


@wrong("fold_bn", "fold-mean-in-weights")
@edit("W * scale, (b - running_mean) * scale + beta", "(W - running_mean) * scale, (b - running_mean) * scale + beta")
def fold_bn():
    """Your `fold_bn` subtracts the running mean from the weights. It is a shift of the outputs, and shifts go into b
    alone; W is only scaled."""


@wrong("fold_bn", "fold-transposed")
@edit("return W * scale, (b - running_mean) * scale + beta", "return (W * scale).T, (b - running_mean) * scale + beta")
def fold_bn():
    """Your `fold_bn` returns the transpose, as PyTorch stores it. Here weights are (inputs, units), in and
    out."""


@wrong("fold_bn", "fold-order")
@edit("return W * scale, (b - running_mean) * scale + beta", "return (b - running_mean) * scale + beta, W * scale")
def fold_bn():
    """Your `fold_bn` returns b2 before W2. The order is W2, b2."""


@wrong("fold_bn", "fold-in-place")
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `fold_bn` writes into W and b. Folded a second time, they are scaled twice; and integers cannot be
    changed like this. Make new arrays: W * scale."""
    scale = gamma / np.sqrt(running_var + eps)
    W *= scale
    b -= running_mean
    b *= scale
    return W, b + beta


@wrong("fold_bn", "fold-hides-nan")
def fold_bn(W, b, gamma, beta, running_mean, running_var, eps=1e-5):
    """Your `fold_bn` replaces nan by a number (np.nan_to_num). A nan says that training has failed: let it
    through."""
    scale = gamma / np.sqrt(running_var + eps)
    return np.nan_to_num(W * scale), np.nan_to_num((b - running_mean) * scale + beta)


@wrong("fold_bn", "fold-keras-eps")
@edit("running_mean, running_var, eps=1e-5", "running_mean, running_var, eps=1e-3")
def fold_bn():
    """Your `fold_bn` has 1e-3 as its default for eps. That is Keras's, and a lecture's; PyTorch's, and this
    course's, is 1e-5."""


# --- bn2d -------------------------------------------------------------------------------------------


@wrong("relatives", "bn2d-axis-zero")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` averages over the examples only, so that every pixel has statistics of its own. A channel
    looks for the same thing everywhere: average over axes (0, 2, 3). A single image would become beta."""
    mean, var = X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-instance")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` averages over the pixels of each image on its own. That is instance normalization; batch
    normalization averages over the images too: axes (0, 2, 3)."""
    mean, var = X.mean(axis=(2, 3), keepdims=True), X.var(axis=(2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-layer")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` averages over channels and pixels of each image. That is layer normalization; batch
    normalization keeps the channels apart and averages over axes (0, 2, 3)."""
    mean, var = X.mean(axis=(1, 2, 3), keepdims=True), X.var(axis=(1, 2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-channels-last")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` averages over axes (0, 1, 2), as if the channels came last. They are axis 1 here, as in
    PyTorch: (0, 2, 3)."""
    mean, var = X.mean(axis=(0, 1, 2), keepdims=True), X.var(axis=(0, 1, 2), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-gamma-on-width")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` lets gamma broadcast along the last axis, the width. It belongs to the channels: give it the
    shape (1, C, 1, 1). Where the width happens to equal C there is not even an error."""
    mean, var = X.mean(axis=(0, 2, 3), keepdims=True), X.var(axis=(0, 2, 3), keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta


@wrong("relatives", "bn2d-unbiased")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` divides by the number of values minus 1. As in one dimension, the normalization takes the
    biased variance."""
    mean, var = X.mean(axis=(0, 2, 3), keepdims=True), X.var(axis=(0, 2, 3), keepdims=True, ddof=1)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-eps-outside")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` divides by √var + eps; eps belongs under the root."""
    mean, std = X.mean(axis=(0, 2, 3), keepdims=True), X.std(axis=(0, 2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / (std + eps) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-fixed-eps")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` has 1e-5 written into it and never looks at its argument eps. Use the argument."""
    mean, var = X.mean(axis=(0, 2, 3), keepdims=True), X.var(axis=(0, 2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (X - mean) / np.sqrt(var + 1e-5) + beta.reshape(1, -1, 1, 1)


@wrong("relatives", "bn2d-without-gamma-beta")
def bn2d(X, gamma, beta, eps=1e-5):
    """Your `bn2d` forgets gamma and beta."""
    mean, var = X.mean(axis=(0, 2, 3), keepdims=True), X.var(axis=(0, 2, 3), keepdims=True)
    return (X - mean) / np.sqrt(var + eps)


# --- layer_norm -------------------------------------------------------------------------------------


@wrong("relatives", "layer-norm-columns")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` averages over the examples, axis 0. That is batch normalization; here each row is
    normalized by itself: axis=1, keepdims=True. Where X is square the shapes do not warn you."""
    return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps) + beta


@wrong("relatives", "layer-norm-whole")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` takes one mean and one variance of the whole array. Each row has its own: axis=1,
    keepdims=True."""
    return gamma * (X - X.mean()) / np.sqrt(X.var() + eps) + beta


@wrong("relatives", "layer-norm-unbiased")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` divides the squares by D - 1; the variance is the biased one, divided by D."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True, ddof=1)
    return gamma * (X - mean) / np.sqrt(var + eps) + beta


@wrong("relatives", "layer-norm-eps-outside")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` divides by √var + eps; eps belongs under the root."""
    mean, std = X.mean(axis=1, keepdims=True), X.std(axis=1, keepdims=True)
    return gamma * (X - mean) / (std + eps) + beta


@wrong("relatives", "layer-norm-fixed-eps")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` has 1e-5 written into it and never looks at its argument eps. Use the argument."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma * (X - mean) / np.sqrt(var + 1e-5) + beta


@wrong("relatives", "layer-norm-gamma-per-row")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` gives each *row* a gamma and a beta. They belong to the features, the columns: only
    mean and variance go by rows."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return gamma[:, None] * (X - mean) / np.sqrt(var + eps) + beta[:, None]


@wrong("relatives", "layer-norm-without-gamma-beta")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` forgets gamma and beta."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return (X - mean) / np.sqrt(var + eps)


@wrong("relatives", "layer-norm-rms")
def layer_norm(X, gamma, beta, eps=1e-5):
    """Your `layer_norm` divides by the root mean square without subtracting the mean. That is RMSNorm, a
    relative of its own; layer normalization centers first."""
    return gamma * X / np.sqrt((X**2).mean(axis=1, keepdims=True) + eps) + beta


# --- weight_standardization -------------------------------------------------------------------------


@wrong("relatives", "weights-rows")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` standardizes the rows, what leaves an input. A unit's incoming weights are
    a column of W (inputs, units): axis=0."""
    return (W - W.mean(axis=1, keepdims=True)) / np.sqrt(W.var(axis=1, keepdims=True) + eps)


@wrong("relatives", "weights-whole")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` takes one mean and one variance of the whole matrix. Each unit, a column,
    has its own: axis=0."""
    return (W - W.mean()) / np.sqrt(W.var() + eps)


@wrong("relatives", "weights-not-centered")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` divides without subtracting the column's mean first."""
    return W / np.sqrt(W.var(axis=0) + eps)


@wrong("relatives", "weights-only-centered")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` subtracts the column's mean and stops there: divide by √(variance +
    eps)."""
    return W - W.mean(axis=0)


@wrong("relatives", "weights-unit-norm")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` gives each column length 1. Standardized weights have *variance* 1: use the
    mean of the squares, not their sum."""
    centered = W - W.mean(axis=0)
    return centered / np.sqrt((centered**2).sum(axis=0) + eps)


@wrong("relatives", "weights-unbiased")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` divides the squares by one less than the number of inputs; the variance is
    the biased one."""
    return (W - W.mean(axis=0)) / np.sqrt(W.var(axis=0, ddof=1) + eps)


@wrong("relatives", "weights-eps-outside")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` divides by √variance + eps; eps belongs under the root."""
    return (W - W.mean(axis=0)) / (W.std(axis=0) + eps)


@wrong("relatives", "weights-fixed-eps")
def weight_standardization(W, eps=1e-5):
    """Your `weight_standardization` has 1e-5 written into it and never looks at its argument eps. Use the
    argument."""
    return (W - W.mean(axis=0)) / np.sqrt(W.var(axis=0) + 1e-5)
