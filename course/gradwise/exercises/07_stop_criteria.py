"""The exercises of 07_stop_criteria: splits, when to stop, which weights to keep, and which model to take."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..wording import counted
from .spec import Case, Exercise, Property, Script


def _not_once_each(parts: Iterable[Any], n: int) -> str | None:
    """Says what is wrong with parts that should hold each of the indices 0 to n - 1 once."""
    indices = np.concatenate([np.asarray(part).ravel() for part in parts])
    if len(indices) != n or not np.array_equal(np.sort(indices), np.arange(n)):
        missing = len(set(range(n)) - set(indices.tolist()))
        return f"{counted(len(indices), 'index', 'indices')} for {n} examples, {missing} of them missing"
    return None


def _three_parts(split: Callable[..., Any]) -> str | None:
    """Says what is wrong with a split into three, or None."""
    parts = split(40, 0.25, 0.1, np.random.default_rng(1))
    again = split(40, 0.25, 0.1, np.random.default_rng(1))
    other = split(40, 0.25, 0.1, np.random.default_rng(2))
    if not isinstance(parts, tuple) or len(parts) != 3:
        return "it did not return three values, separated by commas"
    sizes = tuple(len(part) for part in parts)
    if sizes != (26, 10, 4):
        return f"train, validation and test have sizes {sizes}; wanted (26, 10, 4)"
    if trouble := _not_once_each(parts, 40):
        return trouble
    if set(parts[2]) in (set(range(4)), set(range(36, 40))):
        return "the test examples are neighbors: nothing was shuffled before the cut"
    if all(np.all(np.diff(part) > 0) for part in parts):
        return "the indices of each part are in order: batches that are cut from a part hold neighbors only"
    if not all(map(np.array_equal, parts, again)):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if all(map(np.array_equal, parts, other)):
        return "two different generators gave the same split: draw from rng"
    sizes = tuple(len(part) for part in split(23, 0.25, 0.1, np.random.default_rng(1)))
    if sizes != (15, 6, 2):
        return f"with 23 examples the sizes are {sizes}; wanted (15, 6, 2): 5.75 and 2.3 are rounded"
    return None


SPLIT = Exercise(
    "split",
    ("train_val_test_split", "standardize"),
    (
        Property(
            "train_val_test_split",
            "train_val_test_split(40, 0.25, 0.1, rng)",
            _three_parts,
            "Shuffle the indices once with rng.permutation(n) and cut that array into three pieces.",
        ),
        Case(
            "standardize",
            (np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 20.0]]), np.array([[7.0, 0.0]])),
            "Each column has its own mean and standard deviation, those of `train`, also for the other array.",
        ),
        Case(
            "standardize",
            (np.array([[1.0, 4.0], [3.0, 4.0]]), np.array([[1.0, 5.0]]), np.array([[2.0, 4.0], [0.0, 6.0]])),
            "The second column does not vary in `train`: divide it by 1. The answer is a tuple of as many arrays.",
        ),
        Case("standardize", (np.array([[2, 1], [4, 5], [9, 0]]),), "With one array it is a tuple of one: (X,)."),
    ),
    (
        "What would a real new example, which arrives next year, be allowed to know about the test set?",
        "order = a permutation of 0..n-1, cut after n - n_val - n_test and after n - n_test;  z = (x - mean_train) / "
        "std_train, column by column, with std 1 where it is 0",
        "order = rng.permutation(...);  return order[...], order[...], order[...]   and   "
        "mean, std = train.mean(axis=...), ...;  return tuple((X - mean) / std for X in (...))",
    ),
    scenes=(
        "train_val_test_split(4, 0.25, <0.25|0.5>, Order(<[2, 0, 3, 1]|[1, 3, 0, 2]|[3, 1, 2, 0]>))",
        """train_val_test_split(8, <0.25|0.5>, 0.25, Order(<[2, 0, 3, 1, 7, 5, 6, 4]|[6, 3, 0, 2, 1, 7, 5,
    4]>))""",
        "standardize(np.array([[1, <0|2>], [<3|5>, <4|6>]]), np.array([[<0..4>, 2]]))",
        "standardize(np.array([[<1|3>], [<3|5|7>]]), np.array([[<-4..4>]]))",
    ),
)

LOSS_CHANGE = Exercise(
    "loss_change",
    ("epoch_mean", "loss_change_stop"),
    (
        Case("epoch_mean", ([1.0, 2.0, 6.0], [4, 4, 2]), "A batch of 2 counts half as much as a batch of 4."),
        Case("epoch_mean", (np.array([0.5]), np.array([3])), "With one batch it is that batch's loss."),
        Case(
            "loss_change_stop",
            ([8.0, 4.0, 3.5, 3.25, 3.125], 0.2, 2),
            "The changes are 50 %, 12.5 %, 7.1 % and 3.8 %. Which epoch is the second small one in a row?",
        ),
        Case(
            "loss_change_stop",
            ([4.0, 4.5, 8.0, 6.0, 2.0], 0.2, 2),
            "A change is small or large whichever way it goes; and a large one begins the count anew.",
        ),
        Case(
            "loss_change_stop",
            ([8.0, 2.0, 1.0, 0.75, 1.0, 0.875], 0.3, 2),
            "The changes are 75 %, 50 %, 25 %, 33 % and 12.5 % of the loss before: never are two in a row small. None.",
        ),
        Case("loss_change_stop", ([4.0, 3.0, 3.0, 2.25], 0.25, 1), "Small means below tol, not equal to it."),
        Case("loss_change_stop", ([5.0], 0.5, 1), "One loss is not yet a change. The answer is None, not an epoch."),
    ),
    (
        "How many examples stand behind each number that you average; and is a loss that jumps up a sign of rest?",
        "mean = Σ nᵢLᵢ / Σ nᵢ;  change_i = |L_i - L_(i-1)| / max(|L_(i-1)|, 1e-12), small if < tol",
        "count = 0;  for i in ...: change = ...;  count = count + 1 if change < tol else ...;  "
        "if count == ...: return i",
    ),
    scenes=(
        "epoch_mean([<1..4>, <2..6>], [<1..3>, <1..3>])",
        "loss_change_stop([8, <4|7|8>, <4|6|7>, <3|6>, 6], <0.25|0.5>, <1..2>)",
    ),
)

EARLY_STOPPING = Exercise(
    "early_stopping",
    ("EarlyStopping",),
    (
        Script(
            "EarlyStopping",
            "stopper = EarlyStopping(2)\n[stopper.step(loss) for loss in (4.0, 2.0, 3.0, 1.0, 1.5, 1.25)]",
            "Two bad epochs in a row, counted from the best one so far, and step says True. A good one sets the "
            "count to 0.",
        ),
        Script(
            "EarlyStopping",
            "stopper = EarlyStopping(3)\nsaid = [stopper.step(loss) for loss in (4.0, 2.0, 2.0, 3.0, 2.0)]\n"
            "said, stopper.best_epoch",
            "A tie is not an improvement. Epochs count from 0, and best_epoch is the first that had the best loss.",
        ),
        Script(
            "EarlyStopping",
            "stopper = EarlyStopping(2, 0.5)\nsaid = [stopper.step(loss) for loss in (4.0, 3.0, 2.75, 2.5)]\n"
            "said, stopper.best_epoch",
            "Below best - min_delta, strictly. A gain that is too small leaves the best as it was.",
        ),
        Script(
            "EarlyStopping",
            "stopper = EarlyStopping(2, 0.25, 'max')\nsaid = [stopper.step(v) for v in (-0.75, -0.25, -0.5, 0.0)]\n"
            "said, stopper.best_epoch",
            "With 'max' everything is mirrored: an improvement is above best + min_delta.",
        ),
        Script(
            "EarlyStopping",
            "stopper = EarlyStopping(3)\nsaid = [stopper.step(v) for v in (np.nan, 4.0, np.nan, 5.0, np.nan)]\n"
            "said, stopper.best_epoch",
            "nan is a bad epoch and never the best. What does Python say to nan < 4, and to not (nan >= 4)?",
        ),
        Script(
            "EarlyStopping",
            "try:\n    EarlyStopping(2, 0.0, 'maximum')\n    said = 'nothing'\n"
            "except ValueError:\n    said = 'ValueError'\nsaid",
            "A mode other than 'min' and 'max' is a typo: raise ValueError in __init__.",
        ),
    ),
    (
        "What must an object remember from one epoch to the next to say how long ago the last improvement was?",
        "improved ⇔ v < best - min_delta ('max': v > best + min_delta);  bad = 0 if improved else bad + 1;  "
        "stop ⇔ bad >= patience",
        "self.best, self.bad, self.epoch, self.best_epoch = ...;  if ...: self.best = v; ...  else: self.bad += 1;  "
        "return ...",
    ),
    outputs=("what step said", "best_epoch"),
    scenes=(
        """stopper = EarlyStopping(<1..2>)
