"""Wrong answers to 01_vanishing_gradients, as learners and lecture slides write them."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- neuron_bce -------------------------------------------------------------------------------------


@base
def neuron_bce(X, w, b, y):
    """A right answer."""
    z = X @ w + b
    dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-slide")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` has the loss of a lecture slide, y - log p - (1 - y) log(1 - p). The first minus should be
    a product: -y log p. As it stands, a negative example is content at p = 1/2."""
    z = X @ w + b
    log_p, log_q = -np.logaddexp(0, -z), -np.logaddexp(0, z)
    loss = np.mean(y - log_p - (1 - y) * log_q)
    p = np.exp(log_p)
    dz = np.where(y == 1, p - 1, 2 * p - 1) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-naive-log")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` takes the logarithm of p. Far out p has been rounded to 0 or 1, and log(0) times 0 is nan.
    From z directly nothing fails: max(z, 0) - y·z + log1p(exp(-|z|))."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` keeps p away from 0 and 1 by a small number inside the logarithm. The loss of a confident
    mistake is then capped (at 18 for 1e-8, where it should be 800), and other losses may be a little off. Build it from
    z instead."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p + 1e-8) - (1 - y) * np.log(1 - p + 1e-8))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-log-plus-1e-7", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """With 1e-7."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p + 1e-7) - (1 - y) * np.log(1 - p + 1e-7))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-log-plus-1e-12", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """With 1e-12."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p + 1e-12) - (1 - y) * np.log(1 - p + 1e-12))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-log-plus-1e-15", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """With 1e-15."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    loss = np.mean(-y * np.log(p + 1e-15) - (1 - y) * np.log(1 - p + 1e-15))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-clipped-p", twin_of="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` clips p away from 0 and 1. So the loss of a confident mistake stops growing (at 27 for 1e-12,
    where it should be 800). Build the loss from z and there is nothing to clip."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    safe = np.clip(p, 1e-12, 1 - 1e-12)
    loss = np.mean(-y * np.log(safe) - (1 - y) * np.log(1 - safe))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-clipped-p-1e-7", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """At 1e-7."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    safe = np.clip(p, 1e-7, 1 - 1e-7)
    loss = np.mean(-y * np.log(safe) - (1 - y) * np.log(1 - safe))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-clipped-p-1e-8", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """At 1e-8."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    safe = np.clip(p, 1e-8, 1 - 1e-8)
    loss = np.mean(-y * np.log(safe) - (1 - y) * np.log(1 - safe))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-clipped-p-1e-15", told_as="bce-log-plus-epsilon")
def neuron_bce(X, w, b, y):
    """At 1e-15."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    safe = np.clip(p, 1e-15, 1 - 1e-15)
    loss = np.mean(-y * np.log(safe) - (1 - y) * np.log(1 - safe))
    dz = (p - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-overflow")
def neuron_bce(X, w, b, y):
    """In your `neuron_bce` an exponential overflows far out (e^(-z) for very negative z, e^z for very large z), and
    NumPy warns about it. Let exp see only -|z|, in the loss and in p. np.where computes both of its pieces
    everywhere."""
    z = X @ w + b
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))
    dz = (1 / (1 + np.exp(-z)) - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-softplus-overflow")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` computes log(1 + e^z) as it stands; past z = 709 that is infinite. With max(z, 0) taken
    out it is max(z, 0) + log1p(exp(-|z|)), which is the same number and never overflows."""
    z = X @ w + b
    loss = np.mean(np.log(1 + np.exp(z)) - y * z)
    dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
    return loss, X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-extra-slope")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` multiplies p - y by sigmoid's slope p(1 - p). For the cross-entropy that slope has
    cancelled already: dL/dz is (p - y)/N. It stays for the squared error."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    dz = (p - y) * p * (1 - p) / len(y)
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-target-minus-prediction")
@edit("dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)", "dz = (y - np.exp(-np.logaddexp(0, -z))) / len(y)")
def neuron_bce():
    """Your `neuron_bce` has y - p where the gradient is p - y. Both gradients have the wrong sign: a step of
    gradient descent would go uphill."""


@wrong("neuron_bce", "bce-gradient-summed")
@edit("dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)", "dz = np.exp(-np.logaddexp(0, -z)) - y")
def neuron_bce():
    """The gradients of your `neuron_bce` are sums over the examples: both dw and db lack the 1/N of a mean. Quick test:
    give it every example twice, and nothing should change."""


@wrong("neuron_bce", "bce-db-summed")
@edit("dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)", "dz = np.exp(-np.logaddexp(0, -z)) - y")
@edit("X.T @ dz", "X.T @ dz / len(y)")
def neuron_bce():
    """Your `neuron_bce` does not divide db by N. The loss is a mean over N examples. If the 1/N is in dz, both dw and
    db get it."""


@wrong("neuron_bce", "bce-dw-summed")
@edit("dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)", "dz = np.exp(-np.logaddexp(0, -z)) - y")
@edit("dz.sum()", "dz.mean()")
def neuron_bce():
    """Your `neuron_bce` does not divide dw by N. The loss is a mean over N examples. If the 1/N is in dz, both dw and
    db get it."""


