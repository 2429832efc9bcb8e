"""Hidden checks of 01_vanishing_gradients.

Inputs are random or far out, shapes are never square where that could hide something, values and contract are
separate checks. Activations are functions of the check's, called back. What is right is asked of PyTorch.
"""

import itertools
from typing import Any

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    NUMBER,
    TEXT,
    Formula,
    ListOf,
    Reply,
    Rng,
    Submission,
    counted,
    exercise,
    expect,
    reference,
)

NEURON = (NUMBER, ARRAY, NUMBER)
ARRAYS = ListOf(ARRAY)


_tanh = Formula("np.tanh(x)")
_tanh_slope = Formula("1 - np.tanh(x) ** 2")
# An activation that is in no textbook: not 0 at 0, and its slope is not a function of its value.
_steep = Formula("np.sin(x) + 0.3 * x + 0.5")
_steep_slope = Formula("np.cos(x) + 0.3")


# --- neuron_bce -------------------------------------------------------------------------------------


def _neuron(
    submission: Submission,
    X: Any,
    w: Any,
    b: float,
    y: Any,
    cause: str,
    of_loss: str = "",
    function: str = "neuron_bce",
) -> Reply:
    reply = submission.call(function, X, w, b, y, returns=NEURON)
    loss, *slopes = getattr(reference, function)(X, w, b, y)
    expect.close(reply.value[0], loss, f"This is the loss. {of_loss or cause}")
    for name, got, want in zip(("dw", "db"), reply.value[1:], slopes, strict=True):
        expect.close(got, want, f"This is {name}. {cause}")
    return reply


def _examples(rng: Rng, n: int, d: int) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    y = rng.integers(0, 2, n).astype(float)
    y[:2] = [0.0, 1.0][: len(y[:2])]
    return rng.normal(0, 1.5, (n, d)), rng.normal(0, 1, d), float(rng.uniform(0.2, 0.8)), y


@exercise("neuron_bce", weight=2)
def test_neuron_bce_loss(submission: Submission, rng: Rng) -> None:
    """the loss is right"""
    X, w, b, y = _examples(rng, 6, 3)
    loss, _, _ = submission.neuron_bce(X, w, b, y, returns=NEURON)
    cause = "It is the mean of -y log p - (1 - y) log(1 - p), with the natural logarithm."
    expect.close(loss, reference.neuron_bce(X, w, b, y)[0], cause)


@exercise("neuron_bce", weight=2)
def test_neuron_bce_dw(submission: Submission, rng: Rng) -> None:
    """the gradient with respect to w is right"""
    X, w, b, y = _examples(rng, 5, 3)
    _, dw, _ = submission.neuron_bce(X, w, b, y, returns=NEURON)
    expect.close(dw, reference.neuron_bce(X, w, b, y)[1], "It is Xᵀ(p - y)/N: the loss is a mean, so is its gradient.")


@exercise("neuron_bce", weight=1.5)
def test_neuron_bce_db(submission: Submission, rng: Rng) -> None:
    """the gradient with respect to b is right"""
    X, w, b, y = _examples(rng, 7, 2)
    _, _, db = submission.neuron_bce(X, w, b, y, returns=NEURON)
    expect.close(db, reference.neuron_bce(X, w, b, y)[2], "It is the sum of (p - y)/N over the examples.")


@exercise("neuron_bce", kind="stability")
def test_neuron_bce_far_out(submission: Submission) -> None:
    """the loss and its gradients are right for |z| = 800, also where the neuron is wrong"""
    X, y = np.array([[800.0], [-800.0], [800.0], [-800.0]]), np.array([1.0, 0.0, 0.0, 1.0])
    of_loss = "log(p) is too late: p is 0 or 1 there. Build the loss from z, and let exp see only -|z|."
    _neuron(submission, X, np.array([1.0]), 0.0, y, "p is 0 or 1 there, and not nan.", of_loss)


@exercise("neuron_bce", weight=0.5, kind="stability")
def test_neuron_bce_overflow(submission: Submission) -> None:
    """nothing overflows on the way"""
    X, y = np.array([[750.0, 20.0], [-400.0, -390.0], [3.0, 1.0]]), np.array([0.0, 1.0, 1.0])
    reply = submission.call("neuron_bce", X, np.ones(2), 0.5, y, returns=NEURON)
    expect.quiet(reply, "Let exp see only -|z|, for the loss and for p.")


@exercise("neuron_bce", weight=0.5, kind="edges")
def test_neuron_bce_one_class(submission: Submission, rng: Rng) -> None:
    """it is right if all examples have one class"""
    X, w, b, _ = _examples(rng, 4, 3)
    for y in (np.zeros(4), np.ones(4)):
        _neuron(submission, X, w, b, y, "Both halves of the loss are always there; one is multiplied by 0.")


