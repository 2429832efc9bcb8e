"""Hidden checks of 08_capstone.

The activation is a function of the checks', so a learner's earlier notebooks do not matter here. Where a learner's
random numbers would decide, the check looks at what must hold for any: full batches, no dropout, or an identity as
the last layer, through which the hidden units can be seen.
"""

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    HANDLE,
    INTEGER,
    NUMBER,
    Callback,
    Formula,
    ListOf,
    OrNone,
    Outcome,
    Rng,
    Seed,
    StudentProblem,
    Submission,
    counted,
    exercise,
    expect,
    reference,
)

Layers = list[list[np.ndarray]]

LAYERS = ListOf(ListOf(ARRAY))
PASSED = (ARRAY, LAYERS, HANDLE)
SLOPES = (NUMBER, LAYERS, LAYERS)
TRAINED = (LAYERS, LAYERS, ListOf(NUMBER))
NAMES = ("W", "b", "gamma", "beta")
NAN = float("nan")


# An activation that no lecture has: positive at 0, and with a slope that tells the place where it was taken.
_f = Formula("np.sin(x) + 0.5 * x + 2.0")
_df = Formula("np.cos(x) + 0.5")


def _settings(p: float = 0.0, lam: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"f": _f, "df": _df, "p": p, "lam": lam, **more}


def _network(rng: Rng, *sizes: int) -> tuple[Layers, Layers]:
    """Random parameters and running statistics; nothing in them is 0 or 1."""
    params = [
        [rng.normal(0, 1 / math.sqrt(a), (a, b)), rng.normal(0, 1, b), rng.uniform(0.5, 2, b), rng.normal(0, 1, b)]
        for a, b in itertools.pairwise(sizes)
    ]
    params[-1] = params[-1][:2]
    return params, [[rng.normal(0, 1, n), rng.uniform(0.5, 3, n)] for n in sizes[1:-1]]


def _same_layers(got: Layers, want: Layers, what: str, cause: str, *, rtol: float = 1e-7, atol: float = 1e-12) -> None:
    """Two nested lists of arrays are equal. `what` says what they are: "gradient", "running value"."""
    names = NAMES if what != "running value" else ("mean", "variance")
    expect.true(len(got) == len(want), f"It returns {counted(len(got), 'layer')}, and {len(want)} are wanted.", cause)
    for number, (mine, right) in enumerate(zip(got, want, strict=True), start=1):
        form = f"Layer {number} has {counted(len(mine), 'array')}, and {len(right)} are wanted."
        expect.true(len(mine) == len(right), form, cause)
        for name, a, b in zip(names, mine, right, strict=False):
            expect.close(a, b, f"This is the {what} {name} of layer {number}. {cause}", rtol=rtol, atol=atol)


def _same_form(got: Layers, like: Layers) -> None:
    form = [[np.shape(array) for array in layer] for layer in got]
    wanted = [[array.shape for array in layer] for layer in like]
    expect.true(form == wanted, "The list that comes back does not have the form of the one that was given.")


def _seed(rng: Rng) -> Seed:
    return Seed(int(rng.integers(2**31)))


def _rows(rng: Rng, n: int, K: int) -> np.ndarray:
    return np.asarray(rng.dirichlet(np.ones(K), n))


def _classes(rng: Rng, n: int, K: int) -> np.ndarray:
    return np.eye(K)[rng.integers(0, K, n)]


# --- init_params ------------------------------------------------------------------------------------

WIDE = (200, 160, 120, 180)  # of the smallest layer 19 200 weights: a variance known to 1 %


def _init(submission: Submission, sizes: Any, scheme: str, seed: Seed, *, anew: bool = False) -> Layers:
    """Layers of these sizes; with `anew` by a call of their own, else all checks that ask for the same share them."""
    ask = submission.call if anew else submission.once
    layers: Layers = ask("init_params", list(sizes), scheme, seed, returns=LAYERS).value
    pairs = list(itertools.pairwise(sizes))
    expect.true(
        len(layers) == len(pairs), f"{len(sizes)} sizes make {len(pairs)} layers, and it returns {len(layers)}."
    )
    for layer, pair in zip(layers, pairs, strict=True):
        whole = bool(layer) and np.shape(layer[0]) in (pair, pair[::-1])
        expect.true(whole, "A layer begins with its weights, W of shape (inputs, outputs).")
    return layers


GOOD_SIZE = (210, 150, 90, 60)  # sizes at which numbers from 0 to 1, or of size 1, are no weights of any scheme


def _are_weights(layers: Layers, sizes: tuple[int, ...], scheme: str) -> None:
    """The weights have about the right size: whatever has the right form and no content is refused."""
    for layer, (a, b) in zip(layers, itertools.pairwise(sizes), strict=True):
        std = {"he": math.sqrt(2 / a), "xavier": math.sqrt(2 / (a + b)), "torch": 1 / math.sqrt(3 * a)}[scheme]
        size = "The weights have another size altogether: see the other checks first."
        expect.true(0.5 < float(np.std(layer[0])) / std < 2, size)
        expect.true(float(np.mean(layer[0] == 0)) < 0.5, "Most weights are 0: every weight is drawn.")


@exercise("init_params", weight=2)
@pytest.mark.parametrize("scheme", ["he", "xavier", "torch"])
def test_init_form(submission: Submission, shared: Rng, scheme: str) -> None:
    """scheme {scheme} gives layers of the right form"""
    layers = _init(submission, GOOD_SIZE, scheme, _seed(shared))
    lengths = [len(layer) for layer in layers]
    cause = "A hidden layer is [W, b, gamma, beta] and the last one [W, b]: it has no batch norm."
    expect.true(lengths == [4, 4, 2], f"The layers have {lengths} arrays.", cause)
    for layer, (n_in, n_out) in zip(layers, itertools.pairwise(GOOD_SIZE), strict=True):
        expect.has_shape(layer[0], (n_in, n_out), "W is (inputs, outputs).")
        for array in layer[1:]:
            expect.has_shape(array, (n_out,), "b, gamma and beta have a number for each unit.")
    _are_weights(layers, GOOD_SIZE, scheme)


@exercise("init_params", weight=2)
@pytest.mark.parametrize("scheme", ["he", "xavier", "torch"])
def test_init_biases(submission: Submission, shared: Rng, scheme: str) -> None:
    """scheme {scheme} starts biases and shifts at 0 and scales at 1"""
    layers = _init(submission, GOOD_SIZE, scheme, _seed(shared))
    for number, layer in enumerate(layers, start=1):
        for name, array in zip(NAMES[1:], layer[1:], strict=False):
            start = 1.0 if name == "gamma" else 0.0
            expect.close(
                array, np.full(np.shape(array), start), f"This is {name} of layer {number}: {start:g} at first."
            )
    _are_weights(layers, GOOD_SIZE, scheme)


def _variance(layer: list[np.ndarray], variance: float, cause: str) -> None:
    ratio = float(np.var(layer[0])) / variance
    expect.true(0.93 < ratio < 1.07, f"The variance of W is {ratio:.2f} times what it should be.", cause)


@exercise("init_params", weight=3, kind="randomness")
def test_init_he_hidden(submission: Submission, shared: Rng) -> None:
    """he: hidden layers have variance 2/n_in, and are normal"""
    for layer, n_in in zip(_init(submission, WIDE, "he", _seed(shared))[:2], WIDE, strict=False):
        _variance(layer, 2 / n_in, "√(2/n_in) is the standard deviation, and n_in the first of the two sizes.")
        squares = layer[0] ** 2
        fourth = float(np.mean(squares**2) / np.mean(squares) ** 2)
        expect.true(2.7 < fourth < 3.3, f"The fourth moment is {fourth:.2f}, that of a normal distribution is 3.")


@exercise("init_params", weight=3, kind="randomness")
def test_init_he_last(submission: Submission, shared: Rng) -> None:
    """he: the last layer has variance 1/n_in"""
    layers = _init(submission, WIDE, "he", _seed(shared))
    cause = "The last layer has gain 1, so its std is √(1/n_in), n_in the first of its two sizes."
    _variance(layers[-1], 1 / WIDE[-2], cause)


