"""Hidden checks of 04_initialization.

Random weights are judged by what can be said of them: mean, spread, fourth moment, bounds, rows and columns, what
the generator changes. Never by the order of draws. Each statistic is of 18 000 numbers or more and may be off by at
least six of its standard errors: all checks together fail a right answer with a probability below one in a million.
"""

import itertools
import math
from typing import Any

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    BOOLEAN,
    HANDLE,
    INTEGER,
    NOTHING,
    NUMBER,
    Formula,
    Handle,
    ListOf,
    RemoteObject,
    Rng,
    Seed,
    Submission,
    counted,
    exercise,
    expect,
    reference,
)

TALL, WIDE = (240, 80), (90, 220)  # (n_in, n_out)
WEIGHTS_AND_BIASES = (ARRAY, ARRAY)
PARAMS_AND_TRAINABLE = (ListOf(ARRAY), ListOf(BOOLEAN))
LAYOUT = "It is (inputs, outputs); PyTorch stores the transpose."

UNIFORM, NORMAL = 9 / 5, 3.0  # the fourth moment of each, over the squared variance


def _seed(rng: Rng) -> Seed:
    return Seed(int(rng.integers(2**31)))


def _weights(submission: Submission, name: str, shape: tuple[int, int], rng: Rng, *args: float) -> np.ndarray:
    """Returns what an initializer draws for a shape (n_in, n_out)."""
    W: np.ndarray = submission.call(name, *shape, _seed(rng), *args).value
    expect.has_shape(W, shape, LAYOUT)
    return W


def _large(submission: Submission, name: str, shape: tuple[int, int], shared: Rng, *args: float) -> np.ndarray:
    """The same, drawn once for all checks that look at it: a loop takes a moment for so many numbers."""
    W: np.ndarray = submission.once(name, *shape, _seed(shared), *args).value
    expect.has_shape(W, shape, LAYOUT)
    return W


def _spread(W: np.ndarray, std: float, cause: str, tolerance: float = 0.03, what: str = "weights") -> None:
    """Mean 0 and this standard deviation."""
    expect.true(np.isfinite(W).all(), f"Some {what} are not finite.")
    ratio = float(W.std()) / std
    expect.true(abs(ratio - 1) < tolerance, f"The std of the {what} is {ratio:.3g} times what it should be.", cause)
    off = abs(float(W.mean())) / std
    expect.true(off < 7 / math.sqrt(W.size), f"The mean is off by {off:.2g} standard deviations. It should be 0.")


def _fourth(W: np.ndarray, wanted: float, cause: str) -> None:
    """The fourth moment over the squared variance: 3 for a normal distribution, 1.8 for a uniform one."""
    squares = (W - W.mean()) ** 2
    fourth = float(np.mean(squares**2) / max(float(np.mean(squares)) ** 2, 1e-300))
    message = f"The distribution has another form: E[w⁴]/E[w²]² is {fourth:.2f}, and should be {wanted:.2g}."
    expect.true(abs(fourth - wanted) < 0.1 * wanted, message, cause)


def _rows_and_columns(W: np.ndarray, std: float) -> None:
    """Each row and each column is spread like the whole, and no two entries are equal."""
    distinct = len(np.unique(W))
    # Two of 20000 draws are equal once in fifty million courses; three pairs are, never.
    equal = "Some weights are exactly equal, which drawn numbers are not: each entry draws its own, and keeps it."
    expect.true(distinct > W.size - 3, equal)
    size = f"The weights as a whole have a std of {W.std() / std:.2g} times what it should be: begin there."
    expect.true(abs(W.std() / std - 1) < 8 / math.sqrt(2 * W.size), size)
    for axis, which in ((0, "column"), (1, "row")):
        n = W.shape[axis]
        ratios, means = W.std(axis=axis) / std, np.abs(W.mean(axis=axis)) / std
        even = bool(np.all(np.abs(ratios - 1) < 8 / math.sqrt(2 * n)) and np.all(means < 8 / math.sqrt(n)))
        expect.true(even, f"The entries of a {which} have another mean or std than the others; all are drawn alike.")