@exercise("neuron_bce", weight=0.5, kind="edges")
def test_neuron_bce_one_example(submission: Submission, rng: Rng) -> None:
    """it works for a batch of one, and for one feature"""
    _neuron(submission, *_examples(rng, 1, 4), "A batch of one still has rows.")
    _neuron(submission, *_examples(rng, 5, 1), "With one feature w has shape (1,).")


@exercise("neuron_bce", weight=0.5, kind="edges")
def test_neuron_bce_integers(submission: Submission, rng: Rng) -> None:
    """integer features and classes are fine"""
    X, y = rng.integers(-3, 4, (5, 2)), np.array([0, 1, 1, 0, 1])
    _neuron(submission, X, rng.normal(0, 1, 2), 0.25, y, "Integers are numbers like any other.")


@exercise("neuron_bce", weight=0.5, kind="contract")
def test_neuron_bce_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    expect.unchanged(submission.call("neuron_bce", *_examples(rng, 4, 3), returns=NEURON))


# --- numerical_gradient, relative_error -------------------------------------------------------------


@exercise("gradient_check", weight=2)
def test_numerical_gradient_central(submission: Submission, rng: Rng) -> None:
    """numerical_gradient takes central differences, with the h it is given"""
    x, weights = rng.normal(0, 1, (2, 3)), rng.uniform(0.5, 2, (2, 3))
    x[0] = rng.choice([-1, 1], 3) * rng.uniform(1.5, 3, 3)  # large enough for a step that grows with x to show
    f = lambda v: float(np.sum(weights * v**3))  # noqa: E731
    got = submission.numerical_gradient(f, x, 0.01)
    cause = "One step forward and one back, divided by the distance of the two points, 2h."
    expect.close(got, reference.numerical_gradient(f, x, 0.01), cause, rtol=1e-8)


@exercise("gradient_check", weight=2)
def test_numerical_gradient_of_a_product(submission: Submission, rng: Rng) -> None:
    """numerical_gradient moves one entry at a time, and moves it back"""
    x = rng.uniform(0.5, 2, 4)
    f = lambda v: float(v[0] * v[1] ** 2 - 3 * v[2] * v[3] + v[0])  # noqa: E731
    got = submission.numerical_gradient(f, x, 1e-4)
    cause = "While one entry moves by h to both sides, the others stand where they were; then divide by 2h."
    expect.close(got, reference.numerical_gradient(f, x, 1e-4), cause, rtol=1e-7, atol=1e-8)


@exercise("gradient_check", kind="stability")
def test_numerical_gradient_default(submission: Submission, rng: Rng) -> None:
    """numerical_gradient is exact enough with its own h"""
    x = rng.normal(0, 1, (3, 2))
    got = submission.numerical_gradient(lambda v: float(np.sum(np.sin(v))), x)
    expect.close(got, np.cos(x), "The default of h is 1e-5.", rtol=1e-6, atol=1e-9)


@exercise("gradient_check", kind="edges")
def test_numerical_gradient_integers(submission: Submission) -> None:
    """numerical_gradient takes integers"""
    f = lambda v: float(np.sum(v**2 / 2))  # noqa: E731
    got = submission.numerical_gradient(f, np.array([[3, -1], [2, 5]]))
    cause = "An array of integers holds neither a step of 1e-5 nor a slope with decimals."
    expect.close(got, [[3.0, -1.0], [2.0, 5.0]], cause, rtol=1e-6)


@exercise("gradient_check", weight=0.5, kind="edges")
def test_numerical_gradient_single_number(submission: Submission) -> None:
    """numerical_gradient takes a single number"""
    got = submission.numerical_gradient(lambda v: float(np.exp(v)), np.array(0.5))
    expect.close(got, np.exp(0.5), "A 0-d array has one entry, and its index is ().", rtol=1e-6)


@exercise("gradient_check", weight=0.5, kind="contract")
def test_numerical_gradient_contract(submission: Submission, rng: Rng) -> None:
    """numerical_gradient leaves x as it was"""
    expect.unchanged(submission.call("numerical_gradient", lambda v: float(v.sum()), rng.normal(0, 1, (2, 3))))


def _error(submission: Submission, a: Any, b: Any, cause: str) -> Reply:
    reply = submission.call("relative_error", a, b, returns=NUMBER)
    expect.close(reply.value, reference.relative_error(a, b), cause)
    return reply


@exercise("gradient_check")
@pytest.mark.parametrize("factor", [0.6, 1.5], ids=["shorter", "longer"])
def test_relative_error_values(submission: Submission, rng: Rng, factor: float) -> None:
    """relative_error has the right values when b is {factor} times as long as a"""
    a = rng.normal(0, 1, (3, 4))
    b = factor * a + rng.normal(0, 0.1, (3, 4))
    _error(submission, a, b, "It is ‖a - b‖ / (‖a‖ + ‖b‖), with norms over all entries.")