[stopper.step(loss) for loss in (<3..5>, <1..4>, <1..5>, <2..5>)]""",
        """stopper = EarlyStopping(<1..2>, <0..1>)
[stopper.step(loss) for loss in (<4..6>, <3..5>, <2..4>, 3)]
stopper.best_epoch""",
    ),
)

FIT_WITH_RESTORE = Exercise(
    "fit_with_restore",
    ("fit_with_restore",),
    (
        Script(
            "fit_with_restore",
            "def step(w, epoch):\n    w += 1.0\n\ndef val(w):\n    return (w[0] - 3.0) ** 2\n\n"
            "fit_with_restore(np.zeros(2), step, val, 6)",
            "step writes into w, so every name for w sees the change: keep a copy of the best, not another name.",
        ),
        Script(
            "fit_with_restore",
            "def step(w, epoch):\n    w[0] = [2.0, 1.25, 3.0, 1.0, 0.5, 2.0, 1.5][epoch]\n\n"
            "def val(w):\n    return abs(w[0] - 0.75)\n\nfit_with_restore(np.array([9.0]), step, val, 7)",
            "Epoch 2 is worse than epoch 1, and the best is still to come: epochs 3 and 4 are equally good. Keep the "
            "earlier one, and return its loss, not the last one.",
        ),
        Script(
            "fit_with_restore",
            "def step(w, epoch):\n    w *= 2.0\n\ndef val(w):\n    return float(np.sum(w))\n\n"
            "fit_with_restore(np.array([[1.0, 2.0]]), step, val, 3)",
            "Here the first epoch is the best: look at val after each step, and not before the first one.",
        ),
    ),
    (
        "After `kept = w`, and one more step that writes into w, what is in `kept`?",
        "for each epoch: step(w, epoch), then v = val(w);  if v < best: best = v and best_w = a copy of w",
        "best = np.inf;  for epoch in range(n): step(...); v = ...;  if ...: best, best_w = v, ...;  return ...",
    ),
    outputs=("best_w", "best"),
    alone={
        "best_w": "best is right. step goes on writing into w: keep a copy of it, made when the loss was lowest.",
        "best": "best_w is right. best is the loss that val gave for it.",
    },
    scenes=(
        """def step(w, epoch):
    w += 1

