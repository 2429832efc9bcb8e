"""Hidden checks of 06_optimizers.

Every optimizer goes through several steps before anything is compared: one step from an empty state hides half of
all mistakes. The state stays with the learner's code, held by handle; a check only carries it from step to step.
No two settings of a call are equal, and none is one minus another. What is right is asked of PyTorch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.testing import (
    ARRAY,
    HANDLE,
    NUMBER,
    ListOf,
    Previous,
    Reply,
    Rng,
    Seed,
    Submission,
    exercise,
    expect,
    reference,
)

Settings = tuple[Any, ...]

STEP = (ARRAY, HANDLE)
RATES = (0.07, 0.07, 0.03, 0.2, 0.2, 0.01)


def _walk(submission: Submission, name: str, w: np.ndarray, gradients: Any, settings: Sequence[Settings]) -> list[Any]:
    """The weights after each of several steps of a learner's function."""
    start: tuple[Any, Any] = (w, {})
    then = Previous(0), Previous(1)
    states = [start, *[then] * (len(settings) - 1)]
    steps = [(w, g, state, *args) for (w, state), g, args in zip(states, gradients, settings, strict=True)]
    return [reply.value[0] for reply in submission.series(name, steps, STEP)]


def _right(name: str, w: np.ndarray, gradients: Any, settings: Sequence[Settings]) -> list[np.ndarray]:
    """The same by PyTorch."""
    state: Any = {}
    path = []
    for g, args in zip(gradients, settings, strict=True):
        w, state = getattr(reference, name)(w, g, state, *args)
        path.append(w)
    return path


def _same_path(
    submission: Submission, name: str, w: np.ndarray, gradients: Any, settings: Sequence[Settings], cause: str
) -> None:
    """All steps are taken before the first is compared, so that a wrong answer shows what it is."""
    got, want = _walk(submission, name, w, gradients, settings), _right(name, w, gradients, settings)
    for number, (mine, right) in enumerate(zip(got, want, strict=True), start=1):
        expect.close(mine, right, f"This is step {number} of {len(want)}. {cause}", atol=1e-15)


def _gradients(rng: Rng, *shape: int) -> np.ndarray:
    """Random gradients that are all clearly larger than a small eps: where that stands is another check's affair."""
    return np.asarray(rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2.0, shape))


def _steps(
    submission: Submission, rng: Rng, name: str, *args: Any, cause: str, size: float = 1.0, shape: Any = (5,)
) -> None:
    """Six steps with one setting, from random weights along random gradients."""
    w, gradients = _gradients(rng, *shape), size * _gradients(rng, 6, *shape)
    _same_path(submission, name, w, gradients, [args] * 6, cause)


def _changing_rate(submission: Submission, rng: Rng, name: str, *args: Any, cause: str) -> None:
    """Six steps whose learning rate changes on the way."""
    w, gradients = rng.normal(0, 2, 4), _gradients(rng, 6, 4)
    _same_path(submission, name, w, gradients, [(lr, *args) for lr in RATES], cause)


def _odd_inputs(submission: Submission, rng: Rng, name: str, *args: Any) -> None:
    """A matrix, a single weight, and whole numbers."""
    for shape in ((3, 2), (1,), ()):
        _steps(submission, rng, name, *args, shape=shape, cause="Weights may have any shape: work entry by entry.")
    w, gradients = np.array([3, -1, 2]), np.array([[1, -2, 3], [2, 1, -1], [-1, 2, 1]])
    _same_path(submission, name, w, gradients, [args] * 3, "Whole numbers must not stay whole numbers.")


def _pure(submission: Submission, rng: Rng, name: str, *args: Any) -> None:
    """Arguments stay as they were, and so does the state: the same call gives the same again."""
    w, g, other = rng.normal(0, 1, (3, 2, 3))
    first: Reply = submission.call(name, w, g, {}, *args, returns=STEP)
    second: Reply = submission.call(name, w, other, first.value[1], *args, returns=STEP)
    third: Reply = submission.call(name, w, other, first.value[1], *args, returns=STEP)
    for reply in (first, second, third):
        expect.unchanged(reply)
    message = (
        "Two equal calls with one state give different weights. Return a new dictionary with new arrays, and keep "
        "nothing outside of it."
    )
    expect.true(np.array_equal(second.value[0], third.value[0], equal_nan=True), message)


# --- minibatch_indices ------------------------------------------------------------------------------


