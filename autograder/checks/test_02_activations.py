"""Hidden checks of 02_activations.

Inputs are random or far out, shapes are never square, values and contract are separate checks, and no two
parameters of a call are equal. What is right is asked of PyTorch.
"""

import numpy as np
import pytest

from autograder.testing import ARRAY, NUMBER, Reply, Rng, Seed, Submission, exercise, expect, reference

FAR = np.array([-1000.0, -750.0, 750.0, 1000.0])
LOSS_AND_GRADIENT = (NUMBER, ARRAY)


def _around_zero(rng: Rng, *shape: int) -> np.ndarray:
    """Normal numbers with a few exact zeros among them."""
    x = rng.normal(0, 2, shape)
    x.flat[:: max(2, x.size // 3)] = 0.0
    return x


def _far_out(submission: Submission, function: str) -> None:
    got = getattr(submission, function)(FAR)
    cause = "Infinity divided by infinity is nan." if np.isnan(got).any() else "Clipping x changes what is far out."
    expect.close(got, getattr(reference, function)(FAR), cause)


# --- sigmoid, sigmoid_grad, tanh_grad ---------------------------------------------------------------


@exercise("sigmoid", weight=4)
def test_sigmoid_values(submission: Submission, rng: Rng) -> None:
    """sigmoid has the right values"""
    x = rng.normal(0, 3, (4, 3))
    expect.close(submission.sigmoid(x), reference.sigmoid(x), "It is 1/(1 + exp(-x)), with a minus in the exponent.")


@exercise("sigmoid", kind="stability")
def test_sigmoid_far_out(submission: Submission) -> None:
    """sigmoid is 0 and 1 far out"""
    _far_out(submission, "sigmoid")


@exercise("sigmoid", kind="stability")
def test_sigmoid_small_values(submission: Submission, rng: Rng) -> None:
    """sigmoid keeps its digits where it is tiny"""
    x = -rng.uniform(30, 300, 5)
    cause = "Clipping x, or subtracting from 1, loses what is left there."
    expect.close(submission.sigmoid(x), reference.sigmoid(x), cause, atol=0.0)


@exercise("sigmoid", kind="stability")
def test_sigmoid_overflow(submission: Submission) -> None:
    """sigmoid does not overflow on the way"""
    expect.quiet(submission.call("sigmoid", FAR), "Let exp see only numbers below 0.")


@exercise("sigmoid", weight=0.5, kind="edges")
def test_sigmoid_integers(submission: Submission) -> None:
    """sigmoid takes integers"""
    x = np.array([[-3, 0], [1, 2], [5, -1]])
    expect.close(submission.sigmoid(x), reference.sigmoid(x), "Integers must not stay integers.")


@exercise("sigmoid", weight=0.5, kind="edges")
def test_sigmoid_scalar(submission: Submission) -> None:
    """sigmoid takes a single number"""
    x = np.array(-0.75)
    expect.close(submission.sigmoid(x), reference.sigmoid(x), "A 0-d array has no length and no first entry.")


@exercise("sigmoid", weight=5)
def test_sigmoid_grad_values(submission: Submission, rng: Rng) -> None:
    """sigmoid_grad has the right values"""
    x = _around_zero(rng, 4, 3)
    expect.close(submission.sigmoid_grad(x), reference.sigmoid_grad(x), "It is s(1-s) with s = sigmoid(x).")


@exercise("sigmoid", weight=0.5, kind="stability")
def test_sigmoid_grad_far_out(submission: Submission) -> None:
    """sigmoid_grad is 0 far out"""
    _far_out(submission, "sigmoid_grad")


@exercise("sigmoid", weight=0.5, kind="stability")
def test_sigmoid_grad_overflow(submission: Submission) -> None:
    """sigmoid_grad does not overflow on the way"""
    expect.quiet(submission.call("sigmoid_grad", FAR), "Build it from a sigmoid that is stable.")


@exercise("sigmoid", weight=0.5, kind="edges")
def test_sigmoid_grad_integers(submission: Submission) -> None:
    """sigmoid_grad takes integers"""
    x = np.array([-2, 0, 3])
    expect.close(submission.sigmoid_grad(x), reference.sigmoid_grad(x), "Integers must not stay integers.")


@exercise("sigmoid", weight=5)
def test_tanh_grad_values(submission: Submission, rng: Rng) -> None:
    """tanh_grad has the right values"""
    x = _around_zero(rng, 3, 4)
    expect.close(submission.tanh_grad(x), reference.tanh_grad(x), "It is 1 - tanh(x)².")


@exercise("sigmoid", weight=0.5, kind="stability")
def test_tanh_grad_far_out(submission: Submission) -> None:
    """tanh_grad is 0 far out"""
    _far_out(submission, "tanh_grad")


@exercise("sigmoid", weight=0.5, kind="stability")
def test_tanh_grad_overflow(submission: Submission) -> None:
    """tanh_grad does not overflow on the way"""
    expect.quiet(submission.call("tanh_grad", FAR), "cosh and exp overflow where tanh does not.")


@exercise("sigmoid", weight=0.5, kind="contract")
def test_sigmoid_contract(submission: Submission, rng: Rng) -> None:
    """the three functions give arrays and leave their argument alone"""
    for name in ("sigmoid", "sigmoid_grad", "tanh_grad"):
        _contract(submission.call(name, rng.normal(0, 1, (2, 3))))


# --- relu, relu_backward ----------------------------------------------------------------------------


@exercise("relu", weight=4)
def test_relu_values(submission: Submission, rng: Rng) -> None:
    """relu has the right values"""
    x = 10 * _around_zero(rng, 5, 3)
    expect.close(submission.relu(x), reference.relu(x), "Below 0 it is 0, above it is x.")


@exercise("relu", kind="edges")
def test_relu_special_values(submission: Submission) -> None:
    """relu turns -infinity into 0 and keeps nan"""
    x = np.array([[-np.inf, np.nan, np.inf], [-1.0, 0.0, 3.0]])
    expect.close(submission.relu(x), reference.relu(x), "0 times infinity is nan, and nan > 0 is False.")


@exercise("relu", weight=0.5, kind="edges")
def test_relu_integers(submission: Submission) -> None:
    """relu takes integers"""
    x = np.array([[-2, 0, 3], [7, -1, 1]])
    expect.close(submission.relu(x), reference.relu(x), "Integers are numbers like any other.")


@exercise("relu", weight=5)
def test_relu_backward_values(submission: Submission, rng: Rng) -> None:
    """relu_backward passes dout where x is positive"""
    x, dout = rng.normal(0, 2, (5, 3)), rng.normal(0, 1, (5, 3))
    cause = "It is dout where x > 0, with dout's own sign and size."
    expect.close(submission.relu_backward(dout, x), reference.relu_backward(dout, x), cause)


@exercise("relu", kind="edges")
def test_relu_backward_at_zero(submission: Submission, rng: Rng) -> None:
    """relu_backward passes nothing at x = 0"""
    x, dout = np.zeros((2, 3)), rng.normal(0, 1, (2, 3))
    x[0, 1], x[1, 2] = 1.0, 1e-9
    cause = "At 0 the slope is a convention; PyTorch's is 0."
    expect.close(submission.relu_backward(dout, x), reference.relu_backward(dout, x), cause)


@exercise("relu", weight=0.5, kind="contract")
def test_relu_contract(submission: Submission, rng: Rng) -> None:
    """relu gives an array and leaves its argument alone"""
    _contract(submission.call("relu", rng.normal(0, 1, (3, 4))))


@exercise("relu", weight=0.5, kind="contract")
def test_relu_backward_contract(submission: Submission, rng: Rng) -> None:
    """relu_backward gives an array and leaves its arguments alone"""
    _contract(submission.call("relu_backward", rng.normal(0, 1, (3, 4)), rng.normal(0, 1, (3, 4))))


# --- leaky_relu, leaky_relu_grad --------------------------------------------------------------------


@exercise("leaky_relu", weight=3)
def test_leaky_relu_values(submission: Submission, rng: Rng) -> None:
    """leaky_relu has the right values for small slopes"""
    for slope in (0.01, float(rng.uniform(0.1, 0.4))):
        x = _around_zero(rng, 4, 3)
        expect.close(submission.leaky_relu(x, slope), reference.leaky_relu(x, slope), "Left of 0 it is slope · x.")


@exercise("leaky_relu", weight=2.5, kind="edges")
def test_leaky_relu_unusual_slopes(submission: Submission, rng: Rng) -> None:
    """leaky_relu is right for a slope above 1 and for a negative one"""
    for slope in (2.0, -0.5):
        x = rng.normal(0, 2, (3, 5))
        cause = "The larger of slope · x and x is the wrong piece when the slope is above 1."
        expect.close(submission.leaky_relu(x, slope), reference.leaky_relu(x, slope), cause)


@exercise("leaky_relu", kind="edges")
def test_leaky_relu_integers(submission: Submission) -> None:
    """leaky_relu takes integers"""
    x = np.array([-4, -1, 0, 2, 3])
    cause = "A copy of an integer array stays an integer array, and cannot hold slope · x."
    expect.close(submission.leaky_relu(x, 0.3), reference.leaky_relu(x, 0.3), cause)


@exercise("leaky_relu", weight=4)
def test_leaky_relu_grad_values(submission: Submission, rng: Rng) -> None:
    """leaky_relu_grad has the right values"""
    for slope in (0.2, 1.5, -0.4):
        x = rng.normal(0, 2, (3, 4))
        cause = "It is 1 above 0 and the slope below, whatever x's size."
        expect.close(submission.leaky_relu_grad(x, slope), reference.leaky_relu_grad(x, slope), cause)


@exercise("leaky_relu", kind="edges")
def test_leaky_relu_grad_at_zero(submission: Submission) -> None:
    """leaky_relu_grad is the slope at 0"""
    x = np.array([0.0, -0.0, 1.0])
    cause = "At 0 the slope is a convention; PyTorch takes the left one."
    expect.close(submission.leaky_relu_grad(x, 0.3), reference.leaky_relu_grad(x, 0.3), cause)


@exercise("leaky_relu", weight=0.5, kind="edges")
def test_leaky_relu_grad_integers(submission: Submission) -> None:
    """leaky_relu_grad takes integers"""
    x = np.array([[-3, -1], [2, 5]])
    cause = "An array made like an integer array cannot hold the slope."
    expect.close(submission.leaky_relu_grad(x, 0.3), reference.leaky_relu_grad(x, 0.3), cause)


@exercise("leaky_relu", weight=0.5, kind="contract")
def test_leaky_relu_contract(submission: Submission, rng: Rng) -> None:
    """leaky_relu and its derivative give arrays and leave their argument alone"""
    for name in ("leaky_relu", "leaky_relu_grad"):
        _contract(submission.call(name, rng.normal(0, 1, (3, 4)), 0.2))


# --- prelu_backward ---------------------------------------------------------------------------------


def _prelu(submission: Submission, dout: np.ndarray, x: np.ndarray, weight: np.ndarray, cause: str) -> None:
    dx, dweight = submission.prelu_backward(dout, x, weight, returns=(ARRAY, ARRAY))
    expected_dx, expected_dweight = reference.prelu_backward(dout, x, weight)
    expect.close(dx, expected_dx, f"This is dx. {cause}")
    expect.close(dweight, expected_dweight, f"This is dweight. {cause}")


@exercise("prelu", weight=3)
def test_prelu_values(submission: Submission, rng: Rng) -> None:
    """prelu_backward has the right gradients"""
    x, dout = rng.normal(0, 2, (6, 4)), rng.normal(0, 1, (6, 4))
    _prelu(submission, dout, x, rng.uniform(0.1, 0.4, 4), "dweight sums dout · min(x, 0) over the batch.")


@exercise("prelu", kind="edges")
def test_prelu_slopes_above_one(submission: Submission, rng: Rng) -> None:
    """prelu_backward is right for slopes above 1 and below 0"""
    x, dout = rng.normal(0, 2, (5, 3)), rng.normal(0, 1, (5, 3))
    _prelu(submission, dout, x, np.array([3.0, -0.5, 1.5]), "The sign of x decides, not the larger of two values.")


@exercise("prelu", kind="edges")
def test_prelu_at_zero(submission: Submission, rng: Rng) -> None:
    """prelu_backward takes the left slope at x = 0"""
    x, dout = np.zeros((2, 3)), rng.normal(0, 1, (2, 3))
    x[1] = [1.0, -1.0, 0.0]
    _prelu(submission, dout, x, np.array([0.3, 0.6, 0.2]), "At 0 PyTorch takes the slope of the left side.")


@exercise("prelu", kind="edges")
def test_prelu_one_example(submission: Submission, rng: Rng) -> None:
    """prelu_backward works for a batch of one"""
    x, dout = -rng.uniform(0.5, 2, (1, 4)), rng.normal(0, 1, (1, 4))
    _prelu(submission, dout, x, rng.uniform(0.1, 0.4, 4), "Each channel keeps a gradient of its own.")


@exercise("prelu", weight=0.5, kind="contract")
def test_prelu_contract(submission: Submission, rng: Rng) -> None:
    """prelu_backward leaves its arguments alone"""
    x, dout = rng.normal(0, 2, (5, 3)), rng.normal(0, 1, (5, 3))
    expect.unchanged(submission.call("prelu_backward", dout, x, rng.uniform(0.1, 0.4, 3), returns=(ARRAY, ARRAY)))


# --- elu, elu_grad ----------------------------------------------------------------------------------


@exercise("elu", weight=2)
def test_elu_values(submission: Submission, rng: Rng) -> None:
    """elu has the right values"""
    for alpha in (1.0, float(rng.uniform(0.3, 0.7)), 1.7):
        x = _around_zero(rng, 4, 3)
        expect.close(submission.elu(x, alpha), reference.elu(x, alpha), "Left of 0 it is alpha · (exp(x) - 1).")


@exercise("elu", weight=0.5, kind="stability")
def test_elu_far_out(submission: Submission) -> None:
    """elu is x far right and -alpha far left"""
    expect.close(submission.elu(FAR, 0.6), reference.elu(FAR, 0.6), "0 times infinity is nan.")


@exercise("elu", kind="stability")
def test_elu_overflow(submission: Submission) -> None:
    """elu does not overflow on the way"""
    expect.quiet(submission.call("elu", FAR, 0.6), "exp is computed for all x, also where the other piece is used.")


@exercise("elu", kind="stability")
def test_elu_near_zero(submission: Submission, rng: Rng) -> None:
    """elu keeps its digits just left of 0"""
    x = -rng.uniform(1e-13, 1e-12, 4)
    cause = "exp(x) - 1 cancels there; np.expm1 does not."
    expect.close(submission.elu(x, 0.6), reference.elu(x, 0.6), cause, atol=0.0)


@exercise("elu", weight=0.5, kind="edges")
def test_elu_integers(submission: Submission) -> None:
    """elu takes integers"""
    x = np.array([-3, -1, 0, 2])
    expect.close(submission.elu(x, 0.6), reference.elu(x, 0.6), "An integer array cannot hold the left side.")


@exercise("elu", weight=2)
def test_elu_grad_values(submission: Submission, rng: Rng) -> None:
    """elu_grad has the right values"""
    for alpha in (0.4, 1.7):
        x = rng.normal(0, 2, (3, 4))
        expect.close(submission.elu_grad(x, alpha), reference.elu_grad(x, alpha), "Left of 0 it is alpha · exp(x).")


@exercise("elu", kind="edges")
def test_elu_grad_at_zero(submission: Submission) -> None:
    """elu_grad is alpha at 0"""
    x = np.array([0.0, -0.0, 0.5])
    cause = "For alpha other than 1 there is a kink at 0; PyTorch takes the left slope."
    expect.close(submission.elu_grad(x, 0.5), reference.elu_grad(x, 0.5), cause)


@exercise("elu", weight=0.5, kind="stability")
def test_elu_grad_overflow(submission: Submission) -> None:
    """elu_grad does not overflow on the way"""
    reply = submission.call("elu_grad", FAR, 0.6)
    expect.close(reply.value, reference.elu_grad(FAR, 0.6), "0 times infinity is nan.")
    expect.quiet(reply, "exp is computed for all x, also where the other piece is used.")


@exercise("elu", weight=0.5, kind="contract")
def test_elu_contract(submission: Submission, rng: Rng) -> None:
    """elu and its derivative give arrays and leave their argument alone"""
    for name in ("elu", "elu_grad"):
        _contract(submission.call(name, rng.normal(0, 1, (3, 4)), 0.6))


# --- softmax_cross_entropy --------------------------------------------------------------------------


def _cross_entropy(submission: Submission, Z: np.ndarray, y: np.ndarray, cause: str) -> None:
    loss, dZ = submission.softmax_cross_entropy(Z, y, returns=LOSS_AND_GRADIENT)
    expected_loss, expected_dZ = reference.softmax_cross_entropy(Z, y)
    expect.close(loss, expected_loss, f"This is the loss. {cause}")
    expect.close(dZ, expected_dZ, f"This is dZ. {cause}")


@exercise("softmax_cross_entropy", weight=2)
def test_softmax_cross_entropy_loss(submission: Submission, rng: Rng) -> None:
    """the loss is right"""
    Z, y = rng.normal(0, 1, (5, 3)), np.array([0, 2, 1, 1, 0])
    loss, _ = submission.softmax_cross_entropy(Z, y, returns=LOSS_AND_GRADIENT)
    wanted = reference.softmax_cross_entropy(Z, y)[0]  # how well the logarithm is guarded is another check's affair
    cause = "Each row has a softmax of its own; the loss is the mean of -log p of the true classes over the rows."
    expect.close(loss, wanted, cause, rtol=1e-5)


@exercise("softmax_cross_entropy", weight=2)
def test_softmax_cross_entropy_gradient(submission: Submission, rng: Rng) -> None:
    """the gradient is right"""
    Z, y = rng.normal(0, 2, (4, 3)), np.array([2, 0, 1, 2])
    _, dZ = submission.softmax_cross_entropy(Z, y, returns=LOSS_AND_GRADIENT)
    expect.close(
        dZ, reference.softmax_cross_entropy(Z, y)[1], "It is (p - one-hot)/N, with one 1 in each row of one-hot."
    )


@exercise("softmax_cross_entropy", kind="stability")
def test_softmax_cross_entropy_large_logits(submission: Submission) -> None:
    """logits of ±1000 are not a problem"""
    Z, y = np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 3.0]]), np.array([2, 1])
    _cross_entropy(submission, Z, y, "Subtract each row's maximum first, and take no logarithm of a probability.")