def _bounds(W: np.ndarray, bound: float, cause: str, close: float = 0.995) -> None:
    """No entry is beyond a bound, and some come close."""
    largest = float(np.abs(W).max()) / bound
    expect.true(largest <= 1 + 1e-12, f"The largest entry is {largest:.3g} times the bound.", cause)
    expect.true(largest > close, f"The largest entry is only {largest:.3g} times the bound.", cause)


def _generator(submission: Submission, name: str, rng: Rng, returns: object = ARRAY) -> None:
    """Equal generators give equal weights of about the right size, and different ones give different weights."""
    seed = int(rng.integers(2**31))
    drawn = [
        _parts(submission.call(name, 20, 50, Seed(s), returns=returns).value)  # type: ignore[arg-type]
        for s in (seed, seed, seed + 1)
    ]
    sizes = [float(np.std(part)) for part in _parts(getattr(reference, name)(20, 50, np.random.default_rng(0)))]
    for what, size, first, again, other in zip(("weights", "biases"), sizes, *drawn, strict=False):
        size_fits = size == 0 or 0.5 < float(np.std(first)) / size < 2
        expect.true(size_fits, f"The {what} have another size altogether: see the other checks first.")
        expect.true(np.array_equal(first, again), f"Equal generators gave different {what}: draw from rng alone.")
        same = np.array_equal(first, other)
        expect.true(not same, f"Different generators gave equal {what}: draw from rng, and set no seed of your own.")


def _parts(value: Any) -> tuple[np.ndarray, ...]:
    return value if isinstance(value, tuple) else (value,)


# --- signal_propagation -----------------------------------------------------------------------------


def _propagation(submission: Submission, X: np.ndarray, Ws: list[np.ndarray], f: object, cause: str) -> None:
    expect.close(submission.signal_propagation(X, Ws, f), reference.signal_propagation(X, Ws, f), cause)


def _layers(rng: Rng, *sizes: int) -> list[np.ndarray]:
    return [rng.normal(0, 1.2 / math.sqrt(a), (a, b)) for a, b in itertools.pairwise(sizes)]


@exercise("signal_propagation", weight=3)
def test_signal_propagation_tanh(submission: Submission, rng: Rng) -> None:
    """the stds through four tanh layers are right"""
    X = rng.normal(0.5, 1, (6, 5))
    cause = "Each layer gets what the one before it gave, f and all; the std goes over all entries of f(h @ W)."
    _propagation(submission, X, _layers(rng, 5, 7, 3, 4, 6), np.tanh, cause)


@exercise("signal_propagation", weight=3)
def test_signal_propagation_relu(submission: Submission, rng: Rng) -> None:
    """the stds through three ReLU layers are right"""
    cause = "The std of f(h @ W) is taken about its mean, over all entries together; f(h @ W) is the next layer's h."
    _propagation(submission, rng.normal(0, 1, (8, 4)), _layers(rng, 4, 9, 6, 5), reference.relu, cause)


@exercise("signal_propagation", kind="edges")
def test_signal_propagation_one_layer(submission: Submission, rng: Rng) -> None:
    """a single layer gives a single number"""
    _propagation(submission, rng.normal(0, 1, (5, 3)), _layers(rng, 3, 4), np.tanh, "One number for each layer.")


@exercise("signal_propagation", weight=0.5, kind="edges")
def test_signal_propagation_one_example(submission: Submission, rng: Rng) -> None:
    """a single example with a single feature works"""
    _propagation(submission, rng.normal(0, 1, (1, 1)), _layers(rng, 1, 4, 3), np.tanh, "The std of all entries.")


@exercise("signal_propagation", weight=0.5, kind="edges")
def test_signal_propagation_integers(submission: Submission) -> None:
    """integer inputs and weights work"""
    X, Ws = np.array([[1, -2, 0], [3, 1, -1]]), [np.array([[1, 0], [2, -1], [1, 1]]), np.array([[1, -1, 2], [0, 1, 1]])]
    _propagation(submission, X, Ws, reference.elu, "What f gives need not be an integer.")


@exercise("signal_propagation", weight=0.5, kind="contract")
def test_signal_propagation_contract(submission: Submission, rng: Rng) -> None:
    """the inputs and weights are left alone"""
    expect.unchanged(submission.call("signal_propagation", rng.normal(0, 1, (4, 3)), _layers(rng, 3, 5, 2), np.tanh))


# --- fan_in_out, xavier_uniform ---------------------------------------------------------------------


