"""Hidden checks of 03_batch_norm.

Every column has a scale and an offset of its own, batches are small and of unequal size, eps is large where its
place matters, gamma is never 1 and beta never 0, and what arrives from above is random. What is right is asked of
PyTorch.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    BOOLEAN,
    CheckFailed,
    Outcome,
    RemoteObject,
    Reply,
    Rng,
    StudentProblem,
    Submission,
    exercise,
    expect,
    reference,
)

PAIR = (ARRAY, ARRAY)
THREE = (ARRAY, ARRAY, ARRAY)
ARRAYS = ("gamma", "beta", "running_mean", "running_var")


def _batch(rng: Rng, n: int, d: int = 3) -> np.ndarray:
    """Examples whose columns differ in scale and offset."""
    x: np.ndarray = rng.normal(0, 1, (n, d)) * np.array([0.5, 3.0, 1.5, 8.0])[:d] + np.array([2.0, -7.0, 0.5, 30.0])[:d]
    return x


def _scale_shift(rng: Rng, d: int = 3) -> tuple[Any, Any]:
    """A gamma with one negative entry, and a beta."""
    gamma, beta = rng.uniform(0.5, 2.5, d), rng.normal(0, 2, d)
    gamma[d // 2] *= -1
    return gamma, beta


def _memory(rng: Rng, d: int = 3) -> tuple[Any, Any]:
    """Running statistics on the way."""
    return rng.normal(0, 3, d), rng.uniform(0.3, 6, d)


# --- bn_forward_train -------------------------------------------------------------------------------


def _forward(
    submission: Submission, X: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float, cause: str
) -> None:
    out, mean, var = submission.bn_forward_train(X, gamma, beta, eps, returns=THREE)
    expected = reference.bn_forward_train(X, gamma, beta, eps)
    expect.close(mean, expected[1], f"This is the mean. {cause}", rtol=1e-6)
    expect.close(var, expected[2], f"This is the variance. {cause}", rtol=1e-6)
    expect.close(out, expected[0], f"This is the output. {cause}", rtol=1e-6, atol=1e-9)


@exercise("bn_forward_train", weight=3)
def test_forward_output(submission: Submission, rng: Rng) -> None:
    """the output is normalized, scaled and shifted"""
    X, (gamma, beta) = _batch(rng, 6), _scale_shift(rng)
    out, _, _ = submission.bn_forward_train(X, gamma, beta, 0.1, returns=THREE)
    cause = "gamma · x̂ + beta, where x̂ is each column with its own mean and biased variance, and eps under the root."
    expect.close(out, reference.bn_forward_train(X, gamma, beta, 0.1)[0], cause)


@exercise("bn_forward_train", weight=2)
def test_forward_statistics(submission: Submission, rng: Rng) -> None:
    """mean and variance are those of each column"""
    X, (gamma, beta) = _batch(rng, 5, 4), _scale_shift(rng, 4)
    _, mean, var = submission.bn_forward_train(X, gamma, beta, 0.1, returns=THREE)
    _, expected_mean, expected_var = reference.bn_forward_train(X, gamma, beta, 0.1)
    expect.close(mean, expected_mean, "This is the mean: over the examples, so that D numbers are left.")
    expect.close(var, expected_var, "This is the variance: the mean of (x - mean)², without eps and without a root.")


@exercise("bn_forward_train", kind="edges")
@pytest.mark.parametrize("n", [2, 3])
def test_forward_small_batches(submission: Submission, rng: Rng, n: int) -> None:
    """a batch of {n} is normalized by its biased variance"""
    X, (gamma, beta) = _batch(rng, n, 4), _scale_shift(rng, 4)
    _forward(submission, X, gamma, beta, 1e-3, "Divide by N, not by N - 1.")


@exercise("bn_forward_train")
def test_forward_eps_inside_the_root(submission: Submission, rng: Rng) -> None:
    """eps is added to the variance, under the root"""
    X, (gamma, beta) = _batch(rng, 5), _scale_shift(rng)
    cause = "eps stands under the root by which X - mean is divided, and in nothing that is returned."
    _forward(submission, 0.3 * X, gamma, beta, 0.5, cause)


@exercise("bn_forward_train", kind="edges")
def test_forward_constant_column(submission: Submission, rng: Rng) -> None:
    """a constant column becomes beta"""
    X, (gamma, beta) = _batch(rng, 4), _scale_shift(rng)
    X[:, 1] = 6.0
    _forward(submission, X, gamma, beta, 1e-5, "Without eps this column is 0/0.")


@exercise("bn_forward_train", weight=0.5, kind="stability")
def test_forward_far_from_zero(submission: Submission, rng: Rng) -> None:
    """a column far from 0 keeps its digits"""
    X, (gamma, beta) = 1e7 + rng.normal(0, 1, (6, 3)), _scale_shift(rng)
    _forward(submission, X, gamma, beta, 0.1, "mean(x²) - mean(x)² cancels there; center first.")


@exercise("bn_forward_train", weight=0.5, kind="edges")
def test_forward_outlier(submission: Submission, rng: Rng) -> None:
    """an outlier stays one"""
    X, (gamma, beta) = _batch(rng, 30), _scale_shift(rng)
    X[7] += 100
    _forward(submission, X, gamma, beta, 1e-3, "Normalized values have no largest size; nothing is cut off.")


@exercise("bn_forward_train", weight=0.5, kind="edges")
def test_forward_one_feature(submission: Submission, rng: Rng) -> None:
    """one feature is enough"""
    X, (gamma, beta) = _batch(rng, 4, 1), _scale_shift(rng, 1)
    _forward(submission, X, gamma, beta, 0.1, "With D = 1 the statistics have shape (1,).")


@exercise("bn_forward_train", weight=0.5, kind="edges")
def test_forward_integers(submission: Submission, rng: Rng) -> None:
    """X may hold integers"""
    X, (gamma, beta) = rng.integers(-5, 6, (5, 2)) * np.array([1, 3]), _scale_shift(rng, 2)
    _forward(submission, X, gamma, beta, 0.1, "An integer array cannot hold what is normalized.")


@exercise("bn_forward_train", weight=0.5, kind="edges")
def test_forward_nan(submission: Submission, rng: Rng) -> None:
    """nan spoils its own column and no other"""
    X, (gamma, beta) = _batch(rng, 5), _scale_shift(rng)
    X[2, 1] = np.nan
    _forward(submission, X, gamma, beta, 0.1, "Columns have nothing to do with each other, and nan must stay visible.")


@exercise("bn_forward_train", weight=0.5, kind="contract")
def test_forward_default_eps(submission: Submission, rng: Rng) -> None:
    """eps is 1e-5 when nothing is said"""
    X, (gamma, beta) = 0.001 * rng.normal(0, 1, (5, 3)), _scale_shift(rng)
    out, _, _ = submission.bn_forward_train(X, gamma, beta, returns=THREE)
    expect.close(out, reference.bn_forward_train(X, gamma, beta, 1e-5)[0], "PyTorch's default is 1e-5.")


@exercise("bn_forward_train", weight=0.5, kind="contract")
def test_forward_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    expect.unchanged(submission.call("bn_forward_train", _batch(rng, 4), *_scale_shift(rng), 0.1, returns=THREE))


# --- update_running ---------------------------------------------------------------------------------


def _update(submission: Submission, memory: tuple[Any, Any], X: np.ndarray, m: float, cause: str) -> None:
    mean, var = submission.update_running(*memory, X, m, returns=PAIR)
    expected_mean, expected_var = reference.update_running(*memory, X, m)
    expect.close(mean, expected_mean, f"This is the running mean. {cause}")
    expect.close(var, expected_var, f"This is the running variance. {cause}")


@exercise("update_running", weight=2)
@pytest.mark.parametrize("momentum", [0.1, 0.3])
def test_update_mean(submission: Submission, rng: Rng, momentum: float) -> None:
    """momentum {momentum} weighs the mean of the new batch"""
    memory, X = _memory(rng), _batch(rng, 5)
    mean, _ = submission.update_running(*memory, X, momentum, returns=PAIR)
    cause = "It is (1 - momentum) · old + momentum · new."
    expect.close(mean, reference.update_running(*memory, X, momentum)[0], cause)


@exercise("update_running", weight=2)
@pytest.mark.parametrize("momentum", [0.1, 0.3])
def test_update_variance(submission: Submission, rng: Rng, momentum: float) -> None:
    """momentum {momentum} weighs the unbiased variance of the new batch"""
    memory, X = _memory(rng, 4), _batch(rng, 4, 4)
    _, var = submission.update_running(*memory, X, momentum, returns=PAIR)
    cause = "The batch's variance is Σ(x - mean)²/(N - 1) here, and the momentum is its weight."
    expect.close(var, reference.update_running(*memory, X, momentum)[1], cause)


@exercise("update_running", kind="edges")
def test_update_two_examples(submission: Submission, rng: Rng) -> None:
    """a batch of two is enough"""
    _update(submission, _memory(rng), _batch(rng, 2), 0.3, "For N = 2 the unbiased variance is twice the biased one.")


@exercise("update_running", weight=0.5, kind="edges")
def test_update_momentum_one(submission: Submission, rng: Rng) -> None:
    """with momentum 1 only the batch counts"""
    _update(submission, _memory(rng), _batch(rng, 6), 1.0, "Nothing of the old values is left.")


@exercise("update_running")
def test_update_several_batches(submission: Submission, rng: Rng) -> None:
    """several batches of unequal size go into the memory one after the other"""
    mine = theirs = _memory(rng)
    for n in (4, 2, 7, 3, 5):
        X = _batch(rng, n)
        mine = submission.update_running(*mine, X, 0.2, returns=PAIR)
        theirs = reference.update_running(*theirs, X, 0.2)
    expect.close(mine[0], theirs[0], "This is the running mean after five batches.")
    expect.close(mine[1], theirs[1], "This is the running variance after five batches: N is each batch's own.")


@exercise("update_running", weight=0.5, kind="stability")
def test_update_far_from_zero(submission: Submission, rng: Rng) -> None:
    """a column far from 0 keeps its digits"""
    X, memory = 1e7 + rng.normal(0, 1, (6, 3)), _memory(rng)
    _, var = submission.update_running(*memory, X, 0.3, returns=PAIR)
    cause = "mean(x²) - mean(x)² cancels there; center first."
    expect.close(var, reference.update_running(*memory, X, 0.3)[1], cause, rtol=1e-6)


@exercise("update_running", weight=0.5, kind="edges")
def test_update_nan(submission: Submission, rng: Rng) -> None:
    """nan spoils its own column and no other"""
    memory, X = _memory(rng), _batch(rng, 5)
    X[3, 0] = np.nan
    _update(submission, memory, X, 0.3, "Columns have nothing to do with each other, and nan must stay visible.")


@exercise("update_running", weight=0.5, kind="contract")
def test_update_default_momentum(submission: Submission, rng: Rng) -> None:
    """momentum is 0.1 when nothing is said"""
    memory, X = _memory(rng), _batch(rng, 5)
    mean, _ = submission.update_running(*memory, X, returns=PAIR)
    expect.close(mean, reference.update_running(*memory, X, 0.1)[0], "PyTorch's default is 0.1.")


@exercise("update_running", weight=0.5, kind="edges")
def test_update_one_feature(submission: Submission, rng: Rng) -> None:
    """one feature is enough"""
    _update(submission, _memory(rng, 1), _batch(rng, 4, 1), 0.3, "With D = 1 both have shape (1,).")


@exercise("update_running", weight=0.5, kind="edges")
def test_update_integers(submission: Submission, rng: Rng) -> None:
    """X and the old values may hold integers"""
    memory, X = (np.array([1, -2]), np.array([3, 1])), rng.integers(-5, 6, (4, 2))
    _update(submission, memory, X, 0.3, "The new values are fractions.")


@exercise("update_running", weight=0.5, kind="contract")
def test_update_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    expect.unchanged(submission.call("update_running", *_memory(rng), _batch(rng, 4), 0.3, returns=PAIR))


# --- bn_eval ----------------------------------------------------------------------------------------


def _eval(submission: Submission, X: np.ndarray, rest: tuple[Any, ...], eps: float, cause: str) -> None:
    args = (X, *rest, eps)
    expect.close(submission.bn_eval(*args), reference.bn_eval(*args), cause)


@exercise("bn_eval", weight=3)
def test_eval_values(submission: Submission, rng: Rng) -> None:
    """bn_eval has the right values"""
    rest = (*_scale_shift(rng), *_memory(rng))
    _eval(submission, _batch(rng, 5), rest, 0.1, "gamma · (X - running_mean)/√(running_var + eps) + beta.")


@exercise("bn_eval", weight=1.5, kind="edges")
def test_eval_one_example(submission: Submission, rng: Rng) -> None:
    """one example is enough"""
    rest = (*_scale_shift(rng, 4), *_memory(rng, 4))
    _eval(submission, _batch(rng, 1, 4), rest, 0.1, "The batch's own statistics have no place here.")


@exercise("bn_eval")
def test_eval_eps(submission: Submission, rng: Rng) -> None:
    """eps is added to the running variance, under the root"""
    rest = (*_scale_shift(rng), rng.normal(0, 3, 3), rng.uniform(0.01, 0.1, 3))
    cause = "gamma · (X - running_mean)/√(running_var + eps) + beta, here with a large eps."
    _eval(submission, _batch(rng, 4), rest, 0.5, cause)


@exercise("bn_eval", kind="edges")
def test_eval_zero_variance(submission: Submission, rng: Rng) -> None:
    """a running variance of 0 is not a problem"""
    rest = (*_scale_shift(rng), rng.normal(0, 3, 3), np.array([0.0, 2.0, 0.0]))
    _eval(submission, _batch(rng, 4), rest, 0.01, "Without eps this divides by zero.")


@exercise("bn_eval", weight=0.5)
def test_eval_companions(submission: Submission, rng: Rng) -> None:
    """an example's output does not depend on the others in the batch"""
    rest, X = (*_scale_shift(rng), *_memory(rng)), _batch(rng, 5)
    alone, together = submission.bn_eval(X[2:3], *rest, 0.1), submission.bn_eval(X, *rest, 0.1)
    expect.has_shape(together, X.shape, "The output has the shape of X.")
    expect.close(alone, together[2:3], "Only running statistics count in evaluation.")
    expect.close(together, reference.bn_eval(X, *rest, 0.1), "The outputs agree with each other, and are wrong.")