def _batches(submission: Submission, n: int, size: int, seed: int) -> list[np.ndarray]:
    got: list[np.ndarray] = submission.minibatch_indices(n, size, Seed(seed), returns=ListOf(ARRAY))
    return got


def _flat(batches: list[np.ndarray]) -> list[float]:
    return [float(index) for batch in batches for index in batch.ravel()]


@exercise("minibatch_indices", weight=3)
def test_minibatches_hold_every_index_once(submission: Submission, rng: Rng) -> None:
    """together the batches hold each index once"""
    for n, size in ((23, 5), (12, 4)):
        flat = _flat(_batches(submission, n, size, int(rng.integers(2**40))))
        cause = "Draw one permutation of 0 to n - 1 and cut it, so that each index is there once."
        expect.true(
            sorted(flat) == list(range(n)),
            f"There are {len(flat)} indices, {len(set(flat))} different ones, for {n} examples.",
            cause,
        )


@exercise("minibatch_indices", weight=2)
def test_minibatches_have_their_size(submission: Submission) -> None:
    """all batches have batch_size entries but the last"""
    for n, size, wanted in ((23, 5, [5, 5, 5, 5, 3]), (12, 4, [4, 4, 4]), (11, 3, [3, 3, 3, 2])):
        batches = _batches(submission, n, size, 7)
        sizes = [batch.size for batch in batches]
        expect.true(sizes == wanted, "The sizes are wrong. Only the last batch may be short, and it is not left out.")
        found = set(_flat(batches))
        indices = found <= set(range(n)) and len(found) > n / 2
        expect.true(indices, "The batches are to hold indices of examples: whole numbers from 0 to n - 1, each once.")


@exercise("minibatch_indices", weight=2, kind="randomness")
def test_minibatches_are_shuffled(submission: Submission, rng: Rng) -> None:
    """the order is random, across all batches"""
    epochs = [_batches(submission, 30, 5, int(rng.integers(2**40))) for _ in range(12)]
    first, last = ([np.ravel(batches[end : end + 1 or None]) for batches in epochs] for end in (0, -1))
    ends = first + last
    expect.true(all(batch.size == 5 and np.isfinite(batch).all() for batch in ends), "A batch has batch_size indices.")
    runs = [bool(np.array_equal(np.sort(batch), np.arange(batch.min(), batch.min() + 5))) for batch in ends]
    expect.true(sum(runs) < 4, "Neighbours stay together: shuffle all the indices, not the batches.")
    lowest = [int(batch.min()) for batch in first]
    expect.true(len(set(lowest)) > 1, "The first batch begins with the same index every time.")


@exercise("minibatch_indices", weight=1.5, kind="randomness")
def test_minibatches_draw_from_rng(submission: Submission, rng: Rng) -> None:
    """each call shuffles anew, and equal generators give equal batches"""
    seed, other = (int(drawn) for drawn in rng.integers(2**40, size=2))
    first, again, second = (_flat(_batches(submission, 40, 7, start)) for start in (seed, seed, other))
    expect.true(first == again, "Equal generators gave different batches: draw from rng, not from np.random.")
    expect.true(first != second, "Different generators gave the same batches: is a seed set inside?")


@exercise("minibatch_indices", kind="edges")
def test_minibatches_at_the_edges(submission: Submission) -> None:
    """one large batch, batches of one, a single example"""
    for n, size, wanted in ((4, 9, [4]), (5, 1, [1] * 5), (1, 3, [1]), (6, 6, [6])):
        batches = _batches(submission, n, size, 3)
        fits = [batch.size for batch in batches] == wanted and sorted(_flat(batches)) == list(range(n))
        cause = "A batch_size of 1, of n or beyond n is wrong: cut a permutation of 0 to n - 1, the end may be short."
        expect.true(fits, cause)


@exercise("minibatch_indices", weight=0.5, kind="contract")
def test_minibatches_can_be_used_as_indices(submission: Submission) -> None:
    """the batches are integers along one axis"""
    for batch in _batches(submission, 9, 4, 5):
        expect.true(batch.dtype.kind in "iu" and batch.ndim == 1, "X[batch] needs integers along one axis.")


# --- sgd_momentum, sgd_nesterov ---------------------------------------------------------------------


@exercise("momentum", weight=5)
def test_momentum_values(submission: Submission, rng: Rng) -> None:
    """sgd_momentum takes PyTorch's six steps"""
    cause = "v = momentum · v + g, and then w - lr · v with this new v."
    _steps(submission, rng, "sgd_momentum", 0.07, 0.8, cause=cause)