def _fans(submission: Submission, shape: tuple[int, ...], cause: str) -> None:
    got = submission.fan_in_out(shape, returns=(NUMBER, NUMBER))
    expect.close(np.array(got), reference.fan_in_out(shape), cause)


@exercise("xavier", weight=3)
def test_fan_in_out_matrix(submission: Submission) -> None:
    """fan_in_out is right for matrices"""
    for shape in ((7, 3), (2, 11), (1, 5)):
        _fans(submission, shape, "PyTorch's layout is (out, in): fan_in is the second number, and is returned first.")


@exercise("xavier", weight=2)
@pytest.mark.parametrize("shape", [(6, 4, 5), (8, 3, 5, 2), (4, 6, 3, 2, 5)], ids=["1d", "2d", "3d"])
def test_fan_in_out_convolution(submission: Submission, shape: tuple[int, ...]) -> None:
    """fan_in_out is right for convolutions with one, two and three kernel sides"""
    _fans(submission, shape, "Both fans are multiplied by the product of all kernel sides.")


@exercise("xavier", weight=5, kind="randomness")
@pytest.mark.parametrize("shape", [TALL, WIDE], ids=["tall", "wide"])
def test_xavier_uniform_spread(submission: Submission, shared: Rng, shape: tuple[int, int]) -> None:
    """the std is that of both fans, for more inputs than outputs and for fewer"""
    W = _large(submission, "xavier_uniform", shape, shared)
    _spread(W, math.sqrt(2 / sum(shape)), "The bound is √(6/(n_in + n_out)); U(-a, a) has a std of a/√3.")


@exercise("xavier", weight=2.5)
def test_xavier_uniform_gain(submission: Submission, shared: Rng) -> None:
    """gain multiplies the weights once"""
    for gain in (0.4, 2.5):
        W = _large(submission, "xavier_uniform", TALL, shared, gain)
        cause = "The bound is gain · √(6/(n_in + n_out)); U(-a, a) has a std of a/√3."
        _spread(W, gain * math.sqrt(2 / sum(TALL)), cause)


@exercise("xavier", weight=3, kind="randomness")
def test_xavier_uniform_form(submission: Submission, shared: Rng) -> None:
    """the weights are spread evenly between the bounds"""
    W = _large(submission, "xavier_uniform", TALL, shared, 0.4)
    cause = "U(-a, a) with a = gain · √(6/(n_in + n_out)): rng.uniform."
    _fourth(W, UNIFORM, cause)
    _bounds(W, 0.4 * math.sqrt(6 / sum(TALL)), cause)


@exercise("xavier", kind="randomness")
def test_xavier_uniform_rows_and_columns(submission: Submission, shared: Rng) -> None:
    """every row and every column is like the whole"""
    _rows_and_columns(_large(submission, "xavier_uniform", TALL, shared), math.sqrt(2 / sum(TALL)))


@exercise("xavier", weight=2.5, kind="randomness")
def test_xavier_uniform_generator(submission: Submission, rng: Rng) -> None:
    """all randomness of xavier_uniform comes from rng"""
    _generator(submission, "xavier_uniform", rng)


@exercise("xavier", weight=0.5, kind="contract")
def test_xavier_uniform_contract(submission: Submission, rng: Rng) -> None:
    """xavier_uniform gives an array, for a single input and output too"""
    reply = submission.call("xavier_uniform", 1, 1, _seed(rng))
    expect.is_array(reply)
    expect.has_shape(reply.value, (1, 1), LAYOUT)


# --- torch_linear_default ---------------------------------------------------------------------------


def _default(submission: Submission, n_in: int, n_out: int, rng: Rng) -> tuple[np.ndarray, np.ndarray]:
    W, b = submission.once("torch_linear_default", n_in, n_out, _seed(rng), returns=WEIGHTS_AND_BIASES).value
    expect.has_shape(W, (n_in, n_out), f"This is W. {LAYOUT}")
    expect.has_shape(b, (n_out,), "This is b: one bias for each output.")
    return W, b