@wrong("neuron_bce", "bce-divided-twice")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` divides its gradients by N twice: once in dz, and once more in dw and db (a mean is a
    division by N too)."""
    z = X @ w + b
    dz = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ dz / len(y), dz.mean()


@wrong("neuron_bce", "bce-db-divided-twice")
@edit("dz.sum()", "dz.mean()")
def neuron_bce():
    """Your `neuron_bce` divides db by N twice: the 1/N is in dz already, and a mean divides once more. db is the sum of
    dz."""


@wrong("neuron_bce", "bce-dw-divided-twice")
@edit("X.T @ dz", "X.T @ dz / len(y)")
def neuron_bce():
    """Your `neuron_bce` divides dw by N twice: the 1/N is in dz already, and dw is Xᵀdz without another one."""


@wrong("neuron_bce", "bce-loss-summed")
@edit("np.mean(np.logaddexp(0, z) - y * z)", "np.sum(np.logaddexp(0, z) - y * z)")
def neuron_bce():
    """Your `neuron_bce` sums the loss over the batch; it is the mean. Otherwise a batch of twice the size has
    twice the loss."""


@wrong("neuron_bce", "bce-log2")
@edit("np.mean(np.logaddexp(0, z) - y * z)", "np.mean(np.logaddexp(0, z) - y * z) / np.log(2)")
def neuron_bce():
    """Your `neuron_bce` measures the loss in bits, with log2. The gradient p - y belongs to the natural logarithm,
    np.log. Quick test: with all weights 0 the loss is log 2 = 0.693."""


@wrong("neuron_bce", "bce-half")
@edit("np.mean(np.logaddexp(0, z) - y * z), X.T @ dz, dz.sum()", "np.mean(y * np.logaddexp(0, -z)), X.T @ dz, dz.sum()")
def neuron_bce():
    """Your `neuron_bce` leaves out the half of the loss that belongs to y = 0: it is -y log p alone. A neuron
    could then say 1 to everything, at no cost."""


@wrong("neuron_bce", "bce-sign-of-loss")
@edit("np.mean(np.logaddexp(0, z) - y * z)", "-np.mean(np.logaddexp(0, z) - y * z)")
def neuron_bce():
    """Your `neuron_bce` returns the log-likelihood, a negative number. The loss is minus that: it is what should
    get small."""


@wrong("neuron_bce", "bce-no-bias")
@edit("z = X @ w + b", "z = X @ w")
def neuron_bce():
    """Your `neuron_bce` never adds the bias: z is Xw + b."""


@wrong("neuron_bce", "bce-squared-error")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` returns the squared error of p. The loss asked for is the cross-entropy: p - y belongs to its
    gradient."""
    z = X @ w + b
    p = np.exp(-np.logaddexp(0, -z))
    dz = (p - y) / len(y)
    return np.mean((p - y) ** 2), X.T @ dz, dz.sum()


@wrong("neuron_bce", "bce-in-place")
def neuron_bce(X, w, b, y):
    """Your `neuron_bce` writes into y (or another argument): `y -= p` and the like. Work on a new array: the next epoch
    needs the targets as they were."""
    z = X @ w + b
    loss = np.mean(np.logaddexp(0, z) - y * z)
    y[:] = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
    return loss, X.T @ y, y.sum()


# --- numerical_gradient -----------------------------------------------------------------------------


@base
def numerical_gradient(f, x, h=1e-5):
    """A right answer."""
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


@wrong("gradient_check", "numerical-forward")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x + step) - f(x)) / h")
def numerical_gradient():
    """Your `numerical_gradient` goes one step forward only, (f(x + h) - f(x))/h. Its error is of order h; going
    both ways, (f(x + h) - f(x - h))/2h, it is of order h²."""


@wrong("gradient_check", "numerical-backward")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x) - f(x - step)) / h")
def numerical_gradient():
    """Your `numerical_gradient` goes one step back only, (f(x) - f(x - h))/h. Its error is of order h; going both
    ways, (f(x + h) - f(x - h))/2h, it is of order h²."""


@wrong("gradient_check", "numerical-without-2")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x + step) - f(x - step)) / h")
def numerical_gradient():
    """Your `numerical_gradient` divides by h, but its two points are 2h apart: everything is twice too large."""


@wrong("gradient_check", "numerical-bracket")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x + step) - f(x - step)) / 2 * h")
def numerical_gradient():
    """Your `numerical_gradient` divides by 2 and then multiplies by h: `/ 2 * h` is read from the left. Write `/
    (2 * h)`."""


@wrong("gradient_check", "numerical-own-h")
@edit("step[i] = h", "step[i] = 1e-5")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x + step) - f(x - step)) / 2e-5")
def numerical_gradient():
    """Your `numerical_gradient` uses a step of its own, not the h that it is given."""


@wrong("gradient_check", "numerical-relative-step")
@edit("step[i] = h", "step[i] = h * max(1.0, abs(x[i]))")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x + step) - f(x - step)) / (2 * step[i])")
def numerical_gradient():
    """Your `numerical_gradient` makes the step larger for large entries of x, h · |x|. That is a fair idea of some
    libraries; here every entry moves by the h that is given."""


@wrong("gradient_check", "numerical-sign")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad[i] = (f(x - step) - f(x + step)) / (2 * h)")
def numerical_gradient():
    """Your `numerical_gradient` has the sign turned: it is f(x + h) - f(x - h), in this order."""


@wrong("gradient_check", "numerical-all-at-once")
def numerical_gradient(f, x, h=1e-5):
    """Your `numerical_gradient` moves all entries at once: that is one number, the slope along the diagonal, for
    every entry. Move one entry, and leave the others where they are."""
    x = np.array(x, dtype=float)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@wrong("gradient_check", "numerical-not-restored")
def numerical_gradient(f, x, h=1e-5):
    """Your `numerical_gradient` does not put an entry back before it moves the next one: all earlier entries are
    off by h. Restore it, or step on a fresh copy."""
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        up = f(x)
        x[i] -= 2 * h
        grad[i] = (up - f(x)) / (2 * h)
    return grad


@wrong("gradient_check", "numerical-in-place")
def numerical_gradient(f, x, h=1e-5):
    """Your `numerical_gradient` steps on the caller's own x and leaves rounding (or more) in it. Begin with a copy:
    np.array(x, dtype=float)."""
    grad = np.zeros(x.shape)
    original = np.array(x, dtype=float)
    work = x if x.dtype == float else original.copy()
    for i in np.ndindex(x.shape):
        work[i] = original[i] + h
        up = f(work)
        work[i] = original[i] - h
        grad[i] = (up - f(work)) / (2 * h)
        work[i] = original[i]
    work += h
    return grad


@wrong("gradient_check", "numerical-integers")
def numerical_gradient(f, x, h=1e-5):
    """Your `numerical_gradient` copies x with its type, and an array of integers cannot hold a step of 1e-5: both
    points are cut off. np.array(x, dtype=float) makes a copy that can."""
    grad = np.zeros(np.shape(x))
    for i in np.ndindex(np.shape(x)):
        up, down = np.array(x), np.array(x)
        up[i] = x[i] + h
        down[i] = x[i] - h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad


@wrong("gradient_check", "numerical-gradient-integers")
@edit("x = np.array(x, dtype=float)", "")
@edit("for i in np.ndindex(x.shape):", "for i in np.ndindex(np.shape(x)):")
@edit("step = np.zeros_like(x)", "step = np.zeros(np.shape(x))")
def numerical_gradient():
    """Your `numerical_gradient` collects its answer in np.zeros_like(x). If x holds integers the answer is cut off
    to integers. Give it dtype=float."""


@wrong("gradient_check", "numerical-rows")
@edit("for i in np.ndindex(x.shape):", "for i in range(len(x)):")
def numerical_gradient():
    """Your `numerical_gradient` loops over range(len(x)): in a table that moves a whole row at once, and a single
    number has no length. np.ndindex(x.shape) visits every entry of an array of any shape."""


@wrong("gradient_check", "numerical-flat")
@edit("grad = np.zeros_like(x)", "grad = []")
@edit("grad[i] = (f(x + step) - f(x - step)) / (2 * h)", "grad.append((f(x + step) - f(x - step)) / (2 * h))")
@edit("return grad", "return np.array(grad)")
def numerical_gradient():
    """Your `numerical_gradient` returns a flat list of slopes: reshape it to the shape of x."""


# --- relative_error ---------------------------------------------------------------------------------


@wrong("gradient_check", "error-zero-over-zero")
def relative_error(a, b):
    """Your `relative_error` divides 0 by 0 when both arrays are zero, which is nan. Two zeros are equal: return
    0."""
    return np.linalg.norm(np.subtract(a, b)) / (np.linalg.norm(a) + np.linalg.norm(b))


@wrong("gradient_check", "error-signed-mean")
def relative_error(a, b):
    """Your `relative_error` averages differences with their signs, so errors cancel. Take the norm of a - b."""
    size = np.mean(np.abs(a)) + np.mean(np.abs(b))
    return np.mean(np.subtract(a, b)) / size if size > 0 else 0.0


@wrong("gradient_check", "error-of-a-only")
def relative_error(a, b):
    """Your `relative_error` divides by the norm of a alone. The denominator is ‖a‖ + ‖b‖: then it does not matter
    which of the two comes first, and the answer is at most 1."""
    size = np.linalg.norm(a)
    difference = np.linalg.norm(np.subtract(a, b))
    return difference / size if size > 0 else float(difference > 0)


@wrong("gradient_check", "error-of-b-only")
def relative_error(a, b):
    """Your `relative_error` divides by the norm of b alone. The denominator is ‖a‖ + ‖b‖: then it does not matter
    which of the two comes first, and the answer is at most 1."""
    size = np.linalg.norm(b)
    difference = np.linalg.norm(np.subtract(a, b))
    return difference / size if size > 0 else float(difference > 0)


@wrong("gradient_check", "error-norm-of-sum")
def relative_error(a, b):
    """Your `relative_error` divides by ‖a + b‖, the norm of the sum. For a and -a that is 0. Add the two norms
    instead: ‖a‖ + ‖b‖."""
    size = np.linalg.norm(np.add(a, b))
    return np.linalg.norm(np.subtract(a, b)) / size if size > 0 else 0.0


@wrong("gradient_check", "error-absolute")
def relative_error(a, b):
    """Your `relative_error` is the absolute error ‖a - b‖: for tiny gradients it is always tiny. Divide by ‖a‖ +
    ‖b‖."""
    return np.linalg.norm(np.subtract(a, b))


@wrong("gradient_check", "error-with-a-constant")
def relative_error(a, b):
    """Your `relative_error` takes a tiny denominator for 0 (and returns 0), or keeps it away from 0 by a small
    constant, which is added to it or bounds it from below. For gradients smaller than that every error then looks
    small. Ask whether the denominator is exactly 0 instead."""
    return np.linalg.norm(np.subtract(a, b)) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-7)


@wrong("gradient_check", "error-with-a-constant-1e-8", told_as="error-with-a-constant")
def relative_error(a, b):
    """With 1e-8."""
    return np.linalg.norm(np.subtract(a, b)) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8)


@wrong("gradient_check", "error-with-a-constant-1e-12", told_as="error-with-a-constant")
def relative_error(a, b):
    """With 1e-12."""
    return np.linalg.norm(np.subtract(a, b)) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-12)


@wrong("gradient_check", "error-with-a-constant-bound-1e-8", told_as="error-with-a-constant")
def relative_error(a, b):
    """As a lower bound."""
    return np.linalg.norm(np.subtract(a, b)) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-8)


@wrong("gradient_check", "error-with-a-constant-bound-1e-12", told_as="error-with-a-constant")
def relative_error(a, b):
    """As a lower bound of 1e-12."""
    return np.linalg.norm(np.subtract(a, b)) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-12)


@wrong("gradient_check", "error-tiny-is-zero", told_as="error-with-a-constant")
def relative_error(a, b):
    """Below 1e-8 it is 0."""
    total = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(np.subtract(a, b)) / total if total >= 1e-8 else 0.0


@wrong("gradient_check", "error-tiny-is-zero-1e-12", told_as="error-with-a-constant")
def relative_error(a, b):
    """Below 1e-12."""
    total = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(np.subtract(a, b)) / total if total >= 1e-12 else 0.0


@wrong("gradient_check", "error-largest")
def relative_error(a, b):
    """Your `relative_error` divides by the larger of the two norms. It should be their sum, so that the answer is
    at most 1."""
    size = max(np.linalg.norm(a), np.linalg.norm(b))
    return np.linalg.norm(np.subtract(a, b)) / size if size > 0 else 0.0


@wrong("gradient_check", "error-squared")
def relative_error(a, b):
    """Your `relative_error` is built from sums of squares, without their roots. A norm is the root of a sum of
    squares."""
    size = np.sum(np.square(a)) + np.sum(np.square(b))
    return np.sum(np.square(np.subtract(a, b))) / size if size > 0 else 0.0


@wrong("gradient_check", "error-elementwise")
def relative_error(a, b):
    """Your `relative_error` takes the largest error of a single entry, relative to that entry. An entry that is 0
    by chance then looks like a bug. It is ‖a - b‖ / (‖a‖ + ‖b‖), over all entries together."""
    size = np.abs(a) + np.abs(b)
    return float(np.max(np.abs(np.subtract(a, b)) / np.where(size > 0, size, 1)))


@wrong("gradient_check", "error-mean-of-entries")
def relative_error(a, b):
    """Your `relative_error` averages the relative errors of the single entries. An entry that is tiny by chance then
    counts as much as a large one. It is ‖a - b‖ / (‖a‖ + ‖b‖), over all entries together."""
    size = np.abs(a) + np.abs(b)
    return float(np.mean(np.abs(np.subtract(a, b)) / np.where(size > 0, size, 1)))


@wrong("gradient_check", "error-mean-of-entries-over-the-larger", told_as="error-mean-of-entries")
def relative_error(a, b):
    """Each entry over the larger of the two."""
    size = np.maximum(np.abs(a), np.abs(b))
    return float(np.mean(np.abs(np.subtract(a, b)) / np.where(size > 0, size, 1)))


@wrong("gradient_check", "error-mean-of-entries-over-b", told_as="error-mean-of-entries")
def relative_error(a, b):
    """Each entry over that of b."""
    size = np.abs(b)
    return float(np.mean(np.abs(np.subtract(a, b)) / np.where(size > 0, size, 1)))


@wrong("gradient_check", "error-largest-of-entries-over-the-larger", told_as="error-elementwise")
def relative_error(a, b):
    """Each entry over the larger of the two."""
    size = np.maximum(np.abs(a), np.abs(b))
    return float(np.max(np.abs(np.subtract(a, b)) / np.where(size > 0, size, 1)))


@wrong("gradient_check", "error-sums-of-sizes")
def relative_error(a, b):
    """Your `relative_error` adds up absolute values. The norm meant here is the root of the sum of squares, in the
    numerator and in the denominator."""
    total = float(np.sum(np.abs(a)) + np.sum(np.abs(b)))
    return float(np.sum(np.abs(np.subtract(a, b)))) / total if total else 0.0


# --- chain_gradient ---------------------------------------------------------------------------------


@base
def chain_gradient(x, ws, f, df):
    """A right answer."""
    factors = []
    for w in ws:
        factors.append(w * df(w * x))
        x = f(w * x)
    return np.cumprod(factors[::-1])[::-1]


@wrong("chain_gradient", "chain-slope-at-output")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` takes the slope at a = f(z). It belongs to z, what goes *into* the activation:
    df(z)."""
    factors = []
    for w in ws:
        x = f(w * x)
        factors.append(w * df(x))
    return np.cumprod(factors[::-1])[::-1]