@exercise("softmax_cross_entropy", kind="stability")
def test_softmax_cross_entropy_unequal_rows(submission: Submission) -> None:
    """rows of very different size do not disturb each other"""
    Z, y = np.array([[900.0, 901.0, 899.0], [-900.0, -902.0, -901.0]]), np.array([0, 1])
    _cross_entropy(submission, Z, y, "Each row needs a maximum of its own, and log no small number in it.")


@exercise("softmax_cross_entropy", kind="stability")
def test_softmax_cross_entropy_overflow(submission: Submission) -> None:
    """nothing overflows on the way"""
    Z, y = np.array([[800.0, 0.0, -800.0], [0.0, 750.0, 3.0]]), np.array([2, 0])
    cause = "Subtract each row's own maximum before exp, and take no logarithm of a probability."
    expect.quiet(submission.call("softmax_cross_entropy", Z, y, returns=LOSS_AND_GRADIENT), cause)


@exercise("softmax_cross_entropy", kind="edges")
def test_softmax_cross_entropy_unseen_class(submission: Submission, rng: Rng) -> None:
    """a class that no example has still gets its column"""
    _cross_entropy(submission, rng.normal(0, 1, (3, 5)), np.array([1, 0, 1]), "The classes are Z's columns.")


@exercise("softmax_cross_entropy", kind="edges")
def test_softmax_cross_entropy_one_example(submission: Submission, rng: Rng) -> None:
    """a batch of one works"""
    _cross_entropy(submission, rng.normal(0, 1, (1, 4)), np.array([2]), "A row is an example.")