@exercise("torch_linear_default", weight=4, kind="randomness")
@pytest.mark.parametrize("shape", [TALL, WIDE], ids=["tall", "wide"])
def test_torch_default_weights(submission: Submission, shared: Rng, shape: tuple[int, int]) -> None:
    """the weights have the std of U(-1/√n_in, 1/√n_in)"""
    W, _ = _default(submission, *shape, shared)
    _spread(W, 1 / math.sqrt(3 * shape[0]), "The bound is 1/√n_in, and the std of U(-a, a) is a/√3.")


@exercise("torch_linear_default", weight=2, kind="randomness")
def test_torch_default_form(submission: Submission, shared: Rng) -> None:
    """the weights are uniform, row by row and column by column"""
    W, _ = _default(submission, *TALL, shared)
    cause = "PyTorch draws them from U(-1/√n_in, 1/√n_in)."
    _fourth(W, UNIFORM, cause)
    _bounds(W, 1 / math.sqrt(TALL[0]), cause)
    _rows_and_columns(W, 1 / math.sqrt(3 * TALL[0]))


@exercise("torch_linear_default", weight=5, kind="randomness")
def test_torch_default_biases(submission: Submission, shared: Rng) -> None:
    """the biases have the std of U(-1/√n_in, 1/√n_in)"""
    _, b = _default(submission, 5, 4000, shared)
    expect.true(bool(np.any(b != 0)), "The biases are 0. A new nn.Linear draws them like its weights.")
    _spread(b, 1 / math.sqrt(15), "They have the bound of the weights, 1/√n_in.", 0.06, "biases")


@exercise("torch_linear_default", weight=2, kind="randomness")
def test_torch_default_bias_form(submission: Submission, shared: Rng) -> None:
    """the biases are uniform, and draws of their own"""
    W, b = _default(submission, 5, 4000, shared)
    cause = "This is b. It is drawn like W, from U(-1/√n_in, 1/√n_in)."
    _fourth(b, UNIFORM, cause)
    _bounds(b, 1 / math.sqrt(5), cause, close=0.99)
    expect.true(len(np.unique(b)) > b.size - 3, "Several biases are equal: each draws its own.")
    taken = int(np.isin(np.abs(b), np.abs(W)).sum())
    expect.true(taken < 3, "The biases are numbers of W, or those with the other sign. They are new draws.")


@exercise("torch_linear_default", weight=1.5, kind="randomness")
def test_torch_default_generator(submission: Submission, rng: Rng) -> None:
    """all randomness of torch_linear_default comes from rng"""
    _generator(submission, "torch_linear_default", rng, WEIGHTS_AND_BIASES)


@exercise("torch_linear_default", weight=0.5, kind="edges")
def test_torch_default_contract(submission: Submission, rng: Rng) -> None:
    """a single input and a single output work"""
    _default(submission, 1, 1, rng)


# --- he_normal --------------------------------------------------------------------------------------


@exercise("he_normal", weight=4, kind="randomness")
@pytest.mark.parametrize("shape", [TALL, WIDE], ids=["tall", "wide"])
def test_he_normal_spread(submission: Submission, shared: Rng, shape: tuple[int, int]) -> None:
    """the std is √(2/n_in), for more inputs than outputs and for fewer"""
    W = _large(submission, "he_normal", shape, shared)
    cause = "The variance is 2/n_in, n_in alone; rng.normal takes its root."
    _spread(W, math.sqrt(2 / shape[0]), cause, 0.04)


@exercise("he_normal", weight=2.5)
def test_he_normal_gain(submission: Submission, rng: Rng) -> None:
    """gain multiplies the weights once"""
    for gain in (0.4, 2.5):
        W = _weights(submission, "he_normal", WIDE, rng, gain)
        _spread(W, gain * math.sqrt(2 / WIDE[0]), "The std is gain · √(2/n_in); gain multiplies it, once.", 0.04)


@exercise("he_normal", weight=2, kind="randomness")
def test_he_normal_form(submission: Submission, shared: Rng) -> None:
    """the weights are normal"""
    W = _large(submission, "he_normal", TALL, shared)
    _fourth(W, NORMAL, "This scheme draws normal numbers, as they are: rng.normal.")


@exercise("he_normal", kind="randomness")
def test_he_normal_rows_and_columns(submission: Submission, shared: Rng) -> None:
    """every row and every column is like the whole"""
    _rows_and_columns(_large(submission, "he_normal", WIDE, shared), math.sqrt(2 / WIDE[0]))