@exercise("bn_eval", weight=0.5, kind="edges")
def test_eval_nan(submission: Submission, rng: Rng) -> None:
    """a nan stays where it is"""
    rest, X = (*_scale_shift(rng), *_memory(rng)), _batch(rng, 4)
    X[1, 2] = np.nan
    _eval(submission, X, rest, 0.1, "nan must stay visible, and it spoils no other value.")


@exercise("bn_eval", weight=0.5, kind="contract")
def test_eval_default_eps(submission: Submission, rng: Rng) -> None:
    """eps is 1e-5 when nothing is said"""
    args = (_batch(rng, 4), *_scale_shift(rng), rng.normal(0, 3, 3), rng.uniform(1e-6, 1e-5, 3))
    expect.close(submission.bn_eval(*args), reference.bn_eval(*args, 1e-5), "PyTorch's default is 1e-5.")


@exercise("bn_eval", weight=0.5, kind="edges")
def test_eval_integers(submission: Submission, rng: Rng) -> None:
    """X may hold integers, and one feature is enough"""
    rest = (*_scale_shift(rng, 1), *_memory(rng, 1))
    _eval(submission, rng.integers(-9, 10, (4, 1)), rest, 0.1, "An integer array cannot hold what is normalized.")


@exercise("bn_eval", weight=0.5, kind="contract")
def test_eval_contract(submission: Submission, rng: Rng) -> None:
    """bn_eval gives an array and leaves its arguments alone"""
    _contract(submission.call("bn_eval", _batch(rng, 4), *_scale_shift(rng), *_memory(rng), 0.1))