@exercise("softmax_cross_entropy", weight=0.5, kind="contract")
def test_softmax_cross_entropy_contract(submission: Submission, rng: Rng) -> None:
    """the logits and classes are left alone"""
    reply = submission.call(
        "softmax_cross_entropy", rng.normal(0, 1, (3, 4)), np.array([2, 0, 1]), returns=LOSS_AND_GRADIENT
    )
    expect.unchanged(reply)


# --- dead_fraction ----------------------------------------------------------------------------------


def _dead(submission: Submission, H: np.ndarray, cause: str) -> None:
    expect.close(submission.dead_fraction(H, returns=NUMBER), reference.dead_fraction(H), cause)


@exercise("dead_fraction", weight=3)
def test_dead_fraction_values(submission: Submission, rng: Rng) -> None:
    """the share of dead units is right"""
    for examples, units, dead in ((6, 8, [1, 4, 6]), (7, 11, [0, 5]), (3, 9, [2, 3, 4, 8])):
        H = np.maximum(rng.normal(0, 1, (examples, units)), 0)
        H[0] = 0.5  # each of the others has a live example
        H[:, dead] = 0.0
        _dead(submission, H, "A unit is a column; it is dead if every entry of it is.")


@exercise("dead_fraction", kind="edges")
def test_dead_fraction_one_live_example(submission: Submission) -> None:
    """one example that wakes a unit is enough"""
    H = np.zeros((5, 4))
    H[3, 0] = H[4, 2] = 0.1
    _dead(submission, H, "A unit that is above 0 for one example is alive: look at all examples.")
    H = np.zeros((30, 4))
    H[17, 1] = 1e-9
    _dead(submission, H, "One live example in thirty is enough, and however little it is.")