@exercise("gradient_check", kind="edges")
def test_relative_error_opposite(submission: Submission, rng: Rng) -> None:
    """relative_error of a gradient and its negative is 1"""
    a = rng.normal(0, 1, 5)
    _error(submission, a, -a, "The denominator adds two norms; the norm of a sum could be 0.")


@exercise("gradient_check", kind="stability")
def test_relative_error_tiny(submission: Submission) -> None:
    """relative_error judges tiny gradients like large ones"""
    a, b = np.array([1.0, -2.0]), np.array([1.5, -2.0])
    for size in (1e-9, 1e-60):
        cause = (
            "Something that is added to the denominator, or a bound below it, hides what is wrong with tiny gradients."
        )
        _error(submission, size * a, size * b, cause)
    _error(submission, np.array([1e-9]), np.zeros(1), "Something against nothing is 1, however small.")
    _error(submission, np.zeros(1), np.array([2e-9]), "Something against nothing is 1, however small.")


@exercise("gradient_check", weight=0.5, kind="edges")
def test_relative_error_of_zeros(submission: Submission) -> None:
    """relative_error of two zeros is 0"""
    expect.quiet(_error(submission, np.zeros((2, 2)), np.zeros((2, 2)), "0/0 is nan."), "Look before you divide.")


# --- chain_gradient ---------------------------------------------------------------------------------


def _chain(submission: Submission, x: float, ws: Any, f: Any, df: Any, cause: str) -> Reply:
    reply = submission.call("chain_gradient", x, ws, f, df)
    expect.close(reply.value, reference.chain_gradient(x, ws, f, df), cause)
    return reply


@exercise("chain_gradient", weight=3)
def test_chain_gradient_tanh(submission: Submission, rng: Rng) -> None:
    """it is right for tanh, with weights of both signs"""
    ws = rng.uniform(0.5, 2, 5) * np.array([1, -1, 1, 1, -1])
    cause = "Entry l is the product of w·f'(z) over the links from l to the last; z = w·a is the number before f."
    _chain(submission, 0.7, ws, _tanh, _tanh_slope, cause)


@exercise("chain_gradient", weight=2)
def test_chain_gradient_any_activation(submission: Submission, rng: Rng) -> None:
    """it is right for any activation and its slope"""
    cause = "Entry l is the product of w · df(z) over the links from l to the last, with the df that is given."
    _chain(submission, -0.4, rng.uniform(0.5, 1.5, 4), _steep, _steep_slope, cause)


@exercise("chain_gradient", weight=1.5)
def test_chain_gradient_sigmoid(submission: Submission, rng: Rng) -> None:
    """it is right for sigmoid, also where it saturates"""
    ws = rng.uniform(2, 6, 6)
    cause = "Each link from l to the last has its own factor w·f'(z); 1/4 is only the largest slope."
    _chain(submission, 0.3, ws, reference.sigmoid, reference.sigmoid_grad, cause)


@exercise("chain_gradient", kind="edges")
def test_chain_gradient_one_link(submission: Submission) -> None:
    """it works for one link"""
    _chain(submission, 0.5, np.array([1.7]), _tanh, _tanh_slope, "One link: w·f'(w·x).")


@exercise("chain_gradient", kind="edges")
def test_chain_gradient_zero_weight(submission: Submission) -> None:
    """a weight of 0 makes all earlier entries 0, not nan"""
    reply = _chain(submission, 0.5, np.array([1.5, 0.0, -2.0, 0.8]), _steep, _steep_slope, "Multiply from the back.")
    expect.quiet(reply, "Divide by nothing that may be 0.")


@exercise("chain_gradient", weight=0.5, kind="edges")
def test_chain_gradient_integers(submission: Submission) -> None:
    """integer weights are fine"""
    cause = "An array made like one of integers cuts off the decimals: np.zeros_like(ws) is one."
    _chain(submission, 0.4, np.array([2, -1, 3, 1]), _steep, _steep_slope, cause)


@exercise("chain_gradient", weight=0.5, kind="contract")
def test_chain_gradient_contract(submission: Submission, rng: Rng) -> None:
    """it gives an array and leaves ws alone"""
    reply = submission.call("chain_gradient", 0.5, rng.uniform(0.5, 1.5, 4), _tanh, _tanh_slope)
    expect.is_array(reply)
    expect.unchanged(reply)


# --- mlp_forward ------------------------------------------------------------------------------------


