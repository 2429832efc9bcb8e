"""Hidden checks of 07_stop_criteria.

Losses and thresholds are dyadic, so that "less" and "equal" mean the same for everyone. What is random is judged by
what must hold for it: sizes, each index once, another order for another generator.
"""

from collections.abc import Sequence

import numpy as np
import pytest

from autograder.testing import (
    ARRAY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    Callback,
    ListOf,
    OrNone,
    RemoteObject,
    Rng,
    Seed,
    Submission,
    counted,
    exercise,
    expect,
    reference,
)

PARTS = (ARRAY, ARRAY, ARRAY)
PAIRS = ListOf((ARRAY, ARRAY))
NAN = float("nan")


# --- train_val_test_split ---------------------------------------------------------------------------


def _split(submission: Submission, n: int, val: float, test: float, seed: int) -> tuple[np.ndarray, ...]:
    parts: tuple[np.ndarray, ...] = submission.train_val_test_split(n, val, test, Seed(seed), returns=PARTS)
    for part in parts:
        expect.true(part.ndim == 1, "Each of the three is an array of one axis that holds indices.")
    return parts


def _are_indices(parts: list[np.ndarray], n: int) -> None:
    """The parts hold numbers of examples, most of them: whatever has the right length and no content is refused."""
    found = {float(index) for part in parts for index in part}
    indices = found <= set(range(n)) and len(found) > n / 2
    expect.true(indices, "The parts are to hold indices of examples: whole numbers from 0 to n - 1, each once.")


def _seed(rng: Rng) -> int:
    return int(rng.integers(2**31))


@exercise("split", weight=3)
def test_split_sizes(submission: Submission, rng: Rng) -> None:
    """the three parts have the right sizes, also if n is odd"""
    for n, val, test in ((40, 0.25, 0.125), (41, 0.5, 0.25), (23, 0.125, 0.375), (101, 0.3, 0.2)):
        parts = _split(submission, n, val, test, _seed(rng))
        sizes = tuple(map(len, parts))
        num_val, num_test = round(n * val), round(n * test)
        expect.true(sum(sizes) == n, f"The parts hold {sum(sizes)} of {n} indices: train gets all that is left.")
        cause = "Both shares are shares of n, rounded, and train gets the rest; the order is train, val, test."
        expect.true(sizes == (n - num_val - num_test, num_val, num_test), f"The sizes are {sizes} for n = {n}.", cause)
        _are_indices(list(parts), n)


@exercise("split", weight=3)
def test_split_each_index_once(submission: Submission, rng: Rng) -> None:
    """no two parts share an index, and none is left out"""
    for n, val, test in ((40, 0.25, 0.125), (37, 0.25, 0.5)):
        everything = np.concatenate(_split(submission, n, val, test, _seed(rng)))
        expect.true(
            len(everything) == n, f"It returns {counted(len(everything), 'index', 'indices')} for {n} examples."
        )
        once = np.array_equal(np.sort(everything), np.arange(n))
        expect.true(once, "Some index is there twice and another is missing: cut one shuffled array into three.")


@exercise("split", weight=3, kind="randomness")
def test_split_is_shuffled(submission: Submission, rng: Rng) -> None:
    """data that come in some order are mixed over the three parts"""
    for part in _split(submission, 600, 0.25, 0.25, _seed(rng)):
        expect.true(len(part) > 100, "A part is too small.")
        # The mean of 150 or more of 600 shuffled indices has a standard error below 12.3.
        expect.true(abs(float(part.mean()) - 299.5) < 90, "A part holds mostly early or mostly late examples: shuffle.")


@exercise("split", weight=0.5, kind="randomness")
def test_split_order(submission: Submission, rng: Rng) -> None:
    """the indices of a part come in random order, too"""
    for part in _split(submission, 600, 0.25, 0.25, _seed(rng)):
        expect.true(bool(np.any(np.diff(part) < 0)), "They are sorted: leave them as the permutation has them.")


@exercise("split", weight=2, kind="randomness")
def test_split_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal splits, others give others"""
    seed = _seed(rng)
    first, again, other = (_split(submission, 50, 0.25, 0.125, s) for s in (seed, seed, seed + 1))
    expect.true(all(map(np.array_equal, first, again)), "Two equal generators give two splits: draw from rng alone.")
    expect.true(not all(map(np.array_equal, first, other)), "Another generator gives the same split: use rng.")


@exercise("split", weight=0.5, kind="edges")
def test_split_empty_part(submission: Submission, rng: Rng) -> None:
    """a share of 0 gives an empty part"""
    sizes = tuple(len(part) for part in _split(submission, 9, 0.0, 0.25, _seed(rng)))
    cause = "Where a part is empty, a slice like order[-0:] is the whole array, and order[:-0] is empty."
    expect.true(sizes == (7, 0, 2), f"The sizes are {sizes}.", cause)
    sizes = tuple(len(part) for part in _split(submission, 9, 0.25, 0.0, _seed(rng)))
    expect.true(sizes == (7, 2, 0), f"The sizes are {sizes}.", cause)


# --- standardize ------------------------------------------------------------------------------------


def _scaled(submission: Submission, cause: str, *arrays: np.ndarray, of_train: str = "") -> None:
    got = submission.standardize(*arrays, returns=(ARRAY,) * len(arrays))
    for place, part, right in zip(
        ("the first", "the second", "the third"), got, reference.standardize(*arrays), strict=False
    ):
        trains = place == "the first" and of_train
        expect.close(part, right, f"This is {place} array. {of_train if trains else cause}")


OF_TRAIN = "Subtract each column's mean and divide by its standard deviation (ddof=0)."


@exercise("split", weight=4)
def test_standardize_train(submission: Submission, rng: Rng) -> None:
    """standardize scales the training part column by column"""
    X = rng.normal(3, 2, (7, 3)) * np.array([1.0, 10.0, 0.1])
    cause = "It is scaled by the numbers of train, like train itself: its own are not asked for."
    _scaled(submission, cause, X, rng.normal(0, 1, (2, 3)), of_train=OF_TRAIN)


@exercise("split", weight=4)
def test_standardize_others(submission: Submission, rng: Rng) -> None:
    """standardize scales the other parts by the training part's numbers"""
    X, others = rng.normal(0, 1, (9, 4)), (rng.normal(5, 3, (5, 4)), rng.normal(-2, 0.5, (3, 4)))
    _scaled(submission, "Mean and standard deviation come from train alone.", X, *others, of_train=OF_TRAIN)


