"""Wrong answers to 06_optimizers, as learners and lecture slides write them."""

import math

import numpy as np

from autograder.misconceptions import base, edit, wrong

# --- minibatch_indices -----------------------------------------------------------------------------


@wrong("minibatch_indices", "minibatch-drops-last")
def minibatch_indices(n, batch_size, rng):
    """Your batches leave the short rest out: with 10 examples and batches of 4, two are missing in every
    epoch. Keep the short batch at the end."""
    order = rng.permutation(n)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(n // batch_size)]


@wrong("minibatch_indices", "minibatch-with-replacement")
def minibatch_indices(n, batch_size, rng):
    """Your batches are drawn with replacement, so that some examples turn up twice and others not at all. In
    one epoch each is used once: shuffle with rng.permutation(n), then cut."""
    return [rng.integers(0, n, min(batch_size, n - start)) for start in range(0, n, batch_size)]


@wrong("minibatch_indices", "minibatch-choice-per-batch")
def minibatch_indices(n, batch_size, rng):
    """Each of your batches holds no example twice, but the next one may draw it again. Draw one permutation
    for the whole epoch and cut that."""
    sizes = [min(batch_size, n - start) for start in range(0, n, batch_size)]
    return [rng.choice(n, size, replace=False) for size in sizes]


@wrong("minibatch_indices", "minibatch-no-shuffle")
def minibatch_indices(n, batch_size, rng):
    """Your batches come in the order of the data. If the data are sorted by class, a batch then holds one
    class only. Cut rng.permutation(n) instead of np.arange(n)."""
    order = np.arange(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


@wrong("minibatch_indices", "minibatch-own-seed")
def minibatch_indices(n, batch_size, rng):
    """Your function makes a generator with a fixed seed of its own, so that every epoch has the same order.
    Draw from the rng that is passed in."""
    order = np.random.default_rng(0).permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


@wrong("minibatch_indices", "minibatch-global-seed")
def minibatch_indices(n, batch_size, rng):
    """Your function sets NumPy's global seed and draws from np.random: every epoch has the same order, and
    everybody else's random numbers are reset as well. Draw from the rng that is passed in."""
    np.random.seed(0)
    order = np.random.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


@wrong("minibatch_indices", "minibatch-padded")
def minibatch_indices(n, batch_size, rng):
    """Your last batch is filled up with examples from the front: they count twice in this epoch. Let the last
    batch be short."""
    order = rng.permutation(n)
    order = np.concatenate([order, order[: -n % batch_size]])
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


@wrong("minibatch_indices", "minibatch-array-split")
def minibatch_indices(n, batch_size, rng):
    """Your batches are of nearly equal length, as np.array_split makes n // batch_size of them, so they are larger
    than batch_size. Cut after every batch_size entries: order[start : start + batch_size]."""
    return np.array_split(rng.permutation(n), max(1, n // batch_size))


@wrong("minibatch_indices", "minibatch-array-split-up")
def minibatch_indices(n, batch_size, rng):
    """Your batches are of nearly equal length, as np.array_split makes them: those before the last have fewer than
    batch_size entries. Cut after every batch_size entries."""
    return np.array_split(rng.permutation(n), -(-n // batch_size))


@wrong("minibatch_indices", "minibatch-shuffles-batches")
def minibatch_indices(n, batch_size, rng):
    """You cut first and shuffle the batches afterwards: neighbours in the data always stay in one batch.
    Shuffle the indices first, then cut."""
    batches = [np.arange(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
    return [batches[i] for i in rng.permutation(len(batches))]


@wrong("minibatch_indices", "minibatch-number-of-batches")
def minibatch_indices(n, batch_size, rng):
    """You took batch_size for the number of batches. It is how many examples each batch holds."""
    return np.array_split(rng.permutation(n), min(n, batch_size))


@wrong("minibatch_indices", "minibatch-from-one")
def minibatch_indices(n, batch_size, rng):
    """Your indices run from 1 to n. NumPy counts from 0: the first example is never used, and X[n] does not
    exist."""
    order = rng.permutation(n) + 1
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


# --- sgd_momentum ----------------------------------------------------------------------------------


@wrong("momentum", "momentum-average")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` multiplies g by 1 - momentum: the average of some slides. PyTorch and this course
    have the sum, v = momentum · v + g; the average's steps are smaller by just that factor."""
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-rate-inside")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` has lr inside v. As long as lr stays the same, nobody can tell; when it changes,
    old gradients keep their old rate. Keep v free of lr and multiply at the end: w - lr · v."""
    v = momentum * state.get("v", 0.0) + lr * g
    return w - v, {"v": v}


@wrong("momentum", "momentum-swapped")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` has momentum and 1 - momentum in each other's place, so that it forgets almost
    everything. It is momentum · v + g."""
    v = (1 - momentum) * state.get("v", 0.0) + momentum * g
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-not-used")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Every step of your `sgd_momentum` goes along g alone. Either v is updated and not used, or what comes back as
    the state holds nothing that the next call reads. The step is lr · v, and the new v is returned under the name you
    look for."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * g, {"v": v}


@wrong("momentum", "momentum-not-kept", twin_of="momentum-not-used")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` does not find its v again: what it returns as the state holds nothing that the next
    call reads, so every step is a first step. Return the new v in the dictionary, under the name you look
    for."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {}


@wrong("momentum", "momentum-ascent")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` walks uphill: the step is subtracted, w - lr · v."""
    v = momentum * state.get("v", 0.0) + g
    return w + lr * v, {"v": v}


@wrong("momentum", "momentum-gradient-subtracted", twin_of="momentum-ascent")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your v subtracts the gradient, and then you subtract v: two minus signs, and it walks uphill. Choose
    one: v = momentum · v + g with w - lr · v."""
    v = momentum * state.get("v", 0.0) - g
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-is-nesterov")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` looks ahead: g + momentum · v is Nesterov's step. The heavy ball's is v alone."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (g + momentum * v), {"v": v}


@wrong("momentum", "momentum-old-velocity")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` steps along the v of the step before: the first step goes nowhere. Update v first,
    then use the new one."""
    v = state.get("v", 0.0)
    return w - lr * v, {"v": momentum * v + g}


@wrong("momentum", "momentum-dampened")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your first step takes all of g and the later ones (1 - momentum) · g: that is PyTorch's `dampening`.
    Here every step adds the whole g."""
    v = momentum * state["v"] + (1 - momentum) * g if "v" in state else g
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-in-place")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` writes into w (w -= ...). The caller still needs the old weights: return w - lr * v."""
    v = momentum * state.get("v", 0.0) + g
    w -= lr * v
    return w, {"v": v}


@wrong("momentum", "momentum-state-in-place")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` changes the state that it was given. Two calls with one state then give different
    answers; return a new dictionary with a new array."""
    state["v"] = momentum * state.get("v", 0.0) + g
    return w - lr * state["v"], state


@wrong("momentum", "momentum-rate-in-both")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` multiplies by lr twice, inside v and again in the step. Once is enough: w - lr · v
    with v = momentum · v + g."""
    v = momentum * state.get("v", 0.0) + lr * g
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-times-gradient")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` multiplies the gradient by momentum, too. Only the old v is damped: v = momentum ·
    v + g."""
    v = momentum * (state.get("v", 0.0) + g)
    return w - lr * v, {"v": v}


@wrong("momentum", "momentum-fixed")
def sgd_momentum(w, g, state, lr, momentum=0.9):
    """Your `sgd_momentum` has a number of its own for momentum (such as 0.9) and never looks at its argument. Use the
    argument."""
    v = 0.9 * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


# --- sgd_nesterov ----------------------------------------------------------------------------------


@wrong("momentum", "nesterov-plain-momentum")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` is the heavy ball. Nesterov's step is g + momentum · v, with the new v."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


@wrong("momentum", "nesterov-old-velocity", twin_of="nesterov-plain-momentum")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` looks ahead along the *old* v; g + momentum · v_old is just the new v, the heavy
    ball again. Update v first, then take g + momentum · v."""
    v = state.get("v", 0.0)
    return w - lr * (g + momentum * v), {"v": momentum * v + g}


@wrong("momentum", "nesterov-squared")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` has momentum² · v. The old v already went through one momentum in the update; the
    look-ahead multiplies the new v by one more."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (g + momentum**2 * v), {"v": v}


@wrong("momentum", "nesterov-v-twice")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` steps along v + momentum · v. It is the bare gradient that stands in front: g +
    momentum · v."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (v + momentum * v), {"v": v}


@wrong("momentum", "nesterov-without-gradient")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` steps along momentum · v alone: the gradient of this step is missing. It is g +
    momentum · v."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * momentum * v, {"v": v}


@wrong("momentum", "nesterov-average")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` averages: it multiplies g by 1 - momentum. PyTorch has the sum, v = momentum · v +
    g."""
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * (g + momentum * v), {"v": v}


@wrong("momentum", "nesterov-average-everywhere")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` averages in both places, (1 - momentum) · g in v and in the step. PyTorch has the
    whole g in both."""
    v = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - lr * ((1 - momentum) * g + momentum * v), {"v": v}


@wrong("momentum", "nesterov-rate-inside")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` has lr inside v. When the rate changes, old gradients keep their old rate: keep v
    free of lr."""
    v = momentum * state.get("v", 0.0) + lr * g
    return w - (lr * g + momentum * v), {"v": v}


@wrong("momentum", "nesterov-v-plus-g")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` steps along g + v; the v is multiplied by momentum: g + momentum · v."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (g + v), {"v": v}


@wrong("momentum", "nesterov-keeps-the-step")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` remembers g + momentum · v, the step, where v itself belongs. What is kept is v;
    the look-ahead is for this step only."""
    v = momentum * state.get("v", 0.0) + g
    step = g + momentum * v
    return w - lr * step, {"v": step}


@wrong("momentum", "nesterov-in-place")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` writes into w (w -= ...). Return a new array."""
    v = momentum * state.get("v", 0.0) + g
    w -= lr * (g + momentum * v)
    return w, {"v": v}


@wrong("momentum", "nesterov-state-in-place")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` changes the state that it was given. Two calls with one state then give different answers;
    return a new dictionary with a new array."""
    state["v"] = momentum * state.get("v", 0.0) + g
    return w - lr * (g + momentum * state["v"]), state


@wrong("momentum", "nesterov-fixed")
def sgd_nesterov(w, g, state, lr, momentum=0.9):
    """Your `sgd_nesterov` has a number of its own for momentum (such as 0.9) and never looks at its argument. Use the
    argument, in v and in the look-ahead."""
    v = 0.9 * state.get("v", 0.0) + g
    return w - lr * (g + 0.9 * v), {"v": v}


# --- adagrad ---------------------------------------------------------------------------------------


@wrong("adaptive_rates", "adagrad-no-root")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` divides by the sum of squares itself, as a lecture says. It is the root of the sum: then
    the step has the size of the rate, whatever the size of the gradients."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (S + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-eps-inside")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` has eps under the root, as on some slides. PyTorch adds it to the root. For eps = 1e-10
    nobody sees the difference; for a large eps, or tiny gradients, it is large."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / np.sqrt(S + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-fixed-eps")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` has a number of its own for eps (such as 1e-8) and never looks at its argument. Use the
    argument."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + 1e-10), {"S": S}


@wrong("adaptive_rates", "adagrad-fixed-eps-1e-8", told_as="adagrad-fixed-eps")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """With 1e-8, as for the others."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + 1e-8), {"S": S}


@wrong("adaptive_rates", "adagrad-fixed-eps-1e-5", told_as="adagrad-fixed-eps")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """With 1e-5."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + 1e-5), {"S": S}


@wrong("adaptive_rates", "adagrad-fixed-eps-1e-6", told_as="adagrad-fixed-eps")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """With 1e-6."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + 1e-6), {"S": S}


@wrong("adaptive_rates", "adagrad-fixed-eps-1e-7", told_as="adagrad-fixed-eps")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """With 1e-7."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + 1e-7), {"S": S}


@wrong("adaptive_rates", "adagrad-sum-of-sizes")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` sums |g|. It is the squares that are summed, and the root of the sum divides."""
    S = state.get("S", 0.0) + np.abs(g)
    return w - lr * g / (S + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-root-of-sizes")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` takes the root of a sum of |g|. Under the root stands the sum of the squares."""
    S = state.get("S", 0.0) + np.abs(g)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-sum-of-gradients")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` sums the gradients and squares the sum, so that positive and negative ones cancel.
    Square first, then sum."""
    S = state.get("S", 0.0) + g
    return w - lr * g / (np.abs(S) + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-is-rmsprop")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` is a moving average, that is RMSProp. AdaGrad's sum forgets nothing: S = S + g²."""
    S = 0.9 * state.get("S", 0.0) + 0.1 * g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-one-sum-for-all")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` has one sum for all weights together. Each weight has its own: g**2 without a sum over
    the entries."""
    S = state.get("S", 0.0) + np.sum(g**2)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-mean")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` takes the mean of the squares over the steps. It is the sum, so that steps shrink with
    time."""
    S, t = state.get("S", 0.0) + g**2, state.get("t", 0) + 1
    return w - lr * g / (np.sqrt(S / t) + eps), {"S": S, "t": t}


@wrong("adaptive_rates", "adagrad-old-sum")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` divides by the sum of the steps *before* this one, which is 0 at first: the first step
    is enormous. Add g² first, then divide."""
    S = np.zeros(np.shape(g)) + state.get("S", 0.0)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S + g**2}


@wrong("adaptive_rates", "adagrad-not-kept")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` begins with an empty sum at each step: what it returns as the state holds nothing that
    the next call reads. Return the new sum in the dictionary."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + eps), {}


@wrong("adaptive_rates", "adagrad-shrinks-the-rate-twice")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` divides by the root of the sum and by the number of steps as well. The sum alone makes
    the steps smaller."""
    S, t = state.get("S", 0.0) + g**2, state.get("t", 0) + 1
    return w - lr / t * g / (np.sqrt(S) + eps), {"S": S, "t": t}


@wrong("adaptive_rates", "adagrad-without-gradient")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` divides the rate and forgets to multiply by the gradient: every weight gets smaller,
    whatever its gradient says."""
    S = state.get("S", 0.0) + g**2
    return w - lr / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "adagrad-in-place")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` writes into w (w -= ...). Return a new array."""
    S = state.get("S", 0.0) + g**2
    w -= lr * g / (np.sqrt(S) + eps)
    return w, {"S": S}


@wrong("adaptive_rates", "adagrad-state-in-place")
def adagrad(w, g, state, lr=0.01, eps=1e-10):
    """Your `adagrad` changes the state that it was given. Two calls with one state then give different answers; return
    a new dictionary with a new array."""
    state["S"] = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(state["S"]) + eps), state


# --- rmsprop ---------------------------------------------------------------------------------------


@wrong("adaptive_rates", "rmsprop-rate-in-the-average")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` adds lr · g² to the average. The share of the new square is 1 - alpha; it equals lr in
    one textbook example only."""
    S = alpha * state.get("S", 0.0) + lr * g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-eps-inside")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` has eps under the root, as on some slides. PyTorch adds it to the root: √S + eps. For
    eps = 1e-8 it hardly shows, for tiny gradients it does."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / np.sqrt(S + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-eps")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` has a number of its own for eps (such as 1e-8) and never looks at its argument. Use the
    argument."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + 1e-8), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-eps-1e-5", told_as="rmsprop-fixed-eps")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """With 1e-5."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + 1e-5), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-eps-1e-6", told_as="rmsprop-fixed-eps")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """With 1e-6."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + 1e-6), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-eps-1e-7", told_as="rmsprop-fixed-eps")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """With 1e-7."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + 1e-7), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-eps-1e-10", told_as="rmsprop-fixed-eps")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """With 1e-10."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + 1e-10), {"S": S}


@wrong("adaptive_rates", "rmsprop-swapped")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` has alpha and 1 - alpha in each other's place: it forgets nearly everything at each
    step. alpha keeps the old, 1 - alpha takes the new."""
    S = (1 - alpha) * state.get("S", 0.0) + alpha * g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-is-adagrad")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` sums the squares and forgets nothing: that is AdaGrad. The old average is multiplied by
    alpha, the new square by 1 - alpha."""
    S = state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-whole-square")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` adds the whole g² to alpha · S. In an average the new square has the share 1 - alpha."""
    S = alpha * state.get("S", 0.0) + g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-sizes")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` averages |g|. It is the root of the average *square*: with sizes alone, large gradients
    count too little."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * np.abs(g)
    return w - lr * g / (S + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-no-root")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` divides by the average square; the root is missing. Its name says it: root mean
    square."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (S + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-corrected")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` divides S by 1 - alpha^t, as Adam does. RMSProp has no correction: its first steps are
    simply long."""
    S, t = alpha * state.get("S", 0.0) + (1 - alpha) * g**2, state.get("t", 0) + 1
    return w - lr * g / (np.sqrt(S / (1 - alpha**t)) + eps), {"S": S, "t": t}


@wrong("adaptive_rates", "rmsprop-starts-full")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` starts with S = g² in the first step. S starts at 0, so after one step it is (1 - alpha)
    · g²."""
    S = alpha * state["S"] + (1 - alpha) * g**2 if "S" in state else g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-brackets")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """In your `rmsprop` brackets are missing: g / √S + eps adds eps to the quotient. It is g / (√S + eps)."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * (g / np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-old-average")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` divides by the average of the steps *before* this one, which is 0 at first. Update S
    first, then divide."""
    S = np.zeros(np.shape(g)) + state.get("S", 0.0)
    return w - lr * g / (np.sqrt(S) + eps), {"S": alpha * S + (1 - alpha) * g**2}


@wrong("adaptive_rates", "rmsprop-centered")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` subtracts the squared mean of the gradients, PyTorch's `centered=True`. The plain form
    divides by the root of the mean square."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    m = alpha * state.get("m", 0.0) + (1 - alpha) * g
    return w - lr * g / (np.sqrt(S - m**2) + eps), {"S": S, "m": m}


@wrong("adaptive_rates", "rmsprop-one-average-for-all")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` averages over all weights: each of them then gets the same rate, and nothing is gained.
    Leave g**2 as an array."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * np.mean(g**2)
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-not-kept")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` begins with S = 0 at each step: what it returns as the state holds nothing that the next
    call reads. Return the new S in the dictionary."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(S) + eps), {}


@wrong("adaptive_rates", "rmsprop-in-place")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` writes into w (w -= ...). Return a new array."""
    S = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    w -= lr * g / (np.sqrt(S) + eps)
    return w, {"S": S}


@wrong("adaptive_rates", "rmsprop-state-in-place")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` changes the state that it was given. Two calls with one state then give different answers; return
    a new dictionary with a new array."""
    state["S"] = alpha * state.get("S", 0.0) + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(state["S"]) + eps), state


@wrong("adaptive_rates", "rmsprop-fixed-alpha")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """Your `rmsprop` has a number of its own for alpha (such as 0.9 or 0.99) and never looks at its argument. Use the
    argument."""
    S = 0.99 * state.get("S", 0.0) + 0.01 * g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


@wrong("adaptive_rates", "rmsprop-fixed-alpha-0.9", told_as="rmsprop-fixed-alpha")
def rmsprop(w, g, state, lr=0.01, alpha=0.99, eps=1e-8):
    """With 0.9."""
    S = 0.9 * state.get("S", 0.0) + 0.1 * g**2
    return w - lr * g / (np.sqrt(S) + eps), {"S": S}


# --- adam ------------------------------------------------------------------------------------------


@base
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """A right answer."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-no-correction")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m, v")
def adam():
    """Your `adam` has no bias correction, as on a slide. Both averages start at 0 and are too small at first:
    divide m by 1 - β₁ᵗ and v by 1 - β₂ᵗ. Quick test: the first step of every weight is as long as the
    rate."""


@wrong("adam", "adam-no-power")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)")
def adam():
    """Your `adam` divides by 1 - β in every step, as if t were always 1: the power t is missing, or t is not kept in
    the state. Right in the first step, about twice too long soon after. It is 1 - β₁ᵗ and 1 - β₂ᵗ."""


@wrong("adam", "adam-v-not-squared")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` averages g in v, not g². v then can be negative, and its root is nan: square the
    gradient."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    with np.errstate(invalid="ignore"):
        return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-as-on-a-slide")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` is one lecture's formula to the letter: v averages g and not g², the corrections lack the
    power t, and eps is under the root. All three are slips."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g
    m_hat, v_hat = m / (1 - beta1), v / (1 - beta2)
    with np.errstate(invalid="ignore"):
        return w - lr * m_hat / np.sqrt(v_hat + eps), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-t-stays-zero")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` returns nan. It does if t stays 0, since 1 - β⁰ = 0 divides, and if v_hat is negative, since a
    negative number has no root. Count before you correct, t is 1 in the first step, and keep v an average of
    squares."""
    beta1, beta2 = betas
    t = state.get("t", 0)
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / np.float64(1 - beta1**t), v / np.float64(1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-t-stays-one", twin_of="adam-no-power")
@edit('t = state.get("t", 0) + 1', "t = 1")
def adam():
    """In your `adam` t is 1 in every step, because it is not kept in the state. The first step hides that. Return t
    with m and v."""


@wrong("adam", "adam-t-starts-at-two")
@edit('t = state.get("t", 0) + 1', 't = state.get("t", 1) + 1')
def adam():
    """In your `adam` t is 2 in the first step: is it counted twice, or does it start at 1 and count before
    use? It is 1 in the first step."""


@wrong("adam", "adam-t-counts-afterwards")
@edit('t = state.get("t", 0) + 1', 't = max(state.get("t", 0), 1)')
@edit('{"t": t, "m": m, "v": v}', '{"t": state.get("t", 0) + 1, "m": m, "v": v}')
def adam():
    """Your `adam` uses the t of the step before, 1 in both of the first two steps. Increase t first, then
    correct with it."""


@wrong("adam", "adam-beta1-for-v")
@edit('v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2', 'v = beta1 * state.get("v", 0.0) + (1 - beta2) * g**2')
def adam():
    """Your v is updated with β₁ where β₂ belongs, as on a slide. The average of the squares has the longer
    memory: β₂ in both places."""


@wrong("adam", "adam-one-beta")
@edit("beta1, beta2 = betas", "beta1, _ = betas")
@edit('v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2', 'v = beta1 * state.get("v", 0.0) + (1 - beta1) * g**2')
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta1**t)")
def adam():
    """Your `adam` uses β₁ for both averages. β₂ belongs to the average of the squares."""


@wrong("adam", "adam-fixed-betas")
@edit("beta1, beta2 = betas", "beta1, beta2 = 0.9, 0.999")
def adam():
    """Your `adam` has numbers of its own for the two betas (0.9 and 0.999) and never looks at its argument. Use the
    argument."""


@wrong("adam", "adam-betas-swapped")
@edit('m = beta1 * state.get("m", 0.0) + (1 - beta1) * g', 'm = beta2 * state.get("m", 0.0) + (1 - beta2) * g')
@edit('v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2', 'v = beta1 * state.get("v", 0.0) + (1 - beta1) * g**2')
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m / (1 - beta2**t), v / (1 - beta1**t)")
def adam():
    """In your `adam` the two betas have changed places: the first of the pair belongs to m, the second to
    v."""


@wrong("adam", "adam-eps-inside")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * m_hat / np.sqrt(v_hat + eps)")
def adam():
    """Your `adam` has eps under the root, as on some slides. Adam's authors and PyTorch add it to the root.
    For gradients of 1e-7 the two steps differ a thousandfold."""


@wrong("adam", "adam-fixed-eps")
@edit("(np.sqrt(v_hat) + eps)", "(np.sqrt(v_hat) + 1e-8)")
def adam():
    """Your `adam` has a number of its own for eps (such as 1e-8) and never looks at its argument. Use the argument."""


@wrong("adam", "adam-fixed-eps-1e-5", told_as="adam-fixed-eps")
@edit("(np.sqrt(v_hat) + eps)", "(np.sqrt(v_hat) + 1e-5)")
def adam():
    """With 1e-5."""


@wrong("adam", "adam-fixed-eps-1e-6", told_as="adam-fixed-eps")
@edit("(np.sqrt(v_hat) + eps)", "(np.sqrt(v_hat) + 1e-6)")
def adam():
    """With 1e-6."""


@wrong("adam", "adam-fixed-eps-1e-7", told_as="adam-fixed-eps")
@edit("(np.sqrt(v_hat) + eps)", "(np.sqrt(v_hat) + 1e-7)")
def adam():
    """With 1e-7."""


@wrong("adam", "adam-fixed-eps-1e-10", told_as="adam-fixed-eps")
@edit("(np.sqrt(v_hat) + eps)", "(np.sqrt(v_hat) + 1e-10)")
def adam():
    """With 1e-10."""


@wrong("adam", "adam-without-eps")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` has no eps: where a gradient has always been 0 it divides 0 by 0, and for tiny gradients the step is
    another one. It is √v̂ + eps."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-not-kept")
@edit('{"t": t, "m": m, "v": v}', "{}")
def adam():
    """Every step of your `adam` is a first step: what it returns as the state holds nothing that the next call reads.
    Return t, m and v under the names you look for."""


@wrong("adam", "adam-eps-before-correction")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - rate * m / (np.sqrt(v) + eps)")
def adam():
    """Your `adam` adds eps to the root of the *uncorrected* v and corrects afterwards, which makes eps larger
    in the first steps. Correct v first, then take the root, then add eps."""


@wrong("adam", "adam-keeps-corrected")
@edit('{"t": t, "m": m, "v": v}', '{"t": t, "m": m_hat, "v": v_hat}')
def adam():
    """Your `adam` remembers the corrected averages, so that the next step corrects them again. Keep m and v
    as they are; m_hat and v_hat are for this step only."""


@wrong("adam", "adam-beta-times-t")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` multiplies β by t where β *to the power* t belongs: 1 - β**t."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / (1 - beta1 * t), v / (1 - beta2 * t)
    with np.errstate(all="ignore"):
        return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@wrong("adam", "adam-corrects-m-only")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m / (1 - beta1**t), v")
def adam():
    """Your `adam` corrects m and leaves v as it is. Both averages start at 0: both need their correction."""


@wrong("adam", "adam-corrects-v-only")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m, v / (1 - beta2**t)")
def adam():
    """Your `adam` corrects v and leaves m as it is. Both averages start at 0: both need their correction."""


@wrong("adam", "adam-multiplies-the-correction")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "m_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)")
def adam():
    """Your `adam` multiplies by 1 - βᵗ. The averages are too *small* at first: divide."""


@wrong("adam", "adam-no-root")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * m_hat / (v_hat + eps)")
def adam():
    """Your `adam` divides by v_hat; the root is missing. The root has the unit of the gradient, so that its
    size cancels."""


@wrong("adam", "adam-sum-for-m")
@edit('m = beta1 * state.get("m", 0.0) + (1 - beta1) * g', 'm = beta1 * state.get("m", 0.0) + g')
def adam():
    """Your m is momentum's sum, β₁ · m + g. In Adam it is an average: (1 - β₁) · g. Otherwise its correction
    is wrong, too."""


@wrong("adam", "adam-gradient-for-m")
@edit("m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)", "v_hat = v / (1 - beta2**t)")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w - lr * g / (np.sqrt(v_hat) + eps)")
def adam():
    """Your `adam` keeps m and then steps along g: that is a corrected RMSProp. The step is m_hat over the
    root of v_hat."""


@wrong("adam", "adam-ascent")
@edit("w - lr * m_hat / (np.sqrt(v_hat) + eps)", "w + lr * m_hat / (np.sqrt(v_hat) + eps)")
def adam():
    """Your `adam` walks uphill: the step is subtracted."""


@wrong("adam", "adam-amsgrad")
@edit("v / (1 - beta2**t)", 'np.maximum(state.get("top", 0.0), v / (1 - beta2**t))')
@edit('{"t": t, "m": m, "v": v}', '{"t": t, "m": m, "v": v, "top": v_hat}')
def adam():
    """Your `adam` divides by the largest v so far: that is AMSGrad, a later repair. Plain Adam takes this
    step's v_hat."""


@wrong("adam", "adam-one-v-for-all")
@edit('beta2 * state.get("v", 0.0) + (1 - beta2) * g**2', 'beta2 * state.get("v", 0.0) + (1 - beta2) * np.mean(g**2)')
def adam():
    """Your `adam` has one v for all weights together. Each weight has its own: g**2 without a sum or mean
    over the entries."""


@wrong("adam", "adam-state-in-place")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` changes the state that it was given: two calls with one state give different answers.
    Return a new dictionary with new arrays."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    state.update({"t": t, "m": m, "v": v})
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


@wrong("adam", "adam-global-t")
@edit('t = state.get("t", 0) + 1', 'adam.t = getattr(adam, "t", 0) + 1 if state else 1')
@edit("m / (1 - beta1**t), v / (1 - beta2**t)", "m / (1 - beta1**adam.t), v / (1 - beta2**adam.t)")
@edit('{"t": t, "m": m, "v": v}', '{"m": m, "v": v}')
def adam():
    """Your `adam` counts its steps outside of state, so that two parameters share one t, which then runs
    twice as fast. Keep t in state."""


@wrong("adam", "adam-in-place")
def adam(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8):
    """Your `adam` writes into w (w -= ...). Return a new array."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, {"t": t, "m": m, "v": v}


# --- sgd_wd ----------------------------------------------------------------------------------------


@wrong("adamw", "sgd-wd-factor-two")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` adds 2 · weight_decay · w. PyTorch's penalty is (λ/2)·‖w‖², whose gradient is λ · w: no
    2."""
    return sgd_momentum(w, g + 2 * weight_decay * w, state, lr, momentum)


@wrong("adamw", "sgd-wd-decoupled")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """In your `sgd_wd` the decay does not go through the momentum: it acts on w by itself, or on the step. That is the
    decoupled form, SGDW. Coupled means: g first becomes g + weight_decay · w."""
    return sgd_momentum(w * (1 - lr * weight_decay), g, state, lr, momentum)


@wrong("adamw", "sgd-wd-without-rate")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` multiplies w by 1 - weight_decay, without the rate. The decay is a part of the gradient:
    g + weight_decay · w."""
    return sgd_momentum(w * (1 - weight_decay), g, state, lr, momentum)


@wrong("adamw", "sgd-wd-sign")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` subtracts the decay from g, so that the weights grow. It is g + weight_decay · w."""
    return sgd_momentum(w, g - weight_decay * w, state, lr, momentum)


@wrong("adamw", "sgd-wd-l1")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` adds weight_decay · sign(w). That is the L1 penalty; L2's gradient is weight_decay ·
    w."""
    return sgd_momentum(w, g + weight_decay * np.sign(w), state, lr, momentum)


@wrong("adamw", "sgd-wd-size")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` adds weight_decay · |w|, which pushes negative weights further down. w keeps its sign: g
    + weight_decay · w."""
    return sgd_momentum(w, g + weight_decay * np.abs(w), state, lr, momentum)


@wrong("adamw", "sgd-wd-square")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` adds the penalty w², and not its gradient. The gradient of (λ/2)·w² is λ · w."""
    return sgd_momentum(w, g + weight_decay * w**2, state, lr, momentum)


@wrong("adamw", "sgd-wd-ignored")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` never uses weight_decay: is it spelled as in the first line of the function?"""
    return sgd_momentum(w, g, state, lr, momentum)


@wrong("adamw", "sgd-wd-after-momentum", twin_of="sgd-wd-decoupled")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` adds the decay to the step and not to g: it does not go through the momentum. Coupled
    means: g first becomes g + weight_decay · w."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * (v + weight_decay * w), {"v": v}


@wrong("adamw", "sgd-wd-without-momentum")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` decays the weights and forgets the momentum. After g + weight_decay · w comes your
    sgd_momentum."""
    return w - lr * (g + weight_decay * w), {}


@wrong("adamw", "sgd-wd-in-place")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` writes into g (g += ...). The caller still needs it: g + weight_decay * w makes a new
    array."""
    g += weight_decay * w
    return sgd_momentum(w, g, state, lr, momentum)


@wrong("adamw", "sgd-wd-fixed-momentum")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` has a number of its own for momentum (such as 0.9) and never looks at its argument. Use the
    argument, or hand it on."""
    v = 0.9 * state.get("v", 0.0) + g + weight_decay * w
    return w - lr * v, {"v": v}


@wrong("adamw", "sgd-wd-state-in-place")
def sgd_wd(w, g, state, lr, momentum=0.0, weight_decay=0.0):
    """Your `sgd_wd` changes the state that it was given. Two calls with one state then give different answers; return a
    new dictionary with a new array."""
    state["v"] = momentum * state.get("v", 0.0) + g + weight_decay * w
    return w - lr * state["v"], state


# --- adamw -----------------------------------------------------------------------------------------


@wrong("adamw", "adamw-coupled")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` adds the decay to the gradient: that is Adam(weight_decay=...), where the division by √v
    weakens it. AdamW shrinks w by itself and gives Adam the plain gradient."""
    return adam(w, g + weight_decay * w, state, lr, betas, eps)


@wrong("adamw", "adamw-without-rate")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` multiplies by 1 - weight_decay, without the rate. It is 1 - lr · weight_decay, so that a
    schedule acts on the decay as well."""
    return adam(w * (1 - weight_decay), g, state, lr, betas, eps)


@wrong("adamw", "adamw-decays-updated")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` decays the weights after Adam's step, and so a part of the step, too. The *old* w shrinks
    first."""
    w, state = adam(w, g, state, lr, betas, eps)
    return w * (1 - lr * weight_decay), state


@wrong("adamw", "adamw-sign")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` lets the weights grow: the factor is 1 - lr · weight_decay, with a minus."""
    return adam(w * (1 + lr * weight_decay), g, state, lr, betas, eps)


@wrong("adamw", "adamw-factor-two")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` decays twice as much: 1 - 2 · lr · weight_decay comes from a penalty without the one half.
    PyTorch has no 2."""
    return adam(w * (1 - 2 * lr * weight_decay), g, state, lr, betas, eps)


@wrong("adamw", "adamw-decay-normalised")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` divides the decay by the root of v, together with the gradient. Decoupled means that the
    decay does not see v."""
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * (m_hat + weight_decay * w) / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@wrong("adamw", "adamw-ignored")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` never uses weight_decay: it is plain Adam. The old w shrinks by 1 - lr · weight_decay
    first."""
    return adam(w, g, state, lr, betas, eps)


@wrong("adamw", "adamw-no-correction")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` has no bias correction. Apart from the decay it is Adam, with m / (1 - β₁ᵗ) and v / (1 -
    β₂ᵗ)."""
    beta1, beta2 = betas
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * g**2
    return w * (1 - lr * weight_decay) - lr * m / (np.sqrt(v) + eps), {"m": m, "v": v}


@wrong("adamw", "adamw-both")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` decays twice, in the gradient and in the weights. Decoupled means: in the weights only."""
    return adam(w * (1 - lr * weight_decay), g + weight_decay * w, state, lr, betas, eps)


@wrong("adamw", "adamw-constant-decay")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` shrinks every weight by the same amount, lr · weight_decay, whatever its size. The decay
    is proportional: w · (1 - lr · weight_decay)."""
    return adam(w - lr * weight_decay * np.sign(w), g, state, lr, betas, eps)


@wrong("adamw", "adamw-only-the-decay")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` replaces w by its decayed part, w · lr · weight_decay. What remains is w · (1 - lr ·
    weight_decay)."""
    return adam(w * lr * weight_decay, g, state, lr, betas, eps)


@wrong("adamw", "adamw-in-place")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` shrinks the caller's w (w *= ...). Make a new array: w * (1 - lr * weight_decay)."""
    w *= 1 - lr * weight_decay
    return adam(w, g, state, lr, betas, eps)


@wrong("adamw", "adamw-fixed-betas")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` has numbers of its own for the two betas (0.9 and 0.999) and never looks at its argument. Use the
    argument, or hand it on."""
    t = state.get("t", 0) + 1
    m = 0.9 * state.get("m", 0.0) + 0.1 * g
    v = 0.999 * state.get("v", 0.0) + 0.001 * g**2
    step = (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + eps)
    return w * (1 - lr * weight_decay) - lr * step, {"t": t, "m": m, "v": v}


@wrong("adamw", "adamw-fixed-decay")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` has a number of its own for weight_decay (such as 0.01) and never looks at its argument. Use the
    argument."""
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g**2
    step = (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return w * (1 - lr * 0.01) - lr * step, {"t": t, "m": m, "v": v}


@wrong("adamw", "adamw-state-in-place")
def adamw(w, g, state, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
    """Your `adamw` changes the state that it was given: two calls with one state give different answers. Return a new
    dictionary with new arrays."""
    state["t"] = state.get("t", 0) + 1
    state["m"] = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * g
    state["v"] = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * g**2
    m_hat, v_hat = state["m"] / (1 - betas[0] ** state["t"]), state["v"] / (1 - betas[1] ** state["t"])
    return w * (1 - lr * weight_decay) - lr * m_hat / (np.sqrt(v_hat) + eps), state


# --- step_decay ------------------------------------------------------------------------------------


@wrong("schedules", "step-decay-continuous")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` falls all the time: t / step_size is not a whole number. ⌊t/k⌋ is t // step_size in
    Python."""
    return lr0 * gamma ** (t / step_size)


@wrong("schedules", "step-decay-early")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` cuts one step too early: it counts t + 1. t counts from 0, and the first cut is at t
    = step_size."""
    return lr0 * gamma ** ((t + 1) // step_size)


@wrong("schedules", "step-decay-late")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` cuts one step too late: at t = step_size the rate must already be cut."""
    return lr0 * gamma ** (max(t - 1, 0) // step_size)


@wrong("schedules", "step-decay-subtracts")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` subtracts. Each cut multiplies by gamma: gamma to the power of their number."""
    return lr0 - gamma * (t // step_size)


@wrong("schedules", "step-decay-times-count")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` multiplies gamma by the number of cuts. It is gamma *to the power* of that number;
    and at t = 0 your rate is 0."""
    return lr0 * (gamma * (t // step_size))


@wrong("schedules", "step-decay-at-zero")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` has one cut too many: at t = 0 nothing is cut yet."""
    return lr0 * gamma ** (t // step_size + 1)


@wrong("schedules", "step-decay-ceil")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` rounds t / step_size up, so that the first cut comes at t = 1. Round down: t //
    step_size."""
    return lr0 * gamma ** math.ceil(t / step_size)


@wrong("schedules", "step-decay-once")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` cuts once and never again. Every step_size steps there is another cut."""
    return lr0 * gamma if t >= step_size else lr0


@wrong("schedules", "step-decay-only-then")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` cuts at the multiples of step_size only and goes back up in between. The cuts stay:
    gamma ** (t // step_size)."""
    return lr0 * gamma if t > 0 and t % step_size == 0 else lr0


@wrong("schedules", "step-decay-complement")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` multiplies by 1 - gamma. PyTorch's gamma is what *remains* after a cut."""
    return lr0 * (1 - gamma) ** (t // step_size)


@wrong("schedules", "step-decay-fixed-gamma")
def step_decay(lr0, t, step_size, gamma=0.1):
    """Your `step_decay` has a number of its own for gamma (such as 0.1) and never looks at its argument. Use the
    argument."""
    return lr0 * 0.1 ** (t // step_size)


@wrong("schedules", "step-decay-fixed-gamma-half", told_as="step-decay-fixed-gamma")
def step_decay(lr0, t, step_size, gamma=0.1):
    """With 0.5."""
    return lr0 * 0.5 ** (t // step_size)


# --- cosine_annealing ------------------------------------------------------------------------------


@wrong("schedules", "cosine-no-half")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine lacks the one half: 1 + cos goes from 2 down to 0. At t = 0 the rate must be lr0."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * t / T_max))


@wrong("schedules", "cosine-two-pi")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine goes through a whole period in T_max steps, down and up again. It is half a period:
    cos(π·t/T)."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(2 * np.pi * t / T_max)) / 2


@wrong("schedules", "cosine-alone")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your rate is the bare cosine, which becomes negative. 1 + cos, halved, goes from 1 to 0."""
    return eta_min + (lr0 - eta_min) * np.cos(np.pi * t / T_max)


@wrong("schedules", "cosine-amplitude")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine starts above lr0: its height must be lr0 - eta_min, because eta_min is added already."""
    return eta_min + lr0 * (1 + np.cos(np.pi * t / T_max)) / 2


@wrong("schedules", "cosine-without-floor")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine goes down to 0 and not to eta_min. It is eta_min plus half of (lr0 - eta_min) times 1 +
    cos."""
    return lr0 * (1 + np.cos(np.pi * t / T_max)) / 2


@wrong("schedules", "cosine-clipped-floor")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine goes down towards 0 and is then cut off at eta_min. The whole curve is squeezed between lr0
    and eta_min instead."""
    return max(eta_min, lr0 * (1 + np.cos(np.pi * t / T_max)) / 2)


@wrong("schedules", "cosine-degrees")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine is given degrees. np.cos wants radians: half a turn is π, not 180."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(180 * t / T_max)) / 2


@wrong("schedules", "cosine-quarter")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine is a quarter of a period, from 1 to 0. Annealing uses half a period, from 1 to -1, raised
    by 1 and halved: it ends flat."""
    return eta_min + (lr0 - eta_min) * np.cos(np.pi / 2 * t / T_max)


@wrong("schedules", "cosine-upside-down")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine begins low and ends high: the sign in front of it is a plus."""
    return eta_min + (lr0 - eta_min) * (1 - np.cos(np.pi * t / T_max)) / 2


@wrong("schedules", "cosine-stays-low")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine stays at eta_min after T_max. The formula holds for every t, as in PyTorch: the rate rises
    again."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * min(t, T_max) / T_max)) / 2


@wrong("schedules", "cosine-restarts")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine jumps back to lr0 at T_max: those are warm restarts. The plain schedule goes on along the
    cosine and rises slowly."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * (t % T_max) / T_max)) / 2


@wrong("schedules", "cosine-one-less")
def cosine_annealing(lr0, t, T_max, eta_min=0.0):
    """Your cosine reaches eta_min one step too early, at T_max - 1. t counts from 0 and the end is at t =
    T_max."""
    return eta_min + (lr0 - eta_min) * (1 + np.cos(np.pi * t / (T_max - 1))) / 2


# --- triangular_lr ---------------------------------------------------------------------------------


@wrong("schedules", "triangular-sawtooth")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your rate climbs and then jumps down: a saw's tooth. A triangle comes down as slowly as it went up."""
    return base_lr + (max_lr - base_lr) * (t % step_size) / step_size


@wrong("schedules", "triangular-starts-high")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle starts at the top. It starts at base_lr and climbs."""
    return base_lr + (max_lr - base_lr) * abs(t % (2 * step_size) / step_size - 1)


@wrong("schedules", "triangular-half-period")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle goes up *and* down in step_size steps. It takes step_size steps for each: the period is 2
    · step_size."""
    return base_lr + (max_lr - base_lr) * (1 - abs(2 * (t % step_size) / step_size - 1))


@wrong("schedules", "triangular-height")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle's height is max_lr, on top of base_lr: its peak is too high. The height is max_lr -
    base_lr."""
    return base_lr + max_lr * (1 - abs(t % (2 * step_size) / step_size - 1))


@wrong("schedules", "triangular-once")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle is one single cycle: afterwards it stays low. Take t % (2 * step_size) first, so that it
    repeats."""
    return base_lr + (max_lr - base_lr) * max(0, 1 - abs(t / step_size - 1))


@wrong("schedules", "triangular-below")
def triangular_lr(t, base_lr, max_lr, step_size):
    """After one cycle your triangle goes on downwards, below base_lr and even below 0. Take t % (2 *
    step_size) first."""
    return base_lr + (max_lr - base_lr) * (1 - abs(t / step_size - 1))


@wrong("schedules", "triangular-cosine")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle is a wave: the rate follows a cosine. Straight lines are wanted."""
    return base_lr + (max_lr - base_lr) * (1 - np.cos(np.pi * t / step_size)) / 2


@wrong("schedules", "triangular-swapped", twin_of="triangular-starts-high")
def triangular_lr(t, base_lr, max_lr, step_size):
    """base_lr and max_lr have changed places in your triangle: it starts at the top and dips."""
    height = 1 - abs(t % (2 * step_size) / step_size - 1)
    return max_lr + (base_lr - max_lr) * height


@wrong("schedules", "triangular-shifted")
def triangular_lr(t, base_lr, max_lr, step_size):
    """Your triangle is one step ahead: t counts from 0, and at 0 the rate is base_lr."""
    height = 1 - abs((t + 1) % (2 * step_size) / step_size - 1)
    return base_lr + (max_lr - base_lr) * height


# --- warmup ----------------------------------------------------------------------------------------


@wrong("warmup", "warmup-from-zero")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up starts at a rate of 0, so that the first step goes nowhere. It starts at start_factor · lr0."""
    return lr0 * min(1.0, t / warmup_steps if warmup_steps else 1.0)


@wrong("warmup", "warmup-counts-from-one")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up has no start_factor: it gives (t + 1)/warmup_steps of lr0. It is a straight line from
    start_factor · lr0 at t = 0 to lr0 at t = warmup_steps."""
    return lr0 * min(1.0, (t + 1) / warmup_steps if warmup_steps else 1.0)


@wrong("warmup", "warmup-one-early")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up arrives one step too early, at warmup_steps - 1: it counts t + 1. t counts from 0."""
    return lr0 * (start_factor + (1 - start_factor) * min(1.0, (t + 1) / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-one-late")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up arrives one step too late, at warmup_steps + 1. At t = warmup_steps the rate is lr0."""
    return lr0 * (start_factor + (1 - start_factor) * min(1.0, t / (warmup_steps + 1) if warmup_steps else 1.0))


@wrong("warmup", "warmup-arrives-before")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up divides by warmup_steps - 1 and arrives one step too early. At t = warmup_steps the rate is
    lr0, and not before."""
    return lr0 * (start_factor + (1 - start_factor) * min(1.0, t / (warmup_steps - 1) if warmup_steps > 1 else 1.0))


@wrong("warmup", "warmup-goes-on")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up does not end: behind warmup_steps the rate rises above lr0. Let the share t/warmup_steps not
    exceed 1."""
    return lr0 * (start_factor + (1 - start_factor) * (t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-starts-anew")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up begins anew every warmup_steps steps. It happens once; afterwards the rate is lr0."""
    return lr0 * (start_factor + (1 - start_factor) * (t % warmup_steps / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-factor-is-a-rate")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up starts at the rate start_factor. It is a factor: the first rate is start_factor · lr0."""
    return start_factor + (lr0 - start_factor) * min(1.0, t / warmup_steps if warmup_steps else 1.0)


@wrong("warmup", "warmup-too-high")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up adds the whole lr0 to where it starts and ends above lr0. The way up is lr0 -
    start_factor · lr0."""
    return lr0 * (start_factor + min(1.0, t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-geometric")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up multiplies the rate by the same factor in each step. A straight line is wanted: the same
    amount in each step."""
    return lr0 * start_factor ** (1.0 - min(1.0, t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-upside-down")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up begins with lr0 and goes down to start_factor · lr0. It is the other way round."""
    return lr0 * (1.0 - (1 - start_factor) * min(1.0, t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-cut-off")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up is a line from 0 that is cut off below start_factor · lr0, so the rate stands still at first.
    The line itself begins at start_factor · lr0."""
    return lr0 * max(start_factor, min(1.0, t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-jumps")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your rate stays at start_factor · lr0 and then jumps to lr0. It climbs in a straight line."""
    return lr0 if t >= warmup_steps else lr0 * start_factor


@wrong("warmup", "warmup-whole-division", twin_of="warmup-jumps")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up divides whole numbers, t // warmup_steps, which is 0 until the end. Use t / warmup_steps."""
    return lr0 * (start_factor + (1 - start_factor) * min(1, t // warmup_steps if warmup_steps else 1))


@wrong("warmup", "warmup-curved")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up follows half a cosine. A straight line is wanted."""
    share = min(1.0, t / warmup_steps if warmup_steps else 1.0)
    return lr0 * (start_factor + (1 - start_factor) * (1 - np.cos(np.pi * share)) / 2)


@wrong("warmup", "warmup-falls-to-zero")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your rate is 0 after the warm-up. From warmup_steps on it is lr0."""
    if t < warmup_steps:
        return lr0 * (start_factor + (1 - start_factor) * t / warmup_steps)
    return 0.0 if warmup_steps else lr0


@wrong("warmup", "warmup-stays-low")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your rate stays at start_factor · lr0 for ever. It climbs to lr0 in warmup_steps steps."""
    return lr0 * start_factor if warmup_steps else lr0


@wrong("warmup", "warmup-missing")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your `linear_warmup` gives lr0 at every step. It begins with start_factor · lr0 and climbs to lr0 in
    warmup_steps steps."""
    return lr0


@wrong("warmup", "warmup-fixed-start")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your warm-up always starts at a tenth of lr0, whatever start_factor says."""
    return lr0 * (0.1 + 0.9 * min(1.0, t / warmup_steps if warmup_steps else 1.0))


@wrong("warmup", "warmup-divides-by-zero")
def linear_warmup(lr0, t, warmup_steps, start_factor=0.1):
    """Your `linear_warmup` fails or gives nan with warmup_steps = 0. There is no warm-up then: lr0 at once."""
    share = min(1.0, t / warmup_steps) if warmup_steps else np.nan
    return lr0 * (start_factor + (1 - start_factor) * share)


@wrong("warmup", "warmup-cosine-old-clock")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine runs since t = 0, so that the rate jumps when the warm-up ends. It has a clock of its own: it
    begins at t - warmup_steps = 0 and has T_max - warmup_steps steps."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t, T_max, eta_min)


@wrong("warmup", "warmup-cosine-too-long")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine begins when the warm-up ends and still takes T_max steps, so that it ends too late. T_max counts
    the warm-up: T_max - warmup_steps are left."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t - warmup_steps, T_max, eta_min)


@wrong("warmup", "warmup-cosine-shorter-only")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine has T_max - warmup_steps steps but starts at t = 0, so that it ends too early. Give it
    t - warmup_steps."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-without-floor")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine ends at 0: eta_min is not passed on."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps)


@wrong("warmup", "warmup-cosine-one-behind")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine begins one step late: at t = warmup_steps + 1 the rate is still lr0. Its time is
    t - warmup_steps."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, max(0, t - warmup_steps - 1), T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-one-ahead")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine is one step ahead: at t = warmup_steps the rate is below lr0 already. Its time is
    t - warmup_steps."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t - warmup_steps + 1, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-stays-low")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your rate stays at eta_min after T_max. The cosine's formula holds for every t, as in PyTorch."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, min(t, T_max) - warmup_steps, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-line")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Behind the warm-up your rate comes down in a straight line. It follows the cosine."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return eta_min + (lr0 - eta_min) * max(0.0, 1 - (t - warmup_steps) / (T_max - warmup_steps))


@wrong("warmup", "warmup-cosine-no-decay")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your rate stays at lr0 after the warm-up. There the cosine begins."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return lr0


@wrong("warmup", "warmup-cosine-two-pi")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your cosine goes through a whole period, down and up again, until T_max. It is half a period."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, 2 * (t - warmup_steps), T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-product")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your rate is the warm-up's share of a cosine that runs since t = 0. The two follow each other: first the
    warm-up up to lr0, then the cosine with its own clock."""
    return linear_warmup(1.0, t, warmup_steps, start_factor) * cosine_annealing(lr0, t, T_max, eta_min)


@wrong("warmup", "warmup-cosine-without-warmup")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your rate has no warm-up: it is the cosine from the first step."""
    return cosine_annealing(lr0, t, T_max, eta_min)


@wrong("warmup", "warmup-cosine-drops-the-factor")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your warm-up always starts at a tenth: start_factor is not passed on."""
    if t < warmup_steps:
        return linear_warmup(lr0, t, warmup_steps)
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-from-the-floor")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your warm-up starts at eta_min. It starts at start_factor · lr0; eta_min is where the cosine ends."""
    if t < warmup_steps:
        return eta_min + (lr0 - eta_min) * t / warmup_steps
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-floor-under-all")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your warm-up is lifted by eta_min. eta_min is for the cosine alone; the warm-up starts at
    start_factor · lr0."""
    if t < warmup_steps:
        return eta_min + linear_warmup(lr0 - eta_min, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-up-by-cosine")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your rate climbs along a cosine. The warm-up is a straight line."""
    if t < warmup_steps:
        share = (1 - np.cos(np.pi * t / warmup_steps)) / 2
        return lr0 * (start_factor + (1 - start_factor) * share)
    return cosine_annealing(lr0, t - warmup_steps, T_max - warmup_steps, eta_min)


@wrong("warmup", "warmup-cosine-up-to-the-cosine")
def warmup_cosine(lr0, t, warmup_steps, T_max, eta_min=0.0, start_factor=0.1):
    """Your warm-up climbs to where a cosine that runs since t = 0 would be. It climbs to lr0, and then the cosine
    begins."""
    if t < warmup_steps:
        top = cosine_annealing(lr0, warmup_steps, T_max, eta_min)
        return linear_warmup(top, t, warmup_steps, start_factor)
    return cosine_annealing(lr0, t, T_max, eta_min)


# --- reduce_on_plateau -----------------------------------------------------------------------------


@base
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    """A right answer."""
    best, bad, rates = math.inf, 0, []
    for loss in losses:
        if loss < best * (1 - 1e-4):
            best, bad = loss, 0
        else:
            bad += 1
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return rates


@wrong("reduce_on_plateau", "plateau-ties")
@edit("if loss < best * (1 - 1e-4):", "if loss <= best:")
def reduce_on_plateau():
    """An equal loss counts as an improvement in your version. Better is strictly below best · (1 - 1e-4): a
    flat loss is just what a plateau is."""


@wrong("reduce_on_plateau", "plateau-no-threshold")
@edit("if loss < best * (1 - 1e-4):", "if loss < best:")
def reduce_on_plateau():
    """Your version takes every smaller loss for an improvement, however little it is. It must be below best ·
    (1 - 1e-4)."""


@wrong("reduce_on_plateau", "plateau-absolute-threshold")
@edit("if loss < best * (1 - 1e-4):", "if loss < best - 1e-4:")
def reduce_on_plateau():
    """Your threshold is absolute, best - 1e-4. It is relative: best · (1 - 1e-4), so that it suits large
    losses as well as small ones."""


@wrong("reduce_on_plateau", "plateau-previous")
@edit("best, bad = loss, 0", "bad = 0")
@edit(
    "rates.append(lr)",
    """
    best = loss
    rates.append(lr)
    """,
)
def reduce_on_plateau():
    """Your version compares with the loss of the epoch before. Compare with the *best* so far: a loss that
    goes up and down again has not improved."""


@wrong("reduce_on_plateau", "plateau-one-early")
@edit("if bad > patience:", "if bad >= patience:")
def reduce_on_plateau():
    """Your version cuts when bad reaches patience. It cuts when bad *exceeds* it: patience = 2 endures two
    bad losses, and the third one cuts."""


@wrong("reduce_on_plateau", "plateau-one-late")
@edit("if bad > patience:", "if bad > patience + 1:")
def reduce_on_plateau():
    """Your version cuts one loss too late. The count of bad losses includes the present one: cut as soon as
    it exceeds patience."""


@wrong("reduce_on_plateau", "plateau-count-never-reset")
@edit("best, bad = loss, 0", "best = loss")
def reduce_on_plateau():
    """A better loss does not reset your count, so that bad losses add up over the whole run. After an
    improvement, patience begins anew: bad = 0."""


@wrong("reduce_on_plateau", "plateau-cuts-again-and-again")
@edit("lr, bad = lr * factor, 0", "lr = lr * factor")
def reduce_on_plateau():
    """After a cut your count goes on, so that every further bad loss cuts again. Set it to 0 after a cut."""


@wrong("reduce_on_plateau", "plateau-subtracts")
@edit("lr, bad = lr * factor, 0", "lr, bad = lr - factor, 0")
def reduce_on_plateau():
    """Your version subtracts factor from the rate. It multiplies."""


@wrong("reduce_on_plateau", "plateau-divides")
@edit("lr, bad = lr * factor, 0", "lr, bad = lr / factor, 0")
def reduce_on_plateau():
    """Your version divides by factor, so that the rate grows. "Reduce by a factor of 0.1" is a slide's slip
    of the tongue: multiply by 0.1."""


@wrong("reduce_on_plateau", "plateau-best-reset")
@edit("lr, bad = lr * factor, 0", "lr, bad, best = lr * factor, 0, math.inf")
def reduce_on_plateau():
    """After a cut your version forgets the best loss and begins again from infinity. The best stays the best;
    only the count of bad ones is reset."""


@wrong("reduce_on_plateau", "plateau-best-always-replaced")
@edit(
    "rates.append(lr)",
    """
    best = min(best, loss)
    rates.append(lr)
    """,
)
def reduce_on_plateau():
    """Your version replaces the best loss by every smaller one, also by those that are too little better to
    count. Replace it only when the loss is better by your threshold."""


@wrong("reduce_on_plateau", "plateau-larger-is-better")
@edit("best, bad, rates = math.inf, 0, []", "best, bad, rates = -math.inf, 0, []")
@edit("if loss < best * (1 - 1e-4):", "if loss > best * (1 + 1e-4):")
def reduce_on_plateau():
    """Your version waits for the loss to *rise*. A better loss is a smaller one."""


@wrong("reduce_on_plateau", "plateau-rate-before")
@edit(
    "if bad > patience:",
    """
    rates.append(lr)
    if bad > patience:
    """,
)
@edit("rates.append(lr)", "")
def reduce_on_plateau():
    """Your rates come one loss late. Does the list hold the rate *before* each loss? Append after the cut: the rate
    with which training goes on."""


@wrong("reduce_on_plateau", "plateau-first-loss-is-lost")
@edit("best, bad, rates = math.inf, 0, []", "best, bad, rates = losses[0], 0, []")
@edit("return rates", "return rates[1:]")
def reduce_on_plateau():
    """You begin with best = losses[0] and then skip the first loss, so that a rate is missing. Begin with
    best = infinity."""


@wrong("reduce_on_plateau", "plateau-last-rate")
@edit("return rates", "return lr")
def reduce_on_plateau():
    """Your version returns the last rate only. Wanted is a list: the rate after each of the losses."""


@wrong("reduce_on_plateau", "plateau-nan-ignored")
@edit("if loss < best * (1 - 1e-4):", "if loss < best * (1 - 1e-4) or loss != loss:")
@edit("best, bad = loss, 0", "best, bad = (loss, 0) if loss == loss else (best, bad)")
def reduce_on_plateau():
    """Your version does not count a nan as bad: it is passed over, or it becomes the best, as with `if loss >= best`
    (no comparison with nan is true). Nan counts as bad: training that has broken down must not keep its rate."""


@wrong("reduce_on_plateau", "plateau-nan-is-best", told_as="plateau-nan-ignored")
@edit("if loss < best * (1 - 1e-4):", "if not loss >= best * (1 - 1e-4):")
def reduce_on_plateau():
    """With the comparison turned around."""


@wrong("reduce_on_plateau", "plateau-fixed-factor")
@edit("lr * factor", "lr * 0.1")
def reduce_on_plateau():
    """Your version has a factor of its own (0.1) and never looks at its argument. Use the argument."""


@wrong("reduce_on_plateau", "plateau-fixed-patience")
@edit("if bad > patience:", "if bad > 10:")
def reduce_on_plateau():
    """Your version does not cut the rate when patience says so, but at another time or never, as with a patience of its
    own (10). Use the argument."""


# --- sgd_ema ---------------------------------------------------------------------------------------


@wrong("other_forms", "ema-is-the-sum")
def sgd_ema(w, g, state, lr, momentum=0.9):
    """Your `sgd_ema` is the heavy ball: g needs the factor 1 - momentum here."""
    v = momentum * state.get("v", 0.0) + g
    return w - lr * v, {"v": v}


@wrong("other_forms", "ema-corrected")
def sgd_ema(w, g, state, lr, momentum=0.9):
    """Your `sgd_ema` divides by 1 - momentum^t, as Adam does. The slides' form does not."""
    v, t = momentum * state.get("v", 0.0) + (1 - momentum) * g, state.get("t", 0) + 1
    return w - lr * v / (1 - momentum**t), {"v": v, "t": t}


@wrong("other_forms", "ema-swapped")
def sgd_ema(w, g, state, lr, momentum=0.9):
    """Your `sgd_ema` has the two shares in each other's place: momentum keeps the old, 1 - momentum takes the
    new."""
    v = (1 - momentum) * state.get("v", 0.0) + momentum * g
    return w - lr * v, {"v": v}


# --- sgdw ------------------------------------------------------------------------------------------


@wrong("other_forms", "sgdw-coupled")
def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    """Your `sgdw` adds the decay to the gradient; that is sgd_wd. Here the old w shrinks by itself, and v
    holds plain gradients."""
    return sgd_momentum(w, g + weight_decay * w, state, lr, momentum)


@wrong("other_forms", "sgdw-without-rate")
def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    """Your `sgdw` multiplies by 1 - weight_decay, without the rate."""
    return sgd_momentum(w * (1 - weight_decay), g, state, lr, momentum)


@wrong("other_forms", "sgdw-decays-updated")
def sgdw(w, g, state, lr, momentum=0.9, weight_decay=0.01):
    """Your `sgdw` decays the weights after the step, and so a part of the step, too. The *old* w shrinks
    first."""
    w, state = sgd_momentum(w, g, state, lr, momentum)
    return w * (1 - lr * weight_decay), state


# --- update_ratio ----------------------------------------------------------------------------------


@wrong("other_forms", "ratio-over-new")
def update_ratio(w, new):
    """Your `update_ratio` divides by the *new* weights; the step is compared with what it started from."""
    return np.linalg.norm(new - w) / np.linalg.norm(new)


@wrong("other_forms", "ratio-mean-of-quotients")
def update_ratio(w, new):
    """Your `update_ratio` divides entry by entry and averages; one weight near 0 spoils that. Divide the two
    norms."""
    return np.mean(np.abs(new - w) / np.abs(w))


@wrong("other_forms", "ratio-norms-difference")
def update_ratio(w, new):
    """Your `update_ratio` subtracts the norms: a step that turns w without making it longer would be 0. Take
    the norm of the difference."""
    return abs(np.linalg.norm(new) - np.linalg.norm(w)) / np.linalg.norm(w)


# --- exp_decay -------------------------------------------------------------------------------------


@wrong("other_forms", "exp-power-of-k")
def exp_decay(lr0, t, k):
    """Your `exp_decay` computes k^t. It is e^(-k·t)."""
    return lr0 * k**t


@wrong("other_forms", "exp-compounds")
def exp_decay(lr0, t, k):
    """Your `exp_decay` multiplies the last rate by e^(-k·t) at each step, so that the exponents add up. The
    formula starts from lr0 each time."""
    for step in range(t + 1):
        lr0 = lr0 * math.exp(-k * step)
    return lr0


@wrong("other_forms", "exp-without-t")
def exp_decay(lr0, t, k):
    """Your `exp_decay` does not depend on t: the exponent is -k·t."""
    return lr0 * math.exp(-k)


@wrong("other_forms", "exp-is-inverse")
def exp_decay(lr0, t, k):
    """Your `exp_decay` is lr0 / (1 + k·t), the other schedule. Here it is e^(-k·t)."""
    return lr0 / (1 + k * t)


@wrong("other_forms", "exp-grows")
def exp_decay(lr0, t, k):
    """Your `exp_decay` grows: the exponent is negative."""
    return lr0 * math.exp(k * t)


@wrong("other_forms", "exp-linear-factor")
def exp_decay(lr0, t, k):
    """Your `exp_decay` multiplies by 1 - k at each step. That is near e^(-k) for small k, and not the
    same."""
    return lr0 * (1 - k) ** t


# --- inverse_time_decay ----------------------------------------------------------------------------


@wrong("other_forms", "inverse-compounds")
def inverse_time_decay(lr0, t, k):
    """Your `inverse_time_decay` divides the last rate again at each step. The formula starts from lr0 each
    time."""
    for step in range(t + 1):
        lr0 = lr0 / (1 + k * step)
    return lr0


@wrong("other_forms", "inverse-power")
def inverse_time_decay(lr0, t, k):
    """Your `inverse_time_decay` is lr0 / (1 + k)^t, which falls exponentially. It is 1 + k·t."""
    return lr0 / (1 + k) ** t


@wrong("other_forms", "inverse-without-one")
def inverse_time_decay(lr0, t, k):
    """Your `inverse_time_decay` divides by k·t and is infinite at t = 0. It is 1 + k·t."""
    return lr0 / (k * t) if t else math.inf


@wrong("other_forms", "inverse-root")
def inverse_time_decay(lr0, t, k):
    """Your `inverse_time_decay` has the root of t. It is 1 + k·t."""
    return lr0 / (1 + k * t**0.5)


@wrong("other_forms", "inverse-brackets")
def inverse_time_decay(lr0, t, k):
    """In your `inverse_time_decay` brackets are missing: lr0 / 1 + k·t grows with t."""
    return lr0 / 1 + k * t


# --- triangular_decay ------------------------------------------------------------------------------


@wrong("other_forms", "triangular-decay-all")
def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    """Your `triangular_decay` shrinks base_lr as well. Only the height above it is multiplied by gamma^t."""
    return triangular_lr(t, base_lr, max_lr, step_size) * gamma**t


@wrong("other_forms", "triangular-decay-by-cycle")
def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    """Your `triangular_decay` shrinks once for each cycle. It is gamma^t, a little at each step."""
    cycle = t // (2 * step_size)
    return base_lr + (triangular_lr(t, base_lr, max_lr, step_size) - base_lr) * gamma**cycle


@wrong("other_forms", "triangular-decay-none")
def triangular_decay(t, base_lr, max_lr, step_size, gamma):
    """Your `triangular_decay` never uses gamma: the height above base_lr is multiplied by gamma^t."""
    return triangular_lr(t, base_lr, max_lr, step_size)