# --- BatchNorm --------------------------------------------------------------------------------------


def _layers(
    submission: Submission, rng: Rng, *, eps: float = 0.1, momentum: float = 0.3, d: int = 3
) -> tuple[RemoteObject, Any]:
    """The learner's layer and PyTorch's, with equal gamma and beta that are not those of the start."""
    mine, theirs = submission.new("BatchNorm", d, eps, momentum), reference.BatchNorm(d, eps, momentum)
    _set_both(mine, theirs, **dict(zip(("gamma", "beta"), _scale_shift(rng, d), strict=True)))
    return mine, theirs


def _set_both(mine: RemoteObject, theirs: Any, **values: np.ndarray | bool) -> None:
    for name, value in values.items():
        mine.set(name, value)
        setattr(theirs, name, value)


def _train_both(mine: RemoteObject, theirs: Any, rng: Rng, *sizes: int) -> None:
    for n in sizes:
        X = _batch(rng, n)
        mine(X)
        theirs(X)


def _same_memory(mine: RemoteObject, theirs: Any, cause: str) -> None:
    expect.close(mine.get("running_mean"), theirs.running_mean, f"This is running_mean. {cause}")
    expect.close(mine.get("running_var"), theirs.running_var, f"This is running_var. {cause}")


@contextmanager
def _whose_mistake(submission: Submission) -> Iterator[None]:
    """When a check fails: says which of the learner's own functions is wrong too, for the layer may call it."""
    try:
        yield
    except CheckFailed as failed:
        rng = np.random.default_rng(1)
        X, scale_shift, memory = _batch(rng, 4), _scale_shift(rng), _memory(rng)
        calls: dict[str, tuple[Any, ...]] = {
            "bn_forward_train": (X, *scale_shift, 0.1),
            "update_running": (*memory, X, 0.3),
            "bn_eval": (X, *scale_shift, *memory, 0.1),
        }
        suspects = [f"`{name}`" for name, args in calls.items() if not _is_right(submission, name, args)]
        if not suspects:
            raise
        which = f"Your {' and '.join(suspects)}"
        raise CheckFailed(f"{failed} {which} failed a quick test too; if the layer calls it, begin there.") from None