@exercise("momentum", weight=1.5)
def test_momentum_changing_rate(submission: Submission, rng: Rng) -> None:
    """sgd_momentum follows a rate that changes on the way"""
    cause = "v = momentum · v + g, and the rate of this very step multiplies the new v, all of it."
    _changing_rate(submission, rng, "sgd_momentum", 0.85, cause=cause)


@exercise("momentum", weight=0.5, kind="edges")
def test_momentum_zero(submission: Submission, rng: Rng) -> None:
    """sgd_momentum with momentum 0 is gradient descent"""
    _steps(submission, rng, "sgd_momentum", 0.07, 0.0, cause="With momentum 0 only lr · g is left.")


@exercise("momentum", weight=0.5, kind="edges")
def test_momentum_odd_inputs(submission: Submission, rng: Rng) -> None:
    """sgd_momentum takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "sgd_momentum", 0.07, 0.8)


@exercise("momentum", weight=0.5, kind="contract")
def test_momentum_contract(submission: Submission, rng: Rng) -> None:
    """sgd_momentum leaves its arguments and its state alone"""
    _pure(submission, rng, "sgd_momentum", 0.07, 0.8)


@exercise("momentum", weight=5)
def test_nesterov_values(submission: Submission, rng: Rng) -> None:
    """sgd_nesterov takes PyTorch's six steps"""
    cause = "v = momentum · v + g, and then w - lr · (g + momentum · v) with this new v."
    _steps(submission, rng, "sgd_nesterov", 0.07, 0.8, cause=cause)


@exercise("momentum", weight=1.5)
def test_nesterov_changing_rate(submission: Submission, rng: Rng) -> None:
    """sgd_nesterov follows a rate that changes on the way"""
    cause = "The rate of this very step multiplies g + momentum · v, with the new v; v itself holds no rate."
    _changing_rate(submission, rng, "sgd_nesterov", 0.85, cause=cause)


@exercise("momentum", weight=0.5, kind="edges")
def test_nesterov_odd_inputs(submission: Submission, rng: Rng) -> None:
    """sgd_nesterov takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "sgd_nesterov", 0.07, 0.8)


@exercise("momentum", weight=0.5, kind="contract")
def test_nesterov_contract(submission: Submission, rng: Rng) -> None:
    """sgd_nesterov leaves its arguments and its state alone"""
    _pure(submission, rng, "sgd_nesterov", 0.07, 0.8)


# --- adagrad, rmsprop -------------------------------------------------------------------------------

_OUTSIDE = "The step is lr · g / (√S + eps), here with a large eps: it is added to the root, not under it."


@exercise("adaptive_rates", weight=4)
def test_adagrad_values(submission: Submission, rng: Rng) -> None:
    """adagrad takes PyTorch's six steps"""
    cause = "S sums g² over all steps, for each weight apart; the step is lr · g / (√S + eps)."
    _steps(submission, rng, "adagrad", 0.3, 1e-10, cause=cause)


@exercise("adaptive_rates")
def test_adagrad_large_eps(submission: Submission, rng: Rng) -> None:
    """adagrad has eps in its place"""
    _steps(submission, rng, "adagrad", 0.3, 1e-2, cause=_OUTSIDE)


@exercise("adaptive_rates", kind="stability")
def test_adagrad_tiny_gradients(submission: Submission, rng: Rng) -> None:
    """adagrad is right for gradients of about 1e-7"""
    _steps(submission, rng, "adagrad", 0.3, 1e-8, size=1e-7, cause=_OUTSIDE)


@exercise("adaptive_rates", weight=0.5, kind="edges")
def test_adagrad_zero_gradient(submission: Submission, rng: Rng) -> None:
    """adagrad leaves a weight without gradient where it is"""
    w, gradients = rng.normal(0, 1, 3), _gradients(rng, 4, 3)
    gradients[:, 1] = 0.0
    _same_path(submission, "adagrad", w, gradients, [(0.3, 1e-10)] * 4, "0/(0 + eps) is 0; 0/0 is nan.")