@exercise("dead_fraction", kind="edges")
def test_dead_fraction_negative_values(submission: Submission, rng: Rng) -> None:
    """negative pre-activations count as silent"""
    H = -rng.uniform(0.1, 2, (4, 6))
    H[2, [0, 3]] = 1.0
    _dead(submission, H, "Silent is H <= 0, not H == 0, and a dead unit is silent for every example.")


@exercise("dead_fraction", kind="edges")
def test_dead_fraction_all_and_none(submission: Submission) -> None:
    """all dead is 1, none dead is 0"""
    _dead(submission, np.zeros((3, 5)), "It is a share between 0 and 1.")
    _dead(submission, np.ones((3, 5)), "It is a share between 0 and 1.")


# --- side: rrelu ------------------------------------------------------------------------------------


@exercise("zoo", weight=2)
def test_rrelu_evaluation(submission: Submission, rng: Rng) -> None:
    """in evaluation the slope is the middle of its bounds"""
    x = _around_zero(rng, 4, 5)
    got = submission.rrelu(x, 0.1, 0.5, False, Seed(1))
    expect.close(got, reference.rrelu(x, 0.1, 0.5, False), "The mean of U(lower, upper) is (lower + upper)/2.")


def _slopes(submission: Submission, seed: int) -> np.ndarray:
    """The slopes that training used for 100 x 200 negative entries, below one row of positive ones."""
    x = np.full((101, 200), -2.0)
    x[0] = 3.0
    got = submission.rrelu(x, 0.1, 0.5, True, Seed(seed))
    expect.has_shape(got, x.shape, "It works element by element.")
    expect.close(got[0], x[0], "Positive entries stay as they are.")
    slopes: np.ndarray = got[1:] / -2.0
    return slopes