@wrong("chain_gradient", "chain-slope-at-input")
@edit("factors.append(w * df(w * x))", "factors.append(w * df(x))")
def chain_gradient():
    """Your `chain_gradient` takes the slope at the previous activation a, before the weight. It belongs to z =
    w·a."""


@wrong("chain_gradient", "chain-without-weights")
@edit("factors.append(w * df(w * x))", "factors.append(df(w * x))")
def chain_gradient():
    """Your `chain_gradient` multiplies slopes only. Each link also multiplies by its weight: z = w·a, so dz/da =
    w."""


@wrong("chain_gradient", "chain-without-slopes")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` multiplies weights only. Each link also multiplies by the slope of its activation,
    f'(z)."""
    return np.cumprod(np.array(ws, dtype=float)[::-1])[::-1]


@wrong("chain_gradient", "chain-from-the-input")
@edit("return np.cumprod(factors[::-1])[::-1]", "return np.cumprod(factors)")
def chain_gradient():
    """Your `chain_gradient` multiplies from the input side: its entry l is the product of links 1 to l. You want
    the links from l to the last, so that the *first* entry has all factors."""


@wrong("chain_gradient", "chain-reversed")
@edit("return np.cumprod(factors[::-1])[::-1]", "return np.cumprod(factors[::-1])")
def chain_gradient():
    """Your `chain_gradient` returns its numbers in reversed order: it was collected from the back, and not turned
    round. The first entry belongs to the first link."""


@wrong("chain_gradient", "chain-one-quarter")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` takes 1/4 for every slope. That is the largest slope of sigmoid, at z = 0 only;
    elsewhere, and for any other activation, use df(z)."""
    return np.cumprod(np.array(ws, dtype=float)[::-1] / 4)[::-1]


@wrong("chain_gradient", "chain-starts-at-one")
@edit("return np.cumprod(factors[::-1])[::-1]", "return np.append(np.cumprod(factors[::-1])[::-1][1:], 1.0)")
def chain_gradient():
    """Your `chain_gradient` is one link late: its last entry is 1, the derivative of the output with respect to
    itself. Entry l is taken with respect to what goes *into* link l, so its own factor belongs to it."""


@wrong("chain_gradient", "chain-factors-only")
@edit("return np.cumprod(factors[::-1])[::-1]", "return np.array(factors)")
def chain_gradient():
    """Your `chain_gradient` returns the factors w·f'(z) one by one. They still have to be multiplied, from each
    link to the end."""


@wrong("chain_gradient", "chain-signal-not-passed-on")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` computes every z from the very first x. Each link gets what the one before it gave: x
    = f(z) inside the loop."""
    return np.cumprod([w * df(w * x) for w in ws][::-1])[::-1]