@exercise("init_params", weight=3, kind="randomness")
@pytest.mark.parametrize("scheme", ["xavier", "torch"])
def test_init_uniform(submission: Submission, shared: Rng, scheme: str) -> None:
    """scheme {scheme} is uniform, with the right bound in every layer"""
    for layer, (a, b) in zip(_init(submission, WIDE, scheme, _seed(shared)), itertools.pairwise(WIDE), strict=True):
        bound = math.sqrt(6 / (a + b)) if scheme == "xavier" else 1 / math.sqrt(a)
        formula = "√(6/(n_in + n_out))" if scheme == "xavier" else "1/√n_in"
        cause = f"The numbers are uniform, from -a to a with the bound a = {formula}."
        top = float(np.abs(layer[0]).max()) / bound
        expect.true(top <= 1, f"The largest weight is {top:.2f} times the bound.", cause)
        _variance(layer, bound**2 / 3, cause)


@exercise("init_params", kind="edges")
def test_init_no_hidden_layer(submission: Submission, rng: Rng) -> None:
    """two sizes make a linear network"""
    layers = _init(submission, (300, 100), "he", _seed(rng))
    expect.true([len(layer) for layer in layers] == [2], "One layer, [W, b], and no batch norm.")
    _variance(layers[0], 1 / 300, "The only layer is the last one, with std √(1/n_in).")


@exercise("init_params", kind="contract")
@pytest.mark.parametrize("scheme", ["kaiming", "He", ""])
def test_init_unknown_scheme(submission: Submission, rng: Rng, scheme: str) -> None:
    """an unknown scheme raises a ValueError"""
    cause = "A slip of the pen must not silently become another scheme."
    expect.raises(lambda: _init(submission, (3, 2), scheme, _seed(rng)), "ValueError", cause)


@exercise("init_params", kind="randomness")
@pytest.mark.parametrize("scheme", ["he", "xavier", "torch"])
def test_init_generator(submission: Submission, rng: Rng, scheme: str) -> None:
    """scheme {scheme} draws from rng and from nothing else"""
    seed = _seed(rng)
    seeds = seed, seed, Seed(seed.entropy + 1)
    first, again, other = (_init(submission, (6, 6, 6), scheme, s, anew=True) for s in seeds)
    expect.true(
        np.array_equal(first[0][0], again[0][0]), "Two equal generators give two networks: draw from rng alone."
    )
    expect.true(not np.array_equal(first[0][0], other[0][0]), "Another generator gives the same network: use rng.")
    expect.true(not np.array_equal(first[0][0], first[1][0]), "Two layers are the same: draw anew for each.")


@exercise("init_params", weight=2)
def test_init_state(submission: Submission) -> None:
    """init_state has mean 0 and variance 1 for each hidden layer"""
    got = submission.init_state([5, 4, 3, 2], returns=LAYERS)
    cause = "Each hidden layer begins with mean 0 and variance 1; input and output have no batch norm."
    _same_layers(got, reference.init_state([5, 4, 3, 2]), "running value", cause)


@exercise("init_params", weight=0.5, kind="edges")
def test_init_state_empty(submission: Submission) -> None:
    """without a hidden layer there is no state"""
    expect.true(submission.init_state([5, 2], returns=LAYERS) == [], "The state of a linear network is [].")


# --- net_forward ------------------------------------------------------------------------------------


def _pass(submission: Submission, *args: Any) -> tuple[np.ndarray, Layers]:
    out, state, _ = submission.net_forward(*args, returns=PASSED)
    return out, state


def _forward(submission: Submission, rng: Rng, sizes: Any, n: int, training: bool, part: int, cause: str) -> None:
    """The logits (part 0) or the new state (part 1) are right, without dropout."""
    params, state = _network(rng, *sizes)
    X = rng.normal(1, 2, (n, sizes[0]))
    got = _pass(submission, params, state, X, _settings(), training, _seed(rng))
    right = reference.net_forward(params, state, X, _settings(), training, np.random.default_rng(0))
    if part == 0:
        expect.close(got[0], right[0], cause, rtol=1e-7, atol=1e-10)
    else:
        _same_layers(got[1], right[1], "running value", cause)


@exercise("net_forward", weight=4)
@pytest.mark.parametrize("n", [2, 3, 5])
def test_forward_training(submission: Submission, rng: Rng, n: int) -> None:
    """training on {n} examples: linear, batch norm, activation, and a linear layer at the end"""
    cause = "Z = HW + b, the batch's mean and variance (1/N), gamma, beta, f; then HW + b and nothing else."
    _forward(submission, rng, (4, 3, 2), n, True, 0, cause)


@exercise("net_forward", weight=3)
def test_forward_training_deep(submission: Submission, rng: Rng) -> None:
    """three hidden layers in training"""
    cause = "Each hidden layer takes the H of the one below: HW + b, batch norm, f; the last one is HW + b."
    _forward(submission, rng, (4, 6, 3, 5, 2), 7, True, 0, cause)


@exercise("net_forward", weight=4)
def test_forward_evaluation(submission: Submission, rng: Rng) -> None:
    """evaluation uses the running mean and variance"""
    cause = "HW + b, then batch norm with the state's mean and variance, 1e-5 in the root, gamma and beta, then f."
    _forward(submission, rng, (4, 3, 5, 2), 6, False, 0, cause)


@exercise("net_forward", weight=2, kind="edges")
def test_forward_evaluation_of_one(submission: Submission, rng: Rng) -> None:
    """evaluation works for one example"""
    _forward(submission, rng, (4, 3, 2), 1, False, 0, "One example has no variance of its own, and needs none.")


@exercise("net_forward", weight=3)
def test_forward_running_values(submission: Submission, rng: Rng) -> None:
    """training moves the running values of every layer"""
    cause = (
        "0.9 of the old and 0.1 of the batch's; for the variance that of 1/(N-1). Layer 2 takes them of what layer 1 "
        "hands on."
    )
    for n in (2, 3, 5):
        _forward(submission, rng, (4, 3, 5, 2), n, True, 1, cause)


@exercise("net_forward", weight=2)
def test_forward_evaluation_leaves_the_state(submission: Submission, rng: Rng) -> None:
    """evaluation does not move the running values"""
    _forward(submission, rng, (4, 3, 5, 2), 6, False, 1, "Whoever asks twice must get the same answer twice.")


@exercise("net_forward", kind="edges")
def test_forward_no_hidden_layer(submission: Submission, rng: Rng) -> None:
    """without a hidden layer it is a linear map"""
    for training in (True, False):
        _forward(submission, rng, (4, 3), 5, training, 0, "XW + b, with no activation, batch norm or dropout.")


def _seen(submission: Submission, rng: Rng, p: float, training: bool, n: int = 40, d: int = 30) -> Any:
    """The hidden units of a net whose last layer is the identity, and what they are without dropout."""
    params, state = _network(rng, 6, d, d)
    params[1] = [np.eye(d), np.zeros(d)]
    X, seed = rng.normal(0, 1, (n, 6)), _seed(rng)
    out, _ = _pass(submission, params, state, X, _settings(p), training, seed)
    again, _ = _pass(submission, params, state, X, _settings(p), training, seed)
    expect.has_shape(out, (n, d), "The shape of out is (examples, outputs).")
    whole = reference.net_forward(params, state, X, _settings(), training, np.random.default_rng(0))[0]
    return out, again, whole


@exercise("net_forward", weight=3, kind="randomness")
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_forward_dropout(submission: Submission, rng: Rng, p: float) -> None:
    """in training each hidden unit is 0 with probability {p}, and the others are scaled up"""
    out, _, whole = _seen(submission, rng, p, True)
    off = out == 0
    share = float(off.mean())
    cause = "Each entry is dropped by itself, with p: last in a hidden layer, behind the activation, and nowhere else."
    expect.true(abs(share - p) < 0.09, f"With p = {p}, a share of {share:.2f} of the hidden units is 0.", cause)
    scaled = (whole / (1 - p))[~off]
    expect.close(
        out[~off],
        scaled,
        "What is kept is divided by 1 - p, and dropout changes nothing else: X goes in whole.",
        rtol=1e-6,
        atol=1e-9,
    )