@exercise("he_normal", weight=2.5, kind="randomness")
def test_he_normal_generator(submission: Submission, rng: Rng) -> None:
    """all randomness of he_normal comes from rng"""
    _generator(submission, "he_normal", rng)


@exercise("he_normal", weight=0.5, kind="contract")
def test_he_normal_contract(submission: Submission, rng: Rng) -> None:
    """he_normal gives an array, for a single input and output too"""
    reply = submission.call("he_normal", 1, 1, _seed(rng))
    expect.is_array(reply)
    expect.has_shape(reply.value, (1, 1), LAYOUT)


# --- gain -------------------------------------------------------------------------------------------


def _gain(submission: Submission, f: Formula, cause: str) -> None:
    got = submission.gain(f, returns=NUMBER)
    expect.close(got, reference.gain(f), f"{cause} Wanted to 0.5 %.", rtol=5e-3)


@exercise("gain", weight=2)
def test_gain_tanh(submission: Submission) -> None:
    """the gain of tanh is right"""
    _gain(
        submission,
        Formula("np.tanh(x)"),
        "It is 1/√E[f(z)²] for z from N(0, 1), forward; PyTorch's table has another number.",
    )


@exercise("gain", weight=2)
def test_gain_relu(submission: Submission) -> None:
    """the gains of ReLU and leaky ReLU are right"""
    _gain(
        submission,
        Formula("np.maximum(x, 0.0)"),
        "It is 1/√E[f(z)²] for z from N(0, 1): the mean of the square, not the variance.",
    )
    _gain(submission, Formula("np.where(x > 0, x, 0.3 * x)"), "For a slope of a it is √(2/(1 + a²)).")


@exercise("gain", weight=2)
def test_gain_sigmoid(submission: Submission) -> None:
    """the gain of sigmoid, whose mean is far from 0, is right"""
    _gain(
        submission,
        Formula("1 / (1 + np.exp(-x))"),
        "It is 1/√E[f(z)²] for z from N(0, 1), without subtracting the squared mean.",
    )


@exercise("gain", weight=1.5)
def test_gain_scaled(submission: Submission, rng: Rng) -> None:
    """a scaled function has a gain scaled the other way"""
    scale = float(rng.uniform(2, 3))
    for f in (Formula(f"{scale!r} * x"), Formula(f"{scale!r} * np.tanh(x)")):
        _gain(submission, f, "It is 1/√E[f(z)²]: three times the function has a third of the gain.")


@exercise("gain", kind="stability")
def test_gain_far_out(submission: Submission) -> None:
    """functions that grow where z is rare are right too"""
    _gain(submission, Formula("x**3"), "Values of z beyond 3 are rare, and count: does your grid reach far enough?")
    _gain(
        submission,
        Formula("np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))"),
        "f is smooth, the grid is fine: is the density right?",
    )


# --- distinct_units ---------------------------------------------------------------------------------


def _units(submission: Submission, W: np.ndarray, b: np.ndarray, V: np.ndarray, cause: str) -> None:
    got = submission.distinct_units(W, b, V, returns=INTEGER)
    expect.close(got, reference.distinct_units(W, b, V), cause)


@exercise("distinct_units", weight=6)
def test_distinct_units_mixed(submission: Submission, rng: Rng) -> None:
    """units that differ in weights in, bias or weights out are counted right"""
    kinds = rng.normal(0, 1, (2, 3)), rng.normal(0, 1, 2), rng.normal(0, 1, (2, 4))
    picks = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0], [0, 1, 0]])
    W, b, V = kinds[0][picks[:, 0]].T, kinds[1][picks[:, 1]], kinds[2][picks[:, 2]]
    _units(submission, W, b, V, "A unit is the triple of its column of W, its bias and its row of V.")


@exercise("distinct_units", weight=2)
def test_distinct_units_bias(submission: Submission, rng: Rng) -> None:
    """biases alone can tell units apart"""
    W, V = np.tile(rng.normal(0, 1, (4, 1)), 6), np.tile(rng.normal(0, 1, (1, 2)), (6, 1))
    cause = "A unit is its column of W, its bias and its row of V: the biases count, too."
    _units(submission, W, np.array([0.5, 0.5, -1.0, 2.0, 0.5, 2.0]), V, cause)