def _is_right(submission: Submission, name: str, args: tuple[Any, ...]) -> bool:
    expected = getattr(reference, name)(*args)
    returns = ARRAY if isinstance(expected, np.ndarray) else (ARRAY,) * len(expected)
    try:
        got = submission.call(name, *args, returns=returns).value
        pairs = [(got, expected)] if returns is ARRAY else zip(got, expected, strict=True)
        for mine, theirs in pairs:
            expect.close(mine, theirs, "")
    except (CheckFailed, StudentProblem):
        return False
    return True


@exercise("batch_norm", weight=0.5, kind="contract")
def test_layer_start(submission: Submission) -> None:
    """a new layer has gamma 1, beta 0, running mean 0, running variance 1, and it is training"""
    mine, theirs = submission.new("BatchNorm", 4, 0.1, 0.3), reference.BatchNorm(4)
    for name in ARRAYS:
        cause = (
            "gamma and running_var begin as ones, beta and running_mean as zeros, an array of a number for each column."
        )
        expect.close(mine.get(name), getattr(theirs, name), f"This is {name}. {cause}")
    expect.true(mine.get("training", returns=BOOLEAN), "`training` is True at first.")


@exercise("batch_norm", weight=9)
def test_layer_life(submission: Submission, rng: Rng) -> None:
    """a layer does the right thing all its life: training, evaluation, and training again"""
    cause = "Training normalizes by the batch, evaluation by the memory that training alone changes."
    with _whose_mistake(submission):
        mine, theirs = _layers(submission, rng)
        for mode, sizes in ((True, (5, 3)), (False, (4, 2)), (True, (2, 6)), (False, (3,))):
            _set_both(mine, theirs, training=mode)
            for n in sizes:
                X, name = _batch(rng, n), "training" if mode else "evaluation"
                expect.close(mine(X), theirs(X), f"This is an output in {name}. {cause}")
        _same_memory(mine, theirs, "The layer has trained, been evaluated, and trained again.")


@exercise("batch_norm", weight=3)
def test_layer_training_output(submission: Submission, rng: Rng) -> None:
    """in training the output is normalized by the batch, with the layer's gamma, beta and eps"""
    with _whose_mistake(submission):
        mine, theirs = _layers(submission, rng)
        for n in (5, 2, 4):
            X = _batch(rng, n)
            expect.close(mine(X), theirs(X), "It is what bn_forward_train gives, with the layer's gamma, beta and eps.")


@exercise("batch_norm", weight=3)
def test_layer_memory(submission: Submission, rng: Rng) -> None:
    """in training the running statistics follow the batches, whatever their size"""
    with _whose_mistake(submission):
        mine, theirs = _layers(submission, rng)
        _train_both(mine, theirs, rng, 5)
        _same_memory(mine, theirs, "After one batch it is what update_running gives, with the layer's momentum.")
        _train_both(mine, theirs, rng, 2, 7, 3)
        _same_memory(mine, theirs, "After several batches of unequal size: each goes in once, with its own N.")


@exercise("batch_norm", weight=3)
def test_layer_evaluation_output(submission: Submission, rng: Rng) -> None:
    """in evaluation the output is normalized by the running statistics"""
    with _whose_mistake(submission):
        mine, theirs = _layers(submission, rng)
        _train_both(mine, theirs, rng, 4, 6, 3)
        _set_both(mine, theirs, training=False)
        X = _batch(rng, 5)
        expect.close(mine(X), theirs(X), "In evaluation it is what bn_eval gives, with the layer's own attributes.")


