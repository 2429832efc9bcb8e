"""Hidden checks of 05_regularization.

Inputs are random, shapes are never square, p is never one half, values and contract are separate checks. What is
random is judged by its statistics and never by the order of its draws. What is right is asked of PyTorch.
"""

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    NUMBER,
    CheckFailed,
    ListOf,
    Outcome,
    Reply,
    Rng,
    Seed,
    StudentProblem,
    Submission,
    counted,
    exercise,
    expect,
    reference,
)

PENALTY = (NUMBER, ListOf(ARRAY))
PAIR = (ARRAY, ARRAY)


# --- l2_penalty -------------------------------------------------------------------------------------


def _l2(submission: Submission, Ws: list[np.ndarray], lam: float, cause: str, *, part: str = "both") -> None:
    value, grads = submission.l2_penalty(Ws, lam, returns=PENALTY)
    wanted_value, wanted_grads = reference.l2_penalty(Ws, lam)
    if part != "grads":
        expect.close(value, wanted_value, f"This is the value. {cause}")
    if part != "value":
        expect.true(len(grads) == len(Ws), f"Of {len(Ws)} arrays it returns {counted(len(grads), 'gradient')}.", cause)
        for number, (grad, wanted) in enumerate(zip(grads, wanted_grads, strict=True), start=1):
            expect.close(grad, wanted, f"This is the gradient of array {number}. {cause}")


@exercise("l2_penalty", weight=1.5)
def test_l2_value(submission: Submission, rng: Rng) -> None:
    """the value is right for one array"""
    for lam in (0.3, 1.7):
        _l2(
            submission,
            [rng.normal(0, 2, (4, 3))],
            lam,
            "It is lam times the sum of the squares: no half, no mean, no root.",
            part="value",
        )


@exercise("l2_penalty", weight=3)
def test_l2_gradient(submission: Submission, rng: Rng) -> None:
    """the gradient is right for one array"""
    for lam in (0.3, 1.7):
        _l2(
            submission,
            [rng.normal(0, 2, (3, 5))],
            lam,
            "It is 2·lam·w, the derivative of lam·Σw², with w's own sign.",
            part="grads",
        )


@exercise("l2_penalty", weight=4)
def test_l2_value_of_several_arrays(submission: Submission, rng: Rng) -> None:
    """the value counts all arrays"""
    Ws = [rng.normal(0, 1, (2, 7)), rng.normal(0, 1, (7, 3)), rng.normal(0, 1, 3)]
    _l2(
        submission,
        Ws,
        0.4,
        "It is lam times the squares of all entries of all arrays, added up, once each.",
        part="value",
    )


@exercise("l2_penalty", weight=2)
def test_l2_gradients_of_several_arrays(submission: Submission, rng: Rng) -> None:
    """each array gets the gradient of its own"""
    Ws = [rng.normal(0, 1, (2, 5)), rng.normal(0, 1, (5, 1)), rng.normal(0, 1, (2, 3, 4))]
    _l2(
        submission,
        Ws,
        0.4,
        "Each array has its own gradient, 2·lam·w, in its shape and in the same order.",
        part="grads",
    )


@exercise("l2_penalty", weight=0.5, kind="edges")
def test_l2_zeros_and_one(submission: Submission) -> None:
    """zeros cost nothing, and a single weight is an array too"""
    _l2(submission, [np.zeros((2, 3))], 0.7, "Nothing is divided here.")
    _l2(submission, [np.array([[-3.0]])], 0.7, "Nothing depends on the number of weights.")


@exercise("l2_penalty", weight=0.5, kind="edges")
def test_l2_integers(submission: Submission) -> None:
    """whole numbers are weights like any other"""
    _l2(submission, [np.array([[2, -1, 0], [3, 1, -4]])], 0.3, "Integers must not stay integers.")


@exercise("l2_penalty", weight=0.5, kind="contract")
def test_l2_contract(submission: Submission, rng: Rng) -> None:
    """the weights are left alone"""
    expect.unchanged(submission.call("l2_penalty", [rng.normal(0, 1, (3, 4))], 0.3, returns=PENALTY))


# --- soft_threshold ---------------------------------------------------------------------------------


def _soft(submission: Submission, w: np.ndarray, t: float, cause: str) -> None:
    expect.close(submission.soft_threshold(w, t), reference.soft_threshold(w, t), cause)


@exercise("l1", weight=3)
def test_soft_threshold_values(submission: Submission, rng: Rng) -> None:
    """soft_threshold has the right values"""
    for t in (0.3, 1.4):
        _soft(submission, rng.normal(0, 2, (5, 4)), t, "Each |w| loses t, and stops at 0; the sign stays.")