fit_with_restore(np.array([<0..2>.0]), step, lambda w: (w[0] - <2..4>) ** 2, <2..4>)""",
        """def step(w, epoch):
    w -= <1..2>

fit_with_restore(np.array([<2..5>.0]), step, lambda w: abs(w[0] - 1), <2..4>)""",
    ),
)


def _folds(kfold: Callable[..., Any]) -> str | None:
    """Says what is wrong with k folds, or None."""
    folds = list(kfold(11, 3, np.random.default_rng(1)))
    again = list(kfold(11, 3, np.random.default_rng(1)))
    other = list(kfold(11, 3, np.random.default_rng(2)))
    if len(folds) != 3 or any(len(pair) != 2 for pair in folds):
        return "it did not return a list of 3 pairs (train, val)"
    sizes = sorted(len(val) for _, val in folds)
    if trouble := _not_once_each([val for _, val in folds], 11):
        return f"the three validation parts together: {trouble}"
    of_ten = sorted(len(val) for _, val in kfold(10, 4, np.random.default_rng(1)))
    for parts, wanted in ((sizes, [3, 4, 4]), (of_ten, [2, 2, 3, 3])):
        if parts != wanted:
            return f"{len(parts)} validation parts of {sum(wanted)} examples have sizes {parts}; wanted {wanted}"
    for train, val in folds:
        if trouble := _not_once_each([train, val], 11):
            return f"train and val of one fold together: {trouble}"
    if all(np.array_equal(np.sort(val), np.arange(min(val), max(val) + 1)) for _, val in folds):
        return "each validation part is a row of neighbours: nothing was shuffled"
    if not all(np.array_equal(a[1], b[1]) for a, b in zip(folds, again, strict=True)):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if all(np.array_equal(a[1], b[1]) for a, b in zip(folds, other, strict=True)):
        return "two different generators gave the same folds: draw from rng"
    return None


KFOLD_INDICES = Exercise(
    "kfold_indices",
    ("kfold_indices",),
    (
        Property(
            "kfold_indices",
            "kfold_indices(11, 3, rng)",
            _folds,
            "np.array_split cuts a shuffled array into k nearly equal parts; each is once the validation part.",
        ),
    ),
    (
        "Each example is to be validated exactly once. How often is it trained on?",
        "shuffle 0..n-1, cut it into k parts P₁..P_k of nearly equal size;  fold j: val = P_j, train = all the others",
        "parts = np.array_split(..., k);  return [(np.concatenate(parts[:j] + ...), ...) for j in range(k)]",
    ),
    scenes=(
        "kfold_indices(<4..5>, 2, Order(<[2, 0, 3, 1, 4]|[4, 1, 0, 3, 2]|[3, 4, 2, 0, 1]>))",
        "kfold_indices(4, <2..3>, Order(<[2, 0, 3, 1]|[1, 3, 0, 2]>))",
    ),
)

_TABLE = np.array(
    [
        [3.2, 3.2, 3.0, 3.4],
        [3.0, 3.25, 3.25, 3.0],
        [2.0, 2.5, 3.5, 3.0],
        [2.0, 3.0, 1.5, 4.0],
        [1.0, 2.25, 2.25, 7.0],
    ]
)

SELECT_MODEL = Exercise(
    "select_model",
    ("select_model",),
    (
        Case("select_model", (_TABLE, "min"), "The means of the five rows are 3.2, 3.125, 2.75, 2.625 and 3.125."),
        Case(
            "select_model",
            (_TABLE, "1se"),
            "Row 3 has mean 2.625 and standard error std(ddof=1)/√4 = 0.554: which is the first row below their sum?",
        ),
        Case("select_model", (np.array([[1.0, 2.0], [2.0, 1.0]]), "min"), "In a tie the simpler one wins."),
        Script(
            "select_model",
            "try:\n    select_model(np.eye(2), 'best')\n    said = 'nothing'\n"
            "except ValueError:\n    said = 'ValueError'\nsaid",
            "A rule other than 'min' and '1se' is a typo: raise ValueError.",
        ),
    ),
    (
        "Is a difference between two means worth a more complex model if it is smaller than their uncertainty?",
        "b = argmin of the row means;  limit = mean_b + std_b(ddof=1)/√k;  1se: the first row with mean <= limit",
        "means = S.mean(axis=...);  b = ...;  limit = means[b] + ...;  return int(np.argmax(means <= ...))",
    ),
    scenes=(
        'select_model(np.array([[<3..5>, <3..5>], [<1..4>, <2..4>], [<1..2>, <4..7>]]), <"min"|"1se">)',
        'select_model(np.array([[<2..4>, <2..4>], [<1..3>, <1..5>]]), <"min"|"1se">)',
    ),
)


def _draws(log_uniform: Callable[..., Any]) -> str | None:
    """Says what is wrong with numbers whose logarithm should be uniform, or None."""
    first = np.asarray(log_uniform(1e-4, 1.0, 4000, np.random.default_rng(1)))
    again = np.asarray(log_uniform(1e-4, 1.0, 4000, np.random.default_rng(1)))
    if first.shape != (4000,):
        return f"it returned shape {first.shape}; wanted (4000,)"
    if not np.array_equal(first, again):
        return "two calls with equal generators differed: draw from rng and from nothing else"
    if first.min() < 1e-4 or first.max() > 1.0:
        return f"the numbers lie between {first.min():.2g} and {first.max():.2g}; wanted 0.0001 to 1"
    if np.array_equal(first, np.asarray(log_uniform(1e-4, 1.0, 4000, np.random.default_rng(2)))):
        return "two different generators gave the same numbers: draw from rng"
    share = float(np.mean(first < 1e-2))
    if not 0.45 < share < 0.55:
        return f"{share:.0%} of the numbers are below 0.01, the middle; wanted half"
    share = float(np.mean(first < 1e-3))
    return None if 0.2 < share < 0.3 else f"{share:.0%} of the numbers are below 0.001; wanted a quarter"


SEARCH = Exercise(
    "search",
    ("RootMeanSquaredError", "log_grid", "log_uniform"),
    (
        Script(
            "RootMeanSquaredError",
            "metric = RootMeanSquaredError()\nmetric.update(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 5.0]))\n"
            "metric.update(np.array([0.0]), np.array([4.0]))\nmetric.compute()",
            "Add up squares and counts over the batches, and take the mean and the root in compute, once.",
        ),
        Script(
            "RootMeanSquaredError",
            "metric = RootMeanSquaredError()\nmetric.update(np.ones((2, 2)), np.zeros((2, 2)))\nmetric.reset()\n"
            "metric.update(np.array([3.0]), np.array([1.0]))\nmetric.compute()",
            "reset forgets everything that was added up.",
        ),
        Case("log_grid", (0.01, 100.0, 5), "From one number to the next it is always the same factor."),
        Case("log_grid", (0.5, 2.0, 3), "Both ends belong to the grid."),
        Property(
            "log_uniform",
            "log_uniform(0.0001, 1.0, 4000, rng)",
            _draws,
            "Draw the logarithm from rng.uniform, and take the power of that.",
        ),
    ),
    (
        "Is the root of a mean the mean of the roots? And is the middle between 0.0001 and 1 at 0.5 or at 0.01?",
        "RMSE = √(Σ all squares / Σ all counts);  grid: low·(high/low)^(i/(num-1));  random: e^u with "
        "u ~ U(log low, log high)",
        "self.total += ...; self.count += ...;  return np.geomspace(...);  return np.exp(rng.uniform(..., ..., ...))",
    ),
    side=True,
    scenes=(
        """metric = RootMeanSquaredError()
metric.update(np.array([<1..4>, <1..4>]), np.array([1, <0..3>]))
metric.update(np.array([<2..6>]), np.array([2]))
metric.compute()""",
        "log_grid(<1|10>, <100|1000>, <2..4>)",
        "log_uniform(1, <100|10000>, 2, Draws([<0|0.5>, <0.5|1>]))",
    ),
)

EXERCISES = (
    SPLIT,
    LOSS_CHANGE,
    EARLY_STOPPING,
    FIT_WITH_RESTORE,
    KFOLD_INDICES,
    SELECT_MODEL,
    SEARCH,
)