@wrong("chain_gradient", "chain-without-activation")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` passes z on instead of f(z): on the way forward the activation is missing."""
    factors = []
    for w in ws:
        x = w * x
        factors.append(w * df(x))
    return np.cumprod(factors[::-1])[::-1]


@wrong("chain_gradient", "chain-sum")
@edit("return np.cumprod(factors[::-1])[::-1]", "return np.cumsum(factors[::-1])[::-1]")
def chain_gradient():
    """Your `chain_gradient` adds the factors. The chain rule multiplies them."""


@wrong("chain_gradient", "chain-absolute")
@edit("factors.append(w * df(w * x))", "factors.append(abs(w * df(w * x)))")
def chain_gradient():
    """Your `chain_gradient` loses signs: it returns sizes. A negative weight turns the sign of every gradient
    before it."""


@wrong("chain_gradient", "chain-division")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` divides the whole product by the factors already passed. Where a weight is 0 that is
    0/0, nan. Multiply from the back instead: no division is needed."""
    factors = []
    for w in ws:
        factors.append(w * df(w * x))
        x = f(w * x)
    before = np.cumprod(np.append(1.0, factors[:-1]))
    return np.prod(factors) / before


@wrong("chain_gradient", "chain-integer-array")
def chain_gradient(x, ws, f, df):
    """Your `chain_gradient` keeps its products in an array made like `ws`. If the weights are integers it holds
    integers too, and cuts off every decimal: write np.zeros(len(ws)), or dtype=float."""
    gradient = np.zeros_like(ws)
    slopes = []
    for w in ws:
        slopes.append(df(w * x))
        x = f(w * x)
    product = 1.0
    for link in reversed(range(len(ws))):
        product = product * ws[link] * slopes[link]
        gradient[link] = product
    return gradient


# --- mlp_forward ------------------------------------------------------------------------------------


@base
def mlp_forward(X, Ws, bs, f):
    """A right answer."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-activation-at-the-end")
@edit("hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])", "hs.append(f(zs[-1]))")
def mlp_forward():
    """Your `mlp_forward` applies f to the last layer too. That one is linear: its output are logits or numbers of
    any size, and the loss does the rest."""


@wrong("mlp_forward", "forward-activation-in-hs-only")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` puts f of the last z into hs. The last layer is linear: hs ends with the output itself, and f
    is called for hidden layers only."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]))
    return zs[-1], zs, hs


@wrong("mlp_forward", "forward-activation-on-out-only")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` applies f to the output that it returns. The last layer is linear: the output is the last z,
    and so is the last entry of hs."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]))
    hs[-1] = zs[-1]
    return f(zs[-1]), zs, hs


@wrong("mlp_forward", "forward-no-activation")
@edit("hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])", "hs.append(zs[-1])")
def mlp_forward():
    """Your `mlp_forward` never applies f: without it all layers are one linear map."""


@wrong("mlp_forward", "forward-bias-after")
@edit("zs.append(hs[-1] @ W + b)", "zs.append(hs[-1] @ W)")
@edit("f(zs[-1]) if len(zs) < len(Ws) else zs[-1]", "(f(zs[-1]) if len(zs) < len(Ws) else zs[-1]) + b")
def mlp_forward():
    """Your `mlp_forward` adds the bias after the activation, f(HW) + b. It belongs inside: f(HW + b)."""


@wrong("mlp_forward", "forward-transposed")
@edit("zs.append(hs[-1] @ W + b)", "zs.append(hs[-1] @ W.T + b)")
def mlp_forward():
    """Your `mlp_forward` multiplies by W.T. PyTorch stores its weights as (outputs, inputs) and needs that; here W
    is (inputs, outputs), so it is H @ W."""


@wrong("mlp_forward", "forward-caches-h")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` keeps the activations in zs. zs holds what goes *into* f, Z = HW + b: the backward pass
    needs the slope there."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        z = hs[-1] @ W + b
        hs.append(f(z) if len(zs) < len(Ws) - 1 else z)
        zs.append(hs[-1])
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-hs-without-activation")
@edit("hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])", "hs.append(zs[-1])")
@edit("zs.append(hs[-1] @ W + b)", "zs.append((f(hs[-1]) if zs else hs[-1]) @ W + b)")
def mlp_forward():
    """Your `mlp_forward` keeps the zs in hs. hs holds what comes *out* of f: dW is built from it on the way back."""


@wrong("mlp_forward", "forward-overwrites-z", twin_of="forward-caches-h")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` writes the activation into the array of z, so that zs and hs hold the same. Make a new
    array: h = f(z)."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        z = hs[-1] @ W + b
        zs.append(z)
        if len(zs) < len(Ws):
            z[...] = f(z)
        hs.append(z)
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-no-bias")
@edit("for W, b in zip(Ws, bs):", "for W in Ws:")
@edit("zs.append(hs[-1] @ W + b)", "zs.append(hs[-1] @ W)")
def mlp_forward():
    """Your `mlp_forward` forgets the biases: Z = HW + b."""