@exercise("zoo", weight=2, kind="randomness")
def test_rrelu_each_entry_draws(submission: Submission, rng: Rng) -> None:
    """in training each negative entry draws a slope between the bounds"""
    slopes = _slopes(submission, int(rng.integers(2**31)))
    inside = bool(np.all((slopes >= 0.1) & (slopes <= 0.5)))
    expect.true(inside, "Some slopes lie outside of lower and upper.")
    distinct = len(np.unique(slopes))
    expect.true(distinct > 19_000, f"20000 entries drew {distinct} different slopes: each draws its own.")


@exercise("zoo", kind="randomness")
def test_rrelu_uniform(submission: Submission, rng: Rng) -> None:
    """the slopes are spread evenly"""
    # 20000 draws; seven standard errors: a false alarm has a probability below 1e-11.
    slopes = (_slopes(submission, int(rng.integers(2**31))) - 0.3) / 0.4
    mean, variance = float(slopes.mean()), float(slopes.var())
    mean_error, variance_error = (1 / 12 / slopes.size) ** 0.5, ((1 / 80 - 1 / 144) / slopes.size) ** 0.5
    even = abs(mean) < 7 * mean_error and abs(variance - 1 / 12) < 7 * variance_error
    expect.true(even, f"Scaled to a width of 1 their variance is {variance:.3f}, not 1/12. Draw each from rng.uniform.")