def _network(rng: Rng, *sizes: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    Ws = [rng.normal(0, 1, pair) for pair in itertools.pairwise(sizes)]
    return Ws, [rng.normal(0, 0.5, size) for size in sizes[1:]]


def _all_close(got: list[Any], wanted: list[Any], name: str, cause: str) -> None:
    count = f"{name} has {counted(len(got), 'entry', 'entries')}; wanted {len(wanted)}."
    expect.true(len(got) == len(wanted), count, cause)
    for number, (gradient, right) in enumerate(zip(got, wanted, strict=True)):
        expect.close(gradient, right, f"This is {name}[{number}]. {cause}")


def _forward(submission: Submission, X: Any, Ws: Any, bs: Any, f: Any, cause: str, *, lists: bool = False) -> None:
    out, zs, hs = submission.mlp_forward(X, Ws, bs, f, returns=(ARRAY, ARRAYS, ARRAYS))
    wanted_out, wanted_zs, wanted_hs = reference.mlp_forward(X, Ws, bs, f)
    if not lists:
        expect.close(out, wanted_out, f"This is out. {cause}")
        return
    _all_close(zs, wanted_zs, "zs", "It holds Z = HW + b of every layer, before the activation.")
    _all_close(hs, wanted_hs, "hs", "It begins with X, and its last entry is the output.")


@exercise("mlp_forward", weight=3)
def test_mlp_forward_output(submission: Submission, rng: Rng) -> None:
    """the output is right"""
    X, (Ws, bs) = rng.normal(0, 1, (5, 4)), _network(rng, 4, 3, 6, 2)
    _forward(submission, X, Ws, bs, _steep, "Bias first, then f; no f on the last layer.")


@exercise("mlp_forward", weight=3)
def test_mlp_forward_keeps_what_backward_needs(submission: Submission, rng: Rng) -> None:
    """zs and hs are right"""
    X, (Ws, bs) = rng.normal(0, 1, (4, 3)), _network(rng, 3, 5, 2, 4)
    _forward(submission, X, Ws, bs, _tanh, "", lists=True)


@exercise("mlp_forward", kind="edges")
def test_mlp_forward_square_weights(submission: Submission, rng: Rng) -> None:
    """square weights are not transposed"""
    X, (Ws, bs) = rng.normal(0, 1, (2, 3)), _network(rng, 3, 3, 3)
    _forward(submission, X, Ws, bs, _tanh, "W is (inputs, outputs): H @ W, without a transpose.")


@exercise("mlp_forward", kind="edges")
def test_mlp_forward_one_layer(submission: Submission, rng: Rng) -> None:
    """one layer alone is linear"""
    X, (Ws, bs) = rng.normal(0, 1, (3, 4)), _network(rng, 4, 2)
    _forward(submission, X, Ws, bs, _tanh, "It is the last layer: no f.")
    _forward(submission, X, Ws, bs, _tanh, "", lists=True)


@exercise("mlp_forward", weight=0.5)
def test_mlp_forward_calls_f_for_hidden_layers_only(submission: Submission, rng: Rng) -> None:
    """f is called for hidden layers only"""
    X, (Ws, bs) = rng.normal(0, 1, (6, 4)), _network(rng, 4, 3, 5, 2)
    widths: set[int] = set()

    def f(z: Any) -> Any:
        widths.update(np.shape(z)[-1:])
        return np.tanh(z)

    submission.mlp_forward(X, Ws, bs, f, returns=(ARRAY, ARRAYS, ARRAYS))
    expect.true(not widths & {2, 4}, "It calls f with X or with the output. Only hidden layers have an activation.")
    expect.true(widths == {3, 5}, "It does not call f for every hidden layer. Each of them has an activation.")


@exercise("mlp_forward", weight=0.5, kind="edges")
def test_mlp_forward_one_example(submission: Submission, rng: Rng) -> None:
    """a batch of one, and one unit, work"""
    X, (Ws, bs) = rng.normal(0, 1, (1, 1)), _network(rng, 1, 1, 3)
    _forward(submission, X, Ws, bs, _tanh, "A batch of one has shape (1, D).", lists=True)


@exercise("mlp_forward", weight=0.5, kind="edges")
def test_mlp_forward_integers(submission: Submission, rng: Rng) -> None:
    """integer features are fine"""
    X, (Ws, bs) = rng.integers(-2, 3, (4, 2)), _network(rng, 2, 3, 2)
    _forward(submission, X, Ws, bs, _tanh, "Integers must not stay integers.")


@exercise("mlp_forward", weight=0.5, kind="contract")
def test_mlp_forward_contract(submission: Submission, rng: Rng) -> None:
    """X, weights and biases are left alone"""
    X, (Ws, bs) = rng.normal(0, 1, (4, 3)), _network(rng, 3, 3, 3)
    expect.unchanged(submission.call("mlp_forward", X, Ws, bs, _tanh, returns=(ARRAY, ARRAYS, ARRAYS)))


# --- mlp_backward -----------------------------------------------------------------------------------

GRADIENTS = (ARRAYS, ARRAYS, ARRAYS)


def _kept(rng: Rng, n: int, *sizes: int, f: Any = _tanh) -> tuple[np.ndarray, list[Any], list[Any], list[Any]]:
    """The arguments of a backward pass: a random dout, and what the forward pass kept."""
    Ws, bs = _network(rng, *sizes)
    _, zs, hs = reference.mlp_forward(rng.normal(0, 1, (n, sizes[0])), Ws, bs, f)
    return rng.normal(0, 1, (n, sizes[-1])), zs, hs, Ws


def _backward(submission: Submission, kept: Any, df: Any, which: tuple[int, ...], cause: str) -> None:
    dout, zs, hs, Ws = kept
    got = submission.mlp_backward(dout, zs, hs, Ws, df, returns=GRADIENTS)
    wanted = reference.mlp_backward(dout, zs, hs, Ws, df)
    for index in which:
        _all_close(got[index], wanted[index], ("dWs", "dbs", "deltas")[index], cause)


@exercise("mlp_backward", weight=2.5)
def test_mlp_backward_weights(submission: Submission, rng: Rng) -> None:
    """the gradients of the weights are right"""
    cause = "It is H of the layer below, transposed, times delta; nothing is divided by N."
    _backward(submission, _kept(rng, 5, 4, 3, 6, 2), _tanh_slope, (0,), cause)


@exercise("mlp_backward", weight=2)
def test_mlp_backward_biases(submission: Submission, rng: Rng) -> None:
    """the gradients of the biases are right"""
    cause = "It is the sum of delta over the examples, one number for each unit."
    _backward(submission, _kept(rng, 4, 3, 5, 2, 3), _tanh_slope, (1,), cause)


@exercise("mlp_backward", weight=2)
def test_mlp_backward_deltas(submission: Submission, rng: Rng) -> None:
    """the deltas are right"""
    cause = "The last one is dout; below it is (delta Wᵀ) times the slope at that layer's z."
    _backward(submission, _kept(rng, 6, 2, 4, 3, 5), _tanh_slope, (2,), cause)


@exercise("mlp_backward")
def test_mlp_backward_any_slope(submission: Submission, rng: Rng) -> None:
    """the df that is given is used, at z"""
    kept = _kept(rng, 3, 3, 4, 2, f=_steep)
    cause = "delta goes back by Wᵀ and the slope at z; dW is Hᵀ delta, and db sums delta over the examples."
    _backward(submission, kept, _steep_slope, (0, 1, 2), cause)


@exercise("mlp_backward", kind="edges")
def test_mlp_backward_square_weights(submission: Submission, rng: Rng) -> None:
    """square weights are transposed on the way back"""
    _backward(submission, _kept(rng, 2, 3, 3, 3, 3), _tanh_slope, (0, 1, 2), "Going back it is delta @ W.T.")


@exercise("mlp_backward", kind="edges")
def test_mlp_backward_one_layer(submission: Submission, rng: Rng) -> None:
    """one layer alone works: there is no slope in it"""
    _backward(submission, _kept(rng, 4, 3, 2), _tanh_slope, (0, 1, 2), "The last layer is linear: its delta is dout.")


@exercise("mlp_backward", weight=0.5, kind="edges")
def test_mlp_backward_one_example(submission: Submission, rng: Rng) -> None:
    """a batch of one, and one unit, work"""
    kept = _kept(rng, 1, 3, 1, 2)
    _backward(submission, kept, _tanh_slope, (0, 1, 2), "Every delta keeps its axis of examples.")


@exercise("mlp_backward", weight=0.5, kind="contract")
def test_mlp_backward_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    reply = submission.call("mlp_backward", *_kept(rng, 4, 3, 5, 2), _tanh_slope, returns=GRADIENTS)
    expect.unchanged(reply)


# --- gradient_report --------------------------------------------------------------------------------

REPORT = (ARRAY, NUMBER, TEXT)
LABELS = ("healthy", "vanishing", "exploding", "non-finite")


def _deltas(rng: Rng, *sizes: float, n: int = 4) -> list[np.ndarray]:
    """Deltas of layers of different widths, of about these sizes."""
    return [size * rng.normal(0, 1, (n, 3 + 2 * layer)) for layer, size in enumerate(sizes)]


@exercise("gradient_report", weight=2)
def test_gradient_report_rms(submission: Submission, rng: Rng) -> None:
    """the root mean squares are right"""
    deltas = _deltas(rng, 0.1, 2.0, 0.5)
    rms, _, _ = submission.gradient_report(deltas, returns=REPORT)
    expect.close(rms, reference.gradient_report(deltas)[0], "The root of the mean of the squares, for each layer.")


@exercise("gradient_report")
def test_gradient_report_cancelling_signs(submission: Submission) -> None:
    """signs do not cancel, and width does not count"""
    deltas = [np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[1.0, -1.0, 1.0, -1.0, 1.0, -1.0]])]
    rms, ratio, label = submission.gradient_report(deltas, returns=REPORT)
    expect.close(rms, [1.0, 1.0], "Entries of size 1 have an rms of 1, whatever their signs and their number.")
    expect.close(ratio, 1.0, "This is the ratio.")
    expect.word(label, "healthy", LABELS, "A ratio of 1 is healthy.")


