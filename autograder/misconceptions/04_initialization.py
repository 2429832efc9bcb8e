"""Wrong answers to 04_initialization, as learners and lecture slides write them."""

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- signal_propagation -----------------------------------------------------------------------------


@base
def signal_propagation(X, Ws, f):
    """A right answer."""
    h, stds = X, []
    for W in Ws:
        h = f(h @ W)
        stds.append(np.std(h))
    return np.array(stds)


@wrong("signal_propagation", "signal-std-of-z")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` takes the std before the activation, of h @ W. What the next layer gets is f(h @
    W): apply f first, then np.std."""
    h, stds = X, []
    for W in Ws:
        z = h @ W
        stds.append(np.std(z))
        h = f(z)
    return np.array(stds)


@wrong("signal_propagation", "signal-std-of-weights")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` gives the std of the weights. Asked for is the signal: the std of h = f(h @ W),
    which has to be computed layer by layer."""
    return np.array([np.std(W) for W in Ws])


@wrong("signal_propagation", "signal-variance")
@edit("stds.append(np.std(h))", "stds.append(np.var(h))")
def signal_propagation():
    """Your `signal_propagation` gives variances. The standard deviation is the root of that: np.std."""


@wrong("signal_propagation", "signal-mean-of-row-stds")
@edit("stds.append(np.std(h))", "stds.append(np.std(h, axis=1).mean())")
def signal_propagation():
    """Your `signal_propagation` takes the std of each example and averages those. One std over all entries together
    is another number: np.std(h), without an axis."""


@wrong("signal_propagation", "signal-mean-of-column-stds")
@edit("stds.append(np.std(h))", "stds.append(np.std(h, axis=0).mean())")
def signal_propagation():
    """Your `signal_propagation` takes the std of each unit and averages those. One std over all entries together is
    another number: np.std(h), without an axis."""


@wrong("signal_propagation", "signal-rms")
@edit("stds.append(np.std(h))", "stds.append(np.sqrt(np.mean(h**2)))")
def signal_propagation():
    """Your `signal_propagation` takes the root of the mean square, which does not subtract the mean. For ReLU,
    whose outputs have a mean, the std is smaller: np.std."""


@wrong("signal_propagation", "signal-activation-not-fed-on")
@edit("h = f(h @ W)", "h = h @ W")
@edit("stds.append(np.std(h))", "stds.append(np.std(f(h)))")
def signal_propagation():
    """Your `signal_propagation` applies f to what it measures, but hands h @ W on without it. The next layer gets
    f(h @ W): assign it to h."""


@wrong("signal_propagation", "signal-without-activation")
@edit("h = f(h @ W)", "h = h @ W")
def signal_propagation():
    """Your `signal_propagation` never calls f: these are the stds of a linear network. Each layer is h = f(h @
    W)."""


@wrong("signal_propagation", "signal-input-first")
@edit("h, stds = X, []", "h, stds = X, [np.std(X)]")
def signal_propagation():
    """Your `signal_propagation` begins with the std of X, so it returns one number too many. The first entry
    belongs to the first layer."""


@wrong("signal_propagation", "signal-linear-last")
@edit("for W in Ws:", "for number, W in enumerate(Ws):")
@edit("h = f(h @ W)", "h = f(h @ W) if number < len(Ws) - 1 else h @ W")
def signal_propagation():
    """Your `signal_propagation` leaves the last layer without its activation. That is usual for a network that
    predicts; here f is applied in every layer."""


@wrong("signal_propagation", "signal-ddof")
@edit("stds.append(np.std(h))", "stds.append(np.std(h, ddof=1))")
def signal_propagation():
    """Your `signal_propagation` divides by n - 1 (ddof=1). Asked for is np.std as it is, which divides by n."""


@wrong("signal_propagation", "signal-last-only")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` returns the last layer's std only. Collect one number for each layer."""
    h = X
    for W in Ws:
        h = f(h @ W)
    return np.array([np.std(h)])