@exercise("batch_norm", weight=2)
def test_layer_training_ignores_the_memory(submission: Submission, rng: Rng) -> None:
    """in training the output is the same for any running statistics"""
    with _whose_mistake(submission):
        mine, theirs = _layers(submission, rng)
        _set_both(mine, theirs, **dict(zip(("running_mean", "running_var"), _memory(rng), strict=True)))
        X = _batch(rng, 4)
        expect.close(mine(X), theirs(X), "In training it is what bn_forward_train gives, whatever the memory holds.")


@exercise("batch_norm", weight=1.5, kind="contract")
def test_layer_evaluation_changes_nothing(submission: Submission, rng: Rng) -> None:
    """in evaluation the running statistics stay as they were, and the same input gives the same output"""
    mine, theirs = _layers(submission, rng)
    _train_both(mine, theirs, rng, 4, 3)
    _set_both(mine, theirs, training=False)
    X = _batch(rng, 6)
    first, again = mine(X), mine(X)
    _same_memory(mine, theirs, "It has changed in evaluation.")
    expect.close(again, first, "Two calls in evaluation gave different outputs.")


@exercise("batch_norm", weight=0.5, kind="edges")
def test_layer_evaluates_one_example(submission: Submission, rng: Rng) -> None:
    """in evaluation one example is enough"""
    mine, theirs = _layers(submission, rng)
    _train_both(mine, theirs, rng, 4)
    _set_both(mine, theirs, training=False)
    X = _batch(rng, 1)
    expect.close(mine(X), theirs(X), "Only training needs two examples.")


@exercise("batch_norm", weight=1.5, kind="edges")
def test_layer_refuses_to_train_on_one_example(submission: Submission, rng: Rng) -> None:
    """in training one example is a ValueError, and changes nothing"""
    mine, theirs = _layers(submission, rng)
    _train_both(mine, theirs, rng, 3)
    try:
        mine(_batch(rng, 1))
    except StudentProblem as problem:
        if problem.outcome is not Outcome.CRASHED or problem.kind != "ValueError":
            raise
        _same_memory(mine, theirs, "The refused example has changed it: raise the ValueError before anything else.")
        return
    raise CheckFailed("No ValueError came. In training, one example would give beta for any input.")


@exercise("batch_norm", kind="contract")
def test_layer_takes_what_is_set(submission: Submission, rng: Rng) -> None:
    """attributes that are set from outside count at the next call"""
    mine, theirs = _layers(submission, rng)
    _train_both(mine, theirs, rng, 4)
    names = ("gamma", "beta", "running_mean", "running_var")
    _set_both(mine, theirs, training=False, **dict(zip(names, (*_scale_shift(rng), *_memory(rng)), strict=True)))
    X = _batch(rng, 3)
    expect.close(mine(X), theirs(X), "Use self.gamma and the others at each call; keep no second copy.")


@exercise("batch_norm", kind="contract")
def test_layers_share_nothing(submission: Submission, rng: Rng) -> None:
    """two layers have running statistics of their own"""
    another, _ = _layers(submission, rng)
    mine, theirs = _layers(submission, rng)
    for n in (4, 3):
        another(_batch(rng, n) + 50)
        _train_both(mine, theirs, rng, n)
    _same_memory(mine, theirs, "Another layer's batches are in it: make the arrays in __init__.")


@exercise("batch_norm", weight=1.5, kind="contract")
def test_layer_attributes_share_nothing(submission: Submission, rng: Rng) -> None:
    """a new layer trains, and gamma and beta stay as they were"""
    mine, theirs = submission.new("BatchNorm", 3, 0.1, 0.3), reference.BatchNorm(3, 0.1, 0.3)
    cause = "Each attribute begins as an array of its own (a = b = np.ones(n) makes one); gamma stays 1, beta 0."
    for n in (4, 2, 5):
        X = _batch(rng, n)
        expect.close(mine(X), theirs(X), f"This is an output in training, and nobody has set anything. {cause}")
    for name in ARRAYS:
        expect.close(mine.get(name), getattr(theirs, name), f"This is {name} after three batches. {cause}")


@exercise("batch_norm", weight=0.5, kind="contract")
def test_layer_defaults(submission: Submission, rng: Rng) -> None:
    """eps is 1e-5 and momentum 0.1 when nothing is said"""
    mine, theirs = submission.new("BatchNorm", 1), reference.BatchNorm(1)
    X = 0.003 * rng.normal(0, 1, (4, 1))
    expect.close(mine(X), theirs(X), "By default eps is 1e-5, and gamma and beta begin as ones and zeros.")
    _same_memory(mine, theirs, "The default of momentum is 0.1.")


@exercise("batch_norm", weight=0.5, kind="contract")
def test_layer_contract(submission: Submission, rng: Rng) -> None:
    """a layer gives an array and leaves its argument alone"""
    mine, _ = _layers(submission, rng)
    _contract(mine.call("__call__", _batch(rng, 4)))
    mine.set("training", False)
    _contract(mine.call("__call__", _batch(rng, 4)))


# --- bn_backward ------------------------------------------------------------------------------------