@exercise("net_forward", weight=2, kind="randomness")
def test_forward_dropout_everywhere(submission: Submission, rng: Rng) -> None:
    """every unit of every example has its own chance"""
    off = _seen(submission, rng, 0.5, True, 60, 50)[0] == 0
    expect.true(bool(off.any()), "No hidden unit is 0 in training: begin there.")
    for axis, what in ((0, "unit"), (1, "example")):
        shares = off.mean(axis=axis)
        uneven = f"For some {what} nearly everything or nearly nothing is dropped: draw a number for each entry."
        expect.true(shares.min() > 0 and shares.max() < 1, uneven)


@exercise("net_forward", weight=2)
def test_forward_evaluation_drops_nothing(submission: Submission, rng: Rng) -> None:
    """in evaluation nothing is dropped and nothing scaled"""
    out, _, whole = _seen(submission, rng, 0.4, False)
    cause = "In evaluation nothing is dropped or scaled, and batch norm takes the state's values: p has no influence."
    expect.close(out, whole, cause, rtol=1e-6, atol=1e-9)


@exercise("net_forward", kind="randomness")
def test_forward_dropout_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal masks, others give others, and two layers do not share one"""
    out, again, _ = _seen(submission, rng, 0.5, True)
    expect.true(np.array_equal(out, again), "Two equal generators give two masks: draw from rng alone.")
    off = out == 0
    expect.true(bool(off.any()), "No hidden unit is 0 in training: begin there.")
    other = _seen(submission, rng, 0.5, True)[0] == 0
    expect.true(not np.array_equal(off, other), "Another generator gives the same mask: use rng.")


@exercise("net_forward", kind="edges")
def test_forward_evaluation_without_rng(submission: Submission, rng: Rng) -> None:
    """evaluation needs no generator"""
    params, state = _network(rng, 3, 4, 2)
    X = rng.normal(0, 1, (5, 3))
    out, _ = _pass(submission, params, state, X, _settings(0.5), False, None)
    right = reference.net_forward(params, state, X, _settings(0.5), False, None)[0]
    expect.close(out, right, "rng may be None: nothing is drawn.", rtol=1e-6, atol=1e-9)


@exercise("net_forward", kind="stability")
def test_forward_dead_unit(submission: Submission, rng: Rng) -> None:
    """a unit that does not vary in the batch is not a division by zero"""
    params, state = _network(rng, 3, 4, 2)
    params[0][0][:, 1] = 0.0
    X = rng.normal(0, 1, (5, 3))
    reply = submission.call("net_forward", params, state, X, _settings(), True, _seed(rng), returns=PASSED)
    right = reference.net_forward(params, state, X, _settings(), True, np.random.default_rng(0))[0]
    expect.close(reply.value[0], right, "1e-5 stands in the root with the variance.", rtol=1e-6, atol=1e-9)
    expect.quiet(reply, "1e-5 stands in the root with the variance.")


@exercise("net_forward", kind="contract")
def test_forward_contract(submission: Submission, rng: Rng) -> None:
    """parameters, state and X stay as they were"""
    params, state = _network(rng, 3, 4, 2)
    X = rng.normal(0, 1, (5, 3))
    for p in (0.0, 0.5):
        args = params, state, X, _settings(p), True, _seed(rng)
        expect.unchanged(submission.call("net_forward", *args, returns=PASSED))


# --- loss_and_grads ---------------------------------------------------------------------------------


def _slopes(submission: Submission, rng: Rng, sizes: Any, n: int, lam: float, part: int, cause: str) -> None:
    """Loss (part 0), gradients (1) or new state (2) are autograd's, without dropout."""
    params, state = _network(rng, *sizes)
    X, Y = rng.normal(1, 2, (n, sizes[0])), _rows(rng, n, sizes[-1])
    got = submission.loss_and_grads(params, state, X, Y, _settings(0.0, lam), _seed(rng), returns=SLOPES)
    right = reference.loss_and_grads(params, state, X, Y, _settings(0.0, lam), np.random.default_rng(0))
    if part == 0:
        expect.close(got[0], right[0], cause, rtol=1e-6)
    else:
        what = ("", "gradient", "running value")[part]
        _same_layers(got[part], right[part], what, cause, rtol=1e-6, atol=1e-9)


@exercise("loss_and_grads", weight=3)
def test_loss_soft_targets(submission: Submission, rng: Rng) -> None:
    """the loss is the mean cross-entropy with soft targets"""
    cause = "-Σ Y log P over the classes, and the mean over the examples."
    _slopes(submission, rng, (4, 3, 5), 6, 0.0, 0, cause)


@exercise("loss_and_grads", weight=2)
def test_loss_penalty(submission: Submission, rng: Rng) -> None:
    """the penalty is lam times all squared weights, and only weights"""
    cause = (
        "lam · Σ W² over every layer, the last one too; no biases, no gamma, no beta, not divided by N or 2. "
        "If the loss without it is wrong, begin there."
    )
    _slopes(submission, rng, (4, 3, 6, 2), 5, 0.3, 0, cause)


@exercise("loss_and_grads", weight=4)
@pytest.mark.parametrize("n", [2, 3, 6])
def test_gradients(submission: Submission, rng: Rng, n: int) -> None:
    """gradients of a net with one hidden layer, for {n} soft targets"""
    cause = "From (P - Y)/N back: f'(A), batch norm (dgamma, dbeta; dZ has three terms, as in bn_backward), then W."
    _slopes(submission, rng, (4, 3, 2), n, 0.0, 1, cause)


@exercise("loss_and_grads", weight=3)
def test_gradients_deep(submission: Submission, rng: Rng) -> None:
    """gradients of a net with three hidden layers"""
    cause = "From (P - Y)/N, layer by layer down: δWᵀ, mask, f'(A), batch norm as in bn_backward."
    _slopes(submission, rng, (3, 6, 4, 5, 2), 7, 0.0, 1, cause)


@exercise("loss_and_grads", weight=2)
def test_gradients_penalty(submission: Submission, rng: Rng) -> None:
    """the penalty's gradient is 2 lam W, in every layer, and in nothing but W"""
    cause = (
        "2·lam·W is added to the gradient of each W, and nothing to those of b, gamma and beta. "
        "If the gradients without it are wrong, begin there."
    )
    _slopes(submission, rng, (4, 3, 6, 2), 5, 0.2, 1, cause)


@exercise("loss_and_grads", weight=2)
def test_loss_new_state(submission: Submission, rng: Rng) -> None:
    """the new state is that of the forward pass in training"""
    _slopes(submission, rng, (4, 3, 6, 2), 5, 0.1, 2, "Hand on what net_forward(..., True, rng) returned.")


@exercise("loss_and_grads", kind="edges")
def test_gradients_no_hidden_layer(submission: Submission, rng: Rng) -> None:
    """without a hidden layer it is softmax regression"""
    _slopes(submission, rng, (5, 3), 4, 0.1, 1, "The loop over hidden layers has nothing to do.")


@exercise("loss_and_grads", weight=4)
def test_gradients_dropout(submission: Submission, rng: Rng) -> None:
    """with dropout the gradients are the slopes of the loss that was computed"""
    params, state = _network(rng, 3, 4, 3, 2)
    X, Y, seed = rng.normal(0, 1, (6, 3)), _rows(rng, 6, 2), _seed(rng)

    plain, slopes, _ = submission.loss_and_grads(params, state, X, Y, _settings(0.0, 0.05), seed, returns=SLOPES)
    whole = reference.loss_and_grads(params, state, X, Y, _settings(0.0, 0.05), np.random.default_rng(0))
    expect.close(plain, whole[0], "This is the loss without dropout: begin there.", rtol=1e-6)
    _same_layers(slopes, whole[1], "gradient", "It is one without dropout: begin there.", rtol=1e-4, atol=1e-7)

    def ask(at: Layers) -> Any:
        return submission.loss_and_grads(at, state, X, Y, _settings(0.4, 0.05), seed, returns=SLOPES)

    loss, grads, _ = ask(params)
    _same_form(grads, params)
    expect.true(loss != plain, "With dropout the loss is what it is without: hand on the mask, in training.")
    expect.true(ask(params)[0] == loss, "Two equal generators give two losses: draw from rng alone.")
    directions = [[rng.normal(0, 1, w.shape) for w in layer] for layer in params]
    cause = "On the way back dH is multiplied by the very mask of the forward pass, 1/(1 - p) included."
    for layer, place in ((0, 0), (0, 2), (0, 3), (1, 0), (1, 3), (2, 0), (2, 1)):
        moved = []
        for sign in (1, -1):
            at = [list(arrays) for arrays in params]
            at[layer][place] = params[layer][place] + sign * 1e-5 * directions[layer][place]
            moved.append(ask(at)[0])
        mine = float(np.sum(grads[layer][place] * directions[layer][place]))
        name = f"This is the slope along {NAMES[place]} of layer {layer + 1}. {cause}"
        expect.close(mine, (moved[0] - moved[1]) / 2e-5, name, rtol=1e-4, atol=1e-7)