@exercise("l1")
def test_soft_threshold_small_weights(submission: Submission, rng: Rng) -> None:
    """soft_threshold makes small weights of either sign exactly 0"""
    w = rng.uniform(0.05, 0.6, (3, 4)) * rng.choice([-1, 1], (3, 4))
    got = submission.soft_threshold(w, 0.7)
    expect.has_shape(got, w.shape, "It works element by element.")
    cause = "Weights with |w| < t become exactly 0: t itself is compared, and no weight crosses 0."
    expect.true(not np.any(got), cause)
    w[0, 1] = 5.0
    _soft(submission, w, 0.7, "A large weight among them keeps what is above t.")


@exercise("l1")
def test_soft_threshold_large_weights(submission: Submission, rng: Rng) -> None:
    """soft_threshold moves large weights of either sign by t"""
    w = np.array([-1.0, 1.0, -1.0, 1.0]) * rng.uniform(3, 9, 4)
    cause = "Positive and negative weights above t lose t in size: neither a factor nor more, and the sign stays."
    _soft(submission, w, 0.4, cause)


@exercise("l1", weight=0.5, kind="edges")
def test_soft_threshold_edges(submission: Submission) -> None:
    """soft_threshold is right at |w| = t, at 0 and for t = 0"""
    w = np.array([0.5, -0.5, 0.0, 0.75, -0.25])
    _soft(submission, w, 0.5, "At |w| = t nothing is left.")
    _soft(submission, w, 0.0, "A threshold of 0 changes nothing.")


@exercise("l1", weight=0.5, kind="edges")
def test_soft_threshold_integers(submission: Submission) -> None:
    """soft_threshold takes integers"""
    _soft(submission, np.array([[-4, 0, 1], [2, -1, 7]]), 0.5, "An integer array cannot hold w - t.")


@exercise("l1", weight=0.5, kind="edges")
def test_soft_threshold_nan(submission: Submission) -> None:
    """soft_threshold keeps nan"""
    _soft(submission, np.array([np.nan, 2.0, -0.1]), 0.5, "Comparisons with nan are False, so it must not end up as 0.")


@exercise("l1", weight=0.5, kind="contract")
def test_soft_threshold_contract(submission: Submission, rng: Rng) -> None:
    """soft_threshold gives an array and leaves its argument alone"""
    _contract(submission.call("soft_threshold", rng.normal(0, 1, (3, 4)), 0.4))


# --- l1_prox_step -----------------------------------------------------------------------------------


def _prox(submission: Submission, w: np.ndarray, g: np.ndarray, lr: float, lam: float, cause: str) -> None:
    expect.close(submission.l1_prox_step(w, g, lr, lam), reference.l1_prox_step(w, g, lr, lam), cause)


@exercise("l1", weight=4)
def test_l1_prox_step_values(submission: Submission, rng: Rng) -> None:
    """l1_prox_step has the right values"""
    for lr, lam in ((0.1, 0.7), (0.3, 2.0)):
        w, g = rng.normal(0, 1, (4, 6)), rng.normal(0, 3, (4, 6))
        _prox(submission, w, g, lr, lam, "Gradient step first, then soft_threshold with lr·lam.")


@exercise("l1")
def test_l1_prox_step_crossing(submission: Submission) -> None:
    """l1_prox_step is right where the gradient carries a weight across 0"""
    w, g = np.array([0.1, -0.1, 0.3, -0.3, 0.2]), np.array([4.0, -4.0, 3.5, -9.0, -5.0])
    cause = "It is soft_threshold, with lr·lam, of the weight *behind* the gradient step, with the sign it has there."
    _prox(submission, w, g, 0.1, 0.5, cause)


@exercise("l1")
def test_l1_prox_step_zeros(submission: Submission) -> None:
    """l1_prox_step keeps a weight at 0 while the gradient is smaller than lam, and frees it beyond"""
    w, g = np.zeros((2, 3)), np.array([[0.3, -0.6, 0.0], [0.9, -1.5, -0.69]])
    got = submission.l1_prox_step(w, g, 0.2, 0.7)
    cause = "Behind the gradient step, lr·lam is taken off: what is smaller becomes exactly 0."
    expect.close(got, reference.l1_prox_step(w, g, 0.2, 0.7), cause)
    expect.true(int((got == 0).sum()) == 4, "Some of these weights must be exactly 0, and others must not.")


@exercise("l1")
def test_l1_prox_step_finds_zeros(submission: Submission, rng: Rng) -> None:
    """many steps end at weights that are exactly 0"""
    target = np.array([1.5, 0.05, -0.1, -2.0, 0.02])
    w = rng.normal(0, 1, 5)
    for _ in range(60):
        w = submission.l1_prox_step(w, w - target, 0.4, 0.3)
        expect.has_shape(w, (5,), "There are as many weights as before.")
    cause = "A step is w - lr·g, then soft_threshold by lr·lam: small weights end at exactly 0, others do not."
    expect.true(np.array_equal(w == 0, np.abs(target) < 0.3), cause)
    cause = "Each step takes lr·lam off: the others end where the gradient balances lam."
    expect.close(w, reference.soft_threshold(target, 0.3), cause, rtol=1e-4)