@wrong("signal_propagation", "signal-always-from-input")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` stops with an error, as it does if X is multiplied by every weight: each layer starts
    again from the input then, and for different widths that does not fit. A layer's input is the output of the one
    before it: h = f(h @ W)."""
    return np.array([np.std(f(X @ W)) for W in Ws])


@wrong("signal_propagation", "signal-normalized")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` divides the signal by its std on the way, so that the next layer gets another one. It
    only measures: h is handed on as it is."""
    h, stds = X, []
    for W in Ws:
        h = f(h @ W)
        stds.append(np.std(h))
        h = h / stds[-1]
    return np.array(stds)


@wrong("signal_propagation", "signal-normalized-and-centered", told_as="signal-normalized")
def signal_propagation(X, Ws, f):
    """Its mean is subtracted, too."""
    h, stds = X, []
    for W in Ws:
        h = f(h @ W)
        stds.append(np.std(h))
        h = (h - h.mean()) / stds[-1]
    return np.array(stds)


@wrong("signal_propagation", "signal-normalized-by-unit", told_as="signal-normalized")
def signal_propagation(X, Ws, f):
    """Each unit by its own, as batch normalization does."""
    h, stds = X, []
    for W in Ws:
        h = f(h @ W)
        stds.append(np.std(h))
        h = (h - h.mean(axis=0)) / (h.std(axis=0) + 1e-5)
    return np.array(stds)


@wrong("signal_propagation", "signal-ratio")
def signal_propagation(X, Ws, f):
    """Your `signal_propagation` divides each std by that of the layer before it. Asked for are the stds themselves;
    ratios are for the caller to take."""
    h, stds = X, []
    for W in Ws:
        new = f(h @ W)
        stds.append(np.std(new) / np.std(h))
        h = new
    return np.array(stds)


# --- fan_in_out -------------------------------------------------------------------------------------


@wrong("xavier", "fans-swapped")
def fan_in_out(shape):
    """Your `fan_in_out` has the two fans swapped. PyTorch stores (out, in): fan_in comes from the *second* number
    of the shape, and is returned first. For square matrices nobody notices."""
    field = int(np.prod(shape[2:]))
    return shape[0] * field, shape[1] * field


@wrong("xavier", "fans-without-field")
def fan_in_out(shape):
    """Your `fan_in_out` forgets the kernel. One output of a convolution adds up in · height · width numbers:
    multiply both fans by the product of all kernel sides."""
    return shape[1], shape[0]


@wrong("xavier", "fans-one-kernel-side")
def fan_in_out(shape):
    """Your `fan_in_out` uses one kernel side only, or its square. The kernel has the *product* of its sides as entries,
    and they need not be equal, nor two: np.prod(shape[2:])."""
    field = shape[2] if len(shape) > 2 else 1
    return shape[1] * field, shape[0] * field


@wrong("xavier", "fans-square-kernel", told_as="fans-one-kernel-side")
def fan_in_out(shape):
    """As if a kernel were a square."""
    field = shape[2] ** 2 if len(shape) > 2 else 1
    return shape[1] * field, shape[0] * field


@wrong("xavier", "fans-square-kernel-of-last", told_as="fans-one-kernel-side")
def fan_in_out(shape):
    """With the last side."""
    field = shape[-1] ** 2 if len(shape) > 2 else 1
    return shape[1] * field, shape[0] * field


@wrong("xavier", "fans-last-kernel-side", told_as="fans-one-kernel-side")
def fan_in_out(shape):
    """The last side."""
    field = shape[-1] if len(shape) > 2 else 1
    return shape[1] * field, shape[0] * field


@wrong("xavier", "fans-field-in-only")
def fan_in_out(shape):
    """Your `fan_in_out` leaves the kernel's size out of fan_out. One input of a convolution reaches out · height ·
    width outputs: both fans have the factor."""
    return shape[1] * int(np.prod(shape[2:])), shape[0]


@wrong("xavier", "fans-total-size")
def fan_in_out(shape):
    """Your `fan_in_out` gives the number of all weights as fan_in. One output sees in · kernel of them: leave the
    first number of the shape out of it."""
    return int(np.prod(shape)), shape[0] * int(np.prod(shape[2:]))


@wrong("xavier", "fans-sum-of-sides")
def fan_in_out(shape):
    """Your `fan_in_out` adds the kernel's sides. A kernel of 3 x 5 has 15 entries, not 8: multiply them."""
    field = sum(shape[2:]) if len(shape) > 2 else 1
    return shape[1] * field, shape[0] * field


@wrong("xavier", "fans-last-two")
def fan_in_out(shape):
    """Your `fan_in_out` takes the last two numbers of the shape. For a convolution those are kernel sides; out and
    in are always the first two."""
    field = int(np.prod(shape[:-2]))
    return shape[-1] * field, shape[-2] * field


# --- xavier_uniform ---------------------------------------------------------------------------------