@exercise("adaptive_rates", weight=0.5, kind="edges")
def test_adagrad_odd_inputs(submission: Submission, rng: Rng) -> None:
    """adagrad takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "adagrad", 0.3, 1e-10)


@exercise("adaptive_rates", weight=0.5, kind="contract")
def test_adagrad_contract(submission: Submission, rng: Rng) -> None:
    """adagrad leaves its arguments and its state alone"""
    _pure(submission, rng, "adagrad", 0.3, 1e-10)


@exercise("adaptive_rates", weight=4)
def test_rmsprop_values(submission: Submission, rng: Rng) -> None:
    """rmsprop takes PyTorch's six steps"""
    cause = "S = alpha · S + (1 - alpha) · g², from 0 and without correction; the step is lr · g / (√S + eps)."
    _steps(submission, rng, "rmsprop", 0.04, 0.75, 1e-8, cause=cause)


@exercise("adaptive_rates")
def test_rmsprop_large_eps(submission: Submission, rng: Rng) -> None:
    """rmsprop has eps in its place"""
    _steps(submission, rng, "rmsprop", 0.04, 0.85, 1e-2, cause=_OUTSIDE)


@exercise("adaptive_rates", kind="stability")
def test_rmsprop_tiny_gradients(submission: Submission, rng: Rng) -> None:
    """rmsprop is right for gradients of about 1e-7"""
    _steps(submission, rng, "rmsprop", 0.04, 0.75, 1e-8, size=1e-7, cause=_OUTSIDE)


@exercise("adaptive_rates", weight=0.5, kind="edges")
def test_rmsprop_odd_inputs(submission: Submission, rng: Rng) -> None:
    """rmsprop takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "rmsprop", 0.04, 0.75, 1e-8)


@exercise("adaptive_rates", weight=0.5, kind="contract")
def test_rmsprop_contract(submission: Submission, rng: Rng) -> None:
    """rmsprop leaves its arguments and its state alone"""
    _pure(submission, rng, "rmsprop", 0.04, 0.75, 1e-8)


# --- adam -------------------------------------------------------------------------------------------


@exercise("adam", weight=5)
def test_adam_values(submission: Submission, rng: Rng) -> None:
    """adam takes PyTorch's six steps"""
    cause = "Each average has its own beta; each is divided by 1 - beta^t, with t = 1 in the first step."
    _steps(submission, rng, "adam", 0.05, (0.85, 0.97), 1e-8, cause=cause)


@exercise("adam", weight=1.5, kind="stability")
def test_adam_usual_betas(submission: Submission, rng: Rng) -> None:
    """adam is right for a long time with the usual betas"""
    w, gradients = rng.normal(0, 1, 3), _gradients(rng, 25, 3)
    settings = [(0.002, (0.9, 0.999), 1e-8)] * 25
    _same_path(submission, "adam", w, gradients, settings, "The state must carry m, v and t from step to step.")


@exercise("adam", weight=1.5)
def test_adam_large_eps(submission: Submission, rng: Rng) -> None:
    """adam has eps in its place"""
    cause = "The step is lr · m_hat / (√v_hat + eps), here with a large eps: eps comes after correction and root."
    _steps(submission, rng, "adam", 0.05, (0.8, 0.95), 1e-2, cause=cause)


@exercise("adam", weight=1.5, kind="stability")
def test_adam_tiny_gradients(submission: Submission, rng: Rng) -> None:
    """adam is right for gradients of about 1e-7"""
    cause = "The step is lr · m_hat / (√v_hat + eps), here with a large eps: eps comes after correction and root."
    _steps(submission, rng, "adam", 0.05, (0.85, 0.97), 1e-8, size=1e-7, cause=cause)


@exercise("adam", kind="contract")
def test_adam_two_parameters(submission: Submission, rng: Rng) -> None:
    """adam keeps the steps of two parameters apart"""
    args = (0.05, (0.8, 0.97), 1e-8)
    ws = [rng.normal(0, 1, 3), rng.normal(0, 1, (2, 2))]
    wanted, got = list(ws), list(ws)
    states: list[Any] = [{}, {}]
    theirs: list[Any] = [{}, {}]
    gradients = [_gradients(rng, 5, *w.shape) for w in ws]
    for step in range(5):
        for i in range(2):
            g = gradients[i][step]
            got[i], states[i] = submission.call("adam", got[i], g, states[i], *args, returns=STEP).value
            wanted[i], theirs[i] = reference.adam(wanted[i], g, theirs[i], *args)
    for mine, right in zip(got, wanted, strict=True):
        expect.close(mine, right, "t belongs into state: each parameter counts its own steps.")