def _backward(
    submission: Submission, dout: np.ndarray, X: np.ndarray, gamma: np.ndarray, eps: float, cause: str
) -> None:
    got = submission.bn_backward(dout, X, gamma, eps, returns=THREE)
    expected = reference.bn_backward(dout, X, gamma, eps)
    for name, mine, theirs in zip(("dX", "dgamma", "dbeta"), got, expected, strict=True):
        expect.close(mine, theirs, f"This is {name}. {cause}", atol=1e-10)


@exercise("bn_backward", weight=4)
def test_backward_dX(submission: Submission, rng: Rng) -> None:
    """dX is right"""
    X, (gamma, _) = _batch(rng, 5), _scale_shift(rng)
    dout = rng.normal(0, 1, X.shape)
    dX, _, _ = submission.bn_backward(dout, X, gamma, 0.1, returns=THREE)
    cause = (
        "X acts directly, through the mean and the variance (over N, not N - 1); gamma/√(var + eps) is in all three."
    )
    expect.close(dX, reference.bn_backward(dout, X, gamma, 0.1)[0], cause)


@exercise("bn_backward", weight=1.5)
def test_backward_dgamma(submission: Submission, rng: Rng) -> None:
    """dgamma is right"""
    X, (gamma, _) = _batch(rng, 6), _scale_shift(rng)
    dout = rng.normal(0, 1, X.shape)
    _, dgamma, _ = submission.bn_backward(dout, X, gamma, 0.1, returns=THREE)
    cause = "dgamma, the second value, sums dout · x̂ over the batch; x̂ is that of bn_forward_train, with its eps."
    expect.close(dgamma, reference.bn_backward(dout, X, gamma, 0.1)[1], cause)


@exercise("bn_backward", weight=2)
def test_backward_dbeta(submission: Submission, rng: Rng) -> None:
    """dbeta is right"""
    X, (gamma, _) = _batch(rng, 4), _scale_shift(rng)
    dout = rng.normal(0, 1, X.shape)
    _, _, dbeta = submission.bn_backward(dout, X, gamma, 0.1, returns=THREE)
    cause = "dbeta, the third value, sums dout over the batch; no mean, the 1/N of the loss is in dout."
    expect.close(dbeta, reference.bn_backward(dout, X, gamma, 0.1)[2], cause)


@exercise("bn_backward", weight=0.5, kind="stability")
def test_backward_far_from_zero(submission: Submission, rng: Rng) -> None:
    """a column far from 0 keeps its digits"""
    X, (gamma, _) = 1e7 + rng.normal(0, 1, (6, 3)), _scale_shift(rng)
    dX, dgamma, _ = submission.bn_backward(dout := rng.normal(0, 1, X.shape), X, gamma, 0.1, returns=THREE)
    wanted, cause = reference.bn_backward(dout, X, gamma, 0.1), "mean(x²) - mean(x)² cancels there; center first."
    expect.close(dX, wanted[0], f"This is dX. {cause}", rtol=1e-6, atol=1e-6)
    expect.close(dgamma, wanted[1], f"This is dgamma. {cause}", rtol=1e-6, atol=1e-6)


@exercise("bn_backward", kind="edges")
@pytest.mark.parametrize("n", [2, 3])
def test_backward_small_batches(submission: Submission, rng: Rng, n: int) -> None:
    """a batch of {n} has the right gradients"""
    X, (gamma, _) = _batch(rng, n, 4), _scale_shift(rng, 4)
    _backward(submission, rng.normal(0, 1, X.shape), X, gamma, 0.1, "N stands in it three times, and never N - 1.")


@exercise("bn_backward")
def test_backward_forgets_the_mean(submission: Submission, rng: Rng) -> None:
    """each column of dX sums to 0"""
    X, (gamma, _) = _batch(rng, 6), _scale_shift(rng)
    dout = rng.normal(0, 1, X.shape)
    dX, _, _ = submission.bn_backward(dout, X, gamma, 0.1, returns=THREE)
    expect.has_shape(dX, X.shape, "dX has the shape of X.")
    cause = "Shifting a column changes no output, so dX sums to 0 there: is the path through the mean complete?"
    expect.close(dX.sum(axis=0), np.zeros(3), cause, atol=1e-9)
    expect.true(float(np.abs(dX).max()) > 1e-6, "dX is zero everywhere, for a random dout.")
    doubled, _, _ = submission.bn_backward(2 * dout, X, gamma, 0.1, returns=THREE)
    expect.close(doubled, 2 * dX, "Twice as large a dout gives twice as large a dX.")


@exercise("bn_backward")
def test_backward_eps(submission: Submission, rng: Rng) -> None:
    """the eps of the forward pass is in the gradients"""
    X, (gamma, _) = 0.2 * _batch(rng, 5), _scale_shift(rng)
    cause = "They are the gradients of gamma · (X - mean)/√(var + eps) + beta, here with a large eps."
    _backward(submission, rng.normal(0, 1, X.shape), X, gamma, 0.5, cause)


@exercise("bn_backward", kind="stability")
def test_backward_tiny_variance(submission: Submission, rng: Rng) -> None:
    """a column with tiny variance has a finite gradient"""
    X, (gamma, _) = _batch(rng, 4), _scale_shift(rng)
    X[:, 0] = 3 + 1e-6 * rng.normal(0, 1, 4)
    X[:, 2] = 1.0
    reply = submission.call("bn_backward", dout := rng.normal(0, 1, X.shape), X, gamma, 1e-3, returns=THREE)
    for name, mine, theirs in zip(
        ("dX", "dgamma", "dbeta"), reply.value, reference.bn_backward(dout, X, gamma, 1e-3), strict=True
    ):
        expect.close(mine, theirs, f"This is {name}. Only eps keeps it finite.", rtol=1e-6, atol=1e-9)