@wrong("mlp_forward", "forward-zs-without-bias")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` keeps HW in zs, without the bias. zs holds what goes *into* f, Z = HW + b: the backward pass
    needs the slope there."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W)
        hs.append(f(zs[-1] + b) if len(zs) < len(Ws) else zs[-1] + b)
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-zs-without-bias-in-hidden-layers", told_as="forward-zs-without-bias")
def mlp_forward(X, Ws, bs, f):
    """The last z is the output."""
    zs, hs = [], [X]
    for W, b in zip(Ws[:-1], bs[:-1]):
        zs.append(hs[-1] @ W)
        hs.append(f(zs[-1] + b))
    out = hs[-1] @ Ws[-1] + bs[-1]
    return out, [*zs, out], [*hs, out]


@wrong("mlp_forward", "forward-zs-and-output-without-bias", told_as="forward-zs-without-bias")
def mlp_forward(X, Ws, bs, f):
    """The last layer hands on its z, and lacks the bias, too."""
    zs, hs = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W)
        hs.append(f(zs[-1] + b) if len(zs) < len(Ws) else zs[-1])
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-without-x")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` begins hs with the first hidden layer. hs[0] is X: the first dW needs it. hs has one
    entry more than there are layers."""
    h, zs, hs = X, [], []
    for W, b in zip(Ws, bs):
        zs.append(h @ W + b)
        h = f(zs[-1]) if len(zs) < len(Ws) else zs[-1]
        hs.append(h)
    return h, zs, hs


@wrong("mlp_forward", "forward-without-output")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` leaves the output out of hs. Its last entry is the output, so that hs has one entry more
    than there are layers."""
    h, zs, hs = X, [], []
    for W, b in zip(Ws, bs):
        hs.append(h)
        zs.append(h @ W + b)
        h = f(zs[-1]) if len(zs) < len(Ws) else zs[-1]
    return h, zs, hs


@wrong("mlp_forward", "forward-always-x")
@edit("zs.append(hs[-1] @ W + b)", "zs.append(X @ W + b)")
def mlp_forward():
    """Your `mlp_forward` multiplies X by every W. Each layer gets what the one before it gave: hs[-1] @ W."""


@wrong("mlp_forward", "forward-skips-activation-of-first")
@edit("hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])", "hs.append(zs[-1] if len(zs) == 1 else f(zs[-1]))")
def mlp_forward():
    """Your `mlp_forward` leaves f out in the first layer and applies it in the last. It is the other way round:
    every layer but the last."""


@wrong("mlp_forward", "forward-activates-x")
@edit("zs, hs = [], [X]", "zs, hs = [], [f(X)]")
def mlp_forward():
    """Your `mlp_forward` applies f to the features before the first layer. X goes in as it is."""