@exercise("split", kind="edges")
def test_standardize_constant_column(submission: Submission, rng: Rng) -> None:
    """standardize divides a column that does not vary by 1"""
    X, other = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (4, 3))
    X[:, 1] = 4.0
    reply = submission.call("standardize", X, other, returns=(ARRAY, ARRAY))
    for part, right in zip(reply.value, reference.standardize(X, other), strict=True):
        expect.close(
            part, right, "Where the standard deviation is 0, divide by 1: not by 0, and not by a small number."
        )
    expect.quiet(reply, "Replace a standard deviation of 0 before you divide.")


@exercise("split", weight=0.5, kind="edges")
def test_standardize_one_array(submission: Submission, rng: Rng) -> None:
    """standardize gives a tuple of one for one array, also for one row"""
    _scaled(submission, "The answer is a tuple: (X,), with the comma.", rng.normal(1, 2, (5, 2)))
    _scaled(submission, "One row has the mean itself, and varies in no column.", np.array([[3.0, -1.0]]))


@exercise("split", weight=0.5, kind="edges")
def test_standardize_integers(submission: Submission) -> None:
    """standardize takes integers"""
    X = np.array([[1, 20], [4, 10], [7, 60], [8, 30]])
    _scaled(submission, "An integer array cannot hold the scaled values.", X, X[:2] + 3)


@exercise("split", weight=0.5, kind="contract")
def test_standardize_contract(submission: Submission, rng: Rng) -> None:
    """standardize leaves its arguments alone"""
    X, other = rng.normal(0, 1, (5, 3)), rng.normal(0, 1, (4, 3))
    expect.unchanged(submission.call("standardize", X, other, returns=(ARRAY, ARRAY)))


# --- epoch_mean -------------------------------------------------------------------------------------


def _epoch_mean(submission: Submission, losses: object, sizes: object, cause: str) -> None:
    got = submission.epoch_mean(losses, sizes, returns=NUMBER)
    expect.close(got, reference.epoch_mean(losses, sizes), cause)


@exercise("loss_change", weight=5)
def test_epoch_mean_short_batch(submission: Submission, rng: Rng) -> None:
    """a short last batch counts less"""
    for sizes in ([32, 32, 32, 5], [7, 2, 1]):
        losses = rng.uniform(0.5, 3, len(sizes)).tolist()
        _epoch_mean(submission, losses, sizes, "Each batch counts as often as it has examples: Σ nL / Σ n.")


@exercise("loss_change", weight=0.5, kind="edges")
def test_epoch_mean_one_batch(submission: Submission) -> None:
    """with one batch it is that batch's loss"""
    _epoch_mean(submission, [1.75], [5], "Σ nL / Σ n with one term.")


@exercise("loss_change", weight=0.5, kind="contract")
def test_epoch_mean_arrays(submission: Submission, rng: Rng) -> None:
    """epoch_mean takes arrays and leaves them alone"""
    losses, sizes = rng.uniform(1, 2, 4), np.array([8, 8, 8, 3])
    reply = submission.call("epoch_mean", losses, sizes, returns=NUMBER)
    expect.close(reply.value, reference.epoch_mean(losses, sizes), "Lists and arrays are alike here.")
    expect.unchanged(reply)


# --- loss_change_stop -------------------------------------------------------------------------------


def _too_late(epochs: int) -> str:
    number = "an epoch" if abs(epochs) == 1 else f"{abs(epochs)} epochs"
    return f"It stops {number} too {'late' if epochs > 0 else 'early'}."


def _stops(submission: Submission, losses: object, tol: float, window: int, cause: str) -> None:
    _stop_all(submission, [(losses, tol, window, cause)])


def _stop_all(submission: Submission, cases: Sequence[tuple[object, float, int, str]]) -> None:
    """Asks for all epochs before it looks at one: together they tell more of a mistake than the first wrong one."""
    epochs = [submission.loss_change_stop(*case[:3], returns=OrNone(INTEGER)) for case in cases]
    for got, (losses, tol, window, cause) in zip(epochs, cases, strict=True):
        _is_epoch(got, reference.loss_change_stop(losses, tol, window), cause)