@exercise("distinct_units", weight=2)
def test_distinct_units_outgoing(submission: Submission, rng: Rng) -> None:
    """outgoing weights alone can tell units apart"""
    W, V = np.zeros((3, 5)), rng.normal(0, 1, (5, 4))
    V[3] = V[1]
    _units(submission, W, np.zeros(5), V, "Units differ if their outgoing weights do: row j of V belongs to unit j.")


@exercise("distinct_units", weight=3)
def test_distinct_units_incoming(submission: Submission, rng: Rng) -> None:
    """incoming weights are compared column by column"""
    W = rng.normal(0, 1, (2, 6))
    W[:, 3] = W[:, 2] + np.array([1.0, -1.0])
    W[:, 4], W[:, 5] = W[:, 0], W[::-1, 0]
    cause = "A unit is its column of W, in this order, its bias and its row of V; equal ones count once."
    _units(submission, W, np.zeros(6), np.ones((6, 3)), cause)


@exercise("distinct_units", weight=1.5)
def test_distinct_units_last_weight_in(submission: Submission, rng: Rng) -> None:
    """units that differ in their last weight in only are different"""
    W, V = np.tile(rng.normal(0, 1, (4, 1)), 5), np.tile(rng.normal(0, 1, (1, 3)), (5, 1))
    W[-1, [1, 3]] += 1.5
    cause = "A unit is all of its column of W, its bias and its row of V; equal ones count once."
    _units(submission, W, np.zeros(5), V, cause)


@exercise("distinct_units", weight=1.5)
def test_distinct_units_last_weight_out(submission: Submission, rng: Rng) -> None:
    """units that differ in their last weight out only are different"""
    W, V = np.tile(rng.normal(0, 1, (4, 1)), 5), np.tile(rng.normal(0, 1, (1, 3)), (5, 1))
    V[[0, 2], -1] += [1.5, 2.5]
    cause = "A unit is its column of W, its bias and all of its row of V; equal ones count once."
    _units(submission, W, np.zeros(5), V, cause)


@exercise("distinct_units", weight=2, kind="edges")
def test_distinct_units_nearly_equal(submission: Submission) -> None:
    """units that differ by very little are different"""
    cause = "The numbers are compared as they are: without rounding, without a tolerance, not as text."
    W = np.array([[0.5, 0.5 + 1e-12, 1.5, 1.5 + 3e-7, 2.5, 2.5 + 3e-6, 0.5]])
    _units(submission, W, np.zeros(7), np.ones((7, 2)), cause)
    _units(submission, np.ones((2, 3)), np.array([0.25, 0.25, 0.25 + 1e-12]), np.ones((3, 1)), cause)
    _units(submission, np.ones((2, 3)), np.zeros(3), np.array([[0.75], [0.75 - 1e-12], [0.75]]), cause)


@exercise("distinct_units", weight=0.5, kind="edges")
def test_distinct_units_all_equal(submission: Submission) -> None:
    """a constant start has one distinct unit"""
    _units(submission, np.zeros((3, 7)), np.zeros(7), np.zeros((7, 2)), "All units are equal: one.")
    _units(submission, np.full((2, 5), 0.1), np.ones(5), np.full((5, 3), 0.1), "All units are equal: one.")


@exercise("distinct_units", weight=0.5, kind="edges")
def test_distinct_units_one_unit(submission: Submission) -> None:
    """a layer of one unit, and integers, work"""
    _units(submission, np.array([[2]]), np.array([1]), np.array([[3]]), "One unit is one.")
    _units(submission, np.array([[1, 1, 2]]), np.array([0, 0, 0]), np.array([[1], [1], [1]]), "Integers count alike.")


@exercise("distinct_units", weight=0.5, kind="contract")
def test_distinct_units_contract(submission: Submission, rng: Rng) -> None:
    """the weights are left alone"""
    args = rng.normal(0, 1, (3, 4)), rng.normal(0, 1, 4), rng.normal(0, 1, (4, 2))
    expect.unchanged(submission.call("distinct_units", *args, returns=INTEGER))


# --- transfer_layers --------------------------------------------------------------------------------


def _networks(rng: Rng) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """An old network, and a fresh one for another number of classes."""
    old = [rng.normal(0, 1, shape) for shape in ((3, 5), (5, 5), (5, 4), (4, 2))]
    return old, [rng.normal(0, 1, shape) for shape in ((3, 5), (5, 5), (5, 4), (4, 6))]