@wrong("mlp_forward", "forward-z-of-the-last-missing")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` keeps no z of the last layer. zs has one entry for each layer; the last one is the output
    itself."""
    zs, hs = [], [X]
    for W, b in zip(Ws[:-1], bs[:-1]):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]))
    hs.append(hs[-1] @ Ws[-1] + bs[-1])
    return hs[-1], zs, hs


@wrong("mlp_forward", "forward-in-place")
def mlp_forward(X, Ws, bs, f):
    """Your `mlp_forward` writes into its arguments (a `+=` or `[...] =` on X, a weight or a bias). The caller still
    needs them: make new arrays."""
    zs, hs = [], [X.copy()]
    for W, b in zip(Ws, bs):
        zs.append(hs[-1] @ W + b)
        hs.append(f(zs[-1]) if len(zs) < len(Ws) else zs[-1])
    X += 1
    return hs[-1], zs, hs


# --- mlp_backward -----------------------------------------------------------------------------------


@base
def mlp_backward(dout, zs, hs, Ws, df):
    """A right answer."""
    delta, dWs, dbs, deltas = dout, [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        if l > 0:
            delta = (delta @ Ws[l].T) * df(zs[l - 1])
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-slope-at-h")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` takes the slope at the activation h. df wants z, what went *into* the activation: for
    layer l that is zs[l - 1] when you go from l to l - 1."""
    delta, dWs, dbs, deltas = dout, [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        delta = (delta @ Ws[l].T) * df(hs[l])
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-no-slope")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` never multiplies by the slope of the activation. Each hidden layer's delta is (delta
    W.T) * df(z)."""
    delta, dWs, dbs, deltas = dout, [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        delta = delta @ Ws[l].T
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-slope-at-output")
@edit("delta, dWs, dbs, deltas = dout, [], [], []", "delta, dWs, dbs, deltas = dout * df(zs[-1]), [], [], []")
def mlp_backward():
    """Your `mlp_backward` multiplies dout by df at the last layer. That layer has no activation: its delta is dout
    itself."""


@wrong("mlp_backward", "backward-divides-by-n")
@edit("dWs.insert(0, hs[l].T @ delta)", "dWs.insert(0, hs[l].T @ delta / len(delta))")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.insert(0, delta.mean(axis=0))")
def mlp_backward():
    """Your `mlp_backward` divides dW and db by N. The 1/N of a mean loss is in dout already: here everything is
    summed."""


@wrong("mlp_backward", "backward-dw-divided")
@edit("dWs.insert(0, hs[l].T @ delta)", "dWs.insert(0, hs[l].T @ delta / len(delta))")
def mlp_backward():
    """Your `mlp_backward` divides the weights' gradients by N. The 1/N is in dout already: dW is hᵀδ without another
    one."""


@wrong("mlp_backward", "backward-db-mean")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.insert(0, delta.mean(axis=0))")
def mlp_backward():
    """Your `mlp_backward` averages delta over the batch for db. A bias is shared by all examples, so their
    contributions add up: sum, not mean. The 1/N is in dout."""


@wrong("mlp_backward", "backward-db-one-number")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.insert(0, delta.sum())")
def mlp_backward():
    """Your `mlp_backward` sums delta over everything for db: one number for a layer. Each unit has a bias of its
    own: sum over axis 0 only."""


@wrong("mlp_backward", "backward-db-over-units")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.insert(0, delta.sum(axis=1))")
def mlp_backward():
    """Your `mlp_backward` sums delta over axis 1, the units. db has one number for each unit: sum over axis 0, the
    examples."""


@wrong("mlp_backward", "backward-db-keepdims")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.insert(0, delta.sum(axis=0, keepdims=True))")
def mlp_backward():
    """Your `mlp_backward` gives db the shape (1, units), from keepdims=True. It has the shape of the bias,
    (units,)."""


@wrong("mlp_backward", "backward-not-transposed")
@edit("delta = (delta @ Ws[l].T) * df(zs[l - 1])", "delta = (delta @ Ws[l]) * df(zs[l - 1])")
def mlp_backward():
    """Your `mlp_backward` goes back through W without transposing it. Forward it was H @ W; back it is delta @
    W.T. Only square weights let the mistake pass without an error."""


@wrong("mlp_backward", "backward-dw-transposed")
@edit("dWs.insert(0, hs[l].T @ delta)", "dWs.insert(0, delta.T @ hs[l])")
def mlp_backward():
    """Your `mlp_backward` returns each dW transposed, delta.T @ H. It has the shape of W, (inputs, outputs): H.T @
    delta."""


@wrong("mlp_backward", "backward-z-for-h")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` builds dW from z of the layer below. The weights were multiplied by its *activation*, so
    dW = H.T @ delta with H = hs[l]."""
    below = [hs[0], *zs[:-1]]
    delta, dWs, dbs, deltas = dout, [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, below[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        if l > 0:
            delta = (delta @ Ws[l].T) * df(zs[l - 1])
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-hs-off-by-one")
@edit("dWs.insert(0, hs[l].T @ delta)", "dWs.insert(0, hs[l + 1].T @ delta)")
def mlp_backward():
    """Your `mlp_backward` is off by one in hs: hs[0] is X, so layer l (from 0) was fed by hs[l], not hs[l + 1]."""


@wrong("mlp_backward", "backward-zs-off-by-one")
@edit("delta = (delta @ Ws[l].T) * df(zs[l - 1])", "delta = (delta * df(zs[l])) @ Ws[l].T")
def mlp_backward():
    """Your `mlp_backward` is off by one in zs: on the way from layer l to layer l - 1 the slope is that of zs[l -
    1], the layer you arrive at."""


@wrong("mlp_backward", "backward-reversed")
@edit("dWs.insert(0, hs[l].T @ delta)", "dWs.append(hs[l].T @ delta)")
@edit("dbs.insert(0, delta.sum(axis=0))", "dbs.append(delta.sum(axis=0))")
@edit("deltas.insert(0, delta)", "deltas.append(delta)")
def mlp_backward():
    """Your `mlp_backward` returns the gradients in reversed order: they were collected from the last layer to the
    first. Turn the lists round at the end, or insert at the front."""


@wrong("mlp_backward", "backward-h-gradients")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` returns in deltas the gradients with respect to the activations, before the slope. A
    delta is the gradient with respect to z: multiply by df(z) first."""
    delta, dWs, dbs, deltas = dout, [], [], [dout]
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        if l > 0:
            deltas.insert(0, delta @ Ws[l].T)
            delta = deltas[0] * df(zs[l - 1])
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-input-gradient-too")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` returns one delta too many: the gradient with respect to X is not asked for. deltas has
    one entry for each layer, the last one dout."""
    delta, dWs, dbs, deltas = dout, [], [], [dout]
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        delta = delta @ Ws[l].T
        if l > 0:
            delta = delta * df(zs[l - 1])
        deltas.insert(0, delta)
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-output-delta-missing")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` leaves the last layer's delta out. Its delta is dout, and it belongs into the list."""
    delta, dWs, dbs, deltas = dout, [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        if l > 0:
            delta = (delta @ Ws[l].T) * df(zs[l - 1])
            deltas.insert(0, delta)
    return dWs, dbs, deltas


@wrong("mlp_backward", "backward-tanh-only")
@edit("delta = (delta @ Ws[l].T) * df(zs[l - 1])", "delta = (delta @ Ws[l].T) * (1 - np.tanh(zs[l - 1]) ** 2)")
def mlp_backward():
    """Your `mlp_backward` has the slope of tanh, 1 - h², built in. Use the df that is given, at z: the activation
    may be any."""


@wrong("mlp_backward", "backward-forgets-dout")
@edit("delta, dWs, dbs, deltas = dout, [], [], []", "delta, dWs, dbs, deltas = np.ones_like(dout), [], [], []")
def mlp_backward():
    """Your `mlp_backward` starts with ones instead of dout: what the loss says about the output never enters."""


@wrong("mlp_backward", "backward-in-place")
def mlp_backward(dout, zs, hs, Ws, df):
    """Your `mlp_backward` writes into its arguments: `delta *= ...` on dout, for instance. Make a new array: delta =
    delta * ..."""
    delta, dWs, dbs, deltas = dout.copy(), [], [], []
    for l in reversed(range(len(Ws))):
        dWs.insert(0, hs[l].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
        deltas.insert(0, delta)
        if l > 0:
            delta = (delta @ Ws[l].T) * df(zs[l - 1])
    dout *= 2
    return dWs, dbs, deltas


# --- gradient_report --------------------------------------------------------------------------------


@base
def gradient_report(deltas):
    """A right answer."""
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    if not np.isfinite(rms).all():
        return rms, ratio, "non-finite"
    return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


@wrong("gradient_report", "report-mean")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.mean(delta) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` averages the deltas themselves, so +1 and -1 cancel. Square first: root of the mean
    of the squares."""


@wrong("gradient_report", "report-mean-absolute")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.mean(np.abs(delta)) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` averages absolute values. That is a fair measure of size too, but the one asked for
    is the root of the mean of the squares."""


@wrong("gradient_report", "report-norm")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.linalg.norm(delta) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` takes the norm of each layer, which grows with its width and with the batch. Divide
    by the number of entries under the root: sqrt(mean(delta²))."""


@wrong("gradient_report", "report-max")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.max(np.abs(delta)) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` takes the largest entry of each layer: one outlier decides. Take the root of the mean
    of the squares."""


@wrong("gradient_report", "report-mean-square")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.mean(np.square(delta)) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` forgets the root: the mean of the squares is a size squared, and its ratio too."""


@wrong("gradient_report", "report-std")
@edit("[np.sqrt(np.mean(np.square(delta))) for delta in deltas]", "[np.std(delta) for delta in deltas]")
def gradient_report():
    """Your `gradient_report` takes the standard deviation, which subtracts the mean first. Deltas that are all
    alike would then have size 0. Take sqrt(mean(delta²))."""


@wrong("gradient_report", "report-ratio-upside-down")
@edit(
    "ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0",
    "ratio = float(rms[-1] / rms[0]) if rms[0] != 0 and rms[-1] != 0 else 0.0",
)
def gradient_report():
    """Your `gradient_report` divides last by first, so that vanishing and exploding change places. The ratio is
    first over last."""


@wrong("gradient_report", "report-nan-healthy")
def gradient_report(deltas):
    """Your `gradient_report` calls nan healthy: every comparison with nan is False, so it falls through to the
    last case. Ask np.isfinite first."""
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


@wrong("gradient_report", "report-ratio-finite-only")
@edit("if not np.isfinite(rms).all():", "if not np.isfinite(ratio):")
def gradient_report():
    """Your `gradient_report` asks only whether the *ratio* is finite. A nan in a layer between, or an infinite
    last layer, leaves the ratio finite: look at every layer's rms."""


@wrong("gradient_report", "report-nan-only")
@edit("if not np.isfinite(rms).all():", "if np.isnan(rms).any():")
def gradient_report():
    """Your `gradient_report` looks for nan but not for infinity. np.isfinite finds both."""


@wrong("gradient_report", "report-non-finite-last")
def gradient_report(deltas):
    """Your `gradient_report` asks for nan and infinity last, after the ratio has had its say: an infinite layer is
    called exploding or vanishing. "non-finite" comes first, whatever the ratio."""
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    if ratio < 1e-3:
        return rms, ratio, "vanishing"
    if ratio > 1e3:
        return rms, ratio, "exploding"
    return rms, ratio, "healthy" if np.isfinite(rms).all() else "non-finite"


@wrong("gradient_report", "report-labels-swapped")
@edit(
    'return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"',
    'return rms, ratio, "exploding" if ratio < 1e-3 else "vanishing" if ratio > 1e3 else "healthy"',
)
def gradient_report():
    """Your `gradient_report` has two labels swapped: first over last is *small* when the gradient vanishes on its
    way down, and large when it explodes."""


@wrong("gradient_report", "report-zero-divided")
@edit("ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "ratio = float(rms[0] / rms[-1])")
def gradient_report():
    """Your `gradient_report` divides by the last rms even if it is 0, which gives nan or infinity and a warning.
    Nothing arrives at all then: the ratio is 0.0."""


@wrong("gradient_report", "report-with-a-constant")
@edit("ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "ratio = float(rms[0] / (rms[-1] + 1e-8))")
def gradient_report():
    """Your `gradient_report` keeps the denominator away from 0 by a small constant, which is added to it or bounds it
    from below. Where all deltas are tiny the constant decides: one layer alone must have a ratio of 1, however small
    it is. Ask whether the last rms is 0 instead."""


@wrong("gradient_report", "report-with-a-constant-1e-12", told_as="report-with-a-constant")
@edit("ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "ratio = float(rms[0] / (rms[-1] + 1e-12))")
def gradient_report():
    """With 1e-12."""


@wrong("gradient_report", "report-with-a-constant-bound-1e-8", told_as="report-with-a-constant")
@edit("ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "ratio = float(rms[0] / max(rms[-1], 1e-8))")
def gradient_report():
    """As a lower bound."""


@wrong("gradient_report", "report-with-a-constant-bound-1e-12", told_as="report-with-a-constant")
@edit("ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "ratio = float(rms[0] / max(rms[-1], 1e-12))")
def gradient_report():
    """As a lower bound of 1e-12."""


@wrong("gradient_report", "report-absolute-size")
@edit(
    'return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"',
    'return rms, ratio, "vanishing" if rms[0] < 1e-3 else "exploding" if rms[0] > 1e3 else "healthy"',
)
def gradient_report():
    """Your `gradient_report` judges the first layer's size by itself. How large a delta is depends on the loss;
    what counts is the ratio of first to last."""


@wrong("gradient_report", "report-extremes")
@edit("float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "float(rms.min() / rms.max()) if rms[-1] != 0 else 0.0")
def gradient_report():
    """Your `gradient_report` compares the smallest layer with the largest, wherever they are. The ratio is that of
    the first layer to the last."""


@wrong("gradient_report", "report-in-place")
def gradient_report(deltas):
    """Your `gradient_report` squares the deltas in place. The caller still needs them: write delta**2, which is a new
    array."""
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    deltas[0] *= deltas[0]
    ratio = float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0
    if not np.isfinite(rms).all():
        return rms, ratio, "non-finite"
    return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


@wrong("gradient_report", "report-zero-before-nan")
def gradient_report(deltas):
    """Your `gradient_report` is done as soon as the last rms is 0: nan or infinity in a layer below is then called
    vanishing. "non-finite" comes first, whatever the ratio: look at every rms before you return."""
    rms = np.array([np.sqrt(np.mean(np.square(delta))) for delta in deltas])
    if rms[-1] == 0:
        return rms, 0.0, "vanishing"
    ratio = float(rms[0] / rms[-1])
    if not np.isfinite(rms).all():
        return rms, ratio, "non-finite"
    return rms, ratio, "vanishing" if ratio < 1e-3 else "exploding" if ratio > 1e3 else "healthy"


@wrong("gradient_report", "report-tiny-is-zero")
@edit("float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "float(rms[0] / rms[-1]) if not rms[-1] < 1e-8 else 0.0")
def gradient_report():
    """Your `gradient_report` takes a tiny last rms for 0. Small numbers divide as well as large ones: two layers of
    size 1e-12 have a ratio of 1. Ask whether the last rms is exactly 0."""


@wrong("gradient_report", "report-tiny-is-zero-1e-12", told_as="report-tiny-is-zero")
@edit("float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "float(rms[0] / rms[-1]) if not rms[-1] < 1e-12 else 0.0")
def gradient_report():
    """Below 1e-12."""


@wrong("gradient_report", "report-tiny-is-zero-1e-15", told_as="report-tiny-is-zero")
@edit("float(rms[0] / rms[-1]) if rms[-1] != 0 else 0.0", "float(rms[0] / rms[-1]) if not rms[-1] < 1e-15 else 0.0")
def gradient_report():
    """Below 1e-15."""


# --- clip_grad_norm ---------------------------------------------------------------------------------


@base
def clip_grad_norm(grads, max_norm):
    """A right answer."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    scale = np.minimum(1, max_norm / (total + 1e-6))
    return [g * scale for g in grads], total


@wrong("clip_grad_norm", "clip-each-array")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` clips each array by its own norm. That turns the direction of the step: one huge array
    should make the others small as well. Take one norm, over all arrays together."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    return [g * np.minimum(1, max_norm / (np.sqrt(np.sum(np.square(g))) + 1e-6)) for g in grads], total


@wrong("clip_grad_norm", "clip-each-array-if-longer", told_as="clip-each-array")
def clip_grad_norm(grads, max_norm):
    """With an `if`, and without 1e-6."""
    total = np.sqrt(sum(np.sum(g**2) for g in grads))
    norms = [np.linalg.norm(g) for g in grads]
    return [g * (max_norm / norm) if norm > max_norm else g for g, norm in zip(grads, norms)], total


@wrong("clip_grad_norm", "clip-each-array-at-least-1", told_as="clip-each-array")
def clip_grad_norm(grads, max_norm):
    """With a denominator of 1 at least, as in some answers on the web."""
    total = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g / max(1.0, np.linalg.norm(g) / max_norm) for g in grads], total


@wrong("clip_grad_norm", "clip-always")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` rescales a short gradient too, and makes it *longer*. The factor is min(1, ...): a
    gradient below max_norm stays as it is."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    return [g * max_norm / (total + 1e-6) for g in grads], total


@wrong("clip_grad_norm", "clip-by-value")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` cuts each entry off at ±max_norm. That is clipping by value, and it turns the
    direction. Here all entries are multiplied by one factor."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    return [np.clip(g, -max_norm, max_norm) for g in grads], total


@wrong("clip_grad_norm", "clip-sum-of-norms")
@edit("np.sqrt(sum(np.sum(np.square(g)) for g in grads))", "sum(np.sqrt(np.sum(np.square(g))) for g in grads)")
def clip_grad_norm():
    """Your `clip_grad_norm` adds the arrays' norms. The norm of the whole is the root of the sum of *squares*: 3
    and 4 make 5, not 7."""


@wrong("clip_grad_norm", "clip-returns-clipped-norm")
@edit("return [g * scale for g in grads], total", "return [g * scale for g in grads], total * scale")
def clip_grad_norm():
    """Your `clip_grad_norm` returns the norm after clipping. It is the norm *before* that tells you whether
    something exploded: after it, it is max_norm at most, always."""


@wrong("clip_grad_norm", "clip-in-place")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` writes into the caller's arrays, as PyTorch's does. Here new arrays are asked for: [g *
    scale for g in grads]."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    scale = np.minimum(1, max_norm / (total + 1e-6))
    new = [g * scale for g in grads]
    for g, n in zip(grads, new):
        g[...] = n
    return new, total


@wrong("clip_grad_norm", "clip-without-root")
@edit("total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))", "total = sum(np.sum(np.square(g)) for g in grads)")
def clip_grad_norm():
    """Your `clip_grad_norm` forgets the root: the sum of squares is the norm squared."""


@wrong("clip_grad_norm", "clip-without-1e-6")
@edit("scale = np.minimum(1, max_norm / (total + 1e-6))", "scale = max_norm / total if not total <= max_norm else 1.0")
def clip_grad_norm():
    """Your `clip_grad_norm` is the formula of a lecture, c·g/‖g‖ when ‖g‖ > c. PyTorch divides by ‖g‖ + 1e-6; for
    norms near 1e-6 that is another number."""


@wrong("clip_grad_norm", "clip-zero-over-zero", twin_of="clip-without-1e-6")
@edit("scale = np.minimum(1, max_norm / (total + 1e-6))", "scale = np.minimum(1, np.float64(max_norm) / total)")
def clip_grad_norm():
    """Your `clip_grad_norm` divides by the norm as it is: for a gradient of zeros that warns of a division by
    zero, and for tiny norms it differs from PyTorch, which divides by ‖g‖ + 1e-6."""


@wrong("clip_grad_norm", "clip-hides-nan")
@edit("scale = np.minimum(1, max_norm / (total + 1e-6))", "scale = min(1.0, max_norm / (total + 1e-6))")
def clip_grad_norm():
    """Your `clip_grad_norm` hides nan: Python's min(1, nan) is 1, and `if norm > c` is False for nan, so the other
    entries go on as if nothing had happened. np.minimum(1, nan) is nan: let it spread, as PyTorch does."""


@wrong("clip_grad_norm", "clip-nan-to-zero")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` turns nan into 0. A nan in a gradient is an alarm that must not be switched off: let
    it spread."""
    grads = [np.nan_to_num(g) for g in grads]
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    scale = np.minimum(1, max_norm / (total + 1e-6))
    return [g * scale for g in grads], total


@wrong("clip_grad_norm", "clip-drops-others")
@edit("total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))", "total = np.sqrt(np.sum(np.square(grads[0])))")
def clip_grad_norm():
    """Your `clip_grad_norm` looks at the first array only for its norm. Sum the squares over *all* arrays of the
    list."""


@wrong("clip_grad_norm", "clip-largest-norm")
@edit("np.sqrt(sum(np.sum(np.square(g)) for g in grads))", "np.max([np.sqrt(np.sum(np.square(g))) for g in grads])")
def clip_grad_norm():
    """Your `clip_grad_norm` takes the largest of the arrays' norms. The norm of the whole is the root of the sum
    of all squares."""


@wrong("clip_grad_norm", "clip-mean")
def clip_grad_norm(grads, max_norm):
    """Your `clip_grad_norm` divides the sum of squares by the number of entries. That is the root *mean* square; a
    norm is a plain sum under the root."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads) / sum(np.size(g) for g in grads))
    scale = np.minimum(1, max_norm / (total + 1e-6))
    return [g * scale for g in grads], total


@wrong("clip_grad_norm", "clip-absolute-sum")
@edit("total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))", "total = sum(np.sum(np.abs(g)) for g in grads)")
def clip_grad_norm():
    """Your `clip_grad_norm` adds absolute values. The norm meant here is the root of the sum of squares."""


@wrong("clip_grad_norm", "clip-unit-length")
@edit("scale = np.minimum(1, max_norm / (total + 1e-6))", "scale = 1 / (total + 1e-6) if total > max_norm else 1.0")
def clip_grad_norm():
    """Your `clip_grad_norm` scales a long gradient to length 1. It should become as long as is allowed,
    max_norm."""


@wrong("clip_grad_norm", "clip-max-for-min")
@edit("scale = np.minimum(1, max_norm / (total + 1e-6))", "scale = np.maximum(1, max_norm / (total + 1e-6))")
def clip_grad_norm():
    """Your `clip_grad_norm` takes the larger of 1 and max_norm/‖g‖: long gradients stay, short ones grow. It is
    the *smaller* of the two."""


# --- side: more_gradients ---------------------------------------------------------------------------


@wrong("more_gradients", "value-one-sided")
def clip_grad_value(grads, clip_value):
    """Your `clip_grad_value` clips from above only. Large negative entries are just as large: clip at -clip_value
    too."""
    return [np.minimum(g, clip_value) for g in grads]


@wrong("more_gradients", "value-to-zero")
def clip_grad_value(grads, clip_value):
    """Your `clip_grad_value` sets entries beyond the limit to 0. They move to the limit, ±clip_value, and keep
    their sign."""
    return [np.where(np.abs(g) > clip_value, 0.0, g) for g in grads]


@wrong("more_gradients", "value-in-place")
def clip_grad_value(grads, clip_value):
    """Your `clip_grad_value` writes into the caller's arrays. np.clip(g, -c, c) makes new ones."""
    new = [np.clip(g, -clip_value, clip_value) for g in grads]
    for g, n in zip(grads, new):
        g[...] = n
    return new


@wrong("more_gradients", "each-is-global")
def clip_grad_norm_each(grads, max_norm):
    """Your `clip_grad_norm_each` uses one norm for all arrays: that is `clip_grad_norm`. Here each array has its
    own."""
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads))
    return [g * np.minimum(1, max_norm / (total + 1e-6)) for g in grads]


@wrong("more_gradients", "each-always")
def clip_grad_norm_each(grads, max_norm):
    """Your `clip_grad_norm_each` makes short arrays longer. The factor of each is min(1, ...)."""
    return [g * max_norm / (np.sqrt(np.sum(np.square(g))) + 1e-6) for g in grads]


@wrong("more_gradients", "mse-slope-missing")
def neuron_mse(X, w, b, y):
    """Your `neuron_mse` leaves out sigmoid's slope p(1 - p). It cancels for the cross-entropy, not for the squared
    error."""
    p = np.exp(-np.logaddexp(0, -(X @ w + b)))
    dz = 2 * (p - y) / len(y)
    return np.mean((p - y) ** 2), X.T @ dz, dz.sum()


@wrong("more_gradients", "mse-half")
def neuron_mse(X, w, b, y):
    """Your `neuron_mse` has the gradient of half the squared error: the factor 2 is missing. With a 1/2 in the
    loss, as a lecture writes it, it would be right."""
    p = np.exp(-np.logaddexp(0, -(X @ w + b)))
    dz = (p - y) * p * (1 - p) / len(y)
    return np.mean((p - y) ** 2), X.T @ dz, dz.sum()


@wrong("more_gradients", "mse-linear")
def neuron_mse(X, w, b, y):
    """Your `neuron_mse` compares z with y. The neuron's prediction is p = sigmoid(z)."""
    z = X @ w + b
    dz = 2 * (z - y) / len(y)
    return np.mean((z - y) ** 2), X.T @ dz, dz.sum()


@wrong("more_gradients", "mse-overflow")
def neuron_mse(X, w, b, y):
    """In your `neuron_mse` an exponential overflows far out (e^(-z) for very negative z, e^z for very large z), and
    NumPy warns about it. Let exp see only -|z|."""
    p = 1 / (1 + np.exp(-(X @ w + b)))
    dz = 2 * (p - y) * p * (1 - p) / len(y)
    return np.mean((p - y) ** 2), X.T @ dz, dz.sum()


@wrong("more_gradients", "count-no-biases")
def count_parameters(sizes):
    """Your `count_parameters` counts weights only. Each output unit of a layer has a bias too."""
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))


@wrong("more_gradients", "count-input-biases")
def count_parameters(sizes):
    """Your `count_parameters` gives the inputs biases as well. Only hidden units and outputs have one:
    sizes[1:]."""
    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:])) + sum(sizes)


@wrong("more_gradients", "count-biases-of-inputs")
def count_parameters(sizes):
    """Your `count_parameters` gives a layer a bias for each of its inputs. Each *output* has one: (inputs + 1) ·
    outputs."""
    return sum(a * b + a for a, b in zip(sizes[:-1], sizes[1:]))


@wrong("more_gradients", "count-one-bias")
def count_parameters(sizes):
    """Your `count_parameters` gives a whole layer one bias. Each of its outputs has one: (inputs + 1) · outputs."""
    return sum(a * b + 1 for a, b in zip(sizes[:-1], sizes[1:]))