@wrong("xavier", "xavier-from-zero")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` draws from 0 to the bound, so all weights are positive. They lie on both sides of 0:
    rng.uniform(-a, a, ...)."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(0, a, size=(n_in, n_out))


@wrong("xavier", "xavier-root-of-six-only")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` takes the root of 6 alone, and divides by n_in + n_out. The root goes over the whole
    fraction: np.sqrt(6 / (n_in + n_out))."""
    a = gain * np.sqrt(6) / (n_in + n_out)
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-bound-is-std")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` uses √(2/(n_in + n_out)), Xavier's std, as the bound. The std of U(-a, a) is a/√3, so
    the bound has to be √3 times as large: √(6/(n_in + n_out))."""
    a = gain * np.sqrt(2 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-normal-with-bound")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` draws normal numbers with the uniform bound as their std. That is √3 times too large,
    and not uniform: rng.uniform(-a, a, ...)."""
    return rng.normal(0, gain * np.sqrt(6 / (n_in + n_out)), size=(n_in, n_out))


@wrong("xavier", "xavier-fan-in-only")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` uses n_in alone, √(3/n_in). That is LeCun's rule, for the way there only; Xavier's is
    the middle between there and back: n_in + n_out. For square matrices the two agree."""
    a = gain * np.sqrt(3 / n_in)
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-fan-out-only")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` uses n_out alone, √(3/n_out). That serves the way back only; Xavier's rule is the
    middle between there and back: n_in + n_out."""
    a = gain * np.sqrt(3 / n_out)
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-times-four")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` has a factor of 4. A lecture's table has it in the row for tanh; it belongs to sigmoid,
    and makes tanh saturate. Without it: √(6/(n_in + n_out))."""
    a = 4 * gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-gain-squared")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` multiplies by gain². It multiplies the variance by gain², and so the bound by gain,
    once."""
    a = gain**2 * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-gain-under-root")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` has gain under the root. It stands in front of it: gain · √(6/(n_in + n_out))."""
    a = np.sqrt(gain * 6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-gain-ignored")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` does not use gain. It multiplies the bound."""
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-divides-by-gain")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` divides by gain. An activation that shrinks the signal has a gain above 1 and needs
    larger weights: multiply."""
    a = np.sqrt(6 / (n_in + n_out)) / gain
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-seed-inside")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` makes a generator of its own with a fixed seed, so every layer of a network gets the
    same numbers, whatever generator comes in. Draw from the argument rng."""
    rng = np.random.default_rng(0)
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-normal-right-std")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` draws normal numbers: that is `xavier_normal_`. Here the uniform form was asked for, which
    has bounds: rng.uniform(-a, a, ...)."""
    return rng.normal(0, gain * np.sqrt(2 / (n_in + n_out)), size=(n_in, n_out))


@wrong("xavier", "xavier-transposed")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` has the shape (n_out, n_in). That is how PyTorch stores it; in this course a weight is
    (inputs, outputs), so that X @ W works."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_out, n_in))


@wrong("xavier", "xavier-one-row")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` draws one row and repeats it: all inputs have the same weights. Each entry draws its
    own: size=(n_in, n_out)."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return np.tile(rng.uniform(-a, a, size=n_out), (n_in, 1))


@wrong("xavier", "xavier-global-random")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` draws from np.random, NumPy's global generator, and not from the rng that it is given.
    So nobody can repeat a run by passing the same generator: rng.uniform(...)."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return np.random.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-product")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` divides by n_in · n_out. It is their sum: √(6/(n_in + n_out))."""
    a = gain * np.sqrt(6 / (n_in * n_out))
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("xavier", "xavier-width-is-bound")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """The weights of your `xavier_uniform` reach from -a/2 to a/2 only, as rng.random() - 0.5 times the bound does.
    Use rng.uniform(-a, a, ...), which does the arithmetic for you."""
    a = gain * np.sqrt(6 / (n_in + n_out))
    return a * (rng.random((n_in, n_out)) - 0.5)


@wrong("xavier", "xavier-six-over-mean")
def xavier_uniform(n_in, n_out, rng, gain=1):
    """Your `xavier_uniform` divides 6 by the *mean* of n_in and n_out. It is √(6/sum) or √(3/mean); mixing the two
    makes the weights √2 times too large."""
    a = gain * np.sqrt(6 / ((n_in + n_out) / 2))
    return rng.uniform(-a, a, size=(n_in, n_out))


# --- torch_linear_default ---------------------------------------------------------------------------


@wrong("torch_linear_default", "default-is-xavier")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` is Xavier with biases of 0. A lecture says that this is PyTorch's default; print
    a new `nn.Linear` and see: U(-1/√n_in, 1/√n_in), for the biases too."""
    a = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-a, a, size=(n_in, n_out)), np.zeros(n_out)


@wrong("torch_linear_default", "default-xavier-with-biases")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws the weights by Xavier's rule. PyTorch's default uses n_in alone, 1/√n_in,
    for weights and biases."""
    a, c = np.sqrt(6 / (n_in + n_out)), 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-c, c, size=n_out)


@wrong("torch_linear_default", "default-he-uniform")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses √(6/n_in), which is He's uniform bound. PyTorch calls `kaiming_uniform_`,
    but with a = √5, and the bound becomes 1/√n_in: √6 times smaller."""
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-1 / np.sqrt(n_in), 1 / np.sqrt(n_in), size=n_out)


@wrong("torch_linear_default", "default-he-everywhere")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses √(6/n_in), He's uniform bound, for weights and biases. PyTorch calls
    `kaiming_uniform_`, but with a = √5, and the bound becomes 1/√n_in: √6 times smaller."""
    a = np.sqrt(6 / n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-fan-out")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses n_out. The bound is 1/√n_in, so that a unit with many inputs has small
    weights."""
    a = 1 / np.sqrt(n_out)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-bias-fan-out")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` bounds the biases by 1/√n_out. They have the bound of the weights: 1/√n_in."""
    a, c = 1 / np.sqrt(n_in), 1 / np.sqrt(n_out)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-c, c, size=n_out)


@wrong("torch_linear_default", "default-without-root")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses 1/n_in as the bound; the root is missing: 1/√n_in."""
    a = 1 / n_in
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-zero-bias")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` sets the biases to 0. A lecture says so too; a new `nn.Linear` draws them from
    U(-1/√n_in, 1/√n_in), like its weights."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), np.zeros(n_out)


@wrong("torch_linear_default", "default-normal")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws normal numbers with std 1/√n_in. 1/√n_in is the *bound* of a uniform
    distribution, whose std is √3 times smaller: rng.uniform(-a, a, ...)."""
    a = 1 / np.sqrt(n_in)
    return rng.normal(0, a, size=(n_in, n_out)), rng.normal(0, a, size=n_out)


@wrong("torch_linear_default", "default-normal-right-std")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws normal numbers. PyTorch's are uniform, with bounds: rng.uniform(-a, a, ...)
    with a = 1/√n_in."""
    s = 1 / np.sqrt(3 * n_in)
    return rng.normal(0, s, size=(n_in, n_out)), rng.normal(0, s, size=n_out)


@wrong("torch_linear_default", "default-std-as-bound")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses the std, 1/√(3 n_in), as the bound. The bound is √3 times as large:
    1/√n_in."""
    a = 1 / np.sqrt(3 * n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-std-as-bound-of-weights", told_as="default-std-as-bound")
def torch_linear_default(n_in, n_out, rng):
    """The weights' bound only: kaiming's gain over the root of the fan-in is a std."""
    a, c = 1 / np.sqrt(3 * n_in), 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-c, c, size=n_out)


@wrong("torch_linear_default", "default-std-as-bound-of-biases", told_as="default-std-as-bound")
def torch_linear_default(n_in, n_out, rng):
    """The biases' bound only."""
    a, c = 1 / np.sqrt(n_in), 1 / np.sqrt(3 * n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-c, c, size=n_out)


@wrong("torch_linear_default", "default-one-bias")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws one bias and gives it to all outputs. Each draws its own: size=n_out."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), np.full(n_out, rng.uniform(-a, a))


@wrong("torch_linear_default", "default-bias-for-inputs")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` makes a bias for each input. A bias is added to an output: size=n_out."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_in)


@wrong("torch_linear_default", "default-transposed")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` gives W as (n_out, n_in). PyTorch stores it so; in this course a weight is
    (inputs, outputs)."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_out, n_in)), rng.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-weights-only")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` returns the weights only. A new `nn.Linear` has biases as well: return W, b."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("torch_linear_default", "default-positive")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws from 0 to the bound, so nothing is negative. It is rng.uniform(-a, a,
    ...)."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(0, a, size=(n_in, n_out)), rng.uniform(0, a, size=n_out)


@wrong("torch_linear_default", "default-bias-from-weights")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses numbers of W as biases. A unit's bias is then tied to one of its weights: draw
    anew."""
    a = 1 / np.sqrt(n_in)
    W = rng.uniform(-a, a, size=(n_in, n_out))
    return W, W[0].copy()


@wrong("torch_linear_default", "default-bias-from-negated-weights")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` uses numbers of W, with the other sign, as biases. A unit's bias is then tied to one
    of its weights: draw anew, rng.uniform(-a, a, size=n_out)."""
    a = 1 / np.sqrt(n_in)
    W = rng.uniform(-a, a, size=(n_in, n_out))
    return W, -W[0]


@wrong("torch_linear_default", "default-bias-reseeded")
def torch_linear_default(n_in, n_out, rng):
    """The biases of your `torch_linear_default` come from a generator of its own with a fixed seed: every layer gets
    the same ones. Draw them from the argument rng."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), np.random.default_rng(0).uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-bias-global-random")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` draws the biases from np.random, NumPy's global generator, so nobody can repeat a
    run by passing the same generator. Draw them from the argument rng, like the weights."""
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), np.random.uniform(-a, a, size=n_out)


@wrong("torch_linear_default", "default-reseeded")
def torch_linear_default(n_in, n_out, rng):
    """Your `torch_linear_default` makes a generator of its own with a fixed seed: every layer gets the same
    numbers. Draw from the argument rng."""
    rng = np.random.default_rng(42)
    a = 1 / np.sqrt(n_in)
    return rng.uniform(-a, a, size=(n_in, n_out)), rng.uniform(-a, a, size=n_out)


# --- he_normal --------------------------------------------------------------------------------------


@wrong("he_normal", "he-variance-as-std")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` passes the variance 2/n_in to rng.normal, which wants the standard deviation. On paper N(0,
    s) has a variance there, in NumPy the std: np.sqrt(2 / n_in)."""
    return rng.normal(0, gain * 2 / n_in, size=(n_in, n_out))


@wrong("he_normal", "he-std-as-mean")
def he_normal(n_in, n_out, rng, gain=1):
    """The first argument of rng.normal is the mean, and your `he_normal` gives the std there: the weights have that
    mean, and a std of 1. Write rng.normal(0, std, size=...)."""
    return rng.normal(gain * np.sqrt(2 / n_in), size=(n_in, n_out))


@wrong("he_normal", "he-unscaled")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` draws normal numbers with a std of 1 and does not scale them: multiply by gain · √(2/n_in)."""
    return rng.standard_normal((n_in, n_out))