@exercise("l1", weight=0.5, kind="contract")
def test_l1_prox_step_contract(submission: Submission, rng: Rng) -> None:
    """l1_prox_step gives an array and leaves its arguments alone"""
    _contract(submission.call("l1_prox_step", rng.normal(0, 1, (3, 4)), rng.normal(0, 1, (3, 4)), 0.2, 0.7))


# --- dropout_forward --------------------------------------------------------------------------------

ROWS, COLUMNS = 90, 110


def _seed(rng: Rng) -> int:
    return int(rng.integers(2**31))


def _dropout(submission: Submission, x: np.ndarray, p: float, training: bool, seed: int) -> tuple[np.ndarray, ...]:
    out, mask = submission.dropout_forward(x, p, training, Seed(seed), returns=PAIR)
    expect.has_shape(out, x.shape, "This is out; it has the shape of x.")
    expect.has_shape(mask, x.shape, "This is the mask; it has the shape of x: each entry has its own.")
    return out, mask


def _large(rng: Rng) -> np.ndarray:
    """Inputs far from 0 and from 1."""
    x: np.ndarray = rng.uniform(2, 4, (ROWS, COLUMNS)) * rng.choice([-1, 1], (ROWS, COLUMNS))
    return x


@exercise("dropout", weight=8, kind="randomness")
@pytest.mark.parametrize("p", [0.2, 0.7])
def test_dropout_training(submission: Submission, rng: Rng, p: float) -> None:
    """in training about {p} of the entries are dropped, and the others divided by 1 - p"""
    x = _large(rng)
    out, _ = _dropout(submission, x, p, True, _seed(rng))
    kept = out != 0
    share = 1 - float(kept.mean())
    # Seven standard errors: a false alarm has a probability below 1e-11.
    near = abs(share - p) < 7 * (p * (1 - p) / out.size) ** 0.5
    count = f"{share:.1%} of {out.size} entries are 0" if share else "Nothing is dropped in training"
    cause = (
        "p is the probability to be dropped."
        if abs(share - p) > 0.05
        else "Independent draws come nearer to p: each entry draws its own."
    )
    expect.true(near, f"{count}.", cause)
    cause = "What is kept is multiplied by 1/(1 - p), so that the mean stays what it was."
    expect.close(out[kept], x[kept] / (1 - p), cause)


@exercise("dropout", weight=4)
def test_dropout_evaluation(submission: Submission, rng: Rng) -> None:
    """in evaluation out is x, and the mask is all ones"""
    x = rng.normal(0, 2, (4, 7))
    for p in (0.3, 0.8):
        out, mask = _dropout(submission, x, p, False, _seed(rng))
        cause = "In evaluation the output is x itself: inverted dropout scales in training, and drops nothing here."
        expect.close(out, x, cause)
        expect.close(mask, np.ones(x.shape), "This is the mask of evaluation.")
        out, _ = _dropout(submission, x, p, True, _seed(rng))
        expect.true(np.any(out == 0), "In training it drops nothing either: look at training.")


@exercise("dropout", weight=2)
def test_dropout_mask(submission: Submission, rng: Rng) -> None:
    """out is x times the mask that is returned"""
    x = _large(rng)
    out, mask = _dropout(submission, x, 0.35, True, _seed(rng))
    expect.close(out, x * mask, "Return the scaled mask, the one that x was multiplied by: backward needs it.")
    expect.true(0.2 < np.mean(mask == 0) < 0.5, "In training the mask is 0 with probability p.")


@exercise("dropout", weight=4, kind="randomness")
def test_dropout_each_entry(submission: Submission, rng: Rng) -> None:
    """each entry is dropped on its own: no rows, no columns, no fixed number"""
    p, counts = 0.4, []
    for _ in range(6):
        out, _ = _dropout(submission, np.full((ROWS, COLUMNS), 2.0), p, True, _seed(rng))
        dropped = out == 0
        counts.append(int(dropped.sum()))
        for axis, what in ((0, "columns"), (1, "rows")):
            # The shares of independent draws scatter by a standard error; shared ones by far more.
            scatter = float(dropped.mean(axis=axis).std() / (p * (1 - p) / out.shape[axis]) ** 0.5)
            message = f"The dropped share differs between {what} {scatter:.1f} times as much as it should."
            expect.true(0.5 < scatter < 1.5, f"{message} Draw one number for each entry.")
    expect.true(len(set(counts)) > 1, "Exactly the same number is dropped each time: each entry draws for itself.")