@exercise("adam", weight=0.5, kind="edges")
def test_adam_nan_stays_in_its_place(submission: Submission, rng: Rng) -> None:
    """adam lets a nan in one entry spoil that entry only"""
    w, gradients = rng.normal(0, 1, 4), _gradients(rng, 3, 4)
    gradients[1, 2], gradients[:, 0] = np.nan, 0.0
    settings = [(0.05, (0.8, 0.97), 1e-8)] * 3
    _same_path(submission, "adam", w, gradients, settings, "Work entry by entry: no sums, norms or means over weights.")


@exercise("adam", weight=0.5, kind="edges")
def test_adam_odd_inputs(submission: Submission, rng: Rng) -> None:
    """adam takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "adam", 0.05, (0.8, 0.97), 1e-8)


@exercise("adam", weight=0.5, kind="contract")
def test_adam_contract(submission: Submission, rng: Rng) -> None:
    """adam leaves its arguments and its state alone"""
    _pure(submission, rng, "adam", 0.05, (0.8, 0.97), 1e-8)


# --- sgd_wd, adamw ----------------------------------------------------------------------------------


@exercise("adamw", weight=2.5)
def test_sgd_wd_values(submission: Submission, rng: Rng) -> None:
    """sgd_wd takes PyTorch's six steps, with momentum"""
    cause = "g + weight_decay · w goes into v; no factor 2, and nothing is decayed besides."
    _steps(submission, rng, "sgd_wd", 0.07, 0.8, 0.3, cause=cause)


@exercise("adamw", weight=1.5)
def test_sgd_wd_without_momentum(submission: Submission, rng: Rng) -> None:
    """sgd_wd is right without momentum"""
    cause = "The step is lr · (g + weight_decay · w), with w's own sign and size."
    _steps(submission, rng, "sgd_wd", 0.07, 0.0, 0.3, cause=cause)


@exercise("adamw")
def test_sgd_wd_changing_rate(submission: Submission, rng: Rng) -> None:
    """sgd_wd follows a rate that changes on the way"""
    cause = "g + weight_decay · w goes into v, and the rate of this very step multiplies v, the decay with it."
    _changing_rate(submission, rng, "sgd_wd", 0.85, 0.2, cause=cause)


@exercise("adamw", weight=0.5, kind="edges")
def test_sgd_wd_zero(submission: Submission, rng: Rng) -> None:
    """sgd_wd without decay is momentum"""
    _steps(submission, rng, "sgd_wd", 0.07, 0.8, 0.0, cause="With weight_decay 0 it is sgd_momentum.")


@exercise("adamw", weight=0.5, kind="contract")
def test_sgd_wd_contract(submission: Submission, rng: Rng) -> None:
    """sgd_wd leaves its arguments and its state alone"""
    _pure(submission, rng, "sgd_wd", 0.07, 0.8, 0.3)


@exercise("adamw", weight=3)
def test_adamw_values(submission: Submission, rng: Rng) -> None:
    """adamw takes PyTorch's six steps"""
    cause = "The old w is multiplied by 1 - lr · weight_decay; then comes Adam's step, with the plain gradient."
    _steps(submission, rng, "adamw", 0.05, (0.85, 0.97), 1e-8, 0.4, cause=cause)


@exercise("adamw", weight=1.5)
def test_adamw_changing_rate(submission: Submission, rng: Rng) -> None:
    """adamw follows a rate that changes on the way"""
    cause = "w is multiplied by 1 - lr · weight_decay, then comes Adam's step, both with the rate of this very step."
    _changing_rate(submission, rng, "adamw", (0.8, 0.97), 1e-3, 0.1, cause=cause)


@exercise("adamw", weight=0.5, kind="edges")
def test_adamw_zero(submission: Submission, rng: Rng) -> None:
    """adamw without decay is Adam"""
    _steps(submission, rng, "adamw", 0.05, (0.85, 0.97), 1e-8, 0.0, cause="With weight_decay 0 it is adam.")


@exercise("adamw", weight=0.5, kind="edges")
def test_adamw_odd_inputs(submission: Submission, rng: Rng) -> None:
    """adamw takes matrices, single weights and integers"""
    _odd_inputs(submission, rng, "adamw", 0.05, (0.8, 0.97), 1e-8, 0.3)


@exercise("adamw", weight=0.5, kind="contract")
def test_adamw_contract(submission: Submission, rng: Rng) -> None:
    """adamw leaves its arguments and its state alone"""
    _pure(submission, rng, "adamw", 0.05, (0.8, 0.97), 1e-8, 0.3)


# --- schedules --------------------------------------------------------------------------------------