@wrong("he_normal", "he-glorot-times-root-two")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` is √2 times Glorot's std, with both fans, as a lecture's table has it. He uses n_in alone:
    √(2/n_in). The two agree for square matrices only."""
    return rng.normal(0, gain * np.sqrt(2) * np.sqrt(2 / (n_in + n_out)), size=(n_in, n_out))


@wrong("he_normal", "he-fan-out")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` uses n_out. On the way there a unit adds up n_in numbers: √(2/n_in). PyTorch has both, as
    `mode`; its default is fan_in."""
    return rng.normal(0, gain * np.sqrt(2 / n_out), size=(n_in, n_out))


@wrong("he_normal", "he-without-two")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has a variance of 1/n_in. That is LeCun's rule; ReLU cuts off half of the signal, and the 2
    makes up for it: √(2/n_in). PyTorch writes it as gain/√n_in with a gain of √2; here gain comes on top of the
    √2."""
    return rng.normal(0, gain * np.sqrt(1 / n_in), size=(n_in, n_out))


@wrong("he_normal", "he-two-over-root")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has a std of 2/√n_in: the 2 belongs under the root, √(2/n_in)."""
    return rng.normal(0, gain * 2 / np.sqrt(n_in), size=(n_in, n_out))


@wrong("he_normal", "he-small-constant")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has a std of 0.01, whatever the layer's size. That is the start that fails in the first
    figure: the std depends on n_in, √(2/n_in)."""
    return 0.01 * gain * rng.standard_normal((n_in, n_out))


@wrong("he_normal", "he-global-random")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` draws from np.random, NumPy's global generator, and not from the rng that it is given. So
    nobody can repeat a run by passing the same generator: rng.normal(...)."""
    return np.random.randn(n_in, n_out) * gain * np.sqrt(2 / n_in)


@wrong("he_normal", "he-global-seed")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` calls np.random.seed. Every call then gives the same numbers, every layer starts alike, and
    whatever else uses np.random is reset too. Draw from the argument rng."""
    np.random.seed(0)
    return np.random.randn(n_in, n_out) * gain * np.sqrt(2 / n_in)


@wrong("he_normal", "he-uniform")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` is uniform: that is `kaiming_uniform_`. Here normal numbers were asked for: rng.normal(0, std,
    ...)."""
    a = gain * np.sqrt(6 / n_in)
    return rng.uniform(-a, a, size=(n_in, n_out))


@wrong("he_normal", "he-transposed")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has the shape (n_out, n_in). That is how PyTorch stores it; in this course a weight is
    (inputs, outputs), so that X @ W works."""
    return rng.normal(0, gain * np.sqrt(2 / n_in), size=(n_out, n_in))


@wrong("he_normal", "he-gain-ignored")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` does not use gain. It multiplies the std."""
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))