@exercise("dropout", weight=3, kind="randomness")
def test_dropout_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal masks, others give others"""
    seed, x = _seed(rng), np.full((20, 30), 2.0)
    first, again, other = (_dropout(submission, x, 0.3, True, s)[1] for s in (seed, seed, seed + 1))
    expect.true(np.array_equal(first, again), "Two calls with equal generators differ: draw from rng alone.")
    expect.true(not np.array_equal(first, other), "Two generators gave one mask: do not seed inside the function.")


@exercise("dropout", weight=0.5, kind="edges")
def test_dropout_nothing_and_everything(submission: Submission, rng: Rng) -> None:
    """p = 0 drops nothing and p = 1 everything, without nan"""
    x = rng.normal(0, 2, (3, 5))
    out, mask = _dropout(submission, x, 0.0, True, _seed(rng))
    expect.close(out, x, "p = 0 drops nothing.")
    expect.close(mask, np.ones(x.shape), "With p = 0 the mask is all ones.")
    out, mask = _dropout(submission, x, 1.0, True, _seed(rng))
    expect.close(out, np.zeros(x.shape), "p = 1 drops everything; 0 divided by 0 is nan.")
    expect.close(mask, np.zeros(x.shape), "With p = 1 the mask is all zeros.")


@exercise("dropout", weight=0.25, kind="contract")
@pytest.mark.parametrize("p", [1.3, -0.2])
def test_dropout_refuses(submission: Submission, p: float) -> None:
    """p = {p} raises ValueError"""
    for training in (True, False):
        try:
            submission.call("dropout_forward", np.ones((2, 3)), p, training, Seed(1), returns=PAIR)
        except StudentProblem as problem:
            if problem.outcome is not Outcome.CRASHED:
                raise
            expect.true(problem.kind == "ValueError", f"It raised {problem.kind} instead.")
        else:
            raise CheckFailed("Nothing was raised: a probability lies between 0 and 1, in training and in evaluation.")


@exercise("dropout", weight=0.25, kind="edges")
@pytest.mark.parametrize("shape", [(1, 40), (3, 4, 5, 6), (50,)])
def test_dropout_shapes(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """x may have any shape, and hold integers: {shape}"""
    x = rng.integers(1, 9, shape)
    out, mask = _dropout(submission, x, 0.2, True, _seed(rng))
    kept = mask != 0
    expect.close(
        out,
        np.where(kept, x / 0.8, 0.0),
        "What is kept is multiplied by 1/(1 - p), a fraction also where x holds whole numbers.",
    )


@exercise("dropout", weight=0.5, kind="contract")
def test_dropout_forward_contract(submission: Submission, rng: Rng) -> None:
    """dropout_forward leaves its argument alone"""
    for training in (True, False):
        x = rng.normal(0, 1, (6, 7))
        expect.unchanged(submission.call("dropout_forward", x, 0.4, training, Seed(_seed(rng)), returns=PAIR))


# --- dropout_backward -------------------------------------------------------------------------------


def _mask(rng: Rng, p: float, *shape: int) -> np.ndarray:
    mask: np.ndarray = np.where(rng.random(shape) < p, 0.0, 1 / (1 - p))
    mask.flat[0], mask.flat[1] = 0.0, 1 / (1 - p)  # both kinds, whatever was drawn
    return mask


def _backward(submission: Submission, dout: np.ndarray, mask: np.ndarray, cause: str) -> None:
    expect.close(submission.dropout_backward(dout, mask), reference.dropout_backward(dout, mask), cause)


@exercise("dropout", weight=9)
def test_dropout_backward_values(submission: Submission, rng: Rng) -> None:
    """dropout_backward multiplies by the mask"""
    for p in (0.2, 0.7):
        dout, mask = rng.normal(0, 2, (4, 9)), _mask(rng, p, 4, 9)  # 36 entries: their mean cannot be 1
        _backward(submission, dout, mask, "The mask already holds 1/(1 - p): multiply by it, once.")


@exercise("dropout", weight=0.5, kind="edges")
def test_dropout_backward_edges(submission: Submission, rng: Rng) -> None:
    """dropout_backward is right for p = 0 and p = 1, and for dout = 0"""
    dout = rng.normal(0, 2, (3, 4))
    dout[1, 2] = 0.0
    _backward(submission, dout, np.ones((3, 4)), "With p = 0 the gradient passes as it is.")
    _backward(submission, dout, np.zeros((3, 4)), "With p = 1 nothing passes, and nothing is divided by 0.")


@exercise("dropout", weight=0.5, kind="contract")
def test_dropout_backward_contract(submission: Submission, rng: Rng) -> None:
    """dropout_backward gives an array and leaves its arguments alone"""
    _contract(submission.call("dropout_backward", rng.normal(0, 1, (3, 4)), _mask(rng, 0.3, 3, 4)))


# --- smooth_labels ----------------------------------------------------------------------------------


def _smooth(submission: Submission, y: np.ndarray, K: int, eps: float, cause: str) -> np.ndarray:
    got: np.ndarray = submission.smooth_labels(y, K, eps)
    expect.close(got, reference.smooth_labels(y, K, eps), cause)
    return got


@exercise("smooth_labels", weight=4)
def test_smooth_labels_values(submission: Submission, rng: Rng) -> None:
    """smooth_labels has the right rows"""
    for K, eps in ((5, 0.1), (3, 0.4)):
        y = rng.integers(0, K, 7)
        _smooth(submission, y, K, eps, "(1 - eps) on the true class, and eps/K on every class, the true one too.")


@exercise("smooth_labels", kind="edges")
def test_smooth_labels_two_classes(submission: Submission) -> None:
    """smooth_labels is right for two classes"""
    _smooth(submission, np.array([1, 0, 0]), 2, 0.3, "With K = 2 the true class keeps 1 - eps/2.")


@exercise("smooth_labels")
def test_smooth_labels_rows(submission: Submission, rng: Rng) -> None:
    """each row is a distribution: it adds up to 1"""
    y = rng.integers(0, 6, 4)
    got = submission.smooth_labels(y, 6, 0.25)
    expect.has_shape(got, (4, 6), "A row for each example, a column for each class.")
    total = got.sum(axis=1)
    expect.close(total, np.ones(4), "This is the sum of each row.")
    expect.true(np.array_equal(got.argmax(axis=1), y), "The true class must keep the largest share.")


@exercise("smooth_labels", weight=0.5, kind="edges")
def test_smooth_labels_edges(submission: Submission) -> None:
    """eps = 0 gives one-hot rows, eps = 1 even ones"""
    y = np.array([3, 1, 1])
    _smooth(submission, y, 4, 0.0, "eps = 0 smooths nothing.")
    _smooth(submission, y, 4, 1.0, "eps = 1 leaves nothing of the label.")


@exercise("smooth_labels", weight=1.5, kind="edges")
def test_smooth_labels_unseen_class(submission: Submission) -> None:
    """a class that no example has still gets its column, and one example is enough"""
    _smooth(submission, np.array([2, 0]), 6, 0.2, "K is given: the classes in y need not be all there are.")
    _smooth(submission, np.array([1]), 5, 0.2, "One example is a batch too.")


@exercise("smooth_labels", weight=0.5, kind="contract")
def test_smooth_labels_contract(submission: Submission) -> None:
    """smooth_labels gives an array and leaves the classes alone"""
    _contract(submission.call("smooth_labels", np.array([2, 0, 1]), 4, 0.2))


# --- mixup ------------------------------------------------------------------------------------------


def _mixup(
    submission: Submission, X: np.ndarray, Y: np.ndarray, lam: float, perm: np.ndarray, cause: str, part: str = "both"
) -> None:
    X2, Y2 = submission.mixup(X, Y, lam, perm, returns=PAIR)
    wanted_X2, wanted_Y2 = reference.mixup(X, Y, lam, perm)
    if part != "Y":
        expect.close(X2, wanted_X2, f"This is X2. {cause}")
    if part != "X":
        expect.close(Y2, wanted_Y2, f"This is Y2. {cause}")


CYCLE = np.array([2, 0, 3, 4, 1])  # its own inverse it is not


@exercise("mixup", weight=3)
def test_mixup_inputs(submission: Submission, rng: Rng) -> None:
    """the inputs are mixed with their partners"""
    X, Y = rng.normal(0, 2, (5, 3)), np.eye(4)[[0, 2, 1, 3, 2]]
    for lam in (0.3, 0.85):
        _mixup(submission, X, Y, lam, CYCLE, "lam·X + (1 - lam)·X[perm], from the unmixed X.", "X")


@exercise("mixup", weight=3)
def test_mixup_targets(submission: Submission, rng: Rng) -> None:
    """the targets are mixed like the inputs"""
    X, Y = rng.normal(0, 2, (5, 2)), np.eye(4)[[0, 2, 1, 3, 2]]
    for lam in (0.3, 0.85):
        cause = "Y"
        _mixup(
            submission,
            X,
            Y,
            lam,
            CYCLE,
            "lam·Y + (1 - lam)·Y[perm], from the unmixed Y, with the lam and the perm of X.",
            cause,
        )


@exercise("mixup", kind="edges")
def test_mixup_images(submission: Submission, rng: Rng) -> None:
    """images (N, C, H, W) and soft targets can be mixed"""
    Y = rng.dirichlet(np.ones(4), 5)
    _mixup(submission, rng.normal(0, 1, (5, 2, 4, 3)), Y, 0.6, CYCLE, "Only the first axis counts examples.")


@exercise("mixup", weight=0.5, kind="edges")
def test_mixup_edges(submission: Submission, rng: Rng) -> None:
    """lam = 1 mixes nothing, lam = 0 swaps, and one example mixes with itself"""
    X, Y = rng.normal(0, 2, (5, 3)), np.eye(3)[[0, 2, 1, 1, 2]]
    _mixup(submission, X, Y, 1.0, CYCLE, "With lam = 1 everything stays.")
    _mixup(submission, X, Y, 0.0, CYCLE, "With lam = 0 each example becomes its partner.")
    _mixup(submission, X[:1], Y[:1], 0.4, np.array([0]), "One example is its own partner.")


@exercise("mixup", weight=0.5, kind="contract")
def test_mixup_contract(submission: Submission, rng: Rng) -> None:
    """mixup leaves its arguments alone"""
    X, Y = rng.normal(0, 2, (5, 3)), np.eye(3)[[0, 2, 1, 1, 2]]
    expect.unchanged(submission.call("mixup", X, Y, 0.3, CYCLE, returns=PAIR))


# --- shift_image ------------------------------------------------------------------------------------


def _shift(submission: Submission, image: np.ndarray, dy: int, dx: int, cause: str) -> None:
    expect.close(submission.shift_image(image, dy, dx), reference.shift_image(image, dy, dx), cause)


@exercise("shift_image", weight=2)
def test_shift_down_and_right(submission: Submission, rng: Rng) -> None:
    """a picture moves down and to the right"""
    image = rng.uniform(1, 2, (5, 7))
    for dy, dx in ((1, 2), (3, 1)):
        cause = "dy counts rows downwards, dx columns to the right; what becomes free is 0, and nothing comes back."
        _shift(submission, image, dy, dx, cause)


@exercise("shift_image", weight=2)
def test_shift_up_and_left(submission: Submission, rng: Rng) -> None:
    """a picture moves up and to the left, and in mixed directions"""
    image = rng.uniform(1, 2, (6, 4))
    for dy, dx in ((-2, -1), (-1, 2), (4, -3)):
        _shift(submission, image, dy, dx, "Negative dy goes up, negative dx left: the last rows and columns become 0.")


@exercise("shift_image", weight=1.5)
def test_shift_one_direction(submission: Submission, rng: Rng) -> None:
    """a picture moves along one axis only"""
    image = rng.uniform(1, 2, (4, 6))
    for dy, dx in ((0, 2), (0, -3), (1, 0), (-2, 0)):
        cause = "dy moves rows, dx columns, what becomes free is 0; a shift of 0 keeps all ([:-0] is empty)."
        _shift(submission, image, dy, dx, cause)


@exercise("shift_image", weight=0.5, kind="edges")
def test_shift_nothing(submission: Submission, rng: Rng) -> None:
    """a shift of 0 changes nothing"""
    _shift(submission, rng.uniform(1, 2, (3, 5)), 0, 0, "[:-0] is empty.")


@exercise("shift_image", kind="edges")
def test_shift_everything(submission: Submission, rng: Rng) -> None:
    """a shift as large as the picture, or larger, leaves nothing"""
    image = rng.uniform(1, 2, (3, 5))
    for dy, dx in ((0, 5), (-3, 0), (0, -7), (4, 1)):
        _shift(submission, image, dy, dx, "Everything has left the picture, and nothing comes back on the other side.")


@exercise("shift_image", weight=1.5, kind="edges")
def test_shift_several_pictures(submission: Submission, rng: Rng) -> None:
    """axes before the last two count pictures"""
    _shift(submission, rng.uniform(1, 2, (3, 4, 6)), 1, -2, "The picture is in the last two axes.")
    _shift(submission, rng.uniform(1, 2, (2, 3, 5, 4)), -2, 1, "The picture is in the last two axes.")


@exercise("shift_image", weight=0.5, kind="edges")
def test_shift_integers(submission: Submission, rng: Rng) -> None:
    """pictures of whole numbers and of one pixel's height can be shifted"""
    _shift(submission, rng.integers(1, 255, (4, 5)), 2, -1, "Integers are pixels like any other.")
    _shift(submission, rng.uniform(1, 2, (1, 6)), 0, 2, "A picture may have one row.")