def _transferred(submission: Submission, src: list[np.ndarray], dst: list[np.ndarray], n: int) -> None:
    params, _ = submission.transfer_layers(src, dst, n, returns=PARAMS_AND_TRAINABLE)
    wanted, _ = reference.transfer_layers(src, dst, n)
    expect.true(
        len(params) == len(wanted), f"params has {counted(len(params), 'layer')}; wanted {len(wanted)}, as many as dst."
    )
    for number, (got, want) in enumerate(zip(params, wanted, strict=True), start=1):
        cause = f"This is layer {number} of {len(wanted)} with n = {n}: the first n come from src, the others from dst."
        expect.close(got, want, cause)


@exercise("transfer_layers", weight=4)
def test_transfer_layers_params(submission: Submission, rng: Rng) -> None:
    """the first n layers come from src, the others from dst"""
    for n in (1, 3):
        _transferred(submission, *_networks(rng), n)


def _shown(trainable: list[bool]) -> str:
    """A list of the learner's, if it is short: a long one could spell out a hidden input."""
    return str(trainable) if len(trainable) <= 8 else "much longer"


@exercise("transfer_layers", weight=4)
def test_transfer_layers_trainable(submission: Submission, rng: Rng) -> None:
    """the first n layers are frozen, the others are trained"""
    for n in (1, 3):
        _, trainable = submission.transfer_layers(*_networks(rng), n, returns=PARAMS_AND_TRAINABLE)
        right = trainable == [False] * n + [True] * (4 - n)
        expect.true(right, f"With n = {n} of 4 layers, trainable is {_shown(trainable)}. False means frozen.")


@exercise("transfer_layers")
def test_transfer_layers_longer(submission: Submission, rng: Rng) -> None:
    """a fresh network with more layers has a boolean for each of them"""
    old, fresh = _networks(rng)
    fresh += [rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (3, 6))]
    for n in (2, 4):
        _transferred(submission, old, fresh, n)
        _, trainable = submission.transfer_layers(old, fresh, n, returns=PARAMS_AND_TRAINABLE)
        message = f"With 4 old layers, 6 fresh ones and n = {n}, trainable is {_shown(trainable)}. dst says how many."
        expect.true(trainable == [False] * n + [True] * (6 - n), message)


@exercise("transfer_layers", kind="edges")
def test_transfer_layers_none(submission: Submission, rng: Rng) -> None:
    """n = 0 is training from scratch"""
    old, fresh = _networks(rng)
    _transferred(submission, old, fresh, 0)
    _, trainable = submission.transfer_layers(old, fresh, 0, returns=PARAMS_AND_TRAINABLE)
    expect.true(trainable == [True] * 4, f"With n = 0 nothing is frozen, and trainable is {_shown(trainable)}.")


@exercise("transfer_layers", kind="edges")
def test_transfer_layers_all(submission: Submission, rng: Rng) -> None:
    """n = L takes everything, and freezes everything"""
    old, fresh = _networks(rng)
    fresh[-1] = rng.normal(0, 1, (4, 2))
    _transferred(submission, old, fresh, 4)
    _, trainable = submission.transfer_layers(old, fresh, 4, returns=PARAMS_AND_TRAINABLE)
    expect.true(trainable == [False] * 4, f"With n = 4 of 4 all is frozen, and trainable is {_shown(trainable)}.")


@exercise("transfer_layers", weight=0.5, kind="edges")
def test_transfer_layers_biases(submission: Submission, rng: Rng) -> None:
    """biases are arrays like any other, and dst may have more layers than src"""
    src = [rng.normal(0, 1, 3), rng.normal(0, 1, 1)]
    _transferred(submission, src, [*(rng.normal(0, 1, size) for size in (3, 1, 4))], 2)


def _held(submission: Submission, network: list[np.ndarray]) -> Handle:
    """A network on the far side, as the list that `transfer_layers` itself gives for n = 0."""
    held = _item(submission, submission.call("transfer_layers", network, network, 0, returns=HANDLE).value, 0)
    length = _far(submission, held).call("__len__", returns=NUMBER).value
    expect.true(length == len(network), f"With n = 0 params has {counted(length, 'layer')}; wanted all those of dst.")
    return held