@wrong("he_normal", "he-gain-squared")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` multiplies the std by gain²; it is the variance that gets the square. The std is multiplied
    by gain once."""
    return rng.normal(0, gain**2 * np.sqrt(2 / n_in), size=(n_in, n_out))


@wrong("he_normal", "he-gain-under-root")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has gain under the root. It stands in front of it: gain · √(2/n_in)."""
    return rng.normal(0, np.sqrt(2 * gain / n_in), size=(n_in, n_out))


@wrong("he_normal", "he-truncated")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` clips what lies beyond two standard deviations. Keras does something like it; the plain
    scheme keeps all normal numbers, and clipping makes their std too small."""
    s = gain * np.sqrt(2 / n_in)
    return np.clip(rng.normal(0, s, size=(n_in, n_out)), -2 * s, 2 * s)


@wrong("he_normal", "he-absolute")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` has positive weights only. Half of them should be negative: their mean is 0."""
    return np.abs(rng.normal(0, gain * np.sqrt(2 / n_in), size=(n_in, n_out)))


@wrong("he_normal", "he-one-column")
def he_normal(n_in, n_out, rng, gain=1):
    """Your `he_normal` draws one column and repeats it: all units start alike, and stay alike for ever. Each entry
    draws its own: size=(n_in, n_out)."""
    return np.repeat(rng.normal(0, gain * np.sqrt(2 / n_in), size=(n_in, 1)), n_out, axis=1)


# --- gain -------------------------------------------------------------------------------------------


@base
def gain(f):
    """A right answer."""
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-(z**2) / 2)
    p = p / p.sum()
    return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))


@wrong("gain", "gain-centred")
def gain(f):
    """Your `gain` divides by the std of f(z), with the mean subtracted. The next layer's sum feels the mean too: it
    is the mean of the *square*, E[f(z)²]. For odd functions such as tanh the two agree, for ReLU they do not."""
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-(z**2) / 2)
    p = p / p.sum()
    mean = np.sum(p * f(z))
    return float(1 / np.sqrt(np.sum(p * (f(z) - mean) ** 2)))


@wrong("gain", "gain-without-root")
@edit("return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))", "return float(1 / np.sum(p * f(z) ** 2))")
def gain():
    """Your `gain` is 1/E[f(z)²]; the root is missing. The gain multiplies the std of the weights, not their
    variance."""


@wrong("gain", "gain-mean-absolute")
@edit("return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))", "return float(1 / np.sum(p * np.abs(f(z))))")
def gain():
    """Your `gain` is 1/E|f(z)|. Variances add up, absolute values do not: it is the mean of the square, and then
    the root."""


@wrong("gain", "gain-upside-down")
@edit("return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))", "return float(np.sqrt(np.sum(p * f(z) ** 2)))")
def gain():
    """Your `gain` is √E[f(z)²]: the size of what comes out, for ReLU 0.71. The gain makes up for it, so it is one
    over that."""


@wrong("gain", "gain-backward")
def gain(f):
    """Your `gain` uses the slope of f. That is the gain for the way back, 1/√E[f'(z)²]; asked for is that of the
    way there, with f itself. For ReLU the two agree."""
    z = np.linspace(-10, 10, 20001)
    p = np.exp(-(z**2) / 2)
    p = p / p.sum()
    slope = (f(z + 1e-5) - f(z - 1e-5)) / 2e-5
    return float(1 / np.sqrt(np.sum(p * slope**2)))


@wrong("gain", "gain-without-density")
def gain(f):
    """Your `gain` averages f(z)² over a grid without weighting it. Values of z near 0 are much more likely than
    those far out: multiply by the density of N(0, 1), and divide by its sum."""
    z = np.linspace(-10, 10, 20001)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-density-not-normalised")
def gain(f):
    """Your `gain` weights with e^(-z²/2) and does not divide by the weights' sum. Quick test: the gain of f(z) = z
    is 1."""
    z = np.linspace(-10, 10, 20001)
    return float(1 / np.sqrt(np.sum(np.exp(-(z**2) / 2) * f(z) ** 2) * (z[1] - z[0])))


@wrong("gain", "gain-density-without-half")
@edit("p = np.exp(-(z**2) / 2)", "p = np.exp(-(z**2))")
def gain():
    """Your `gain` weights with e^(-z²): the density of N(0, 1) has z²/2 in the exponent. Quick test: the gain of
    f(z) = z is 1."""


@wrong("gain", "gain-uniform-inputs")
def gain(f):
    """Your `gain` averages over inputs that are spread evenly from -1 to 1. z is normal with variance 1: it reaches
    farther, and is denser near 0."""
    z = np.linspace(-1, 1, 20001)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-short-grid")
@edit("z = np.linspace(-10, 10, 20001)", "z = np.linspace(-2, 2, 20001)")
def gain():
    """Your `gain` cuts its grid off too early. Of all z from N(0, 1) one in twenty lies beyond ±2, one in four hundred
    beyond ±3, and their squares are large: go to ±10."""


@wrong("gain", "gain-short-grid-1", told_as="gain-short-grid")
def gain(f):
    """At ±1."""
    z = np.linspace(-1, 1, 20001)
    p = np.exp(-(z**2) / 2) / np.sum(np.exp(-(z**2) / 2))
    return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))


@wrong("gain", "gain-short-grid-3", told_as="gain-short-grid")
def gain(f):
    """At ±3."""
    z = np.linspace(-3, 3, 20001)
    p = np.exp(-(z**2) / 2) / np.sum(np.exp(-(z**2) / 2))
    return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))


@wrong("gain", "gain-short-grid-3-density", told_as="gain-short-grid")
def gain(f):
    """At ±3, with the density."""
    z = np.linspace(-3, 3, 20001)
    p = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 / np.sqrt(np.sum(p * f(z) ** 2) * (z[1] - z[0])))