def _is_epoch(got: int | None, right: int | None, cause: str) -> None:
    if got is None or right is None:
        message = "It does not stop here, and should." if got is None else "It stops here, and should not."
        expect.true(got is right, message, cause)
    else:
        expect.true(got == right, _too_late(got - right), cause)


@exercise("loss_change", weight=4)
def test_loss_change_values(submission: Submission) -> None:
    """loss_change_stop finds the end of the first window of small changes"""
    cause = "The change is |L_i - L_(i-1)| divided by |L_(i-1)|; the answer is the last epoch of the window."
    falling = [64.0, 32.0, 20.0, 16.0, 15.0, 14.5, 14.25, 14.0]
    cases = [(falling, tol, window, cause) for tol, window in ((0.25, 1), (0.25, 2), (0.125, 3), (0.5, 2))]
    cases.append(([3.0, 3.0, 3.0, 3.0], 0.25, 2, "The first change is that of epoch 1."))
    cases.append(([0.5, 0.25, 0.1875, 0.15625, 0.15, 0.148, 0.147], 0.0625, 2, cause))
    _stop_all(submission, cases)


@exercise("loss_change", weight=2)
def test_loss_change_rise(submission: Submission) -> None:
    """a loss that rises is not at rest"""
    cause = "The change counts with both signs: take its absolute value."
    falling_and_rising = [4.0, 2.0, 3.0, 2.0, 3.0, 2.0]
    _stop_all(submission, [([4.0, 6.0, 9.0, 13.0, 19.0], 0.25, 2, cause), (falling_and_rising, 0.125, 1, cause)])
    cause = "The change is an absolute value: a rise may be small, too. After window small ones in a row it stops."
    _stops(submission, [4.0, 6.0, 9.0, 9.5, 9.75, 10.0], 0.25, 2, cause)


@exercise("loss_change", weight=2)
def test_loss_change_window_begins_anew(submission: Submission) -> None:
    """a large change begins the count anew"""
    losses = [16.0, 15.5, 15.25, 8.0, 7.75, 7.5, 4.0, 4.0, 4.0, 4.0]
    cause = "window small changes in a row stop at the last of them; a large one begins the count anew."
    _stops(submission, losses, 0.125, 3, cause)
    cause = "window small changes in a row stop at the last of them; a large one begins the count anew."
    _stops(submission, [8.0, 8.0, 4.0, 4.0, 2.0, 2.0, 1.0], 0.25, 2, cause)


@exercise("loss_change", kind="edges")
def test_loss_change_never(submission: Submission) -> None:
    """without a window that is calm enough it is None"""
    _stops(submission, [16.0, 8.0, 4.0, 2.0, 1.0], 0.25, 1, "Wanted is None, and not the last epoch.")
    _stops(submission, [16.0, 16.0, 4.0, 1.0], 0.25, 2, "Wanted is None, and not the last epoch.")


@exercise("loss_change", kind="edges")
def test_loss_change_equality(submission: Submission) -> None:
    """a change equal to tol is not below it"""
    cause = "Small means change < tol, and the answer is the last epoch of the window."
    _stops(submission, [4.0, 3.0, 2.25, 2.25], 0.25, 1, cause)
    cause = "Small means change < tol, and the answer is the last epoch of the window."
    _stops(submission, [4.0, 5.0, 5.0], 0.25, 1, cause)


@exercise("loss_change", kind="stability")
def test_loss_change_small_units(submission: Submission) -> None:
    """the unit of the loss does not matter"""
    falling = np.array([8.0, 4.0, 2.0, 1.0, 1.0, 1.0])
    cause = "The change is divided by the loss before it; the answer is the last epoch of the window."
    _stops(submission, falling / 1024, 0.25, 2, cause)
    cause = "The change is divided by the loss before it; the answer is the last epoch of the window."
    _stops(submission, falling * 1024 + 64, 0.25, 2, cause)
    _stops(submission, -8.0 - np.arange(4) / 4, 0.25, 2, "A loss may be negative: divide by its absolute value.")


@exercise("loss_change", kind="edges")
def test_loss_change_nan(submission: Submission) -> None:
    """a change from or to nan is not small"""
    losses = [2.0, 2.0, NAN, NAN, 2.0, 2.0, 2.0]
    _stops(submission, losses, 0.25, 2, "nan < tol is False, but `if change >= tol` is False for nan, too.")


@exercise("loss_change", weight=0.5, kind="edges")
@pytest.mark.parametrize("length", [0, 1])
def test_loss_change_short(submission: Submission, length: int) -> None:
    """a history of length {length} has no change"""
    _stops(submission, [1.5] * length, 0.25, 1, "The first change is that of epoch 1.")


@exercise("loss_change", weight=0.5, kind="edges")
def test_loss_change_zero(submission: Submission) -> None:
    """a loss of 0 is not a problem"""
    reply = submission.call("loss_change_stop", np.array([1.0, 0.0, 0.0, 0.0]), 0.25, 2, returns=OrNone(INTEGER))
    expect.true(reply.value == 3, "It should stop at epoch 3.", "0 has no relative change: divide by max(|L|, 1e-12).")
    expect.quiet(reply, "Divide by max(|L|, 1e-12).")
    expect.unchanged(reply)