@exercise("loss_and_grads", kind="stability")
def test_loss_large_logits(submission: Submission, rng: Rng) -> None:
    """logits in the thousands do not overflow"""
    params, state = _network(rng, 3, 4, 3)
    params[1][0] = 3000 * params[1][0]
    X, Y = rng.normal(0, 1, (5, 3)), _classes(rng, 5, 3)
    args = params, state, X, Y, _settings()
    reply = submission.call("loss_and_grads", *args, _seed(rng), returns=SLOPES)
    right = reference.loss_and_grads(*args, np.random.default_rng(0))
    cause = "Subtract each row's maximum, and take log P from the logits, not from P."
    expect.close(reply.value[0], right[0], cause, rtol=1e-6)
    expect.quiet(reply, cause)


@exercise("loss_and_grads", kind="contract")
def test_loss_contract(submission: Submission, rng: Rng) -> None:
    """parameters, state, X and Y stay as they were"""
    params, state = _network(rng, 3, 4, 2)
    X, Y = rng.normal(0, 1, (5, 3)), _rows(rng, 5, 2)
    args = params, state, X, Y, _settings(0.3, 0.1), _seed(rng)
    expect.unchanged(submission.call("loss_and_grads", *args, returns=SLOPES))


# --- adam_step --------------------------------------------------------------------------------------

STEPS = (LAYERS, HANDLE)


def _slopes_for(rng: Rng, params: Layers, size: float = 1.0) -> Layers:
    """Random gradients that are all clearly larger than a small eps."""

    def draw(w: np.ndarray) -> np.ndarray:
        return np.asarray(size * rng.choice([-1.0, 1.0], w.shape) * rng.uniform(0.5, 2.0, w.shape))

    return [[draw(w) for w in layer] for layer in params]


def _walk(submission: Submission, rng: Rng, rates: Any, cause: str, *args: Any, size: float = 1.0) -> None:
    """Several steps; all are taken before the first is compared, so that a wrong answer shows what it is."""
    params, _ = _network(rng, 3, 4, 2)
    slopes = [_slopes_for(rng, params, size) for _ in rates]
    got, mine = [], params
    opt: Any = {}
    for lr, grads in zip(rates, slopes, strict=True):
        mine, opt = submission.adam_step(mine, grads, opt, lr, *args, returns=STEPS)
        got.append(mine)
    right = params
    memory: Any = {}
    for number, (lr, grads) in enumerate(zip(rates, slopes, strict=True), start=1):
        right, memory = reference.adam_step(right, grads, memory, lr, *args)
        note = f"This is step {number} of {len(got)}. {cause}"
        _same_layers(got[number - 1], right, "new", note, rtol=1e-7, atol=1e-14)


@exercise("adam_step", weight=4)
def test_adam_steps(submission: Submission, rng: Rng) -> None:
    """six steps of a network are Adam's"""
    cause = "Each array, gamma and beta too, makes Adam's step with an m and v of its own; t grows by 1 with each call."
    _walk(submission, rng, [0.07] * 6, cause)


@exercise("adam_step", weight=2)
def test_adam_changing_rate(submission: Submission, rng: Rng) -> None:
    """the learning rate may change on the way"""
    cause = (
        "Each array makes Adam's step with the rate of this very step: what is remembered holds no rate. "
        "If the steps with one rate are wrong, begin there."
    )
    _walk(submission, rng, [0.07, 0.02, 0.2, 0.2, 0.01], cause)


@exercise("adam_step", weight=2)
def test_adam_settings(submission: Submission, rng: Rng) -> None:
    """betas and eps are those that are given"""
    _walk(
        submission,
        rng,
        [0.05] * 5,
        "In Adam's step beta1 is m's and beta2 v's, both corrected by 1 - beta^t; eps comes behind the root.",
        (0.6, 0.85),
        0.02,
    )


@exercise("adam_step", kind="stability")
def test_adam_tiny_gradients(submission: Submission, rng: Rng) -> None:
    """tiny gradients: eps stands outside of the root"""
    _walk(submission, rng, [0.05] * 4, "√v_hat + eps, not √(v_hat + eps).", size=1e-7)


@exercise("adam_step", kind="edges")
def test_adam_zero_gradient(submission: Submission, rng: Rng) -> None:
    """an array without a gradient stays where it is"""
    params, _ = _network(rng, 3, 4, 2)
    zeros = [[np.zeros(w.shape) for w in layer] for layer in params]
    reply = submission.call("adam_step", params, zeros, {}, 0.1, returns=STEPS)
    _same_layers(reply.value[0], params, "new", "0 / (√0 + eps) is 0.")
    expect.quiet(reply, "eps is there so that nothing divides by 0.")


@exercise("adam_step", kind="contract")
def test_adam_contract(submission: Submission, rng: Rng) -> None:
    """arguments stay as they were, and so does what is remembered"""
    params, _ = _network(rng, 3, 4, 2)
    grads, other = _slopes_for(rng, params), _slopes_for(rng, params)
    first = submission.call("adam_step", params, grads, {}, 0.1, returns=STEPS)
    second = submission.call("adam_step", params, other, first.value[1], 0.1, returns=STEPS)
    third = submission.call("adam_step", params, other, first.value[1], 0.1, returns=STEPS)
    for reply in (first, second, third):
        expect.unchanged(reply)
    message = "Two equal calls with one memory give different networks. Return a new memory, with new arrays in it."
    moved, again = ([w for layer in reply.value[0] for w in layer] for reply in (second, third))
    same = len(moved) == len(again) and all(map(np.array_equal, moved, again))
    expect.true(same, message)


# --- fit_network ------------------------------------------------------------------------------------


_OF = "lr, epoch, num_epochs"
_constant = Formula("lr", _OF)
_wild = Formula("lr if epoch < 3 else lr * 40.0 ** (epoch - 2)", _OF)  # useful for three epochs, then far too large
_dying = Formula("lr * 0.5**epoch", _OF)

_RATE = (NUMBER, NUMBER, NUMBER)


def _train(submission: Submission, rng: Rng, schedule: Any = _constant, sizes: Any = (3, 5, 2), **more: Any) -> Any:
    """Trains on a full batch without dropout, where nothing is random: the learner's result and PyTorch's."""
    params, state = _network(rng, *sizes)
    train = rng.normal(0, 1, (12, sizes[0])), _classes(rng, 12, sizes[-1])
    val = rng.normal(0, 1, (9, sizes[0])), _classes(rng, 9, sizes[-1])
    cfg = _settings(lr=0.1, num_epochs=7, batch_size=12, patience=7) | more
    given = {**cfg, "schedule": schedule}
    got = submission.fit_network(params, state, train, val, given, _seed(rng), returns=TRAINED)
    return got, reference.fit_network(params, state, train, val, given, np.random.default_rng(0))


ELSEWHERE = "The validation losses are others, too: begin with the checks of the losses and of the schedule."


def _cause(got: Any, right: Any, cause: str) -> str:
    """Returns the cause, unless the epochs that both trained for have other losses: then it lies elsewhere."""
    both = min(len(got[2]), len(right[2]))
    return cause if np.allclose(got[2][:both], right[2][:both], rtol=1e-4, atol=1e-8) else ELSEWHERE