def _rates(submission: Submission, name: str, calls: Sequence[Settings], cause: str) -> None:
    """One number for each call; all are asked for before the first is compared."""
    got = [reply.value for reply in submission.series(name, calls, NUMBER)]
    expect.close(np.array(got), np.array([getattr(reference, name)(*args) for args in calls]), cause)


@exercise("schedules", weight=3)
def test_step_decay_values(submission: Submission, rng: Rng) -> None:
    """step_decay has the right rates"""
    lr0, gamma = float(rng.uniform(0.2, 0.9)), float(rng.uniform(0.2, 0.6))
    calls = [(lr0, t, 7, gamma) for t in (1, 3, 6, 7, 10, 13, 14, 16, 20, 22)]
    _rates(submission, "step_decay", calls, "lr0 times gamma to the power of how many whole intervals have passed.")


@exercise("schedules", kind="edges")
def test_step_decay_at_the_edges(submission: Submission) -> None:
    """step_decay cuts exactly at step_size and 2 step_size, and not at 0"""
    calls = [(0.6, t, 5, 0.3) for t in (0, 4, 5, 9, 10, 500)] + [(0.6, 3, 1, 0.5)]
    _rates(submission, "step_decay", calls, "t counts from 0: at 0 nothing is cut yet, at step_size once.")


@exercise("schedules", weight=3)
def test_cosine_annealing_values(submission: Submission, rng: Rng) -> None:
    """cosine_annealing has the right rates"""
    lr0, low = float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.05, 0.2))
    calls = [(lr0, t, 12, low) for t in (1, 2, 5, 6, 8, 11)]
    _rates(submission, "cosine_annealing", calls, "eta_min + (lr0 - eta_min) · (1 + cos(πt/T)) / 2.")


@exercise("schedules", kind="edges")
def test_cosine_annealing_at_the_edges(submission: Submission) -> None:
    """cosine_annealing is lr0 at 0, eta_min at T_max, and rises again"""
    calls = [(0.8, t, 9, 0.1) for t in (0, 9, 13, 18, 22)] + [(0.8, t, 9, 0.0) for t in (0, 4, 9)]
    _rates(submission, "cosine_annealing", calls, "The formula holds for every t, with and without eta_min.")


@exercise("schedules", weight=3)
def test_triangular_values(submission: Submission, rng: Rng) -> None:
    """triangular_lr has the right rates"""
    low, high = float(rng.uniform(0.05, 0.2)), float(rng.uniform(0.5, 0.9))
    calls = [(t, low, high, 5) for t in (1, 2, 4, 6, 7, 9)]
    _rates(submission, "triangular_lr", calls, "Straight up in step_size steps, straight down in as many.")


@exercise("schedules", kind="edges")
def test_triangular_at_the_edges(submission: Submission) -> None:
    """triangular_lr is low at 0, high at step_size, low again, and goes on"""
    calls = [(t, 0.1, 0.7, 6) for t in (0, 6, 12, 15, 18, 23, 24, 31)] + [(1, 0.1, 0.7, 1), (2, 0.1, 0.7, 1)]
    _rates(submission, "triangular_lr", calls, "It starts low, and its period is 2 · step_size.")


# --- warmup -----------------------------------------------------------------------------------------


@exercise("warmup", weight=3)
def test_linear_warmup_values(submission: Submission, rng: Rng) -> None:
    """linear_warmup has the right rates on its way up"""
    lr0, start = float(rng.uniform(0.5, 0.9)), float(rng.uniform(0.05, 0.3))
    calls = [(lr0, t, 7, start) for t in (1, 2, 3, 5, 6, 8, 13)]
    cause = "A straight line from start_factor · lr0 at t = 0 to lr0 at t = warmup_steps, and lr0 from then on."
    _rates(submission, "linear_warmup", calls, cause)


@exercise("warmup", kind="edges")
def test_linear_warmup_at_the_edges(submission: Submission) -> None:
    """linear_warmup starts at its share of lr0, arrives at warmup_steps, and stays there"""
    calls = [(0.6, t, 5, 0.3) for t in (0, 4, 5, 6, 10, 500)] + [(0.6, t, 1, 0.3) for t in (0, 1, 2)]
    calls += [(0.6, t, 4, 1.0) for t in (0, 3)]
    _rates(submission, "linear_warmup", calls, "start_factor · lr0 at t = 0, lr0 at t = warmup_steps and later.")