# --- EarlyStopping ----------------------------------------------------------------------------------


def _until_stop(stopper: RemoteObject, values: list[float]) -> int | None:
    """The first epoch after which the object says stop."""
    replies = stopper.series("step", [(value,) for value in values], BOOLEAN, until=True)
    return len(replies) - 1 if replies[-1].value else None


def _early(submission: Submission, values: list[float], cause: str, *args: object) -> RemoteObject:
    """A learner's object stops where it should on these values; where they give no reason, on bad ones after them."""
    stopper, theirs = submission.new("EarlyStopping", *args), reference.EarlyStopping(*args)
    right = next((epoch for epoch, value in enumerate(values) if theirs.step(value)), None)
    got = _until_stop(stopper, values)
    if right is None:
        expect.true(got is None, "It stops, and should not yet.", cause)
        worst = -(2.0**20) if "max" in args else 2.0**20
        more = next(number for number in range(20) if theirs.step(worst))
        got = _until_stop(stopper, [worst] * (more + 1))
        expect.true(
            got == more,
            "It is right to go on here. After that come bad epochs only, and it does not stop in time.",
            cause,
        )
    else:
        expect.true(got is not None, "It does not stop, and should.", cause)
        assert got is not None
        expect.true(got == right, _too_late(got - right), cause)
    steady = submission.new("EarlyStopping", *args)
    better = [(8.0 if "max" in args else -8.0) * epoch for epoch in range(1, 8)]
    expect.true(_until_stop(steady, better) is None, "It stops although each epoch is better than the one before.")
    return stopper


def _best(submission: Submission, values: list[float], cause: str, *args: object) -> None:
    """A learner's object knows the best epoch of these values; it never stops on them."""
    stopper, theirs = submission.new("EarlyStopping", *args), reference.EarlyStopping(*args)
    for value in values:
        theirs.step(value)
    stopper.series("step", [(value,) for value in values], BOOLEAN)
    got = stopper.get("best_epoch", OrNone(INTEGER))
    expect.true(got == theirs.best_epoch, "best_epoch is wrong.", cause)


@exercise("early_stopping", weight=4)
@pytest.mark.parametrize("patience", [1, 2, 3])
def test_early_stopping_patience(submission: Submission, patience: int) -> None:
    """it stops after {patience} bad epochs in a row"""
    values = [8.0, 4.0, 2.0, 2.5, 1.5, 1.75, 2.25, 1.0, 1.25, 3.0, 2.5, 2.75]
    _early(submission, values, "stop means bad >= patience, and an improvement sets bad to 0.", patience)


@exercise("early_stopping", weight=3)
def test_early_stopping_improvement_resets(submission: Submission) -> None:
    """an improvement sets the count to 0"""
    values = [4.0, 5.0, 3.0, 5.0, 2.0, 5.0, 1.0, 5.0, 0.5, 5.0, 5.0]
    _early(submission, values, "patience bad epochs in a row stop: an improvement sets their count to 0.", 2)
    _early(submission, [4.0, 5.0, 6.0, 3.0, 4.0, 4.0, 2.0, 3.0, 3.0, 3.0], "Count from the last improvement.", 3)


@exercise("early_stopping", weight=3)
def test_early_stopping_compares_with_the_best(submission: Submission) -> None:
    """it compares with the best, and not with the epoch before"""
    values = [4.0, 1.0, 3.0, 2.5, 2.0, 1.5, 1.25]
    _early(
        submission, values, "An epoch is bad unless it falls below the best so far; patience bad ones in a row stop.", 3
    )


@exercise("early_stopping", weight=2, kind="edges")
def test_early_stopping_ties(submission: Submission) -> None:
    """a tie is a bad epoch"""
    _early(
        submission,
        [4.0, 2.0, 2.0, 2.0, 2.0, 1.0],
        "Equal to the best is not below it, so a tie is a bad epoch; patience bad ones in a row stop.",
        2,
    )


@exercise("early_stopping")
@pytest.mark.parametrize(
    ("values", "patience"),
    [([4.0, 3.0, 2.75, 2.5, 1.0], 2), ([4.0, 3.5, 3.25, 2.5, 2.0, 1.75], 3), ([4.0, 4.25, 4.25, 1.0], 2)],
    ids=["too small", "just min_delta", "worse"],
)
def test_early_stopping_min_delta(submission: Submission, values: list[float], patience: int) -> None:
    """a gain must exceed min_delta"""
    _early(
        submission,
        values,
        "Improved means v < best - min_delta, strictly; all other epochs are bad, and bad >= patience stops.",
        patience,
        0.5,
    )


@exercise("early_stopping", weight=2)
def test_early_stopping_small_gains_leave_the_best(submission: Submission) -> None:
    """small gains add up, because they leave the best where it was"""
    values = [4.0, 3.75, 3.5, 3.25, 3.0, 2.75, 2.5, 2.5, 2.5]
    _early(
        submission,
        values,
        "Only an improvement, by more than min_delta, moves the best and sets the count of bad epochs to 0.",
        3,
        0.5,
    )
    for rising in ([1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5], [1.0, 2.0, 1.75, 2.25, *[2.0] * 8]):
        cause = "Only an improvement, by more than min_delta, moves the best and sets the count of bad epochs to 0."
        _early(submission, rising, cause, 3, 0.5, "max")