@exercise("gradient_report")
def test_gradient_report_ratio(submission: Submission, rng: Rng) -> None:
    """the ratio is first over last"""
    deltas = _deltas(rng, 0.2, 5.0, 1.5, 0.8)
    _, ratio, _ = submission.gradient_report(deltas, returns=REPORT)
    expect.close(ratio, reference.gradient_report(deltas)[1], "The first rms over the last one.")


def _report(submission: Submission, deltas: Any, label: str, cause: str) -> None:
    """The ratio and the label together: a right word for a wrong ratio is luck."""
    _, ratio, got = submission.gradient_report(deltas, returns=REPORT)
    expect.close(ratio, reference.gradient_report(deltas)[1], f"This is the ratio. {cause}", rtol=1e-3)
    expect.word(got, label, LABELS, cause)


@exercise("gradient_report", weight=3)
@pytest.mark.parametrize(
    ("first", "last", "label"),
    [(1e-4, 50.0, "vanishing"), (1e4, 0.02, "exploding"), (1e-12, 1e10, "vanishing")],
)
def test_gradient_report_label(submission: Submission, rng: Rng, first: float, last: float, label: str) -> None:
    """a ratio of about {first} is found, and called {label}"""
    cause = "The first layer's rms over the last one's decides: below 1e-3 it is vanishing, above 1e3 exploding."
    _report(submission, _deltas(rng, first * last, 30 * last, last), label, cause)