@exercise("warmup", weight=0.5, kind="edges")
def test_linear_warmup_of_no_steps(submission: Submission) -> None:
    """linear_warmup with warmup_steps 0 is lr0 from the start"""
    calls = [(0.6, 0, 0, 0.3), (0.6, 0, 3, 0.3), (0.7, 4, 0, 0.2)]
    _rates(submission, "linear_warmup", calls, "With warmup_steps 0 nothing is warmed up, and nothing divided by 0.")


@exercise("warmup", weight=0.5, kind="contract")
def test_warmup_defaults(submission: Submission) -> None:
    """a warm-up starts at a tenth unless told otherwise, and the cosine ends at 0"""
    _rates(submission, "linear_warmup", [(0.6, t, 4) for t in (0, 2)], "start_factor is 0.1 if it is not given.")
    cause = "start_factor is 0.1 and eta_min is 0 if they are not given."
    _rates(submission, "warmup_cosine", [(0.6, t, 4, 11) for t in (0, 2, 8, 11)], cause)


@exercise("warmup", weight=3)
def test_warmup_cosine_values(submission: Submission, rng: Rng) -> None:
    """warmup_cosine has the right rates on the way up and on the way down"""
    lr0, low, start = (float(rng.uniform(*ends)) for ends in ((0.5, 0.9), (0.05, 0.2), (0.25, 0.4)))
    calls = [(lr0, t, 5, 17, low, start) for t in (1, 3, 6, 8, 10, 13, 16)]
    cause = "linear_warmup for t < warmup_steps; then the cosine at t - warmup_steps, with T_max - warmup_steps steps."
    _rates(submission, "warmup_cosine", calls, cause)


@exercise("warmup", kind="edges")
def test_warmup_cosine_at_the_edges(submission: Submission) -> None:
    """warmup_cosine is highest at warmup_steps, eta_min at T_max, and goes on"""
    calls = [(0.8, t, 4, 13, 0.1, 0.3) for t in (0, 3, 4, 5, 12, 13, 15, 22)] + [
        (0.8, t, 1, 9, 0.0, 0.3) for t in (0, 1)
    ]
    _rates(submission, "warmup_cosine", calls, "lr0 at t = warmup_steps, eta_min at t = T_max, and it rises again.")


@exercise("warmup", weight=0.5, kind="edges")
def test_warmup_cosine_without_warmup(submission: Submission) -> None:
    """warmup_cosine with warmup_steps 0 is cosine_annealing"""
    calls = [(0.8, t, 0, 9, 0.1, 0.3) for t in (0, 2, 9, 11)]
    _rates(submission, "warmup_cosine", calls, "With warmup_steps 0 the cosine begins at once, from lr0.")


# --- reduce_on_plateau ------------------------------------------------------------------------------


def _plateau(
    submission: Submission, losses: Sequence[float], lr: float, factor: float, patience: int, cause: str
) -> None:
    got = submission.reduce_on_plateau(list(losses), lr, factor, patience)
    expect.close(got, reference.reduce_on_plateau(losses, lr, factor, patience), cause)


@exercise("reduce_on_plateau", weight=3)
def test_plateau_values(submission: Submission) -> None:
    """the rate falls when too many losses in a row are no better than the best"""
    losses = [2.0, 1.5, 1.0, 1.25, 1.125, 1.25, 1.5, 1.25, 0.5, 0.75, 0.625, 0.75, 0.625, 0.75, 0.875, 0.75, 0.625]
    cause = "Compare with the best loss so far; the loss that makes the count exceed patience cuts the rate."
    _plateau(submission, losses, 0.4, 0.3, 2, cause)
    _plateau(submission, losses, 0.4, 0.3, 3, cause)


@exercise("reduce_on_plateau", kind="edges")
def test_plateau_ties(submission: Submission) -> None:
    """a loss equal to the best is bad"""
    _plateau(submission, [1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5], 0.4, 0.3, 1, "Better is strictly below.")
    _plateau(submission, [10000.0, 9999.0, 9999.0], 0.4, 0.3, 1, "Better is strictly below best · (1 - 1e-4).")


@exercise("reduce_on_plateau", kind="edges")
def test_plateau_tiny_gains(submission: Submission) -> None:
    """a loss that is better by less than a ten-thousandth is bad"""
    losses = [8.0, *(8.0 * (1 - 0.00003 * k) for k in range(1, 6)), 4.0, 3.9998, 3.9995, 3.9994]
    cause = "Better is below best · (1 - 1e-4), a share of the best; and best is kept until then."
    _plateau(submission, losses, 0.4, 0.3, 1, cause)
    _plateau(submission, [8.0, 8.0 * (1 - 1.05e-4), 8.0, 8.0], 0.4, 0.3, 1, cause)  # just enough to be better