@exercise("early_stopping")
@pytest.mark.parametrize(
    ("values", "patience", "min_delta"),
    [
        ([0.25, 0.5, 0.75, 0.625, 0.875, 0.5, 0.75, 0.875, 1.0], 3, 0.0),
        ([0.5, 1.0, 1.25, 1.5, 1.75, 1.25, 2.25], 3, 0.5),
        ([-4.0, -2.0, -3.0, -1.0, -2.0, -2.0], 2, 0.0),
    ],
    ids=["accuracies", "min_delta", "negative"],
)
def test_early_stopping_max(submission: Submission, values: list[float], patience: int, min_delta: float) -> None:
    """with mode "max" larger is better"""
    cause = "With max, v > best + min_delta is an improvement, and so is the first number; the rest is as with min."
    _early(submission, values, cause, patience, min_delta, "max")


@exercise("early_stopping", kind="edges")
def test_early_stopping_nan_is_bad(submission: Submission) -> None:
    """nan is a bad epoch"""
    cause = "nan is a bad epoch like any other. It counts, and is no improvement: what does Python say to not nan >= 4?"
    _early(submission, [4.0, 5.0, NAN, 5.0, 5.0, 5.0, 3.0], cause, 3)
    _early(submission, [4.0, NAN, NAN, 2.0], cause, 2)
    _early(submission, [4.0, 2.0, NAN, 3.0, 1.0, 1.0], cause, 3)
    _early(submission, [0.5, NAN, 0.25, 0.75], cause, 2, 0.0, "max")


@exercise("early_stopping", kind="edges")
def test_early_stopping_nan_first(submission: Submission) -> None:
    """a nan at the start is not the best"""
    cause = "nan is a bad epoch where it comes first, too: it counts, and is never the best."
    _early(submission, [NAN, 4.0, 3.0, 2.0, 2.5, 2.5, 2.5], cause, 3)
    _early(submission, [NAN, NAN, 1.0], cause, 2)


@exercise("early_stopping", weight=3)
def test_early_stopping_best_epoch(submission: Submission) -> None:
    """best_epoch is the epoch of the best value, the earlier of two"""
    _best(submission, [4.0, 2.0, 3.0, 1.0, 2.0], "It is the epoch of the lowest value, and epochs count from 0.", 9)
    _best(
        submission,
        [4.0, 1.0, 1.0, 2.0, 1.0],
        "Of equal bests the earlier epoch stays best_epoch; epochs count from 0.",
        9,
    )
    _best(
        submission,
        [4.0, 3.0, 2.75, 2.625],
        "Only a gain of more than min_delta is a new best; epochs count from 0.",
        9,
        0.5,
    )
    cause = "max"
    _best(
        submission,
        [0.25, 0.75, 0.5],
        "With mode max it is the epoch of the largest value, counted from 0.",
        9,
        0.0,
        cause,
    )


@exercise("early_stopping", weight=0.5, kind="edges")
def test_early_stopping_best_epoch_with_nan(submission: Submission) -> None:
    """best_epoch is None while there is no number, and never that of a nan"""
    _best(submission, [NAN, NAN], "While all values were nan there is no best epoch.", 9)
    _best(submission, [NAN, 4.0, 2.0, NAN, 3.0], "nan is never the best, but its epoch counts.", 9)


@exercise("early_stopping", weight=0.5, kind="contract")
def test_early_stopping_two_objects(submission: Submission) -> None:
    """two objects do not share their state"""
    first = submission.new("EarlyStopping", 2)
    _until_stop(first, [1.0, 2.0])
    _early(submission, [8.0, 9.0, 7.0, 9.0, 9.0], "Each object has a best and a count of its own, in self.", 2)


@exercise("early_stopping", weight=0.5, kind="contract")
def test_early_stopping_unknown_mode(submission: Submission) -> None:
    """an unknown mode raises a ValueError"""
    cause = "Look at mode in __init__, and raise ValueError if it is neither 'min' nor 'max'."
    expect.raises(lambda: submission.new("EarlyStopping", 2, 0.0, "minimum"), "ValueError", cause)


# --- fit_with_restore -------------------------------------------------------------------------------


def _fit(submission: Submission, path: np.ndarray, losses: list[float], cause: str) -> None:
    """Weights walk along a path of shape (epochs + 1, ...), in place; each point has its loss, the start included."""
    table = {point.tobytes(): loss for point, loss in zip(path, losses, strict=True)}

    def step(w: np.ndarray, epoch: float) -> None:
        w[...] = path[round(epoch) + 1]

    def val(w: np.ndarray) -> float:
        return table[w.tobytes()]

    n = len(path) - 1
    calls = Callback(step, (ARRAY, NUMBER)), Callback(val, (ARRAY,))
    best_w, best = submission.fit_with_restore(path[0], *calls, n, returns=(ARRAY, NUMBER))
    right = int(np.nanargmin(losses[1:])) + 1
    expect.close(best_w, path[right], f"These are the weights. {cause}")
    expect.close(best, losses[right], f"This is the loss. {cause}")