@exercise("gradient_report")
@pytest.mark.parametrize(("first", "last"), [(1e-2, 0.02), (1e2, 50.0)])
def test_gradient_report_healthy(submission: Submission, rng: Rng, first: float, last: float) -> None:
    """a ratio of about {first} is found, and called healthy"""
    cause = "The first layer's rms over the last one's decides: between 1e-3 and 1e3 it is healthy."
    _report(submission, _deltas(rng, first * last, 30 * last, last), "healthy", cause)


@exercise("gradient_report", weight=0.5, kind="edges")
@pytest.mark.parametrize(
    ("ratio", "label"),
    [(0.95e-3, "vanishing"), (1.05e-3, "healthy"), (999.5, "healthy"), (1000.5, "exploding")],
)
def test_gradient_report_bounds(submission: Submission, ratio: float, label: str) -> None:
    """a ratio of {ratio} is called {label}"""
    deltas = [np.full((2, 3), ratio), np.full((2, 4), 30.0), np.array([[1.0], [-1.0]])]
    _report(submission, deltas, label, "Below 1e-3 it is vanishing, above 1e3 exploding, between them healthy.")


@exercise("gradient_report", weight=0.5, kind="edges")
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_gradient_report_non_finite(submission: Submission, rng: Rng, value: float) -> None:
    """{value} in any layer is called non-finite"""
    for layer in range(3):
        deltas = _deltas(rng, 1e-6, 1.0, 0.5)
        deltas[layer][1, 2] = value
        _, _, got = submission.gradient_report(deltas, returns=REPORT)
        expect.word(got, "non-finite", LABELS, "Look for nan and inf in every layer, before the ratio.")


@exercise("gradient_report", weight=0.5, kind="edges")
def test_gradient_report_non_finite_before_zero(submission: Submission) -> None:
    """nan is called non-finite also where the last rms is 0"""
    for value in (np.nan, np.inf):
        deltas = [np.array([[value, 1.0]]), np.zeros((1, 2))]
        _, _, got = submission.gradient_report(deltas, returns=REPORT)
        expect.word(got, "non-finite", LABELS, "Look for nan and inf before you look for a last rms of 0.")


@exercise("gradient_report", weight=0.5, kind="edges")
def test_gradient_report_nothing_arrives(submission: Submission) -> None:
    """if the last rms is 0 the ratio is 0, without a division by zero"""
    for first in (0.0, 2.0):
        deltas = [np.full((2, 3), first), np.zeros((2, 4))]
        reply = submission.call("gradient_report", deltas, returns=REPORT)
        expect.close(
            reply.value[1], 0.0, "This is the ratio. Ask for a last rms of exactly 0 first; add nothing to it."
        )
        expect.word(reply.value[2], "vanishing", LABELS, "A ratio of 0 is vanishing.")
        expect.quiet(reply, "Look before you divide.")