def _item(submission: Submission, holder: Handle, number: int) -> Handle:
    item: Handle = _far(submission, holder).call("__getitem__", number, returns=HANDLE).value
    return item


def _far(submission: Submission, handle: Handle) -> RemoteObject:
    return RemoteObject(submission, "transfer_layers", handle)


@exercise("transfer_layers", weight=2.5, kind="contract")
def test_transfer_layers_copies(submission: Submission, rng: Rng) -> None:
    """what is transferred is a copy: training it does not change the old network"""
    old, fresh = _networks(rng)
    source = _held(submission, old)
    moved = submission.call("transfer_layers", source, fresh, 3, returns=HANDLE).value
    for layer in (0, 2):
        _far(submission, _item(submission, _item(submission, moved, 0), layer)).call("fill", 7.0, returns=NOTHING)
        now = _far(submission, source).call("__getitem__", layer).value
        expect.close(now, old[layer], "Training the new network changed the old one: params holds src's own arrays.")


@exercise("transfer_layers", weight=0.5, kind="contract")
def test_transfer_layers_contract(submission: Submission, rng: Rng) -> None:
    """src and dst stay as they are"""
    old, fresh = _networks(rng)
    expect.unchanged(submission.call("transfer_layers", old, fresh, 2, returns=PARAMS_AND_TRAINABLE))
    target = _held(submission, fresh)
    submission.call("transfer_layers", old, target, 2, returns=PARAMS_AND_TRAINABLE)
    now = _far(submission, target).call("__getitem__", 0).value
    expect.close(now, fresh[0], "The list dst itself was changed. Make a new list.")


# --- side: lecun_normal, orthogonal -----------------------------------------------------------------


@exercise("more_initializers", weight=2, kind="randomness")
@pytest.mark.parametrize("shape", [TALL, WIDE], ids=["tall", "wide"])
def test_lecun_normal_spread(submission: Submission, shared: Rng, shape: tuple[int, int]) -> None:
    """lecun_normal has a std of √(1/n_in)"""
    _spread(_large(submission, "lecun_normal", shape, shared), math.sqrt(1 / shape[0]), "The variance is 1/n_in.", 0.04)


@exercise("more_initializers", kind="randomness")
def test_lecun_normal_form(submission: Submission, shared: Rng) -> None:
    """lecun_normal is normal, in every row and column"""
    W = _large(submission, "lecun_normal", TALL, shared)
    _fourth(W, NORMAL, "rng.normal.")
    _rows_and_columns(W, math.sqrt(1 / TALL[0]))


@exercise("more_initializers", kind="randomness")
@pytest.mark.parametrize("name", ["lecun_normal", "orthogonal"])
def test_more_generator(submission: Submission, rng: Rng, name: str) -> None:
    """all randomness of {name} comes from rng"""
    _generator(submission, name, rng)


@exercise("more_initializers", weight=2)
@pytest.mark.parametrize("shape", [(9, 4), (3, 8), (5, 5), (1, 6)], ids=["tall", "wide", "square", "single"])
def test_orthogonal(submission: Submission, rng: Rng, shape: tuple[int, int]) -> None:
    """orthogonal has orthogonal columns, or rows, of length gain"""
    for args in ((), (2.5,)):
        W = _weights(submission, "orthogonal", shape, rng, *args)
        products = W.T @ W if shape[0] >= shape[1] else W @ W.T
        wanted = (args[0] if args else 1.0) ** 2 * np.eye(min(shape))
        cause = "These are the products of its columns (tall) or rows (wide): gain² with themselves, 0 with each other."
        expect.close(products, wanted, cause, rtol=1e-9, atol=1e-9)


@exercise("more_initializers", weight=0.5, kind="randomness")
def test_orthogonal_signs(submission: Submission, rng: Rng) -> None:
    """orthogonal has no favourite signs"""
    # 45 matrices: entries of one sign only have a probability of 2 ** -44.
    first = [_weights(submission, "orthogonal", (4, 3), rng)[0, 0] for _ in range(45)]
    both = min(first) < 0 < max(first)
    expect.true(both, "W[0, 0] has the same sign in 45 matrices. QR chooses signs: undo it with those of R's diagonal.")