@exercise("zoo", kind="randomness")
def test_rrelu_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal slopes, others give others"""
    seed = int(rng.integers(2**31))
    first, again, other = (_slopes(submission, s) for s in (seed, seed, seed + 1))
    expect.true(np.array_equal(first, again), "Two calls with equal generators differ: draw from rng alone.")
    expect.true(not np.array_equal(first, other), "Two different generators gave equal slopes.")


# --- side: crelu ------------------------------------------------------------------------------------


@exercise("zoo", weight=2)
def test_crelu_values(submission: Submission, rng: Rng) -> None:
    """crelu has the right values for a table"""
    x = _around_zero(rng, 4, 3)
    expect.close(submission.crelu(x), reference.crelu(x), "relu(x), then relu(-x), along axis 1.")


@exercise("zoo", kind="edges")
def test_crelu_images(submission: Submission, rng: Rng) -> None:
    """crelu doubles the channels of images (N, C, H, W)"""
    x = rng.normal(0, 1, (2, 3, 4, 5))
    expect.close(submission.crelu(x), reference.crelu(x), "The channels are axis 1, not the last axis.")


# --- side: selu, gelu, silu, mish -------------------------------------------------------------------


@exercise("zoo")
@pytest.mark.parametrize("name", ["selu", "gelu", "silu", "mish"])
def test_smooth_values(submission: Submission, rng: Rng, name: str) -> None:
    """{name} has the right values"""
    x = _around_zero(rng, 4, 3)
    wanted = getattr(reference, name)(x)
    cause = "Compare the formula and its constants with those in the notebook."
    expect.close(submission.call(name, x).value, wanted, cause, rtol=1e-6)


@exercise("zoo", weight=0.5, kind="stability")
@pytest.mark.parametrize("name", ["selu", "gelu", "silu", "mish"])
def test_smooth_far_out(submission: Submission, name: str) -> None:
    """{name} is well behaved far out"""
    reply = submission.call(name, FAR)
    expect.close(reply.value, getattr(reference, name)(FAR), "0 times infinity is nan.")
    expect.quiet(reply, "Let exp see only numbers below 0.")


# --- side: mse_loss, binary_cross_entropy_with_logits -----------------------------------------------


@exercise("losses", weight=2)
@pytest.mark.parametrize("shape", [(7,), (4, 3)])
def test_mse_loss(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """mse_loss and its gradient are right for shape {shape}"""
    y_hat, y = rng.normal(0, 2, shape), rng.normal(0, 2, shape)
    loss, gradient = submission.mse_loss(y_hat, y, returns=LOSS_AND_GRADIENT)
    wanted_loss, wanted_gradient = reference.mse_loss(y_hat, y)
    expect.close(loss, wanted_loss, "This is the loss: the mean of the squares over all entries.")
    expect.close(gradient, wanted_gradient, "This is the gradient: 2 (y_hat - y), divided by the number of entries.")


def _binary(submission: Submission, z: np.ndarray, y: np.ndarray, cause: str) -> Reply:
    reply = submission.call("binary_cross_entropy_with_logits", z, y, returns=LOSS_AND_GRADIENT)
    wanted_loss, wanted_gradient = reference.binary_cross_entropy_with_logits(z, y)
    expect.close(reply.value[0], wanted_loss, f"This is the loss. {cause}")
    expect.close(reply.value[1], wanted_gradient, f"This is the gradient. {cause}")
    return reply


@exercise("losses", weight=2)
@pytest.mark.parametrize("shape", [(7,), (4, 3)], ids=["binary", "multilabel"])
def test_binary_cross_entropy(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """binary_cross_entropy_with_logits is right for one label and for several"""
    z, y = rng.normal(0, 2, shape), rng.integers(0, 2, shape)
    _binary(submission, z, y, "It takes logits, and the mean goes over all entries.")


@exercise("losses", kind="stability")
def test_binary_cross_entropy_far_out(submission: Submission) -> None:
    """binary_cross_entropy_with_logits takes logits of ±800"""
    z, y = np.array([800.0, -800.0, 800.0, -800.0]), np.array([0.0, 0.0, 1.0, 1.0])
    cause = "log(sigmoid(z)) is -infinity there; max(z, 0) - yz + log1p(exp(-|z|)) is not."
    expect.quiet(_binary(submission, z, y, cause), cause)


def _contract(reply: Reply) -> None:
    expect.is_array(reply)
    expect.unchanged(reply)