@exercise("reduce_on_plateau", weight=0.5, kind="stability")
def test_plateau_small_losses(submission: Submission) -> None:
    """small losses may improve by small amounts"""
    cause = "The ten-thousandth is a share of the best loss, and no fixed amount."
    _plateau(submission, [0.01 - 0.00001 * k for k in range(8)], 0.4, 0.3, 1, cause)


@exercise("reduce_on_plateau", weight=0.5, kind="edges")
def test_plateau_nan(submission: Submission) -> None:
    """nan is bad, also at the start"""
    nan = float("nan")
    _plateau(
        submission,
        [nan, 1.0, nan, nan, nan, 0.5, nan, 0.25],
        0.4,
        0.3,
        1,
        "nan counts as bad: no comparison with it is True, neither loss < best nor loss >= best.",
    )
    _plateau(submission, [nan, nan, nan, 1.0], 0.4, 0.3, 1, "The count begins with the first loss.")


@exercise("reduce_on_plateau", weight=1.5)
def test_plateau_after_a_cut(submission: Submission) -> None:
    """after a cut the count starts anew, and the best stays the best"""
    losses = [1.0, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.25, 1.125, 0.5, 0.75, 0.75]
    cause = "When the count exceeds patience the rate is cut and the count is 0 again; the best stays."
    _plateau(submission, losses, 0.4, 0.3, 1, cause)
    _plateau(submission, [1.0, 1.5, 1.5, 0.75, 1.0, 1.0, 0.5], 0.4, 0.3, 0, "With patience 0 every bad loss cuts.")


@exercise("reduce_on_plateau", weight=0.5, kind="contract")
def test_plateau_contract(submission: Submission) -> None:
    """there is one rate for each loss, and the losses are left alone"""
    losses = np.array([1.0, 0.5, 0.75, 0.625])
    reply = submission.call("reduce_on_plateau", losses, 0.4, 0.3, 1)
    expect.has_shape(reply.value, (4,), "The rate after each of the losses, also while it does not change.")
    expect.unchanged(reply)


# --- side: other forms ------------------------------------------------------------------------------


@exercise("other_forms", weight=2)
def test_sgd_ema(submission: Submission, rng: Rng) -> None:
    """sgd_ema averages the gradients"""
    cause = "v = momentum · v + (1 - momentum) · g, with the rate outside."
    _changing_rate(submission, rng, "sgd_ema", 0.85, cause=cause)


@exercise("other_forms", weight=2)
def test_sgdw(submission: Submission, rng: Rng) -> None:
    """sgdw decays the weights apart from the gradient"""
    cause = "The old w shrinks by 1 - lr · weight_decay; v holds plain gradients."
    _changing_rate(submission, rng, "sgdw", 0.85, 0.3, cause=cause)


@exercise("other_forms")
def test_update_ratio(submission: Submission, rng: Rng) -> None:
    """update_ratio compares the update with the old weights"""
    for shape in ((5,), (3, 4)):
        w, new = rng.normal(0, 1, shape), rng.normal(0, 2, shape)
        cause = "The norm of new - w over the norm of w; a matrix counts as one long list."
        expect.close(submission.update_ratio(w, new, returns=NUMBER), reference.update_ratio(w, new), cause)


@exercise("other_forms")
def test_exp_decay(submission: Submission) -> None:
    """exp_decay has the right rates"""
    _rates(submission, "exp_decay", [(0.7, t, 0.3) for t in (0, 1, 2, 5, 60)], "lr0 · exp(-k·t).")


@exercise("other_forms")
def test_inverse_time_decay(submission: Submission) -> None:
    """inverse_time_decay has the right rates"""
    _rates(submission, "inverse_time_decay", [(0.7, t, 0.3) for t in (0, 1, 2, 5, 60)], "lr0 / (1 + k·t).")


@exercise("other_forms")
def test_triangular_decay(submission: Submission) -> None:
    """triangular_decay has the right rates"""
    calls = [(t, 0.1, 0.7, 4, 0.9) for t in (0, 1, 4, 7, 8, 10, 12)]
    _rates(submission, "triangular_decay", calls, "base_lr stays; the height above it is multiplied by gamma^t.")