@exercise("shift_image", weight=0.5, kind="contract")
def test_shift_contract(submission: Submission, rng: Rng) -> None:
    """shift_image gives an array and leaves its argument alone"""
    for dy, dx in ((1, -2), (-1, 0)):
        _contract(submission.call("shift_image", rng.uniform(1, 2, (4, 5)), dy, dx))


# --- ensemble_predict -------------------------------------------------------------------------------


@exercise("ensemble_predict", weight=4)
def test_ensemble_values(submission: Submission, rng: Rng) -> None:
    """the members' probabilities are averaged"""
    for members, examples, classes in ((3, 5, 4), (6, 2, 3)):
        P = rng.dirichlet(np.ones(classes), (members, examples))
        expect.close(
            submission.ensemble_predict(P),
            reference.ensemble_predict(P),
            "It is the arithmetic mean over axis 0, the members, and the classes keep their axis.",
        )


@exercise("ensemble_predict", weight=2)
def test_ensemble_disagreement(submission: Submission) -> None:
    """one sure member can outweigh two that waver"""
    P = np.array([[[0.98, 0.02]], [[0.45, 0.55]], [[0.4, 0.6]]])
    cause = "It is the mean over the members, class by class: of the probabilities, not of votes."
    expect.close(submission.ensemble_predict(P), reference.ensemble_predict(P), cause)