@exercise("bn_backward", weight=0.5, kind="edges")
def test_backward_nan(submission: Submission, rng: Rng) -> None:
    """nan spoils its own column and no other"""
    X, (gamma, _) = _batch(rng, 5), _scale_shift(rng)
    X[2, 1] = np.nan
    cause = "Columns have nothing to do with each other, and nan must stay visible."
    _backward(submission, rng.normal(0, 1, X.shape), X, gamma, 0.1, cause)


@exercise("bn_backward", weight=0.5, kind="contract")
def test_backward_default_eps(submission: Submission, rng: Rng) -> None:
    """eps is 1e-5 when nothing is said"""
    X, (gamma, _) = 0.003 * rng.normal(0, 1, (5, 3)), _scale_shift(rng)
    dout = rng.normal(0, 1, X.shape)
    _, dgamma, _ = submission.bn_backward(dout, X, gamma, returns=THREE)
    expect.close(dgamma, reference.bn_backward(dout, X, gamma, 1e-5)[1], "PyTorch's default is 1e-5.")


@exercise("bn_backward", weight=0.5, kind="edges")
def test_backward_one_feature(submission: Submission, rng: Rng) -> None:
    """one feature is enough"""
    X, (gamma, _) = _batch(rng, 5, 1), _scale_shift(rng, 1)
    _backward(submission, rng.normal(0, 1, X.shape), X, gamma, 0.1, "With D = 1 the sums still go over the batch.")


@exercise("bn_backward", weight=0.5, kind="edges")
def test_backward_integers(submission: Submission, rng: Rng) -> None:
    """X and dout may hold integers"""
    X, dout = rng.integers(-9, 10, (5, 2)), rng.integers(-3, 4, (5, 2))
    _backward(submission, dout, X, np.array([2.0, -0.5]), 0.1, "An integer array cannot hold a gradient.")


@exercise("bn_backward", weight=0.5, kind="contract")
def test_backward_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    X, (gamma, _) = _batch(rng, 4), _scale_shift(rng)
    expect.unchanged(submission.call("bn_backward", rng.normal(0, 1, X.shape), X, gamma, 0.1, returns=THREE))


# --- fold_bn ----------------------------------------------------------------------------------------


def _layer(rng: Rng, inputs: int, units: int, eps: float = 0.1) -> tuple[Any, ...]:
    """A linear layer and its batch normalization: W, b, gamma, beta, mean, variance, eps."""
    norm = (*_scale_shift(rng, units), *_memory(rng, units), eps)
    return rng.normal(0, 1, (inputs, units)), rng.normal(0, 1, units), *norm


def _fold(submission: Submission, layer: tuple[Any, ...], cause: str) -> None:
    W2, b2 = submission.fold_bn(*layer, returns=PAIR)
    expected_W2, expected_b2 = reference.fold_bn(*layer)
    expect.close(W2, expected_W2, f"This is W2. {cause}")
    expect.close(b2, expected_b2, f"This is b2. {cause}")


@exercise("fold_bn", weight=2)
@pytest.mark.parametrize(("inputs", "units"), [(5, 3), (3, 3)])
def test_fold_weights(submission: Submission, rng: Rng, inputs: int, units: int) -> None:
    """the weights are right for {inputs} inputs and {units} units"""
    layer = _layer(rng, inputs, units)
    W2, _ = submission.fold_bn(*layer, returns=PAIR)
    cause = "Each unit, a column of W, is multiplied by its own gamma/√(running_var + eps)."
    expect.close(W2, reference.fold_bn(*layer)[0], cause)


@exercise("fold_bn", weight=3)
def test_fold_bias(submission: Submission, rng: Rng) -> None:
    """the bias is right"""
    layer = _layer(rng, 4, 3)
    _, b2 = submission.fold_bn(*layer, returns=PAIR)
    cause = "BN gets X @ W + b: b is centered, scaled by gamma/√(running_var + eps) as X @ W is, and beta added."
    expect.close(b2, reference.fold_bn(*layer)[1], cause)


@exercise("fold_bn", weight=2)
def test_fold_is_the_evaluation(submission: Submission, rng: Rng) -> None:
    """the folded layer does what the two layers did"""
    W, b, *norm = layer = _layer(rng, 3, 4, eps=0.2)
    X = rng.normal(0, 2, (6, 3))
    W2, b2 = submission.fold_bn(*layer, returns=PAIR)
    expect.has_shape(W2, W.shape, "W2 has the shape of W.")
    expect.has_shape(b2, b.shape, "b2 has the shape of b.")
    cause = "X @ W2 + b2 is not what bn_eval gives for X @ W + b."
    expect.close(X @ W2 + b2, reference.bn_eval(X @ W + b, *norm), cause, atol=1e-10)


@exercise("fold_bn", kind="stability")
def test_fold_small_variance(submission: Submission, rng: Rng) -> None:
    """eps counts where the running variance is tiny"""
    *layer, _, eps = _layer(rng, 2, 3, eps=0.3)
    _fold(submission, (*layer, np.array([0.0, 1e-4, 0.05]), eps), "It is √(running_var + eps).")