@exercise("gradient_report", weight=0.5, kind="stability")
def test_gradient_report_tiny(submission: Submission, rng: Rng) -> None:
    """tiny deltas are judged like large ones"""
    _report(
        submission, [np.array([[1e-12, -1e-12]]), np.array([[1e-12]])], "healthy", "Tiny is not 0: divide all the same."
    )
    _report(submission, _deltas(rng, 2e-9, 1e-9, 3e-9), "healthy", "Tiny is not 0: divide all the same.")
    _report(submission, _deltas(rng, 2e-60, 1e-60, 3e-60), "healthy", "Tiny is not 0: divide all the same.")


@exercise("gradient_report", weight=0.5, kind="edges")
def test_gradient_report_one_layer(submission: Submission, rng: Rng) -> None:
    """one layer alone, with one unit, is healthy"""
    _, ratio, label = submission.gradient_report([rng.normal(0, 1e-5, (3, 1))], returns=REPORT)
    expect.close(ratio, 1.0, "First and last are the same layer, and nothing is added to either.")
    expect.word(label, "healthy", LABELS, "Only the ratio counts, not the size.")


@exercise("gradient_report", weight=0.5, kind="contract")
def test_gradient_report_contract(submission: Submission, rng: Rng) -> None:
    """the deltas are left alone"""
    expect.unchanged(submission.call("gradient_report", _deltas(rng, 1.0, 2.0), returns=REPORT))


# --- clip_grad_norm ---------------------------------------------------------------------------------

CLIPPED = (ARRAYS, NUMBER)


def _clip(submission: Submission, grads: Any, max_norm: float, cause: str, rtol: float = 1e-5) -> Reply:
    reply = submission.call("clip_grad_norm", grads, max_norm, returns=CLIPPED)
    wanted, wanted_norm = reference.clip_grad_norm(grads, max_norm)
    got, norm = reply.value
    expect.true(
        len(got) == len(wanted), f"It returns {counted(len(got), 'gradient')} for {len(wanted)}. One for each array."
    )
    for gradient, right in zip(got, wanted, strict=True):
        expect.close(gradient, right, f"This is a gradient. {cause}", rtol=rtol)
    cause = "It is the root of the squares of all arrays together."
    expect.close(norm, wanted_norm, f"This is total_norm, before clipping. {cause}", rtol=rtol)
    return reply


def _gradients(rng: Rng) -> list[np.ndarray]:
    return [rng.normal(0, 2, (4, 3)), rng.normal(0, 0.3, 3), rng.normal(0, 5, (3, 2)), rng.normal(0, 1, ())]


@exercise("clip_grad_norm", weight=6)
def test_clip_grad_norm_rule(submission: Submission, rng: Rng) -> None:
    """long gradients are scaled to max_norm by one factor, short ones stay"""
    grads = _gradients(rng)
    for max_norm in (0.6, 2.5, 80.0, 500.0):
        _clip(
            submission,
            grads,
            max_norm,
            f"With max_norm = {max_norm:g}: one norm and one factor for all, never above 1.",
        )


@exercise("clip_grad_norm", weight=1.5)
def test_clip_grad_norm_values(submission: Submission, rng: Rng) -> None:
    """a long gradient is scaled to max_norm, all arrays by one factor"""
    cause = "total_norm is the root of the squares of all arrays together; one factor, never above 1, is for all."
    _clip(submission, _gradients(rng), 1.7, cause)


@exercise("clip_grad_norm", weight=1.5)
def test_clip_grad_norm_short(submission: Submission, rng: Rng) -> None:
    """a gradient shorter than max_norm stays as it is"""
    cause = "The factor is never above 1."
    _clip(submission, [0.1 * g for g in _gradients(rng)], 50.0, cause, rtol=1e-9)


@exercise("clip_grad_norm", kind="edges")
def test_clip_grad_norm_one_huge(submission: Submission, rng: Rng) -> None:
    """one huge array makes the others small as well"""
    grads = [rng.normal(0, 1e6, (3, 4)), *(rng.normal(0, 0.1, n) for n in (2, 5, 3))]
    _clip(submission, grads, 0.5, "Clipping keeps the direction: what shrinks, shrinks by one factor.")


@exercise("clip_grad_norm", weight=0.5, kind="edges")
def test_clip_grad_norm_zeros(submission: Submission) -> None:
    """a gradient of zeros stays zero"""
    reply = _clip(submission, [np.zeros((2, 3)), np.zeros(4)], 1.5, "0/0 is nan.")
    expect.quiet(reply, "The 1e-6 in the denominator is there for this.")