@exercise("ensemble_predict", kind="edges")
def test_ensemble_of_one(submission: Submission, rng: Rng) -> None:
    """an ensemble of one says what its member says, and one example keeps its axis"""
    for shape in ((1, 4), (3, 1)):
        P = rng.dirichlet(np.ones(3), shape)
        expect.close(submission.ensemble_predict(P), reference.ensemble_predict(P), "Only the axis of members goes.")


@exercise("ensemble_predict", weight=0.5, kind="edges")
def test_ensemble_zero_probability(submission: Submission) -> None:
    """a member that gives a class probability 0 has no veto"""
    P = np.array([[[1.0, 0.0, 0.0], [0.2, 0.8, 0.0]], [[0.0, 0.5, 0.5], [0.2, 0.2, 0.6]]])
    reply = submission.call("ensemble_predict", P)
    expect.close(reply.value, reference.ensemble_predict(P), "A mean of logarithms would give such a class nothing.")


@exercise("ensemble_predict", weight=0.5, kind="contract")
def test_ensemble_contract(submission: Submission, rng: Rng) -> None:
    """ensemble_predict gives an array and leaves its argument alone"""
    _contract(submission.call("ensemble_predict", rng.dirichlet(np.ones(3), (2, 4))))


# --- side: add_noise --------------------------------------------------------------------------------