@exercise("fit_with_restore", weight=5)
def test_fit_best_in_the_middle(submission: Submission, rng: Rng) -> None:
    """it returns the weights and the loss of the best epoch"""
    cause = "Wanted is the lowest val of all epochs and a copy of the w behind that step, which later steps write into."
    _fit(submission, rng.normal(0, 1, (7, 4)), [9.0, 5.0, 3.0, 2.0, 4.0, 3.0, 6.0], cause)
    _fit(submission, rng.normal(0, 1, (6, 2, 3)), [9.0, 5.0, 6.0, 1.5, 4.0, 1.75], cause)


@exercise("fit_with_restore", weight=2, kind="edges")
def test_fit_best_first(submission: Submission, rng: Rng) -> None:
    """the best epoch may be the first, and the worst the last"""
    _fit(submission, rng.normal(0, 1, (5, 3)), [9.0, 1.0, 2.0, 3.0, 8.0], "Epoch 0 counts, too.")


@exercise("fit_with_restore", kind="edges")
def test_fit_best_last(submission: Submission, rng: Rng) -> None:
    """the best epoch may be the last"""
    _fit(submission, rng.normal(0, 1, (5, 3)), [9.0, 4.0, 3.0, 2.0, 1.0], "Look at val after the last step, too.")


@exercise("fit_with_restore", kind="edges")
def test_fit_start_does_not_count(submission: Submission, rng: Rng) -> None:
    """the weights before the first step are not an epoch"""
    cause = "Even if the start was better than everything: look at val after each step."
    _fit(submission, rng.normal(0, 1, (4, 3)), [0.5, 4.0, 2.0, 3.0], cause)


@exercise("fit_with_restore", weight=2, kind="edges")
def test_fit_ties(submission: Submission, rng: Rng) -> None:
    """a tie keeps the earlier epoch"""
    _fit(submission, rng.normal(0, 1, (6, 3)), [9.0, 4.0, 2.0, 3.0, 2.0, 2.0], "Better means strictly lower.")


@exercise("fit_with_restore", kind="edges")
def test_fit_large_and_negative_losses(submission: Submission, rng: Rng) -> None:
    """losses may be large or negative"""
    cause = "Begin with infinity as the best loss."
    _fit(submission, rng.normal(0, 1, (4, 2)), [2.0**50, 2.0**41, 2.0**40, 2.0**42], cause)
    _fit(submission, rng.normal(0, 1, (4, 2)), [1.0, -2.0, -4.0, -3.0], cause)


@exercise("fit_with_restore", weight=0.5, kind="edges")
def test_fit_nan(submission: Submission, rng: Rng) -> None:
    """nan is never the best"""
    cause = "A comparison with nan is False, and np.argmin takes the first nan."
    _fit(submission, rng.normal(0, 1, (5, 3)), [9.0, NAN, 3.0, NAN, 4.0], cause)


@exercise("fit_with_restore", weight=0.5, kind="edges")
def test_fit_one_epoch(submission: Submission, rng: Rng) -> None:
    """one epoch is enough"""
    _fit(submission, rng.normal(0, 1, (2, 3)), [9.0, 12.0], "Its weights are the best of one.")


# --- kfold_indices ----------------------------------------------------------------------------------