def _same_losses(got: Any, right: Any, cause: str) -> None:
    trained = f"It trained for {counted(len(got[2]), 'epoch')}, wanted {len(right[2])}."
    expect.true(len(got[2]) == len(right[2]), trained, cause)
    expect.close(np.array(got[2]), right[2], f"These are the validation losses. {cause}", rtol=1e-4, atol=1e-8)


def _stops_alike(got: Any, right: Any, cause: str) -> None:
    """As many epochs, with the same losses. The cause is one of stopping, so it is said where the losses are right."""
    _same_losses(got, right, _cause(got, right, cause))


def _same_network(got: Any, right: Any, cause: str) -> None:
    cause = _cause(got, right, cause)
    _same_layers(got[0], right[0], "trained", cause, rtol=1e-3, atol=1e-6)
    _same_layers(got[1], right[1], "running value", cause, rtol=1e-3, atol=1e-6)


@exercise("fit_network", weight=3)
def test_fit_losses(submission: Submission, rng: Rng) -> None:
    """the validation loss of every epoch, in evaluation mode"""
    got, right = _train(submission, rng)
    _same_losses(
        got, right, "After each epoch: net_forward(..., False, ...) on all of val, and the mean cross-entropy."
    )


@exercise("fit_network", weight=2)
def test_fit_penalty(submission: Submission, rng: Rng) -> None:
    """the penalty is in the gradients, and not in the validation loss"""
    got, right = _train(submission, rng, lam=0.05)
    cause = (
        "loss_and_grads has the penalty; the validation loss has none. If the losses without it are wrong, begin there."
    )
    _same_losses(got, right, cause)


@exercise("fit_network", weight=2)
def test_fit_network_of_the_last_epoch(submission: Submission, rng: Rng) -> None:
    """if every epoch is better than the one before, the network is the last one"""
    params, state = _network(rng, 3, 5, 2)
    train = rng.normal(0, 1, (12, 3)), _classes(rng, 12, 2)
    cfg = _settings(lr=0.004, num_epochs=5, batch_size=12, patience=5)
    given = {**cfg, "schedule": _constant}
    # With a memory that holds what the batch has, each small step lowers the loss. A step moves it by a tenth of that.
    moved = reference.loss_and_grads(params, state, *train, cfg, np.random.default_rng(0))[2]
    state = [
        [old + 10 * (new - old) for old, new in zip(*layers, strict=True)] for layers in zip(state, moved, strict=True)
    ]
    got = submission.fit_network(params, state, train, train, given, _seed(rng), returns=TRAINED)
    generator = np.random.default_rng(0)
    right = reference.fit_network(params, state, train, train, given, generator)
    _same_network(got, right, "All that was learned must be in what comes back.")


@exercise("fit_network", weight=3)
def test_fit_restores_the_best(submission: Submission, rng: Rng) -> None:
    """what comes back is the network after its best epoch"""
    got, right = _train(submission, rng, _wild)
    cause = _cause(got, right, "The weights of the epoch with the lowest loss.")
    _same_layers(got[0], right[0], "trained", cause, rtol=1e-3, atol=1e-6)


@exercise("fit_network", weight=3)
def test_fit_restores_the_running_values(submission: Submission, rng: Rng) -> None:
    """and the running values of batch norm are those of that epoch, too"""
    got, right = _train(submission, rng, _wild)
    cause = "Keep the state together with the parameters: old weights with new statistics never were a network."
    _same_layers(got[1], right[1], "running value", _cause(got, right, cause), rtol=1e-3, atol=1e-6)


@exercise("fit_network", weight=2)
@pytest.mark.parametrize("patience", [1, 2, 3])
def test_fit_patience(submission: Submission, rng: Rng, patience: int) -> None:
    """it stops after {patience} epochs in a row without a lower loss"""
    got, right = _train(submission, rng, _wild, patience=patience, num_epochs=9)
    _stops_alike(got, right, "bad counts since the last improvement, and stop means bad >= patience.")


@exercise("fit_network", weight=2)
@pytest.mark.parametrize(("number", "patience"), [(6, 2), (23, 3)])
def test_fit_counts_in_a_row(submission: Submission, rng: Rng, number: int, patience: int) -> None:
    """an improvement sets the count of bad epochs to 0, with a patience of {patience}"""
    fixed = np.random.default_rng(number)  # the data are not random: few losses go up and down as this needs
    params, state = _network(fixed, 2, 2)
    train, val = ((fixed.normal(0, 1, (n, 2)), _classes(fixed, n, 2)) for n in (12, 9))
    cfg = _settings(lr=2.0, num_epochs=12, batch_size=12, patience=patience)
    given = {**cfg, "schedule": _constant}
    got = submission.fit_network(params, state, train, val, given, _seed(rng), returns=TRAINED)
    generator = np.random.default_rng(0)
    right = reference.fit_network(params, state, train, val, given, generator)
    cause = "It stops after patience epochs in a row without a new lowest loss; an improvement begins the count anew."
    _stops_alike(got, right, cause)


@exercise("fit_network", kind="edges")
def test_fit_ties(submission: Submission, rng: Rng) -> None:
    """an epoch that changes nothing is not an improvement"""
    got, right = _train(submission, rng, Formula("0.0", _OF), sizes=(3, 2), patience=2)
    _same_losses(got, right, "Lower means strictly lower: a tie is a bad epoch.")


@exercise("fit_network", weight=2)
def test_fit_schedule(submission: Submission, rng: Rng) -> None:
    """the rate of each epoch comes from the schedule, asked with the first rate"""
    asked: list[tuple[float, ...]] = []

    def schedule(lr: float, epoch: float, num_epochs: float) -> float:
        asked.append((lr, epoch, num_epochs))
        return float(_dying(lr, epoch, num_epochs))

    params, state = _network(rng, 3, 4, 2)
    train = rng.normal(0, 1, (10, 3)), _classes(rng, 10, 2)
    cfg = _settings(lr=0.25, num_epochs=4, batch_size=5, patience=4, schedule=Callback(schedule, _RATE))
    submission.fit_network(params, state, train, train, cfg, _seed(rng), returns=TRAINED)
    cause = "Call schedule(cfg['lr'], epoch, cfg['num_epochs']) for epochs 0, 1, 2, ..."
    expect.true(bool(asked), "The schedule is never asked.", cause)
    expect.true({call[0] for call in asked} == {0.25}, "It is asked with a rate that is not cfg['lr'].", cause)
    expect.true([*dict.fromkeys(call[1] for call in asked)] == [0, 1, 2, 3], "It is asked for other epochs.", cause)
    expect.true({call[2] for call in asked} == {4}, "The third argument is not cfg['num_epochs'].", cause)
    got, right = _train(submission, rng, _dying)
    _same_losses(
        got, right, "Each epoch has the rate that the schedule gives. If the losses at one rate are wrong, begin there."
    )


def _batches(submission: Submission, rng: Rng, n: int, size: int, num_val: int = 11) -> list[int]:
    """The sizes of the batches that the activation meets in one epoch, the validation examples among them."""
    sizes: list[int] = []

    def watched(x: np.ndarray) -> np.ndarray:
        sizes.append(len(x))
        return np.asarray(_f(x))

    params, state = _network(rng, 3, 4, 2)
    train = rng.normal(0, 1, (n, 3)), _classes(rng, n, 2)
    val = rng.normal(0, 1, (num_val, 3)), _classes(rng, num_val, 2)
    cfg = _settings(lr=0.01, num_epochs=1, batch_size=size, patience=1, schedule=_constant)
    cfg["f"] = watched
    submission.fit_network(params, state, train, val, cfg, _seed(rng), returns=TRAINED)
    return sorted(sizes)