def _noise(submission: Submission, std: float, seed: int) -> np.ndarray:
    x = np.random.default_rng(0).uniform(3, 5, (80, 120))
    noisy = submission.add_noise(x, std, True, Seed(seed))
    expect.has_shape(noisy, x.shape, "It works element by element.")
    noise: np.ndarray = (noisy - x) / std
    return noise


@exercise("more_regularizers", weight=2, kind="randomness")
def test_noise_is_normal(submission: Submission, rng: Rng) -> None:
    """in training the noise is normal, with mean 0 and the standard deviation given"""
    for std in (0.3, 2.0):
        noise = _noise(submission, std, _seed(rng))
        mean, variance, fourth = float(noise.mean()), float(noise.var()), float(np.mean(noise**4))
        # Seven standard errors each, for 9600 draws.
        expect.true(noise.std() > 0.01, "All entries get the same noise: each entry draws its own.")
        expect.true(abs(mean) < 0.072, f"Divided by std, the noise has mean {mean:.2f}; wanted 0.")
        expect.true(abs(variance - 1) < 0.102, f"Divided by std, the noise has variance {variance:.2f}; wanted 1.")
        expect.true(abs(fourth - 3) < 0.75, f"Its fourth moment is {fourth:.2f}; that of a normal distribution is 3.")
        rows, columns = float(noise.mean(axis=1).std() * 120**0.5), float(noise.mean(axis=0).std() * 80**0.5)
        expect.true(max(rows, columns) < 2, "Rows or columns share their noise: each entry draws its own.")