@exercise("clip_grad_norm", weight=0.5, kind="stability")
def test_clip_grad_norm_tiny(submission: Submission) -> None:
    """for tiny norms the 1e-6 counts"""
    cause = "The denominator is the norm + 1e-6, as in PyTorch."
    _clip(submission, [np.array([3e-6, 0.0]), np.array([4e-6])], 2e-6, cause)


@exercise("clip_grad_norm", kind="edges")
def test_clip_grad_norm_nan(submission: Submission, rng: Rng) -> None:
    """nan is not hidden: it spreads to every entry, as in PyTorch"""
    grads = _gradients(rng)
    grads[1][0] = np.nan
    cause = "The norm is nan, and so is the factor. min(1, nan) is 1, and nan > max_norm is False: use np.minimum."
    _clip(submission, grads, 1.0, cause)


@exercise("clip_grad_norm", weight=0.5, kind="edges")
def test_clip_grad_norm_integers(submission: Submission) -> None:
    """integers are fine"""
    _clip(submission, [np.array([[6, 0], [0, 8]]), np.array([0, 0, 5])], 2.0, "Integers must not stay integers.")


@exercise("clip_grad_norm", weight=0.5, kind="contract")
def test_clip_grad_norm_contract(submission: Submission, rng: Rng) -> None:
    """the gradients that went in are left alone"""
    expect.unchanged(submission.call("clip_grad_norm", _gradients(rng), 1.0, returns=CLIPPED))


# --- side: more_gradients ---------------------------------------------------------------------------


def _each(submission: Submission, function: str, grads: Any, limit: float, cause: str) -> Reply:
    reply = submission.call(function, grads, limit, returns=ARRAYS)
    wanted = getattr(reference, function)(grads, limit)
    expect.true(
        len(reply.value) == len(wanted), f"It returns {counted(len(reply.value), 'gradient')} for {len(wanted)}."
    )
    for gradient, right in zip(reply.value, wanted, strict=True):
        expect.close(gradient, right, cause, rtol=1e-5)
    return reply


@exercise("more_gradients", weight=2)
def test_clip_grad_value(submission: Submission, rng: Rng) -> None:
    """clip_grad_value clips each entry on both sides"""
    grads = _gradients(rng)
    grads[0][1, 2], grads[0][0, 0] = np.nan, -7.0
    _each(submission, "clip_grad_value", grads, 0.8, "Entries beyond ±clip_value move to the nearer end; nan stays.")


@exercise("more_gradients", weight=0.5, kind="contract")
def test_clip_grad_value_contract(submission: Submission, rng: Rng) -> None:
    """clip_grad_value leaves its gradients alone"""
    expect.unchanged(submission.call("clip_grad_value", _gradients(rng), 0.5, returns=ARRAYS))


@exercise("more_gradients", weight=2)
def test_clip_grad_norm_each(submission: Submission, rng: Rng) -> None:
    """clip_grad_norm_each gives each array a norm and a factor of its own"""
    grads = [rng.normal(0, 5, (3, 4)), np.array([0.1, -0.2]), np.zeros(3)]
    _each(submission, "clip_grad_norm_each", grads, 1.3, "Short arrays stay, long ones get a norm of max_norm.")


@exercise("more_gradients", weight=2)
def test_neuron_mse(submission: Submission, rng: Rng) -> None:
    """neuron_mse and its gradients are right"""
    cause = "dz = 2 (p - y) p (1 - p)/N: here sigmoid's slope does not cancel."
    _neuron(submission, *_examples(rng, 20, 3), cause, "It is the mean of (p - y)².", "neuron_mse")  # some z in (0, 1)


@exercise("more_gradients", weight=0.5, kind="stability")
def test_neuron_mse_far_out(submission: Submission) -> None:
    """neuron_mse is right for |z| = 800, and nothing overflows"""
    X, y = np.array([[800.0], [-800.0], [-800.0]]), np.array([0.0, 0.0, 1.0])
    reply = _neuron(submission, X, np.ones(1), 0.0, y, "p is 0 or 1 there.", function="neuron_mse")
    expect.quiet(reply, "Let exp see only -|z|.")


@exercise("more_gradients")
def test_count_parameters(submission: Submission) -> None:
    """count_parameters counts weights and biases of every layer"""
    for sizes in ([7, 5, 3, 2], [4, 9], [3, 1, 6]):
        got = submission.count_parameters(sizes, returns=NUMBER)
        expect.close(got, reference.count_parameters(sizes), "(inputs + 1) × outputs for each layer, all added up.")