@wrong("gain", "gain-short-grid-2-density", told_as="gain-short-grid")
def gain(f):
    """At ±2, with the density."""
    z = np.linspace(-2, 2, 20001)
    p = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return float(1 / np.sqrt(np.sum(p * f(z) ** 2) * (z[1] - z[0])))


@wrong("gain", "gain-few-samples")
def gain(f):
    """Your `gain` averages over random numbers, too few for half a per cent. Use a fine grid with the density
    as weights."""
    z = np.random.default_rng(0).normal(size=100)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-10000", told_as="gain-few-samples")
def gain(f):
    """Ten thousand."""
    z = np.random.default_rng(0).normal(size=10_000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-1000", told_as="gain-few-samples")
def gain(f):
    """A thousand."""
    z = np.random.default_rng(0).normal(size=1000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-100000", told_as="gain-few-samples")
def gain(f):
    """A hundred thousand."""
    z = np.random.default_rng(0).normal(size=100_000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-seed-42", told_as="gain-few-samples")
def gain(f):
    """Ten thousand of the other usual seed."""
    z = np.random.default_rng(42).normal(size=10_000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-old-generator", told_as="gain-few-samples")
def gain(f):
    """Ten thousand of the old generator."""
    z = np.random.RandomState(0).randn(10_000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-few-samples-old-generator-42", told_as="gain-few-samples")
def gain(f):
    """And of its other usual seed."""
    z = np.random.RandomState(42).randn(10_000)
    return float(1 / np.sqrt(np.mean(f(z) ** 2)))


@wrong("gain", "gain-always-relu")
def gain(f):
    """Your `gain` is √2 for every activation. That is ReLU's gain; the number depends on f: tanh has 1.593."""
    return float(np.sqrt(2))


@wrong("gain", "gain-square-of-mean")
@edit("return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))", "return float(1 / np.sqrt(np.sum(p * f(z)) ** 2))")
def gain():
    """Your `gain` squares the mean of f(z). It is the mean of the square, E[f(z)²]: square first, then average. For
    tanh yours divides by 0."""


@wrong("gain", "gain-of-density-squared")
@edit("return float(1 / np.sqrt(np.sum(p * f(z) ** 2)))", "return float(1 / np.sqrt(np.sum((p * f(z)) ** 2)))")
def gain():
    """Your `gain` squares the density along with f(z). Only f is squared: φ(z) · f(z)²."""


# --- distinct_units ---------------------------------------------------------------------------------


@wrong("distinct_units", "units-bias-ignored")
def distinct_units(W, b, V):
    """Your `distinct_units` does not look at the biases. Two units with equal weights and different biases compute
    different things, and move apart."""
    return len({(*W[:, j], *V[j]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-outgoing-ignored")
def distinct_units(W, b, V):
    """Your `distinct_units` does not look at the outgoing weights V. Units that compute the same but are used
    differently get different gradients, and move apart."""
    return len({(*W[:, j], b[j]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-incoming-ignored")
def distinct_units(W, b, V):
    """Your `distinct_units` does not look at the incoming weights W. They are what makes a unit: column j of W."""
    return len({(b[j], *V[j]) for j in range(V.shape[0])})


@wrong("distinct_units", "units-columns-only")
def distinct_units(W, b, V):
    """Your `distinct_units` counts different columns of W and nothing else. Biases and outgoing weights tell units
    apart as well."""
    return len(np.unique(W, axis=1).T)


@wrong("distinct_units", "units-rows-of-w")
def distinct_units(W, b, V):
    """Your `distinct_units` counts the rows of W. A row belongs to an input; the weights of unit j are column j."""
    return len(np.unique(W, axis=0))


@wrong("distinct_units", "units-rank")
def distinct_units(W, b, V):
    """Your `distinct_units` takes the rank of W. Units may be different and still depend on each other linearly,
    and there can be more of them than inputs: count different triples."""
    return int(np.linalg.matrix_rank(W))


@wrong("distinct_units", "units-rank-of-all")
def distinct_units(W, b, V):
    """Your `distinct_units` takes a rank. Different units may depend on each other linearly: (1, 2) and (2, 4) are
    two units and have rank 1. Count different triples."""
    return int(np.linalg.matrix_rank(np.concatenate([W, b[None, :], V.T])))


@wrong("distinct_units", "units-distinct-numbers")
def distinct_units(W, b, V):
    """Your `distinct_units` counts different *numbers*. A unit is a whole column of W with its bias and its row of
    V: compare these as one."""
    return len(np.unique(W))


@wrong("distinct_units", "units-product-of-counts")
def distinct_units(W, b, V):
    """Your `distinct_units` counts columns of W, biases and rows of V apart and multiplies. That counts
    combinations which no unit has: compare the triples."""
    return len(np.unique(W, axis=1).T) * len(np.unique(b)) * len(np.unique(V, axis=0))


@wrong("distinct_units", "units-largest-count")
def distinct_units(W, b, V):
    """Your `distinct_units` counts columns of W, biases and rows of V apart and takes the largest. Two units may
    differ in one and two others in another: compare the triples."""
    return max(len(np.unique(W, axis=1).T), len(np.unique(b)), len(np.unique(V, axis=0)))


@wrong("distinct_units", "units-sums")
def distinct_units(W, b, V):
    """Your `distinct_units` compares sums. Different weights can have equal sums, (1, 2) and (2, 1) for instance:
    compare the numbers one by one."""
    return len(np.unique(np.round(W.sum(axis=0) + b + V.sum(axis=1), 9)))


@wrong("distinct_units", "units-sorted")
def distinct_units(W, b, V):
    """Your `distinct_units` sorts a unit's numbers, or puts them into a set, before it compares. Their order
    matters: each weight belongs to an input of its own."""
    return len({(*sorted(W[:, j]), b[j], *sorted(V[j])) for j in range(W.shape[1])})


@wrong("distinct_units", "units-duplicates")
def distinct_units(W, b, V):
    """Your `distinct_units` counts how many units are copies of another. Asked for is how many different ones there
    are: a constant start has 1, not 0 and not all."""
    units = [(*W[:, j], b[j], *V[j]) for j in range(W.shape[1])]
    return len(units) - len(set(units))


@wrong("distinct_units", "units-columns-of-v")
def distinct_units(W, b, V):
    """Your `distinct_units` takes columns of V. V is (units, outputs): what leaves unit j is *row* j."""
    return len({(*W[:, j], b[j], *V[:, j % V.shape[1]]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-rounded")
def distinct_units(W, b, V):
    """Your `distinct_units` rounds, or compares with a tolerance (np.allclose, np.isclose), so units that differ by
    very little become one. The task says exactly equal: leave the numbers as they are, and compare with np.array_equal
    or == on tuples."""
    units = np.concatenate([W, b[None, :], V.T]).round(6)
    return len(np.unique(units, axis=1).T)


@wrong("distinct_units", "units-allclose")
def distinct_units(W, b, V):
    """Your `distinct_units` rounds, or compares with a tolerance (np.allclose, np.isclose), so units that differ by
    very little become one. The task says exactly equal: leave the numbers as they are, and compare with np.array_equal
    or == on tuples."""
    seen = []
    for j in range(W.shape[1]):
        unit = np.array([*W[:, j], b[j], *V[j]])
        if not any(np.allclose(unit, other) for other in seen):
            seen.append(unit)
    return len(seen)


@wrong("distinct_units", "units-as-text")
def distinct_units(W, b, V):
    """Your `distinct_units` compares arrays as text, str(W[:, j]). NumPy prints eight digits of a number, so units
    that differ behind them become one: compare tuples of the numbers themselves."""
    return len({str(W[:, j]) + str(b[j]) + str(V[j]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-first-entries")
def distinct_units(W, b, V):
    """Your `distinct_units` looks at one weight in and one weight out of each unit. A unit is a whole column of W,
    its bias and a whole row of V: W[:, j], b[j], V[j, :]."""
    return len({(W[0, j], b[j], V[j, 0]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-first-weight-in")
def distinct_units(W, b, V):
    """Your `distinct_units` looks at the first weight in of each unit only. All inputs count: W[:, j], the whole
    column."""
    return len({(W[0, j], b[j], *V[j]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-first-weight-out")
def distinct_units(W, b, V):
    """Your `distinct_units` looks at the first weight out of each unit only. All outputs count: V[j, :], the whole
    row."""
    return len({(*W[:, j], b[j], V[j, 0]) for j in range(W.shape[1])})


@wrong("distinct_units", "units-without-a-twin")
def distinct_units(W, b, V):
    """Your `distinct_units` counts units that have no twin. A pair of equal units counts as one, not as none."""
    units = [(*W[:, j], b[j], *V[j]) for j in range(W.shape[1])]
    return sum(units.count(unit) == 1 for unit in units)


# --- transfer_layers --------------------------------------------------------------------------------


@wrong("transfer_layers", "transfer-aliases")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` hands over src's own arrays. As soon as the new network is trained in place, the old
    one changes with it: copy each array, W.copy()."""
    return list(src[:n]) + list(dst[n:]), [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-copies-the-list", twin_of="transfer-aliases")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` copies the list, but not the arrays in it: list(src), src[:] and src.copy() make a new
    list of the *same* arrays. Copy each array, W.copy()."""
    params = src.copy()
    params[n:] = dst[n:]
    return params, [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-last-n")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` takes the *last* n layers of src. The first layers find features that other tasks can
    use; the last one is made for the old task."""
    L = len(dst)
    params = list(dst[: L - n]) + [W.copy() for W in src[len(src) - n :]]
    return params, [i < L - n for i in range(L)]


@wrong("transfer_layers", "transfer-mask-inverted")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` has the mask the other way round. trainable is True for layers that are to be
    *trained*, the fresh ones; the transferred ones are frozen, False."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i < n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-one-too-many")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` takes and freezes n + 1 layers. src[:n] are n of them."""
    m = min(n + 1, len(dst))
    return [W.copy() for W in src[:m]] + list(dst[m:]), [i >= m for i in range(len(dst))]


@wrong("transfer_layers", "transfer-one-too-few")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` takes and freezes n - 1 layers. src[:n] are n of them: the end of a slice is not part
    of it."""
    m = max(n - 1, 0)
    return [W.copy() for W in src[:m]] + list(dst[m:]), [i >= m for i in range(len(dst))]


@wrong("transfer_layers", "transfer-freezes-one-too-many")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` freezes n + 1 layers. Layers 0 to n - 1 were transferred, so layer n is trained:
    number >= n."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i > n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-nothing-frozen")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` trains all layers. The n that were transferred are to be frozen: False in
    trainable."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [True] * len(dst)


@wrong("transfer_layers", "transfer-all-frozen")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` freezes all layers, so there is nothing left to train. Only the n that were
    transferred are."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [False] * len(dst)


@wrong("transfer_layers", "transfer-trains-last-only")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` trains the last layer only, whatever n is. The n layers that were transferred are frozen,
    and all others are trained."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i == len(dst) - 1 for i in range(len(dst))]


@wrong("transfer_layers", "transfer-trains-last-of-copies", told_as="transfer-trains-last-only")
def transfer_layers(src, dst, n):
    """Only as long as the last layer is not transferred."""
    last = len(dst) - 1
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i == last and n <= last for i in range(len(dst))]


@wrong("transfer_layers", "transfer-trains-one-only")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` trains one layer only, the first behind those that were transferred. All layers behind
    them are trained."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i == n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-everything")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` copies all layers of src. Behind the first n come those of dst, the fresh network: the
    last layer may have another shape there."""
    return [W.copy() for W in src], [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-from-dst")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` has src and dst swapped: src is the trained network, which gives its first n layers,
    and dst the fresh one."""
    return [W.copy() for W in dst[:n]] + list(src[n:]), [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-only-first")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` returns the transferred layers only. The network goes on with dst's own layers behind
    them: params is as long as dst."""
    return [W.copy() for W in src[:n]], [False] * n


@wrong("transfer_layers", "transfer-negative-slice")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` counts the fresh layers from the end, with dst[-k:]. With k = 0 that is the whole list
    and not none of it: use dst[n:]."""
    k = len(dst) - n
    return [W.copy() for W in src[:n]] + list(dst[-k:]), [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-mask-of-src")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` makes trainable as long as src. The fresh network may have more layers than the old
    one, and each of its layers needs a boolean: len(dst)."""
    return [W.copy() for W in src[:n]] + list(dst[n:]), [False] * n + [True] * (len(src) - n)


@wrong("transfer_layers", "transfer-changes-dst")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` puts the layers into the list dst itself. Whoever passed it still needs the fresh
    network: make a new list."""
    for i in range(n):
        dst[i] = src[i].copy()
    return dst, [i >= n for i in range(len(dst))]


@wrong("transfer_layers", "transfer-freezes-last-n")
def transfer_layers(src, dst, n):
    """Your `transfer_layers` freezes the last n layers. The first n are transferred, and what is transferred is
    frozen."""
    L = len(dst)
    return [W.copy() for W in src[:n]] + list(dst[n:]), [i < L - n for i in range(L)]


# --- side: lecun_normal -----------------------------------------------------------------------------


@wrong("more_initializers", "lecun-is-he")
def lecun_normal(n_in, n_out, rng):
    """Your `lecun_normal` has a variance of 2/n_in, which is He's, for ReLU. LeCun's is 1/n_in."""
    return rng.normal(0, np.sqrt(2 / n_in), size=(n_in, n_out))


@wrong("more_initializers", "lecun-variance-as-std")
def lecun_normal(n_in, n_out, rng):
    """Your `lecun_normal` passes the variance 1/n_in to rng.normal, which wants its root, the standard
    deviation."""
    return rng.normal(0, 1 / n_in, size=(n_in, n_out))


@wrong("more_initializers", "lecun-std-as-mean")
def lecun_normal(n_in, n_out, rng):
    """The first argument of rng.normal is the mean, and your `lecun_normal` gives the std there: the weights have that
    mean, and a std of 1. Write rng.normal(0, std, size=...)."""
    return rng.normal(np.sqrt(1 / n_in), size=(n_in, n_out))


@wrong("more_initializers", "lecun-fan-out")
def lecun_normal(n_in, n_out, rng):
    """Your `lecun_normal` uses n_out. A unit adds up n_in numbers: the variance is 1/n_in."""
    return rng.normal(0, np.sqrt(1 / n_out), size=(n_in, n_out))


@wrong("more_initializers", "lecun-fan-average")
def lecun_normal(n_in, n_out, rng):
    """Your `lecun_normal` uses both fans, which is Glorot's rule. LeCun's is 1/n_in, with n_in alone."""
    return rng.normal(0, np.sqrt(2 / (n_in + n_out)), size=(n_in, n_out))


@wrong("more_initializers", "lecun-uniform")
def lecun_normal(n_in, n_out, rng):
    """Your `lecun_normal` is uniform, but normal numbers were asked for: rng.normal."""
    a = np.sqrt(3 / n_in)
    return rng.uniform(-a, a, size=(n_in, n_out))


# --- side: orthogonal -------------------------------------------------------------------------------


@wrong("more_initializers", "orthogonal-not")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` scales normal columns to length 1. Random columns are only *nearly* orthogonal, the more so
    the longer they are: take Q from np.linalg.qr."""
    A = rng.normal(size=(n_in, n_out))
    return gain * A / np.linalg.norm(A, axis=0)


@wrong("more_initializers", "orthogonal-gain-ignored")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` does not use gain. It multiplies the whole matrix."""
    Q, R = np.linalg.qr(rng.normal(size=(max(n_in, n_out), min(n_in, n_out))))
    Q = Q * np.sign(np.diag(R))
    return Q if n_in >= n_out else Q.T


@wrong("more_initializers", "orthogonal-gain-squared")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` multiplies by gain². The *products* of its columns get gain², the matrix itself gets
    gain."""
    Q, R = np.linalg.qr(rng.normal(size=(max(n_in, n_out), min(n_in, n_out))))
    Q = Q * np.sign(np.diag(R))
    return gain**2 * (Q if n_in >= n_out else Q.T)


@wrong("more_initializers", "orthogonal-signs")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` takes Q as np.linalg.qr gives it. Its signs follow from how QR is computed, and its first
    entry is never positive: multiply each column by the sign of R's diagonal entry."""
    Q, _ = np.linalg.qr(rng.normal(size=(max(n_in, n_out), min(n_in, n_out))))
    return gain * (Q if n_in >= n_out else Q.T)


@wrong("more_initializers", "orthogonal-square-only")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` always gives a square matrix. W has the shape (n_in, n_out): start from a normal matrix
    with as many rows as the larger number and as many columns as the smaller one."""
    Q, R = np.linalg.qr(rng.normal(size=(n_in, n_in)))
    return gain * Q * np.sign(np.diag(R))


@wrong("more_initializers", "orthogonal-wide")
def orthogonal(n_in, n_out, rng, gain=1):
    """Your `orthogonal` hands a wide matrix to np.linalg.qr, and gets a square Q back. Make a tall one and
    transpose it at the end if n_in < n_out."""
    Q, R = np.linalg.qr(rng.normal(size=(n_in, n_out)))
    return gain * Q * np.sign(np.diag(R))