def _folds(submission: Submission, n: int, k: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    folds: list[tuple[np.ndarray, np.ndarray]] = submission.kfold_indices(n, k, Seed(seed), returns=PAIRS)
    expect.true(len(folds) == k, f"It returns {counted(len(folds), 'pair')} for k = {k}.")
    for train, val in folds:
        expect.true(train.ndim == val.ndim == 1, "Each pair holds two arrays of one axis.")
    return folds


@exercise("kfold_indices", weight=3)
def test_kfold_validates_each_once(submission: Submission, rng: Rng) -> None:
    """each example is validated exactly once"""
    for n, k in ((12, 3), (23, 4), (17, 5)):
        vals = np.concatenate([val for _, val in _folds(submission, n, k, _seed(rng))])
        expect.true(
            len(vals) <= n, f"It validates {len(vals)} of {n} examples.", "The pairs are (train, val): val is small."
        )
        expect.true(len(vals) == n, f"It validates {len(vals)} of {n} examples.", "What becomes of the remainder?")
        expect.true(
            np.array_equal(np.sort(vals), np.arange(n)), "Some example is validated twice: cut one shuffled array."
        )


@exercise("kfold_indices", weight=3)
def test_kfold_trains_on_all_others(submission: Submission, rng: Rng) -> None:
    """each fold trains on all examples that it does not validate"""
    for n, k in ((12, 3), (23, 4)):
        for train, val in _folds(submission, n, k, _seed(rng)):
            expect.true(not np.isin(train, val).any(), "A fold trains on examples that it validates.")
            whole = np.array_equal(np.sort(np.concatenate([train, val])), np.arange(n))
            expect.true(whole, f"train and val of a fold have {len(train)} + {len(val)} indices; together all {n}.")


@exercise("kfold_indices", weight=2)
def test_kfold_sizes(submission: Submission, rng: Rng) -> None:
    """the validation parts differ by one at most, and they are the small ones"""
    for n, k in ((23, 4), (19, 5), (16, 5)):
        vals = [val for _, val in _folds(submission, n, k, _seed(rng))]
        sizes = [len(val) for val in vals]
        cause = "np.array_split spreads the remainder; the pairs are (train, val)."
        expect.true(sum(sizes) == n, f"It validates {sum(sizes)} of {n} examples.", cause)
        expect.true(max(sizes) - min(sizes) <= 1 and max(sizes) <= n / k + 1, f"The parts have sizes {sizes}.", cause)
        _are_indices(vals, n)


@exercise("kfold_indices", weight=2, kind="randomness")
def test_kfold_is_shuffled(submission: Submission, rng: Rng) -> None:
    """data that come in some order are mixed over the folds"""
    for _, val in _folds(submission, 600, 4, _seed(rng)):
        expect.true(len(val) > 0, "A validation part is empty.")
        # The mean of 150 of 600 shuffled indices has a standard error of 12.3.
        expect.true(abs(float(val.mean()) - 299.5) < 90, "A part holds mostly early or mostly late examples: shuffle.")
        gaps = np.diff(np.sort(val))
        expect.true(
            len(np.unique(gaps)) > 2, "A part holds every k-th example: that is dealing cards without shuffling."
        )


@exercise("kfold_indices", kind="randomness")
def test_kfold_generator(submission: Submission, rng: Rng) -> None:
    """equal generators give equal folds, others give others"""
    seed = _seed(rng)
    first, again, other = ([val for _, val in _folds(submission, 30, 3, s)] for s in (seed, seed, seed + 1))
    expect.true(all(map(np.array_equal, first, again)), "Two equal generators give other folds: draw from rng alone.")
    expect.true(not all(map(np.array_equal, first, other)), "Another generator gives the same folds: use rng.")


@exercise("kfold_indices", kind="edges")
def test_kfold_leave_one_out(submission: Submission, rng: Rng) -> None:
    """k = n leaves one out each time"""
    sizes = [(len(train), len(val)) for train, val in _folds(submission, 6, 6, _seed(rng))]
    expect.true(sizes == [(5, 1)] * 6, "With k = n = 6 each fold validates 1 example and trains on 5.")


# --- select_model -----------------------------------------------------------------------------------


def _selects(submission: Submission, S: np.ndarray, rule: str, cause: str) -> None:
    _select_all(submission, [S], rule, cause)


def _select_all(submission: Submission, tables: list[np.ndarray], rule: str, cause: str) -> None:
    """Asks for all models before it looks at one: together they tell more of a mistake than the first wrong one."""
    models = [submission.select_model(S, rule, returns=INTEGER) for S in tables]
    for got, S in zip(models, tables, strict=True):
        expect.true(got == reference.select_model(S, rule), "It takes another model.", cause)


MIN = "Take the row with the lowest mean over the folds."
ONE_SE = "Take the first row whose mean is at most mean_b + std_b(ddof=1)/√k, where b is the best row."
# Means 6, 5.5, 5, 4, 4.5, 6; the best row has standard deviation 2, so one standard error is 1.
SPREAD = np.array(
    [
        [6.0, 6.0, 6.0, 6.0],
        [5.5, 5.5, 5.5, 5.5],
        [4.875, 5.125, 4.5, 5.375],
        [3.0, 7.0, 3.0, 3.0],
        [4.5, 4.0, 5.0, 4.5],
        [2.0, 2.5, 2.5, 17.0],
    ]
)


@exercise("select_model", weight=3)
def test_select_min(submission: Submission, rng: Rng) -> None:
    """rule "min" takes the lowest mean"""
    few = np.array([[5.0, 4.0, 4.5], [3.0, 3.5, 7.0], [4.0, 4.25, 4.0], [8.0, 1.0, 8.0]])
    drawn = [rng.uniform(1, 9, (6, 5)) for _ in range(8)]
    _select_all(submission, [SPREAD, SPREAD[[5, 4, 1, 0]], few, *drawn], "min", MIN)


@exercise("select_model", weight=4)
def test_select_one_standard_error(submission: Submission, rng: Rng) -> None:
    """rule "1se" takes the simplest within one standard error of the best"""
    wide = np.array([[9.0, 9.0, 9.0], [5.0, 5.25, 5.5], [4.5, 5.0, 5.5], [3.5, 4.5, 5.5], [4.0, 4.75, 6.0]])
    drawn = [rng.uniform(1, 9, (6, 5)) for _ in range(12)]
    _select_all(submission, [SPREAD, wide, *drawn], "1se", ONE_SE)


@exercise("select_model", weight=2)
def test_select_standard_error(submission: Submission) -> None:
    """the standard error is std with ddof=1, divided by the root of the number of folds"""
    best = np.array([3.0] * 8 + [7.0])  # mean 3.44; limits: 3.89; with ddof=0 3.86, without the root 4.78
    others = [np.full(9, mean) for mean in (5.5, 4.5, 4.0, 3.875, 3.6875, 3.5625)]
    _selects(submission, np.array([*others, best]), "1se", ONE_SE)


@exercise("select_model", weight=2)
def test_select_error_of_the_best(submission: Submission) -> None:
    """the standard error is that of the best model"""
    S = np.array([[1.0, 9.0, 2.0, 8.0], [4.0, 4.25, 3.75, 4.0], [3.5, 3.5, 3.5, 3.25]])
    longer = np.array([[9.0, 1.0, 8.0, 2.0], [6.0, 6.5, 5.5, 6.0], *S])
    cause = "The limit is mean_b + std_b/√k of the best row alone; the first row whose mean is within it wins."
    _select_all(submission, [S, longer], "1se", cause)


@exercise("select_model", kind="edges")
def test_select_ties(submission: Submission) -> None:
    """in a tie the simpler model wins"""
    S = np.array([[4.0, 5.0], [2.0, 3.0], [3.0, 2.0], [2.5, 2.5]])
    _selects(submission, S, "min", "The lowest mean decides; of equal means the first row is the simplest.")
    _selects(submission, S, "1se", "The lowest mean decides; of equal means the first row is the simplest.")


@exercise("select_model", kind="edges")
def test_select_outlier(submission: Submission) -> None:
    """one bad fold counts"""
    S = np.array([[3.0, 3.0, 3.0, 3.0, 3.25], [2.0, 2.0, 2.0, 2.0, 12.0], [2.5, 3.5, 2.5, 3.5, 2.5]])
    cause = "Means decide, and a mean sees an outlier; 1se adds the standard error of the row with the lowest mean."
    _selects(submission, S, "min", cause)
    cause = "Means decide, and a mean sees an outlier; 1se adds the standard error of the row with the lowest mean."
    _selects(submission, S, "1se", cause)


@exercise("select_model", weight=0.5, kind="contract")
def test_select_unknown_rule(submission: Submission) -> None:
    """an unknown rule raises a ValueError"""
    cause = "Anything but 'min' and '1se' is a slip of the pen."
    expect.raises(lambda: submission.select_model(SPREAD, "1-se", returns=INTEGER), "ValueError", cause)


@exercise("select_model", weight=0.5, kind="contract")
def test_select_contract(submission: Submission) -> None:
    """the losses are left alone"""
    expect.unchanged(submission.call("select_model", SPREAD.copy(), "1se", returns=INTEGER))


# --- side: RootMeanSquaredError, log_grid, log_uniform ----------------------------------------------


def _update(metric: RemoteObject, y_hat: np.ndarray, y: np.ndarray) -> None:
    metric.call("update", y_hat, y, returns=OrNone(NUMBER))


@exercise("search", weight=3)
def test_metric_over_batches(submission: Submission, rng: Rng) -> None:
    """the metric is that of all examples, whatever the batches"""
    metric, theirs = submission.new("RootMeanSquaredError"), reference.RootMeanSquaredError()
    for size in (5, 4, 1):
        y_hat, y = rng.normal(0, size, size), rng.normal(0, 1, size)
        _update(metric, y_hat, y)
        theirs.update(y_hat, y)
    got = metric.call("compute", returns=NUMBER).value
    expect.close(got, theirs.compute(), "Add up squares and counts; mean and root come at the end.")


@exercise("search", kind="contract")
def test_metric_reset_and_shapes(submission: Submission, rng: Rng) -> None:
    """reset forgets, compute may be asked twice, and all entries count"""
    metric, theirs = submission.new("RootMeanSquaredError"), reference.RootMeanSquaredError()
    _update(metric, np.ones(3), np.zeros(3))
    metric.call("reset", returns=OrNone(NUMBER))
    for shape in ((2, 3), (4, 1)):
        y_hat, y = rng.normal(0, 1, shape), rng.normal(0, 1, shape)
        _update(metric, y_hat, y)
        theirs.update(y_hat, y)
        got = metric.call("compute", returns=NUMBER).value
        expect.close(got, theirs.compute(), "reset sets all sums to 0, compute changes none, y.size counts entries.")


@exercise("search", weight=2)
def test_log_grid(submission: Submission) -> None:
    """log_grid goes by equal factors from end to end"""
    for low, high, num in ((0.001, 10.0, 5), (0.25, 64.0, 9), (3.0, 7.0, 2)):
        got = submission.log_grid(low, high, num)
        expect.close(got, reference.log_grid(low, high, num), "Both ends belong to it, and neighbours have one ratio.")


@exercise("search", weight=2, kind="randomness")
def test_log_uniform(submission: Submission, rng: Rng) -> None:
    """log_uniform is uniform in the logarithm"""
    seed = _seed(rng)
    first, again, other = (submission.log_uniform(1e-3, 10.0, 5000, Seed(s)) for s in (seed, seed, seed + 1))
    expect.has_shape(first, (5000,), "num is how many numbers there are.")
    inside = bool(np.all((first >= 1e-3) & (first <= 10.0)))
    expect.true(inside, "Some numbers lie outside of low and high.")
    expect.true(len(np.unique(first)) > 1, "All numbers are the same: each has a draw of its own.")
    # 5000 draws: the mean of u has a standard error of 0.0041, its variance one of 0.0011; seven of them.
    u = (np.log10(first) + 3) / 4
    even = abs(float(u.mean()) - 0.5) < 0.029 and abs(float(u.var()) - 1 / 12) < 0.008
    expect.true(even, f"On a scale of powers their mean is {u.mean():.2f}, not 0.50: draw the logarithm.")
    expect.true(np.array_equal(first, again), "Two equal generators give other numbers: draw from rng alone.")
    expect.true(not np.array_equal(first, other), "Another generator gives the same numbers: use rng.")