@exercise("fold_bn", weight=0.5, kind="edges")
@pytest.mark.parametrize(("inputs", "units"), [(1, 4), (4, 1)])
def test_fold_smallest_layers(submission: Submission, rng: Rng, inputs: int, units: int) -> None:
    """{inputs} inputs and {units} units are not a problem"""
    _fold(submission, _layer(rng, inputs, units), "Everything of BN has one number for each unit.")


@exercise("fold_bn", weight=0.5, kind="edges")
def test_fold_nan(submission: Submission, rng: Rng) -> None:
    """a nan in one unit's bias spoils that unit and no other"""
    W, b, gamma, beta, mean, var, eps = _layer(rng, 2, 3)
    b[1] = np.nan
    _fold(submission, (W, b, gamma, beta, mean, var, eps), "nan must stay visible, and it spoils no other unit.")


@exercise("fold_bn", weight=0.5, kind="contract")
def test_fold_default_eps(submission: Submission, rng: Rng) -> None:
    """eps is 1e-5 when nothing is said"""
    *layer, _, _ = _layer(rng, 2, 3)
    layer.append(rng.uniform(1e-6, 1e-5, 3))
    W2, _ = submission.fold_bn(*layer, returns=PAIR)
    expect.close(W2, reference.fold_bn(*layer, 1e-5)[0], "PyTorch's default is 1e-5.")


@exercise("fold_bn", weight=0.5, kind="edges")
def test_fold_integers(submission: Submission, rng: Rng) -> None:
    """W and b may hold integers"""
    layer = (rng.integers(-5, 6, (3, 2)), np.array([2, -1]), *_layer(rng, 3, 2)[2:])
    _fold(submission, layer, "An integer array cannot hold what is scaled.")


@exercise("fold_bn", weight=0.5, kind="contract")
def test_fold_contract(submission: Submission, rng: Rng) -> None:
    """the arguments are left alone"""
    expect.unchanged(submission.call("fold_bn", *_layer(rng, 4, 3), returns=PAIR))


# --- side: bn2d, layer_norm, weight_standardization -------------------------------------------------


def _relative(submission: Submission, name: str, args: tuple[Any, ...], eps: float, cause: str) -> None:
    wanted = getattr(reference, name)(*args, eps)
    expect.close(submission.call(name, *args, eps).value, wanted, cause, atol=1e-10)


@exercise("relatives", weight=2)
@pytest.mark.parametrize("shape", [(3, 2, 4, 5), (2, 3, 3, 3)])
def test_bn2d_values(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """bn2d normalizes each channel over all examples and pixels, for shape {shape}"""
    X = rng.normal(0, 1, shape) + 3 * rng.normal(0, 1, (shape[0], shape[1], 1, shape[3]))
    cause = "Mean and biased variance go over axes (0, 2, 3), eps is under the root; gamma and beta belong to axis 1."
    _relative(submission, "bn2d", (X, *_scale_shift(rng, shape[1])), 0.2, cause)


@exercise("relatives", kind="edges")
def test_bn2d_one_image(submission: Submission, rng: Rng) -> None:
    """bn2d normalizes a single image by its pixels"""
    X = rng.normal(2, 3, (1, 3, 4, 2))
    _relative(submission, "bn2d", (X, *_scale_shift(rng)), 0.2, "A channel of one image has many pixels.")


@exercise("relatives", weight=2)
@pytest.mark.parametrize("shape", [(5, 3), (4, 4)])
def test_layer_norm_values(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """layer_norm normalizes each row, for shape {shape}"""
    X = _batch(rng, *shape) * rng.uniform(0.1, 3, (shape[0], 1))
    cause = "Mean and biased variance are a row's, eps is under the root; gamma and beta belong to the features."
    _relative(submission, "layer_norm", (X, *_scale_shift(rng, shape[1])), 0.2, cause)


@exercise("relatives", kind="edges")
def test_layer_norm_one_example(submission: Submission, rng: Rng) -> None:
    """layer_norm works for one example, and for one feature"""
    _relative(submission, "layer_norm", (_batch(rng, 1), *_scale_shift(rng)), 0.2, "One row is enough.")
    _relative(submission, "layer_norm", (_batch(rng, 4, 1), *_scale_shift(rng, 1)), 0.2, "One feature becomes beta.")


@exercise("relatives", weight=2)
@pytest.mark.parametrize("shape", [(5, 3), (4, 4)])
def test_weight_standardization_values(submission: Submission, rng: Rng, shape: tuple[int, ...]) -> None:
    """weight_standardization gives each unit's weights mean 0 and variance 1, for shape {shape}"""
    W = 0.5 * rng.normal(0, 1, shape) + rng.normal(0, 1, shape[1])
    cause = "A unit is a column of W. It is centered and divided by √(its biased variance + eps)."
    _relative(submission, "weight_standardization", (W,), 0.2, cause)


@exercise("relatives", weight=0.5, kind="contract")
def test_relatives_contract(submission: Submission, rng: Rng) -> None:
    """the three functions give arrays and leave their arguments alone"""
    _contract(submission.call("bn2d", rng.normal(0, 1, (2, 3, 2, 2)), *_scale_shift(rng), 0.1))
    _contract(submission.call("layer_norm", _batch(rng, 4), *_scale_shift(rng), 0.1))
    _contract(submission.call("weight_standardization", _batch(rng, 4), 0.1))


def _contract(reply: Reply) -> None:
    expect.is_array(reply)
    expect.unchanged(reply)