@exercise("fit_network", weight=2)
def test_fit_batches(submission: Submission, rng: Rng) -> None:
    """batches have their size, and the last one is shorter"""
    for n, size in ((13, 5), (12, 4), (7, 9), (14, 6)):
        wanted = sorted([size] * (n // size) + [n % size] * (n % size > 0) + [11])
        cause = f"{n} examples in batches of {size}: all full but the last one; and val comes in one piece, once."
        expect.true(_batches(submission, rng, n, size) == wanted, cause)


@exercise("fit_network", kind="edges")
def test_fit_single_example(submission: Submission, rng: Rng) -> None:
    """a last batch of a single example is left out"""
    cause = "One example has no variance: with 9 examples in batches of 4, the ninth waits for the next epoch."
    expect.true(_batches(submission, rng, 9, 4) == [4, 4, 11], cause)


@exercise("fit_network", weight=2, kind="randomness")
def test_fit_uses_every_example(submission: Submission, rng: Rng) -> None:
    """every training example is used in every epoch"""
    n = 11
    params, state = _network(rng, n, 4, 3)
    train, val = (np.eye(n), _classes(rng, n, 3)), (np.eye(n), _classes(rng, n, 3))
    cfg = _settings(lr=0.01, num_epochs=1, batch_size=4, patience=1, schedule=_constant)
    got = submission.fit_network(params, state, train, val, cfg, _seed(rng), returns=TRAINED)
    _same_form(got[0], params)
    still = int(np.sum(np.all(np.abs(got[0][0][0] - params[0][0]) < 1e-9, axis=1)))
    expect.true(still < n, "The network that comes back is the one that was given: nothing was learned.")
    expect.true(still == 0, f"{still} of {n} examples had no influence: cut one permutation, and drop nothing.")


@exercise("fit_network", weight=2, kind="randomness")
def test_fit_shuffles(submission: Submission, rng: Rng) -> None:
    """the order is drawn from rng: equal generators give equal networks, others give others"""
    params, state = _network(rng, 3, 4, 2)
    train = rng.normal(0, 1, (24, 3)), _classes(rng, 24, 2)
    cfg = _settings(lr=0.05, num_epochs=2, batch_size=4, patience=2, schedule=_constant)
    seed = _seed(rng)
    first, again, other = (
        submission.fit_network(params, state, train, train, cfg, s, returns=TRAINED)[2]
        for s in (seed, seed, Seed(seed.entropy + 1))
    )
    expect.true(first == again, "Two equal generators give two networks: draw from rng alone.")
    expect.true(first != other, "Another generator gives the same network: the order must be new, from rng.")


@exercise("fit_network", kind="randomness")
def test_fit_shuffles_every_epoch(submission: Submission, rng: Rng) -> None:
    """each epoch has an order of its own"""
    seen: list[bytes] = []

    def watched(x: np.ndarray) -> np.ndarray:
        seen.append(np.round(x, 6).tobytes())
        return np.asarray(_f(x))

    params, state = _network(rng, 3, 4, 2)
    train = rng.normal(0, 1, (40, 3)), _classes(rng, 40, 2)
    val = train[0][:9], train[1][:9]
    cfg = _settings(lr=0.0, num_epochs=2, batch_size=8, patience=9, schedule=_constant)
    cfg["f"] = watched
    submission.fit_network(params, state, train, val, cfg, _seed(rng), returns=TRAINED)
    cause = "The second epoch had the batches of the first: draw the permutation inside of the loop over epochs."
    expect.true(
        len(seen) == 12,
        f"Two epochs of 5 batches and val made {counted(len(seen), 'forward pass', 'forward passes')}, wanted 12.",
    )
    expect.true(not set(seen[:5]) & set(seen[6:11]), cause)


def _evaluated(params: Layers, state: Layers, X: np.ndarray) -> np.ndarray:
    """The outputs of a learner's network in evaluation. The reference would need PyTorch for each learner's own one."""
    *hidden, (last, b_last) = params
    for (W, b, gamma, beta), (mean, variance) in zip(hidden, state, strict=True):
        X = _f(gamma * (X @ W + b - mean) / np.sqrt(variance + 1e-5) + beta)
    return np.asarray(X @ last + b_last)


@exercise("fit_network", weight=2)
def test_fit_reports_what_it_returns(submission: Submission, rng: Rng) -> None:
    """with dropout and small batches: the lowest loss is that of the network that comes back"""
    params, state = _network(rng, 3, 6, 2)
    train, val = (
        (rng.normal(0, 1, (14, 3)), _classes(rng, 14, 2)),
        (rng.normal(0, 1, (9, 3)), _classes(rng, 9, 2)),
    )
    cfg = _settings(0.4, 0.01, lr=0.1, num_epochs=6, batch_size=5, patience=6, schedule=_constant)
    best, kept, losses = submission.fit_network(params, state, train, val, cfg, _seed(rng), returns=TRAINED)
    _same_form(best, params)
    _same_form(kept, state)
    out = _evaluated(best, kept, val[0])
    top = out - out.max(axis=1, keepdims=True)
    loss = float(np.mean(np.log(np.exp(top).sum(axis=1)) - (val[1] * top).sum(axis=1)))
    cause = "Validation is evaluation: no dropout, running statistics; and weights and statistics are of one epoch."
    expect.true(len(losses) == 6, "There is a validation loss for each of the six epochs.")
    expect.true(np.isfinite(loss), "The network that comes back has a loss that is not finite.")
    pairs = zip(itertools.chain(*best), itertools.chain(*params), strict=True)
    moved = all(np.any(new != old) for new, old in pairs)
    expect.true(moved, "The network that comes back is not trained: some of its arrays did not move.")
    expect.close(min(losses), loss, f"This is the lowest of the losses. {cause}", rtol=1e-6)


@exercise("fit_network", kind="contract")
def test_fit_contract(submission: Submission, rng: Rng) -> None:
    """parameters, state and examples stay as they were"""
    params, state = _network(rng, 3, 4, 2)
    train = rng.normal(0, 1, (8, 3)), _classes(rng, 8, 2)
    cfg = _settings(0.2, lr=0.05, num_epochs=2, batch_size=4, patience=2, schedule=_constant)
    reply = submission.call("fit_network", params, state, train, train, cfg, _seed(rng), returns=TRAINED)
    expect.unchanged(reply)


# --- ablation ---------------------------------------------------------------------------------------

TRIPLES = ListOf((NUMBER, NUMBER, NUMBER))
PARTS = ("mean", "standard error", "t")


def _run_for(scores: np.ndarray, calls: list[tuple[int, int]] | None = None) -> Callback:
    def run(cfg: int, seed: int) -> float:
        if calls is not None:
            calls.append((int(cfg), int(seed)))
        return float(scores[int(cfg), int(seed)])

    return Callback(run, (INTEGER, INTEGER))


def _table(submission: Submission, scores: np.ndarray, part: int, cause: str) -> None:
    """One of the three numbers of every configuration is right."""
    cfgs, seeds = list(range(len(scores))), list(range(scores.shape[1]))
    got = submission.ablation(_run_for(scores), cfgs, seeds, returns=TRIPLES)
    right = reference.ablation(lambda cfg, seed: float(scores[cfg, seed]), cfgs, seeds)
    expect.true(len(got) == len(right), f"It returns {counted(len(got), 'result')} for {len(right)} configurations.")
    for number, (mine, wanted) in enumerate(zip(got, right, strict=True)):
        expect.close(mine[part], wanted[part], f"This is the {PARTS[part]} of configuration {number}. {cause}")


def _scores(rng: Rng, cfgs: int, seeds: int) -> np.ndarray:
    """Scores with much luck that the configurations of a seed have in common."""
    return np.asarray(rng.normal(0.9, 0.05, seeds) + rng.normal(0, 0.01, (cfgs, seeds)))


@exercise("ablation", weight=2)
def test_ablation_means(submission: Submission, rng: Rng) -> None:
    """the mean over all seeds"""
    _table(submission, _scores(rng, 3, 5), 0, "Over all seeds; not the best of them, and not the difference.")


@exercise("ablation", weight=2)
@pytest.mark.parametrize("seeds", [2, 3, 6])
def test_ablation_errors(submission: Submission, rng: Rng, seeds: int) -> None:
    """the standard error for {seeds} seeds"""
    _table(submission, _scores(rng, 3, seeds), 1, "std(scores, ddof=1) / √n: of the scores, with n - 1 and √n.")


@exercise("ablation", weight=3)
@pytest.mark.parametrize("seeds", [2, 5])
def test_ablation_t(submission: Submission, rng: Rng, seeds: int) -> None:
    """the paired t for {seeds} seeds"""
    cause = "d = score - the baseline's score with the same seed; mean(d) / (std(d, ddof=1) / √n)."
    _table(submission, _scores(rng, 4, seeds), 2, cause)


@exercise("ablation", weight=2, kind="contract")
def test_ablation_runs_once(submission: Submission, rng: Rng) -> None:
    """each pair of configuration and seed is run once, with the seeds that are given"""
    calls: list[tuple[int, int]] = []
    scores = _scores(rng, 3, 9)
    submission.ablation(_run_for(scores, calls), [0, 2, 1], [4, 8, 3], returns=TRIPLES)
    pairs = sorted(itertools.product(range(3), (3, 4, 8)))
    missing = len(set(pairs) - set(calls))
    expect.true(
        missing == 0,
        f"{missing} of 9 pairs {'is' if missing == 1 else 'are'} never run: every configuration gets the same seeds.",
    )
    expect.true(
        sorted(calls) == pairs, f"It makes {counted(len(calls), 'run')} for 9 pairs, and each one costs a training."
    )


@exercise("ablation", kind="edges")
def test_ablation_one_seed(submission: Submission, rng: Rng) -> None:
    """with one seed, standard error and t are nan"""
    scores = _scores(rng, 2, 1)
    reply = submission.call("ablation", _run_for(scores), [0, 1], [0], returns=TRIPLES)
    for (mean, error, t), score in zip(reply.value, scores[:, 0], strict=False):
        expect.close(mean, score, "The mean of one score is that score.")
        expect.true(math.isnan(error) and math.isnan(t), "One seed says nothing about the spread: nan, not 0.")
    expect.quiet(reply, "Look at the number of seeds before you divide by n - 1.")


@exercise("ablation", kind="edges")
def test_ablation_ties(submission: Submission) -> None:
    """t is nan where all differences are equal, also for the baseline itself"""
    scores = np.array([[0.5, 0.75, 0.25], [0.75, 1.0, 0.5], [0.5, 0.75, 0.25]])
    reply = submission.call("ablation", _run_for(scores), [0, 1, 2], [0, 1, 2], returns=TRIPLES)
    none = all(math.isnan(t) for _, _, t in reply.value)
    cause = "Differences without any spread have no t: nan, not inf or 0."
    expect.true(none, "There is a t where all differences from the first configuration are equal.", cause)
    expect.quiet(reply, "Look whether the standard error of the differences is 0 before you divide by it.")


@exercise("ablation", weight=0.5, kind="edges")
def test_ablation_only_the_baseline(submission: Submission, rng: Rng) -> None:
    """the baseline alone has a mean and a standard error"""
    scores = _scores(rng, 1, 4)
    for part in (0, 1):
        _table(submission, scores, part, "A list with one entry.")


# --- TestBox and Ledger -----------------------------------------------------------------------------


def _box(submission: Submission, rng: Rng, n: int = 20) -> tuple[Any, np.ndarray, np.ndarray]:
    X, y = rng.normal(0, 1, (n, 3)), rng.integers(0, 4, n)
    return submission.new("TestBox", X, y), X, y


def _open(box: Any, predict: Callable[[np.ndarray], np.ndarray], guess: float) -> float:
    score: float = box.call("open", predict, guess, returns=NUMBER).value
    return score


def _noting(asked: list[np.ndarray], n: int) -> Callable[[np.ndarray], np.ndarray]:
    """A predictor that says 0 to everything and writes down what it was asked."""

    def predict(X: np.ndarray) -> np.ndarray:
        asked.append(X)
        return np.zeros(n, int)

    return predict


def _attempt(call: Callable[[], object]) -> str:
    """The name of the exception that a call raises, or nothing."""
    try:
        call()
    except StudentProblem as problem:
        if problem.outcome is Outcome.CRASHED:
            return problem.kind
        raise
    return ""


def _always(kind: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda _: np.full(20, kind)


def _signs(X: np.ndarray) -> np.ndarray:
    """Classes that depend on the rows; for something else than the rows, some that do not."""
    return (X[:, 0] > 0) + 2 * (X[:, 1] > 0) if X.ndim == 2 else np.full(20, 3)


@exercise("test_box", weight=3)
def test_box_accuracy(submission: Submission, rng: Rng) -> None:
    """open gives the accuracy of predict on the kept examples"""
    box, X, y = _box(submission, rng)
    y[:14] = _signs(X)[:14]
    box = submission.new("TestBox", X, y)
    expect.close(_open(box, _signs, 0.3), np.mean(y == _signs(X)), "The share of rows that are right, of all rows.")
    box, X, y = _box(submission, rng, 9)
    asked: list[np.ndarray] = []
    _open(box, _noting(asked, 9), 0.5)
    whole = len(asked) == 1 and np.array_equal(asked[0], X)
    expect.true(whole, "predict is to be called once, with all of X.")


@exercise("test_box", weight=2)
def test_box_counts(submission: Submission, rng: Rng) -> None:
    """opened is 0 before and 1 afterwards"""
    box, _, y = _box(submission, rng)
    expect.true(box.get("opened", INTEGER) == 0, "A new box was never opened: opened is 0.")
    score = _open(box, _always(0), 0.5)
    expect.true(box.get("opened", INTEGER) == 1, "It was opened once: opened is 1.")
    expect.close(score, np.mean(y == 0), "It counts, and what it gives is not the accuracy.")


@exercise("test_box", weight=3)
def test_box_opens_once(submission: Submission, rng: Rng) -> None:
    """the second time raises a RuntimeError, and the third"""
    box, *_ = _box(submission, rng)
    _open(box, _always(0), 0.5)
    raised = [_attempt(partial(_open, box, _always(kind), 0.5)) for kind in (1, 2)]
    opened = box.get("opened", INTEGER)
    cause = "Ask self.opened before anything else, and raise RuntimeError."
    expect.true(raised[0] == "RuntimeError", f"The second time it raises {raised[0] or 'nothing'}.", cause)
    expect.true(raised[1] == "RuntimeError", f"The third time it raises {raised[1] or 'nothing'}.", cause)
    expect.true(opened == 1, "An attempt is not an opening: opened stays 1.")


def _refusing(_: np.ndarray) -> np.ndarray:
    """A predictor that must not be called."""
    raise LookupError


@exercise("test_box")
def test_box_does_not_look(submission: Submission, rng: Rng) -> None:
    """when it refuses, predict is not called"""
    box, *_ = _box(submission, rng)
    raised = [_attempt(lambda: _open(box, _refusing, 2.5))]
    _open(box, _always(0), 0.5)
    raised.append(_attempt(lambda: _open(box, _refusing, 0.5)))
    cause = "predict saw the test examples: look at the guess and at self.opened before you call it."
    expect.true(raised == ["ValueError", "RuntimeError"], cause)


@exercise("test_box", kind="contract")
@pytest.mark.parametrize("guess", [-0.125, 1.5, 93.0])
def test_box_guess(submission: Submission, rng: Rng, guess: float) -> None:
    """a guess that is not a share raises a ValueError, and the box stays closed"""
    box, *_ = _box(submission, rng)
    predict = _always(0)
    expect.raises(lambda: _open(box, predict, guess), "ValueError", "A guess lies between 0 and 1.")
    expect.true(box.get("opened", INTEGER) == 0, "Nothing was opened: opened stays 0.")
    _open(box, predict, 0.5)


@exercise("test_box")
def test_box_keeps_the_guess(submission: Submission, rng: Rng) -> None:
    """guess is None at first, and then the guess with which the box was opened"""
    box, *_ = _box(submission, rng)
    first = box.get("guess", OrNone(NUMBER))
    _attempt(lambda: _open(box, _always(0), 1.25))
    refused = box.get("guess", OrNone(NUMBER))
    _open(box, _always(0), 0.625)
    kept = box.get("guess", OrNone(NUMBER))
    _attempt(lambda: _open(box, _always(1), 0.25))
    last = box.get("guess", OrNone(NUMBER))
    expect.true(first is None, "A new box has no guess yet: guess is None.")
    expect.true(refused is None, "A guess that is refused is not kept: guess stays None.")
    expect.true(kept == 0.625, "guess is not the guess with which the box was opened.")
    expect.true(last == 0.625, "The second time nothing is opened, so guess stays the first one.")


@exercise("test_box", weight=0.5, kind="edges")
@pytest.mark.parametrize("guess", [0.0, 1.0])
def test_box_guess_at_the_ends(submission: Submission, rng: Rng, guess: float) -> None:
    """a guess of {guess} is a share, and opens the box as any other"""
    box, _, y = _box(submission, rng)
    expect.close(_open(box, _always(1), guess), np.mean(y == 1), "0 and 1 are shares.")
    again = _attempt(lambda: _open(box, _always(1), 0.5))
    expect.true(again == "RuntimeError", f"After a guess of {guess:g} the box is open, too: ask self.opened.")


@exercise("test_box", weight=0.5, kind="contract")
def test_two_boxes(submission: Submission, rng: Rng) -> None:
    """two boxes are opened one by one"""
    first, *_ = _box(submission, rng)
    second, _, y = _box(submission, rng)
    _open(first, _always(0), 0.5)
    expect.close(_open(second, _always(1), 0.5), np.mean(y == 1), "What is counted belongs to self.")


def _write(ledger: Any, method: str, *args: Any) -> None:
    ledger.call(method, *args, returns=HANDLE)


def _score(ledger: Any) -> tuple[float, float]:
    pair: tuple[float, float] = ledger.call("score", returns=(NUMBER, NUMBER)).value
    return pair


def _filled(submission: Submission, entries: Any) -> tuple[Any, Any]:
    mine, right = submission.new("Ledger"), reference.Ledger()
    for name, low, high, value in entries:
        _write(mine, "predict", name, low, high)
        right.predict(name, low, high)
        if value is not None:
            _write(mine, "measure", name, value)
            right.measure(name, value)
    return mine, right


def _compare(submission: Submission, entries: Any, cause: str) -> None:
    mine, right = _filled(submission, entries)
    got, wanted = _score(mine), right.score()
    expect.close(got[0], wanted[0], f"This is the share of ranges that held. {cause}")
    expect.close(got[1], wanted[1], f"This is the mean score. {cause}")


@exercise("test_box", weight=2)
def test_ledger_hits(submission: Submission) -> None:
    """ranges that hold cost their width"""
    entries = [("a", 0.25, 0.75, 0.5), ("b", 1.0, 1.125, 1.0625), ("c", -2.0, -1.0, -1.5)]
    _compare(submission, entries, "(high - low), and nothing is missed; the mean over all entries.")


@exercise("test_box", weight=2)
def test_ledger_misses(submission: Submission) -> None:
    """a miss costs ten times its size, on either side"""
    entries = [("a", 0.25, 0.75, 1.0), ("b", 0.5, 0.625, 0.25), ("c", 0.0, 1.0, 0.5), ("d", -1.0, -0.5, -0.25)]
    cause = "10 · (low - v) below, 10 · (v - high) above, and the width in any case."
    _compare(submission, entries, cause)


@exercise("test_box", kind="edges")
def test_ledger_ends(submission: Submission) -> None:
    """the ends belong to a range, and a range may be a point"""
    entries = [("a", 0.25, 0.75, 0.75), ("b", 0.5, 1.0, 0.5), ("c", 2.0, 2.0, 2.0)]
    _compare(submission, entries, "low <= v <= high is a hit.")


@exercise("test_box")
def test_ledger_unmeasured(submission: Submission) -> None:
    """what is not measured yet does not count"""
    entries = [("a", 0.25, 0.75, 0.5), ("b", 0.0, 8.0, None), ("c", 1.0, 2.0, 2.5)]
    _compare(
        submission, entries, "Only predictions with a measurement have a score: the width, and ten times the miss."
    )


@exercise("test_box", weight=0.5, kind="edges")
def test_ledger_empty(submission: Submission) -> None:
    """without a measurement both numbers are nan"""
    for entries in ([], [("a", 0.0, 1.0, None)]):
        mine, _ = _filled(submission, entries)
        expect.true(all(math.isnan(number) for number in _score(mine)), "A mean of nothing is nan, not 0 or 1.")


@exercise("test_box", kind="contract")
@pytest.mark.parametrize(
    ("method", "args", "why"),
    [
        ("measure", ("b", 0.5), "a measurement without a prediction"),
        ("measure", ("a", 0.5), "a second measurement"),
        ("predict", ("a", 0.0, 1.0), "a second prediction"),
        ("predict", ("w", 0.0, 0.25), "a second prediction before the measurement"),
        ("predict", ("c", 1.0, 0.5), "a range whose low end is above its high end"),
    ],
)
def test_ledger_refuses(submission: Submission, method: str, args: Any, why: str) -> None:
    """{why} raises a ValueError and changes nothing"""
    mine, right = _filled(submission, [("a", 0.25, 0.75, 1.0), ("w", 0.5, 2.0, None)])
    raised = _attempt(lambda: _write(mine, method, *args))
    if method == "predict":  # where it is wrong, this shows what was written down
        _attempt(lambda: _write(mine, "measure", args[0], 0.75))
        if args[0] == "w":
            right.measure("w", 0.75)
    score = _score(mine)
    expect.true(raised == "ValueError", f"It raises {raised or 'nothing'}, and this was {why}: ValueError.")
    expect.close(score[1], right.score()[1], "An entry that was there before has changed.")


@exercise("test_box", weight=0.5, kind="contract")
def test_two_ledgers(submission: Submission) -> None:
    """two ledgers do not share their entries"""
    _filled(submission, [("a", 0.25, 0.75, 1.0)])
    _compare(submission, [("a", 0.5, 1.0, 0.75)], "What is written down belongs to self.")


# --- side: confusion_matrix, calibration_error ------------------------------------------------------


@exercise("card")
def test_confusion_values(submission: Submission, rng: Rng) -> None:
    """confusion_matrix counts true classes in rows and predicted ones in columns"""
    y, y_hat = rng.integers(0, 4, 60), np.minimum(rng.integers(0, 6, 60), 3)
    got = submission.confusion_matrix(y, y_hat, 4)
    expect.close(got, reference.confusion_matrix(y, y_hat, 4), "C[y, y_hat] grows by 1 with each example.")


@exercise("card", kind="edges")
def test_confusion_missing_class(submission: Submission) -> None:
    """confusion_matrix has K rows and columns, also for classes that never turn up"""
    y, y_hat = np.array([0, 1, 0, 0]), np.array([1, 1, 1, 0])
    got = submission.confusion_matrix(y, y_hat, 5)
    expect.close(got, reference.confusion_matrix(y, y_hat, 5), "The size is K, not the largest class that is there.")


@exercise("card", weight=2)
@pytest.mark.parametrize("bins", [1, 5, 10])
def test_calibration_values(submission: Submission, rng: Rng, bins: int) -> None:
    """calibration_error with {bins} bins"""
    P, y = _rows(rng, 50, 3), rng.integers(0, 3, 50)
    got = submission.calibration_error(P, y, bins, returns=NUMBER)
    cause = "In each bin |Σ (right - confidence)|, all together divided by N."
    expect.close(got, reference.calibration_error(P, y, bins), cause)


@exercise("card", kind="edges")
def test_calibration_borders(submission: Submission) -> None:
    """a confidence on a border belongs to the lower bin, and 1 to the last one"""
    P = np.array([[0.5, 0.5], [0.75, 0.25], [1.0, 0.0], [0.375, 0.625], [0.0, 1.0]])
    y = np.array([1, 0, 1, 1, 1])
    got = submission.calibration_error(P, y, 4, returns=NUMBER)
    expect.close(got, reference.calibration_error(P, y, 4), "0.5 of 4 bins belongs to (0.25, 0.5].")


@exercise("card", weight=0.5, kind="contract")
def test_card_contract(submission: Submission, rng: Rng) -> None:
    """neither function changes its arguments"""
    P, y = _rows(rng, 8, 3), rng.integers(0, 3, 8)
    expect.unchanged(submission.call("calibration_error", P, y, 4, returns=NUMBER))
    expect.unchanged(submission.call("confusion_matrix", y, y.copy(), 3))