@exercise("more_regularizers", kind="randomness")
def test_noise_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal noise, others give other"""
    seed = _seed(rng)
    first, again, other = (_noise(submission, 0.5, s) for s in (seed, seed, seed + 1))
    expect.true(np.array_equal(first, again), "Two calls with equal generators differ: draw from rng alone.")
    expect.true(not np.array_equal(first, other), "Two different generators gave equal noise.")


@exercise("more_regularizers")
def test_noise_evaluation(submission: Submission, rng: Rng) -> None:
    """in evaluation nothing is added, and x is left alone"""
    x = rng.normal(0, 2, (3, 5))
    reply = submission.call("add_noise", x, 0.7, False, Seed(3))
    expect.close(reply.value, x, "Noise is for training only.")
    expect.unchanged(reply)
    reply = submission.call("add_noise", x, 0.7, True, Seed(3))
    expect.unchanged(reply)
    expect.has_shape(reply.value, x.shape, "The shape is that of x.")
    expect.true(np.all(reply.value != x), "In training nothing is added either: look at training.")


# --- side: mixup_lambda -----------------------------------------------------------------------------

FEW, DRAWS = 20, 1000


def _lambdas(submission: Submission, alpha: float, seeds: range) -> np.ndarray:
    return np.array([submission.mixup_lambda(alpha, Seed(seed), returns=NUMBER) for seed in seeds])


@exercise("more_regularizers", weight=2, kind="randomness")
@pytest.mark.parametrize("alpha", [0.4, 3.0])
def test_mixup_lambda_is_beta(submission: Submission, rng: Rng, alpha: float) -> None:
    """lambda is drawn from Beta(alpha, alpha), for alpha = {alpha}"""
    start = _seed(rng)
    first = _lambdas(submission, alpha, range(start, start + FEW))
    if np.array_equal(first, [np.random.default_rng(start + n).beta(alpha, alpha) for n in range(FEW)]):
        return  # as NumPy draws it
    draws = np.append(first, _lambdas(submission, alpha, range(start + FEW, start + DRAWS)))
    variance = 1 / (4 * (2 * alpha + 1))
    inside = bool(np.all((draws >= 0) & (draws <= 1)))
    expect.true(inside, "Some draws lie outside of 0 to 1.")
    mean, spread = float(draws.mean()), float(draws.var())
    expect.true(abs(mean - 0.5) < 7 * (variance / DRAWS) ** 0.5, f"The mean of the draws is {mean:.2f}; wanted 0.5.")
    near = abs(spread - variance) < 0.25 * variance
    expect.true(near, f"The draws have variance {spread:.3f}; that of Beta(alpha, alpha) is 1/(4(2 alpha + 1)).")


@exercise("more_regularizers", kind="edges")
def test_mixup_lambda_off(submission: Submission) -> None:
    """alpha = 0 gives 1"""
    expect.close(submission.mixup_lambda(0.0, Seed(1), returns=NUMBER), 1.0, "alpha = 0 switches mixup off.")


# --- side: bootstrap_sample -------------------------------------------------------------------------


@exercise("more_regularizers", weight=2, kind="randomness")
def test_bootstrap_sample(submission: Submission, rng: Rng) -> None:
    """N row numbers are drawn with replacement"""
    N, seed = 2000, _seed(rng)
    rows = submission.bootstrap_sample(N, Seed(seed))
    expect.has_shape(rows, (N,), "As many row numbers as there are rows.")
    whole = bool(np.all(rows == np.round(rows)) and rows.min() >= 0 and rows.max() <= N - 1)
    expect.true(whole, "Row numbers are integers from 0 to N - 1.")
    # 63.2 % with a standard deviation of 0.7 %.
    share = len(np.unique(rows)) / N
    expect.true(0.57 < share < 0.69, f"{share:.0%} of the rows occur; with replacement it is about 63 %.")
    mean = float(rows.mean()) / (N - 1)
    expect.true(abs(mean - 0.5) < 0.046, "Some rows are drawn more often than others.")
    other = submission.bootstrap_sample(N, Seed(seed + 1))
    expect.true(not np.array_equal(rows, other), "Two different generators gave the same rows.")


@exercise("more_regularizers", weight=0.5, kind="randomness")
def test_bootstrap_last_row(submission: Submission) -> None:
    """the last row can be drawn, and one row is always drawn"""
    seen = np.unique(np.concatenate([submission.bootstrap_sample(4, Seed(seed)).ravel() for seed in range(40)]))
    expect.true(
        np.array_equal(seen, [0, 1, 2, 3]), "In 40 samples of 4 rows, not all of them ever occur, or others do."
    )
    expect.close(submission.bootstrap_sample(1, Seed(0)), np.array([0]), "There is only row 0.")


# --- side: average_checkpoints, ensemble_variance ---------------------------------------------------


@exercise("more_regularizers", weight=2)
def test_average_checkpoints(submission: Submission, rng: Rng) -> None:
    """each array is averaged over the checkpoints"""
    for count in (3, 1):
        checkpoints = [[rng.normal(0, 1, (2, 5)), rng.normal(0, 1, 5), rng.normal(0, 1, (5, 1))] for _ in range(count)]
        reply = submission.call("average_checkpoints", checkpoints, returns=ListOf(ARRAY))
        wanted = reference.average_checkpoints(checkpoints)
        expect.true(len(reply.value) == 3, f"A checkpoint has 3 arrays; this is a list of {len(reply.value)}.")
        for got, right in zip(reply.value, wanted, strict=True):
            expect.close(got, right, "The mean over the checkpoints, array by array.")
        expect.unchanged(reply)


@exercise("more_regularizers", weight=2)
def test_ensemble_variance(submission: Submission, rng: Rng) -> None:
    """the variance of a mean of correlated errors is right"""
    for s2, rho, n in ((1.7, 0.3, 5), (0.4, 0.0, 7), (2.5, 1.0, 4), (1.2, -0.1, 6), (3.0, 0.6, 1)):
        got = submission.ensemble_variance(s2, rho, n, returns=NUMBER)
        cause = "The part rho·s2 stays, (1 - rho)·s2 is divided by n; one member alone has variance s2."
        expect.close(got, reference.ensemble_variance(s2, rho, n), cause)


def _contract(reply: Reply) -> None:
    expect.is_array(reply)
    expect.unchanged(reply)
